import { toLangevinError } from '../../src-main/errors.ts';
import type { Editor } from '../canvas/editor.ts';
import type { Point } from '../canvas/geometry.ts';
import type { DamageTools, RoughStroke } from '../canvas/tools/tool.ts';
import { t } from '../i18n/translate.svelte.ts';
import { untilIdle } from '../editor/until-idle.ts';
import { findingAt, type Finding } from './finding.ts';
import type { FindingsModel } from './findings-model.svelte.ts';
import { letterAt } from './letters.ts';

/** Tells people something; `AppState.tell`. */
export type Tell = (
  message: string,
  kind?: 'information' | 'problem',
  offer?: { readonly label: string; readonly perform: () => void },
) => void;

/** What the tools of an editor do with the damage of its picture. */
export function damageTools(editor: Editor, model: FindingsModel, tell: Tell): DamageTools {
  const at = (place: Point): Finding | undefined =>
    model.isOpen
      ? (letterAt(model.findings, editor.view, place) ?? findingAt(model.findings, place, editor.reach))
      : undefined;
  return {
    get isChoosing() {
      return model.isOpen;
    },
    point: (place) => model.isOpen && model.point(at(place)),
    pick(place) {
      const finding = at(place);
      if (finding === undefined) return;
      model.point(finding);
      model.toggle(finding);
    },
    snap: (stroke, how) => void snap(editor, model, tell, stroke, how),
  };
}

async function snap(
  editor: Editor,
  model: FindingsModel,
  tell: Tell,
  stroke: RoughStroke,
  how: 'add' | 'subtract',
): Promise<void> {
  try {
    const runs = await (await model.searchForStroke()).snap(stroke);
    await untilIdle(editor);
    const { document } = editor;
    if (runs.length === 0) {
      const { bounds, data } = stroke;
      const asPainted = (): void =>
        void document.edit('history.brush', (layer) => layer.blendRect(bounds, data, 0, bounds.width, how));
      return tell(t('find.snap-nothing'), 'information', { label: t('find.snap-as-painted'), perform: asPainted });
    }
    document.edit('history.snap', (layer) => {
      for (let i = 0; i < runs.length; i += 3) layer.fillSpan(runs[i], runs[i + 1], runs[i + 2], how);
    });
  } catch (error) {
    tell(t('find.failed', { reason: toLangevinError(error).message }), 'problem');
  }
}

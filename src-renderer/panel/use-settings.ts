import { t } from '../i18n/translate.svelte.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import type { PanelModel } from './panel-model.svelte.ts';
import { settingNames, type RunSettings } from './run-settings.ts';

/** Sets the panel as a run was set, says what changed, and offers to take it back. */
export function useSettings(app: AppState, panel: PanelModel, settings: RunSettings): void {
  const undo = panel.useSettings(settings);
  const names = settingNames(settings).join(', ');
  const message = t(names === '' ? 'panel.settings.usual' : 'panel.settings.taken', { names });
  app.tell(message, 'information', { label: t('panel.settings.undo'), perform: undo });
}

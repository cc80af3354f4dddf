import type { RestoreOptions } from '../../src-main/contract/restore-options.ts';
import type { SessionTab } from '../../src-main/contract/app/session.ts';
import type { FileInfo, Id, MaskPatch, PictureContent, Pixels } from '../../src-main/contract/app/values.ts';
import type { AdjustModel } from '../adjust/adjust-model.svelte.ts';
import { Editor, type EditorRequest } from '../canvas/editor.ts';
import type { DamageSearch } from '../findings/damage-search.ts';
import { damageTools, type Tell } from '../findings/damage-tools.ts';
import { FindingsModel } from '../findings/findings-model.svelte.ts';
import { resumeHistory, serializeHistory } from '../canvas/history-file.ts';
import { serializeMask } from '../canvas/mask-file.ts';
import type { MaskLayer } from '../canvas/mask-layer.ts';
import { defaultSettings, type EditorSettings } from '../canvas/settings.ts';
import { HealedPixels } from '../heal/healed-pixels.ts';
import { ColourHints, type KnownColour } from '../hints/colour-hints.svelte.ts';
import { hintsToSession } from '../hints/hint-session.ts';
import type { RepairModel } from '../repair/repair-model.svelte.ts';
import { ReactiveEditor } from '../editor/reactive-editor.ts';
import type { ResultHistory } from '../history/result-history.svelte.ts';
import type { RunModel } from './run-model.svelte.ts';

/** What the middle of the restore view shows of a picture. */
export type Stage = 'edit' | 'live' | 'result';

export interface OpenPictureOptions {
  readonly file: FileInfo;
  readonly content: PictureContent;
  readonly options: RestoreOptions;
  readonly model: string;
  readonly settings?: EditorSettings;
  /** A mask to go on with; of the picture's displayed size. */
  readonly mask?: MaskLayer;
  /** Steps of the mask to go on with, from `serializeHistory`. */
  readonly steps?: Uint8Array;
  readonly onRequest?: (request: EditorRequest, picture: OpenPicture) => void;
  /** Looks for damage in it; absent where that cannot be done. */
  readonly createSearch?: () => DamageSearch;
  readonly tell?: Tell;
  /** The file as it was opened; absent: `file`. */
  readonly document?: Id;
  /** What runs have made of the document; absent where nobody keeps that. */
  readonly history?: ResultHistory;
  /** The file whose pixels results are compared with; absent: `file`. */
  readonly before?: Id;
  /** Its pixels, of the content's size, where they are there. */
  readonly opened?: Pixels;
  /** What `file` was made of, and how, where it was adjusted. */
  readonly adjusted?: SessionTab['adjusted'];
  /** The state of the document before this one. */
  readonly earlier?: EarlierState;
  readonly hints?: readonly KnownColour[];
}

/** A state of a document that undoing comes back to. */
export interface EarlierState {
  readonly picture: OpenPicture;
  /** Key of the name of the step between them. */
  readonly label: string;
}

/** A state that redoing comes to again, as long as the history of the one before is where it was. */
interface LaterState extends EarlierState {
  readonly state: number;
}

/** Things that a part of the window offers to do with a picture, for shortcuts, palette and menus; absent: not now. */
export interface PictureCommands {
  readonly run?: () => void;
  readonly save?: () => void;
  /** On the result that is shown. */
  readonly star?: () => void;
  readonly remove?: () => void;
  readonly goOn?: () => void;
  readonly exportPicture?: () => void;
  readonly exportPage?: () => void;
}

/** A picture in a tab: its pixels, its mask with history, how it is to be restored, and its newest run. */
export class OpenPicture {
  readonly file: FileInfo;
  readonly content: PictureContent;
  /** What is shown of the content: the same pixels, some of them healed. */
  readonly pixels: HealedPixels;
  readonly editor: Editor;
  /** The same editor, for templates and effects. */
  readonly shown: ReactiveEditor;
  options: RestoreOptions = $state.raw()!;
  model: string = $state()!;
  run: RunModel | undefined = $state.raw();
  stage: Stage = $state('edit');
  readonly document: Id;
  readonly history: ResultHistory | undefined;
  readonly before: Id;
  readonly adjusted: SessionTab['adjusted'];
  /** While it is turned, cropped or toned. */
  adjusting: AdjustModel | undefined = $state.raw();
  earlier: EarlierState | undefined = $state.raw();
  #later: LaterState | undefined = $state.raw();
  /** Repairing it in one go; absent unless people have asked for that. */
  repair: RepairModel | undefined = $state.raw();
  /** Damage that was found by itself, as a proposal beside the mask. */
  readonly findings: FindingsModel;
  /** Colours that are known of it, for colourizing. */
  readonly hints: ColourHints;
  /** What the restore panel can do now with this picture; absent while it is not shown. */
  commands: PictureCommands = $state.raw({});
  /** Whether the view has been fitted to a canvas once; afterwards it is people's own. */
  isFitted = false;
  /** Its pixels are not in the page, and must be taken back before it is shown. */
  #isParked = $state(false);
  #opened: Pixels | undefined = $state.raw();
  #showsOriginal = $state(false);
  #saved: (Pick<SessionTab, 'mask' | 'history' | 'hints'> & { readonly state: number }) | undefined;

  constructor(start: OpenPictureOptions) {
    const { file, content, mask } = start;
    this.file = file;
    this.content = content;
    this.pixels = new HealedPixels(content);
    this.opened = start.opened;
    this.document = start.document ?? file.id;
    this.before = start.before ?? file.id;
    this.history = start.history;
    this.adjusted = start.adjusted;
    this.earlier = start.earlier;
    this.options = start.options;
    this.model = start.model;
    this.editor = new Editor({
      picture: { width: content.width, height: content.height },
      // The canvas tells its real size as soon as there is one.
      viewport: { width: 800, height: 600, pixelRatio: 1 },
      settings: start.settings ?? defaultSettings,
      ...(mask && { mask }),
      onRequest: (request) => start.onRequest?.(request, this),
    });
    if (start.steps) resumeHistory(start.steps, this.editor.document.layer, this.editor.document.history);
    this.editor.pixels = content;
    this.shown = new ReactiveEditor(this.editor);
    this.hints = new ColourHints(this.editor, () => this.options.task === 'colorize', start.hints);
    this.editor.colours = this.hints;
    this.findings = new FindingsModel(this.editor, start.createSearch ?? nobodyLooks);
    if (start.createSearch !== undefined) {
      this.editor.damage = damageTools(this.editor, this.findings, start.tell ?? (() => undefined));
    }
  }

  get isParked(): boolean {
    return this.#isParked;
  }

  /** Lets the pixels out of the page's memory while nobody looks at the picture. */
  park(): void {
    if (this.#isParked) return;
    this.pixels.park();
    this.#isParked = true;
  }

  async unpark(): Promise<void> {
    await this.pixels.unpark();
    this.#isParked = this.pixels.isParked;
  }

  /** Whether the editor shows the picture as it was opened. */
  get showsOriginal(): boolean {
    return this.#showsOriginal;
  }

  set showsOriginal(shows: boolean) {
    if (shows === this.#showsOriginal) return;
    this.#showsOriginal = shows;
    this.pixels.showsOriginal = shows;
    this.editor.canvasChanged();
  }

  /** Pixels that results are compared with, where those are not its own; reactive. */
  get opened(): Pixels | undefined {
    return this.#opened;
  }

  set opened(pixels: Pixels | undefined) {
    this.#opened = pixels;
    this.pixels.opened = pixels;
  }

  /** The state of the document that redoing comes to; reactive. */
  get later(): EarlierState | undefined {
    return this.#later?.state === this.shown.state ? this.#later : undefined;
  }

  /** Undoing has come back to this state from a later one. */
  cameBack(later: EarlierState): void {
    this.#later = { ...later, state: this.editor.document.history.state };
  }

  /** Key of the name of what undoing would take back, in this state or by going to the one before; reactive. */
  get undoLabel(): string | undefined {
    return this.shown.undoLabel ?? this.earlier?.label;
  }

  get redoLabel(): string | undefined {
    return this.shown.redoLabel ?? this.later?.label;
  }

  /** Colour hints that lie on the picture while it is to be colourized. */
  get shownHints(): readonly KnownColour[] {
    return this.hints.isInUse ? this.hints.all : [];
  }

  /** The run whose results are looked at: the one that was chosen, or the newest that has made something; reactive. */
  get result(): RunModel | undefined {
    return this.history?.shown ?? this.run?.withResults;
  }

  /** Whether anything is marked for restoring; reactive. */
  get isPainted(): boolean {
    return this.shown.paintedCount > 0;
  }

  /** The mask as a run takes it: the block that holds all of it; undefined when nothing is painted. */
  maskPatch(): MaskPatch | undefined {
    const { layer } = this.editor.document;
    const { bounds } = layer;
    return bounds && { ...bounds, coverage: layer.read(bounds) };
  }

  /** What the session remembers of this tab. */
  toSession(): SessionTab {
    const { layer, history } = this.editor.document;
    if (this.#saved?.state !== history.state) {
      const mask = layer.bounds && serializeMask(layer);
      const hints = this.hints.all.length === 0 ? undefined : hintsToSession(this.hints.all);
      this.#saved = { state: history.state, mask, history: serializeHistory(history), hints };
    }
    const { mask, history: steps, hints } = this.#saved;
    return {
      file: this.file.id,
      ...(this.document !== this.file.id && { document: this.document }),
      ...(this.before !== this.file.id && { before: this.before }),
      ...(this.adjusted && { adjusted: this.adjusted }),
      ...(mask && { mask }),
      ...(steps && { history: steps }),
      ...(hints && { hints }),
      options: this.options,
      model: this.model,
      ...(this.run && { run: this.run.id }),
    };
  }
}

function nobodyLooks(): DamageSearch {
  throw new Error('Nobody looks for damage in this picture.');
}

import type { AdjustmentPreview } from '../../src-main/contract/app/adjusting.ts';
import { adjustmentSchema, keepsPlaces, NO_ADJUSTMENT, type Adjustment } from '../../src-main/contract/adjustment.ts';
import type { AppClient } from '../../src-main/contract/app/client.ts';
import type { Id, MaskPatch } from '../../src-main/contract/app/values.ts';
import type { FileInfo } from '../../src-main/contract/app/values.ts';
import { History, valueChange } from '../canvas/history.ts';

/** What is being set on the picture itself. */
export type Handles = 'crop' | 'corners';

/** Where it begins: the picture as it is, or as it was before it was adjusted the last time. */
export interface AdjustSource {
  readonly file: Id;
  readonly healed: boolean;
  readonly adjustment: Adjustment;
}

/** What it needs of the app. */
interface AdjustContext {
  readonly client: AppClient;
  attempt<T>(work: () => Promise<T>): Promise<T | undefined>;
}

/** What becomes of a picture and its mask. */
export interface Adjusted {
  readonly file: FileInfo;
  readonly mask: MaskPatch | undefined;
  readonly of: Id;
  readonly adjustment: Adjustment;
}

const WHOLE = NO_ADJUSTMENT.crop;

/** Turning, cropping and tones of a picture while they are set; the pixels are the host's. */
export class AdjustModel {
  readonly source: AdjustSource;
  readonly #app: AdjustContext;
  /** Of what is set here; the whole is one step of the document. */
  readonly edits = new History();
  adjustment: Adjustment = $state.raw(NO_ADJUSTMENT);
  handles: Handles = $state('crop');
  preview: AdjustmentPreview | undefined = $state.raw();
  isApplying = $state(false);
  #edit = $state(0);
  #asked: Adjustment | undefined;
  #isAsking = false;

  constructor(app: AdjustContext, source: AdjustSource) {
    this.#app = app;
    this.source = source;
    this.adjustment = source.adjustment;
    this.edits.subscribe(() => this.#edit++);
  }

  get canUndo(): boolean {
    return this.#edit >= 0 && this.edits.canUndo;
  }

  get canRedo(): boolean {
    return this.#edit >= 0 && this.edits.canRedo;
  }

  /** Whether applying would change anything. */
  get isChanged(): boolean {
    return JSON.stringify(this.adjustment) !== JSON.stringify(this.source.adjustment);
  }

  /** Whether what is marked moves. */
  get movesPlaces(): boolean {
    return !keepsPlaces(this.adjustment) || !keepsPlaces(this.source.adjustment);
  }

  /** What the picture is shown with: whole while its crop is set, and as it is while its corners are. */
  get shown(): Adjustment {
    const { adjustment } = this;
    if (this.handles === 'corners') return { ...adjustment, corners: null, angle: 0, crop: WHOLE };
    return { ...adjustment, crop: WHOLE };
  }

  /**
   * Sets something; changes of one field in a row are one step. What cannot be is left out.
   * @param field  names the step and what belongs together.
   */
  change(patch: Partial<Adjustment>, field: string): void {
    const parsed = adjustmentSchema.safeParse({ ...this.adjustment, ...patch });
    if (!parsed.success) return;
    const before = this.adjustment;
    this.adjustment = parsed.data;
    this.edits.record(
      valueChange(
        'history.adjust-change',
        before,
        () => this.adjustment,
        (adjustment) => (this.adjustment = adjustment),
        field,
      ),
    );
  }

  /** What follows is a step of its own. */
  endStep(): void {
    this.edits.mark();
  }

  reset(): void {
    this.edits.mark();
    this.change(NO_ADJUSTMENT, 'reset');
    this.edits.mark();
  }

  /** Turns by quarters clockwise; crop and corners turn along. */
  turn(quarters: 1 | 3): void {
    const { turn, crop, corners } = this.adjustment;
    // A mirrored picture turns the other way round.
    const step = turn.mirrored ? 4 - quarters : quarters;
    this.edits.mark();
    this.change(
      {
        turn: { ...turn, quarters: (turn.quarters + step) % 4 },
        crop:
          quarters === 1
            ? { x: 1 - crop.y - crop.height, y: crop.x, width: crop.height, height: crop.width }
            : { x: crop.y, y: 1 - crop.x - crop.width, width: crop.height, height: crop.width },
        corners: corners && turnedCorners(corners, quarters),
      },
      'turn',
    );
    this.edits.mark();
  }

  mirror(): void {
    const { turn, crop, corners, angle } = this.adjustment;
    this.edits.mark();
    this.change(
      {
        turn: { ...turn, mirrored: !turn.mirrored },
        angle: -angle,
        crop: { ...crop, x: Math.max(0, 1 - crop.x - crop.width) },
        corners: corners && mirroredCorners(corners),
      },
      'mirror',
    );
    this.edits.mark();
  }

  /** Levels and balance that suit the picture. */
  async suggest(): Promise<void> {
    const request = { file: this.source.file, negative: this.adjustment.negative };
    const tones = await this.#app.attempt(() => this.#app.client.call('suggestAdjustment', request));
    if (tones === undefined) return;
    this.edits.mark();
    this.change(tones, 'auto');
    this.edits.mark();
  }

  /** Asks for the picture as it is set now; while one is on its way, only for the newest after it. */
  async refresh(): Promise<void> {
    this.#asked = this.shown;
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      while (this.#asked !== undefined) {
        const adjustment: Adjustment = this.#asked;
        this.#asked = undefined;
        const { file, healed } = this.source;
        const preview = await this.#app.attempt(() =>
          this.#app.client.call('previewAdjustment', { file, healed, adjustment }),
        );
        if (preview !== undefined) this.preview = preview;
      }
    } finally {
      this.#isAsking = false;
    }
  }

  /** Makes the picture. @param mask  what is marked, which moves with it. */
  async apply(mask: MaskPatch | undefined): Promise<Adjusted | undefined> {
    const { file, healed } = this.source;
    const { adjustment } = this;
    this.isApplying = true;
    const made = await this.#app.attempt(() =>
      this.#app.client.call('adjustPicture', { file, healed, adjustment, ...(mask && { mask }) }),
    );
    this.isApplying = false;
    return made && { ...made, of: file, adjustment };
  }
}

type Corners = NonNullable<Adjustment['corners']>;

function turnedCorners([a, b, c, d]: Corners, quarters: 1 | 3): Corners {
  const clockwise = ([x, y]: Corners[number]): Corners[number] => [1 - y, x];
  const back = ([x, y]: Corners[number]): Corners[number] => [y, 1 - x];
  return quarters === 1
    ? [clockwise(d), clockwise(a), clockwise(b), clockwise(c)]
    : [back(b), back(c), back(d), back(a)];
}

function mirroredCorners([a, b, c, d]: Corners): Corners {
  const across = ([x, y]: Corners[number]): Corners[number] => [1 - x, y];
  return [across(b), across(a), across(d), across(c)];
}

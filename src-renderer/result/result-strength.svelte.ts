import type { AppClient } from '../../src-main/contract/app/client.ts';
import type { ResultInfo } from '../../src-main/contract/app/runs.ts';
import { valueChange } from '../canvas/history.ts';
import type { OpenPicture } from '../state/open-picture.svelte.ts';

/** How far a result goes from the picture before, 0…1. */
export interface ShownStrength {
  readonly all: number;
  /** Where the mask is painted now, in proportion to it; absent: as everywhere. */
  readonly painted?: number;
}

export const FULL: ShownStrength = { all: 1 };

/** Whether a result is shown as it is. */
export function isFull({ all, painted }: ShownStrength): boolean {
  return all === 1 && (painted === undefined || painted === 1);
}

const known = new WeakMap<OpenPicture, ResultStrengths>();

/** The strengths of the results of a picture, the same wherever they are asked for. */
export function strengthsOf(picture: OpenPicture): ResultStrengths {
  const strengths = known.get(picture) ?? new ResultStrengths(picture);
  known.set(picture, strengths);
  return strengths;
}

/** Which strengths people have chosen for results, and what the host has made of them. */
export class ResultStrengths {
  readonly #picture: OpenPicture;
  #chosen: Readonly<Record<string, ShownStrength | undefined>> = $state.raw({});
  #made: { readonly key: string; readonly result: ResultInfo } | undefined;

  constructor(picture: OpenPicture) {
    this.#picture = picture;
  }

  of(result: string): ShownStrength {
    return this.#chosen[result] ?? FULL;
  }

  /** A step that can be undone; one for a slider that is dragged. */
  choose(result: string, strength: ShownStrength): void {
    const before = this.#chosen;
    this.#chosen = { ...before, [result]: strength };
    this.#picture.editor.document.history.record(
      valueChange(
        'history.result-strength',
        before,
        () => this.#chosen,
        (chosen) => (this.#chosen = chosen),
        `strength ${result}`,
        true,
      ),
    );
  }

  /** The result at its strength as the host has it: to the bit, in all its depth. @throws LangevinError of the host */
  async settle(client: AppClient, base: ResultInfo): Promise<ResultInfo> {
    const strength = this.of(base.id);
    if (isFull(strength)) return base;
    const { all, painted } = strength;
    const mask = painted === undefined ? undefined : this.#picture.maskPatch();
    const key = JSON.stringify([base.id, all, painted, mask && this.#picture.editor.document.history.state]);
    if (this.#made?.key === key) return this.#made.result;
    const within = mask && { mask, strength: painted! };
    const result = await client.call('strengthenResult', { result: base.id, strength: all, ...(within && { within }) });
    const earlier = this.#made?.result;
    this.#made = { key, result };
    if (earlier !== undefined) void client.call('forgetResult', { result: earlier.id }).catch(() => undefined);
    return result;
  }
}

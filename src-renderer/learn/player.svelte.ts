import { toLangevinError } from '../../src-main/errors.ts';
import type { Walk, WalkFrame } from './theory/walk.ts';

/** Points whose way is drawn. */
const TRAILS = 12;
/** Steps that one screen frame may take at most, however slow the machine. */
const MOST_STEPS = 25;

/** Plays a simulation: step by step, at a speed, or to its end at once where motion is not wanted. */
export class Player {
  frame: WalkFrame | undefined = $state.raw();
  /** Positions of the first points after each step. */
  trails: readonly Float32Array[] = $state.raw([]);
  playing = $state(false);
  ended = $state(false);
  problem: string | undefined = $state();
  /** Steps in a second. */
  speed = $state(30);
  readonly #wantsMotion: () => boolean;
  #walk: Walk | undefined;
  #busy: Promise<void> | undefined;
  #animation: number | undefined;
  #last = 0;
  #owed = 0;

  /** @param wantsMotion  false: `play` goes to the end without showing what lies between. */
  constructor(wantsMotion: () => boolean) {
    this.#wantsMotion = wantsMotion;
  }

  /** Puts a simulation at its start; one that was playing plays on. */
  async load(walk: Walk): Promise<void> {
    this.#walk = walk;
    this.ended = false;
    this.problem = undefined;
    this.trails = [];
    await this.#advance(1);
  }

  /** @returns when the steps are done. */
  async step(): Promise<void> {
    this.pause();
    await this.#advance(1);
  }

  play(): void {
    if (this.playing || this.ended) return;
    if (!this.#wantsMotion()) return void this.#advance(Infinity);
    this.playing = true;
    this.#last = performance.now();
    this.#owed = 0;
    this.#animation = requestAnimationFrame((now) => this.#tick(now));
  }

  pause(): void {
    this.playing = false;
    if (this.#animation !== undefined) cancelAnimationFrame(this.#animation);
    this.#animation = undefined;
  }

  #tick(now: number): void {
    if (!this.playing) return;
    this.#owed += ((now - this.#last) / 1000) * this.speed;
    this.#last = now;
    const due = Math.min(MOST_STEPS, Math.floor(this.#owed));
    if (due > 0 && this.#busy === undefined) {
      this.#owed = 0;
      void this.#advance(due);
    }
    this.#animation = requestAnimationFrame((next) => this.#tick(next));
  }

  async #advance(count: number): Promise<void> {
    // One at a time: a walk that is asked twice at once would answer in order, but to the wrong frames.
    while (this.#busy !== undefined) await this.#busy;
    this.#busy = this.#take(count);
    await this.#busy;
    this.#busy = undefined;
  }

  async #take(count: number): Promise<void> {
    const walk = this.#walk;
    if (walk === undefined || this.ended) return;
    let newest: WalkFrame | undefined;
    const passed: Float32Array[] = [];
    let ended = false;
    try {
      for (let i = 0; i < count && !ended && this.#walk === walk; i++) {
        const { done, value } = await walk.next();
        if (done === true) ended = true;
        else {
          newest = value;
          passed.push(value.points.slice(0, 2 * TRAILS));
          ended = value.step >= value.steps;
        }
      }
    } catch (error) {
      this.problem = toLangevinError(error).message;
      ended = true;
    }
    // Another simulation has been loaded meanwhile.
    if (this.#walk !== walk) return;
    if (newest !== undefined) {
      this.frame = newest;
      this.trails = [...this.trails, ...passed];
    }
    this.ended = ended;
    if (ended) this.pause();
  }
}

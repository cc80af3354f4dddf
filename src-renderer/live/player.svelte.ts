import type { RunFrame, RunStep } from '../../src-main/contract/app/runs.ts';
import type { RunModel } from '../state/run-model.svelte.ts';

const FRAMES_PER_SECOND = 12;

/** Which of the kept frames of a run is shown: the newest as they come, or one that was scrubbed or played to. */
export class Player {
  readonly run: RunModel;
  isPlaying = $state(false);
  /** The step that is shown; undefined: the newest. */
  #step: number | undefined = $state();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(run: RunModel) {
    this.run = run;
  }

  get isFollowing(): boolean {
    return this.#step === undefined;
  }

  get count(): number {
    return this.run.frames.length;
  }

  /** Index of the shown frame among the kept ones: the last at or before the step that was chosen. */
  get index(): number {
    const step = this.#step;
    if (step === undefined) return this.count - 1;
    return Math.max(
      0,
      this.run.frames.findLastIndex((frame) => frame.step <= step),
    );
  }

  get frame(): RunFrame | undefined {
    return this.run.frames[this.index];
  }

  /** The step of the shown frame; without frames the newest. */
  get shownStep(): RunStep | undefined {
    const { frame } = this;
    return this.run.steps.findLast(({ step }) => step === frame?.step) ?? this.run.lastStep;
  }

  /** Shows a kept frame; the last one of a run that goes on means to follow it. */
  seek(index: number): void {
    const to = Math.min(this.count - 1, Math.max(0, index));
    this.#step = to === this.count - 1 && this.run.isActive ? undefined : this.run.frames[to]?.step;
  }

  move(distance: number): void {
    this.pause();
    this.seek(this.index + distance);
  }

  /** Plays on from the shown frame, from the first one where the last is shown. */
  play(): void {
    if (this.count === 0 || this.isPlaying) return;
    if (this.index >= this.count - 1) this.#step = this.run.frames[0]?.step;
    this.isPlaying = true;
    this.#timer = setInterval(() => this.#advance(), 1000 / FRAMES_PER_SECOND);
  }

  pause(): void {
    clearInterval(this.#timer);
    this.isPlaying = false;
    // Pausing a live picture holds it.
    this.#step ??= this.frame?.step;
  }

  follow(): void {
    this.pause();
    this.#step = undefined;
  }

  /** Ends the timer when the view goes. */
  dispose(): void {
    clearInterval(this.#timer);
    this.isPlaying = false;
  }

  #advance(): void {
    if (this.index < this.count - 1) this.seek(this.index + 1);
    if (this.isFollowing) return this.dispose();
    if (this.index >= this.count - 1) this.pause();
  }
}

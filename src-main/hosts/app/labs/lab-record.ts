import type {
  LabFrame,
  LabKind,
  LabLatent,
  LabLikelihood,
  LabPicture,
  LabProgress,
  LabSnapshot,
} from '../../../contract/app/lab.ts';
import type { RunProblem, RunStatus } from '../../../contract/app/runs.ts';
import type { Id } from '../../../contract/app/values.ts';
import type { SampleReport } from '../../../contract/jobs.ts';

/** Everything that is known of an experiment, and the way to end it. */
export class LabRecord {
  readonly id: Id;
  readonly kind: LabKind;
  readonly frames: LabFrame[] = [];
  readonly pictures: LabPicture[] = [];
  readonly latents: LabLatent[] = [];
  readonly likelihoods: LabLikelihood[] = [];
  readonly notices: string[] = [];
  /** Bytes of `frames`. */
  frameBytes = 0;
  status: RunStatus = 'waiting';
  progress: LabProgress | undefined;
  report: SampleReport | undefined;
  problem: RunProblem | undefined;
  readonly controller = new AbortController();

  constructor(id: Id, kind: LabKind) {
    this.id = id;
    this.kind = kind;
  }

  get isOver(): boolean {
    return this.status !== 'waiting' && this.status !== 'running';
  }

  /** Files that it has made. */
  get files(): Id[] {
    return [
      ...this.pictures.map(({ file }) => file.id),
      ...this.latents.map(({ file }) => file.id),
      ...this.likelihoods.flatMap(({ map }) => (map === undefined ? [] : [map.file.id])),
    ];
  }

  snapshot(): LabSnapshot {
    const { id, kind, status, progress, frames, pictures, latents, likelihoods, notices, report, problem } = this;
    return {
      ...{ lab: id, kind, status, progress, report, problem },
      frames: [...frames],
      pictures: [...pictures],
      latents: [...latents],
      likelihoods: [...likelihoods],
      notices: [...notices],
    };
  }
}

import type {
  LabFrame,
  LabKind,
  LabLatent,
  LabLikelihood,
  LabPicture,
  LabProgress,
  LabSnapshot,
  ParsedLabJob,
} from '../../../contract/app/lab.ts';
import type { RunProblem, RunStatus } from '../../../contract/app/runs.ts';
import type { Id } from '../../../contract/app/values.ts';
import type { SampleReport } from '../../../contract/jobs.ts';

/** Everything that is known of an experiment, and the way to end it. */
export class LabRecord {
  readonly id: Id;
  readonly kind: LabKind;
  readonly model: string;
  readonly frames: LabFrame[] = [];
  readonly pictures: LabPicture[] = [];
  readonly latents: LabLatent[] = [];
  readonly likelihoods: LabLikelihood[] = [];
  readonly notices: string[] = [];
  /** Pictures of folders that were given an id to be measured. */
  readonly found: Id[] = [];
  /** Bytes of `frames`. */
  frameBytes = 0;
  status: RunStatus = 'waiting';
  progress: LabProgress | undefined;
  report: SampleReport | undefined;
  problem: RunProblem | undefined;
  readonly controller = new AbortController();

  constructor(id: Id, { kind, network }: Pick<ParsedLabJob, 'kind' | 'network'>) {
    this.id = id;
    this.kind = kind;
    this.model = network.model;
  }

  get isOver(): boolean {
    return this.status !== 'waiting' && this.status !== 'running';
  }

  /** Files that there are for it alone. */
  get files(): Id[] {
    return [
      ...this.found,
      ...this.pictures.map(({ file }) => file.id),
      ...this.latents.map(({ file }) => file.id),
      ...this.likelihoods.flatMap(({ map }) => (map === undefined ? [] : [map.file.id])),
    ];
  }

  snapshot(): LabSnapshot {
    const { id, kind, model, status, progress, frames, pictures, latents, likelihoods, notices, report, problem } =
      this;
    return {
      ...{ lab: id, kind, model, status, progress, report, problem },
      frames: [...frames],
      pictures: [...pictures],
      latents: [...latents],
      likelihoods: [...likelihoods],
      notices: [...notices],
    };
  }
}

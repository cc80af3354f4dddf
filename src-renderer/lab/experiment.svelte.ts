import type { AppClient } from '../../src-main/contract/app/client.ts';
import type { AppEvent } from '../../src-main/contract/app/events.ts';
import type {
  LabFrame,
  LabKind,
  LabLatent,
  LabLikelihood,
  LabPicture,
  LabProgress,
  LabSnapshot,
} from '../../src-main/contract/app/lab.ts';
import type { RunProblem, RunStatus } from '../../src-main/contract/app/runs.ts';
import type { Id, Pixels } from '../../src-main/contract/app/values.ts';
import type { SampleReport } from '../../src-main/contract/jobs.ts';
import { PictureReader } from './picture-reader.ts';

/** What never changes of an experiment. */
type Fixed = 'lab' | 'kind' | 'model';

/** An experiment of the host as the window follows it. */
export class Experiment {
  readonly id: Id;
  readonly kind: LabKind;
  /** The network it is made with. */
  readonly model: string;
  status: RunStatus = $state('waiting');
  isCancelling = $state(false);
  progress: LabProgress | undefined = $state.raw();
  frames: readonly LabFrame[] = $state.raw([]);
  pictures: readonly LabPicture[] = $state.raw([]);
  latents: readonly LabLatent[] = $state.raw([]);
  likelihoods: readonly LabLikelihood[] = $state.raw([]);
  notices: readonly string[] = $state.raw([]);
  report: SampleReport | undefined = $state.raw();
  problem: RunProblem | undefined = $state.raw();
  readonly #client: AppClient;
  readonly #reader: PictureReader;
  readonly #unsubscribe: () => void;

  constructor(client: AppClient, { lab, kind, model }: Pick<LabSnapshot, Fixed>, known?: LabSnapshot) {
    this.#client = client;
    this.#reader = new PictureReader(client);
    this.id = lab;
    this.kind = kind;
    this.model = model;
    if (known !== undefined) Object.assign(this, taken(known));
    this.#unsubscribe = client.onEvent((event) => this.#receive(event));
  }

  get isActive(): boolean {
    return this.status === 'waiting' || this.status === 'running';
  }

  /** Samples of each class, in rows of which they are shown; undefined where there are no classes. */
  get perClass(): number | undefined {
    const first = this.pictures[0]?.class;
    return first === undefined ? undefined : this.pictures.filter((picture) => picture.class === first).length;
  }

  /** Pixels of a picture of the experiment, read once. */
  pixels(file: Id): Promise<Pixels> {
    return this.#reader.read(file);
  }

  async cancel(): Promise<void> {
    this.isCancelling = true;
    await this.#client.call('cancelLab', { lab: this.id });
  }

  /** Lets the host forget it, with the pictures that it made. */
  async forget(): Promise<void> {
    this.#unsubscribe();
    await this.#client.call('forgetLab', { lab: this.id });
  }

  #receive(event: AppEvent): void {
    if (!('lab' in event) || event.lab !== this.id) return;
    switch (event.type) {
      case 'lab-progress':
        this.status = 'running';
        this.progress = event.progress;
        break;
      case 'lab-frame':
        this.frames = [...this.frames, event.frame];
        break;
      case 'lab-picture':
        this.pictures = [...this.pictures, event.picture];
        break;
      case 'lab-latent':
        this.latents = [...this.latents, event.latent];
        break;
      case 'lab-likelihood':
        this.likelihoods = [...this.likelihoods, event.likelihood];
        break;
      case 'lab-notice':
        this.notices = [...this.notices, event.message];
        break;
      case 'lab-end':
        this.status = event.status;
        this.isCancelling = false;
        if (event.status === 'done') this.report = event.report;
        if (event.status === 'failed') this.problem = event.problem;
    }
  }
}

function taken({ lab: _lab, kind: _kind, model: _model, ...state }: LabSnapshot): Omit<LabSnapshot, Fixed> {
  return state;
}

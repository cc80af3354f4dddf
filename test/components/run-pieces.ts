import type { RunFrame, RunStep } from '../../src-main/contract/app/runs.ts';
import type { PictureContent } from '../../src-main/contract/app/values.ts';
import type { Choices, SamplerChoices } from '../../src-main/contract/app/replies.ts';
import { OpenPicture } from '../../src-renderer/state/open-picture.svelte.ts';

/** A step of a run of `steps`, with values that differ from step to step. */
export function runStep(step: number, changes: Partial<RunStep> = {}): RunStep {
  return {
    stage: 'restore',
    kind: 'predictor',
    sample: 0,
    samples: 1,
    window: 0,
    windows: 1,
    frame: { x: 0, y: 0, width: 2, height: 2 },
    factor: 1,
    step,
    steps: 10,
    level: step - 1,
    levels: 10,
    sigma: 10 / step,
    sigmaNext: 10 / (step + 1),
    stepSize: 1 / step,
    scoreNorm: 5,
    residual: 0.1 / step,
    nfe: 2 * step,
    vjps: step,
    fraction: step / 10,
    elapsedMs: 100 * step,
    etaMs: 1000 * (10 - step),
    ...changes,
  };
}

export function runFrame(step: number, side = 2): RunFrame {
  const picture = { width: side, height: side, channels: 3, bytes: new Uint8Array(3 * side * side).fill(step) };
  return {
    step,
    sigma: 10 / step,
    frame: { x: 0, y: 0, width: side, height: side },
    state: picture,
    denoised: picture,
  };
}

export function content(width = 8, height = 8): PictureContent {
  return {
    width,
    height,
    data: new Uint8Array(4 * width * height).fill(128),
    format: 'png',
    bitDepth: 8,
    mode: 'rgb',
    orientation: 1,
    has: { exif: false, icc: false, xmp: false },
    notices: [],
  };
}

export function openPicture(): OpenPicture {
  return new OpenPicture({
    file: { id: 'file-1', name: 'cat.png', bytes: 10 },
    content: content(),
    options: { task: 'inpaint', seed: 0, samples: 1 },
    model: 'photo',
  });
}

/** Marks some pixels as if they had been painted. */
export function paintSome(picture: OpenPicture): void {
  picture.editor.document.edit('history.test', (layer) => layer.fillRect({ x: 1, y: 1, width: 3, height: 3 }, 'add'));
}

export const choices: Choices = {
  solvers: [
    { name: 'mmps', title: 'MMPS' },
    { name: 'ddrm', title: 'DDRM', whyNot: 'needs a singular value decomposition' },
  ],
  predictors: [{ name: 'ddim', title: 'DDIM' }],
  correctors: [
    { name: 'none', title: 'None' },
    { name: 'langevin', title: 'Langevin' },
  ],
  sdes: [{ name: 'edm', title: 'EDM' }],
  schedules: [{ name: 'karras', title: 'Karras' }],
  defaults: { steps: 8, sigmaMax: 0.5, predictor: 'ddim', corrector: 'none', sde: 'edm', snr: 0.16 },
  defaultSolver: 'mmps',
  methodOptions: [
    {
      name: 'iterations',
      description: 'Conjugate residual iterations',
      type: 'integer',
      nullable: false,
      minimum: 1,
      maximum: 1000,
      default: 1,
      from: 'task',
    },
    {
      name: 'clip',
      description: 'Limit',
      type: 'number',
      nullable: true,
      minimum: 0,
      minimumExcluded: true,
      default: 1.2,
      from: 'schema',
    },
  ],
  sdeOptions: [],
  idle: { sde: 'ddim is the same for every SDE', eta: 'there is none', rtol: 'not rk45', atol: 'not rk45' },
};

/** Of sampling without a measurement. */
export const samplerChoices: SamplerChoices = {
  predictors: [
    { name: 'heun', title: 'Heun' },
    { name: 'ddim', title: 'DDIM' },
  ],
  correctors: [{ name: 'none', title: 'None' }],
  sdes: [{ name: 'edm', title: 'EDM' }],
  schedules: [{ name: 'karras', title: 'Karras' }],
  defaults: { steps: 40, sigmaMax: 80, sigmaMin: 0.005, predictor: 'heun', corrector: 'none', schedule: 'karras' },
  sdeOptions: [],
  idle: {},
};

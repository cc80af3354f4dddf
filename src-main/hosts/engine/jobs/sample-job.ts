import type { z } from 'zod';
import { sampleJobSchema, type JobEvent, type SampleReport } from '../../../contract/jobs.ts';
import { encodePicture } from '../../../images/encode.ts';
import { guidedNetwork } from '../../../likelihood/classifier-guidance.ts';
import { createClassifier } from '../../../prior/classifier.ts';
import { countingNetwork } from '../../../prior/counting.ts';
import { onnxProviders } from '../../../prior/onnx.ts';
import type { ScoreNetwork } from '../../../prior/score-network.ts';
import { tiledNetwork } from '../../../prior/tiled.ts';
import { tensorToPicture } from '../../../restore/picture-tensor.ts';
import { reportedSettings, resolveSampler } from '../../../restore/settings.ts';
import { sampleUnconditionally, updateCount } from '../../../restore/solve.ts';
import { Tracker } from '../../../restore/tracker.ts';
import { UNCONDITIONAL } from '../../../restore/tuned.ts';
import { BatchRandom } from '../../../tensor/random.ts';
import { LangevinError } from '../../../errors.ts';
import type { JobHandler } from '../job-registry.ts';
import type { ModelStore } from '../model-store.ts';
import type { EngineServices } from '../services.ts';
import { parseJob } from './parse-job.ts';
import { forHost } from './step-frame.ts';

/** Side of the pictures that are drawn where neither the caller nor the model says one. */
const DEFAULT_SIDE = 128;

/**
 * Job `sample`: pictures drawn from the prior alone, or from the class that a classifier guides to, one after the other,
 * sample k from the stream (seed, k).
 */
export function sampleJob({ networks, store }: EngineServices): JobHandler {
  return async function* (payload, { signal }): AsyncGenerator<JobEvent, SampleReport> {
    const job = parseJob(sampleJobSchema, payload, 'sample');
    const guided = job.classifier;
    const labels = guided && guided.file === undefined ? await classesOf(store, job.network.model) : undefined;
    const file =
      labels === undefined ? guided && (guided.file ?? (await store.readClassifier(job.network.model))) : undefined;
    const { network, messages, release } = await networks.lease(job.network);
    try {
      for (const message of messages) yield { type: 'notice', message };
      if (guided !== undefined && labels !== undefined) {
        const { class: wanted, scale } = guided;
        return yield* draw(network, job, signal, {
          classes: wanted === 'all' ? numbersTo(labels) : [wanted],
          scale,
          // What the network itself knows of a class is as good in a part of the picture.
          guide: (tile, label) => tile(networkOfClass(network, label, scale)),
        });
      }
      if (file === undefined || guided === undefined) return yield* draw(network, job, signal);
      const classifier = await createClassifier(file.name, file.bytes, {
        // A classifier goes where the network is; TensorFlow.js has none of these places.
        provider: onnxProviders.find((provider) => provider === network.provider) ?? 'cpu',
        threads: job.network.threads,
      });
      try {
        const { class: wanted, scale } = guided;
        return yield* draw(network, job, signal, {
          classes: wanted === 'all' ? numbersTo(classifier.classes) : [wanted],
          scale,
          // The classifier sees the whole picture.
          guide: (tile, label) => guidedNetwork(tile(network), { classifier, class: label, scale }),
        });
      } finally {
        await classifier.dispose();
      }
    } finally {
      await release();
    }
  };
}

interface Guidance {
  readonly classes: readonly number[];
  readonly scale: number;
  /** The network of a class. @param tile  makes a network for pictures of any size. */
  guide(tile: (network: ScoreNetwork) => ScoreNetwork, label: number): ScoreNetwork;
}

/** How many classes a model itself is told of; undefined where it is not. */
async function classesOf(store: ModelStore, model: string): Promise<number | undefined> {
  const { manifest } = await store.find(model);
  return manifest.classifier === undefined ? manifest.classLabels?.count : undefined;
}

function networkOfClass(network: ScoreNetwork, label: number, scale: number): ScoreNetwork {
  if (network.ofClass !== undefined) return network.ofClass(label, scale);
  throw new LangevinError(
    'unsupported-combination',
    `The model ${network.manifest.name} cannot be told of a class on ${network.provider}.`,
  );
}

function numbersTo(count: number): number[] {
  return Array.from({ length: count }, (_, k) => k);
}

async function* draw(
  network: ScoreNetwork,
  job: z.output<typeof sampleJobSchema>,
  signal: AbortSignal,
  guidance?: Guidance,
): AsyncGenerator<JobEvent, SampleReport> {
  const { options, frames } = job;
  const { seed, tile, ...asked } = options;
  const settings = resolveSampler({}, UNCONDITIONAL, asked, undefined, network.manifest);
  const { channels, size = [DEFAULT_SIDE, DEFAULT_SIDE] } = network.manifest;
  const { height = size[0], width = size[1] } = job;
  const classes = guidance?.classes ?? [undefined];
  const count = job.count * classes.length;
  const updates = updateCount(settings, undefined);
  const tracker = new Tracker(count * updates, count * updates * height * width, () => performance.now());
  const png = { format: 'png' } as const;
  const start = performance.now();
  for (let sample = 0; sample < count; sample++) {
    const tiled = (one: ScoreNetwork): ScoreNetwork =>
      tiledNetwork(one, tile === undefined ? {} : { tilePixels: tile ** 2 });
    const wanted = classes[Math.floor(sample / job.count)];
    const counted = countingNetwork(
      guidance === undefined || wanted === undefined ? tiled(network) : guidance.guide(tiled, wanted),
    );
    const run = sampleUnconditionally({
      network: counted,
      settings,
      shape: [channels, height, width],
      random: BatchRandom.seeded(seed, 1, sample),
      signal,
    });
    const place = {
      stage: 'restore' as const,
      sample,
      samples: count,
      window: 0,
      windows: 1,
      frame: { x: 0, y: 0, width, height },
      factor: 1,
    };
    const steps = tracker.follow(run, place, undefined, counted);
    for (;;) {
      const step = await steps.next();
      if (step.done) {
        const bytes = await encodePicture(tensorToPicture(step.value), png);
        yield { type: 'picture', sample, format: 'png', bytes };
        break;
      }
      yield await forHost(step.value, frames, (frame) => encodePicture(frame, png));
    }
  }
  return {
    model: network.manifest.name,
    provider: network.provider,
    settings: {
      ...reportedSettings(settings),
      ...(guidance && {
        class: guidance.classes.length === 1 ? guidance.classes[0] : 'all',
        classifierScale: guidance.scale,
      }),
    },
    seed,
    count,
    ...(guidance && { classes: guidance.classes.length }),
    nfe: tracker.nfe,
    seconds: (performance.now() - start) / 1000,
  };
}

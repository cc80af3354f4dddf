import type { z } from 'zod';
import { sampleJobSchema, type JobEvent, type SampleReport } from '../../../contract/jobs.ts';
import { encodePicture } from '../../../images/encode.ts';
import { guidedNetwork, type ClassifierGuidance } from '../../../likelihood/classifier-guidance.ts';
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
import type { JobHandler } from '../job-registry.ts';
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
    const file = guided && (guided.file ?? (await store.readClassifier(job.network.model)));
    const { network, messages, release } = await networks.lease(job.network);
    try {
      for (const message of messages) yield { type: 'notice', message };
      if (file === undefined || guided === undefined) return yield* draw(network, job, signal);
      const classifier = await createClassifier(file.name, file.bytes, {
        // A classifier goes where the network is; TensorFlow.js has none of these places.
        provider: onnxProviders.find((provider) => provider === network.provider) ?? 'cpu',
        threads: job.network.threads,
      });
      try {
        const { class: wanted, scale } = guided;
        const all = Array.from({ length: classifier.classes }, (_, k) => k);
        return yield* draw(network, job, signal, { classifier, classes: wanted === 'all' ? all : [wanted], scale });
      } finally {
        await classifier.dispose();
      }
    } finally {
      await release();
    }
  };
}

interface Guidance extends Omit<ClassifierGuidance, 'class'> {
  readonly classes: readonly number[];
}

async function* draw(
  network: ScoreNetwork,
  job: z.output<typeof sampleJobSchema>,
  signal: AbortSignal,
  guidance?: Guidance,
): AsyncGenerator<JobEvent, SampleReport> {
  const { options, frames } = job;
  const { seed, tile, ...asked } = options;
  const settings = resolveSampler({}, UNCONDITIONAL, asked, undefined, network.manifest.sigmaMax);
  const { channels, size = [DEFAULT_SIDE, DEFAULT_SIDE] } = network.manifest;
  const { height = size[0], width = size[1] } = job;
  const classes = guidance?.classes ?? [undefined];
  const count = job.count * classes.length;
  const updates = updateCount(settings, undefined);
  const tracker = new Tracker(count * updates, count * updates * height * width, () => performance.now());
  const png = { format: 'png' } as const;
  const start = performance.now();
  for (let sample = 0; sample < count; sample++) {
    const tiled = tiledNetwork(network, tile === undefined ? {} : { tilePixels: tile ** 2 });
    const wanted = classes[Math.floor(sample / job.count)];
    // The classifier sees the whole picture.
    const counted = countingNetwork(
      guidance === undefined || wanted === undefined ? tiled : guidedNetwork(tiled, { ...guidance, class: wanted }),
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

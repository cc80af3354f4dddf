import {
  decodeJobSchema,
  encodeJobSchema,
  type DecodeReport,
  type EncodedPicture,
  type LatentEvent,
  type LatentProgress,
} from '../../../contract/latent-job.ts';
import type { FileBytes } from '../../../contract/jobs.ts';
import { LangevinError } from '../../../errors.ts';
import { decodePicture } from '../../../images/decode.ts';
import { encodePicture } from '../../../images/encode.ts';
import { readNpy, writeNpy } from '../../../images/npy.ts';
import type { Manifest } from '../../../prior/manifest.ts';
import { tiledNetwork } from '../../../prior/tiled.ts';
import { colourChannels, readTensor, tensorToPicture } from '../../../restore/picture-tensor.ts';
import { assertKnownLevels } from '../../../restore/settings.ts';
import { decodeLatent, encodeLatent, slerp } from '../../../sampling/latent.ts';
import { scale, type Tensor } from '../../../tensor/tensor.ts';
import type { JobContext, JobHandler } from '../job-registry.ts';
import { contentsOf } from '../placed-files.ts';
import type { EngineServices } from '../services.ts';
import { parseJob } from './parse-job.ts';

/** Job `encode`: the latent of a picture, by the probability-flow ODE. */
export function encodeJob({ networks }: EngineServices): JobHandler {
  return async function* (payload, context): AsyncGenerator<LatentEvent, EncodedPicture> {
    const job = parseJob(encodeJobSchema, payload, 'encode');
    const { bytes, name } = await contentsOf(job.picture);
    const picture = await decodePicture(bytes, name);
    const { network, messages, release } = await networks.lease(job.network);
    try {
      for (const message of messages) yield { type: 'notice', message };
      const { manifest } = network;
      if (colourChannels(picture) > manifest.channels) throw colourful(manifest);
      const { width, height } = picture;
      const { x } = readTensor(picture, undefined, { x: 0, y: 0, width, height }, 1, manifest.channels);
      assertKnownLevels(job, manifest);
      const { rtol, atol, sigmaMin = manifest.sigmaMin, sigmaMax = manifest.sigmaMax } = job;
      const start = performance.now();
      const { latent, evaluations } = await encodeLatent(
        tiledNetwork(network),
        x,
        { rtol, atol, sigmaMin, sigmaMax },
        {
          signal: context.signal,
          onStep: progress(context, start, 1, (sigma) => Math.log(sigma / sigmaMin) / Math.log(sigmaMax / sigmaMin)),
        },
      );
      const energy = latent.data.reduce((sum, value) => sum + value * value, 0);
      return {
        npy: writeNpy({ shape: latent.shape.slice(1), data: latent.data }),
        settings: { model: manifest.name, sha256: manifest.sha256, sigmaMin, sigmaMax, rtol, atol },
        rms: Math.sqrt(energy / latent.data.length),
        nfe: evaluations[0],
        seconds: (performance.now() - start) / 1000,
      };
    } finally {
      await release();
    }
  };
}

/** Job `decode`: the pictures of a latent, or of places between two. */
export function decodeJob({ networks }: EngineServices): JobHandler {
  return async function* (payload, context): AsyncGenerator<LatentEvent, DecodeReport> {
    const job = parseJob(decodeJobSchema, payload, 'decode');
    const { positions, temperature, settings } = job;
    const first = readLatent(job.latent);
    const second = job.other === undefined ? undefined : readLatent(job.other);
    if (second === undefined && positions.some((position) => position !== 0)) {
      throw new LangevinError('invalid-argument', 'Between which latents? Give the other one, too (--to OTHER.npy).');
    }
    const { network, messages, release } = await networks.lease(job.network);
    try {
      for (const message of messages) yield { type: 'notice', message };
      const { manifest, provider } = network;
      if (first.shape[1] !== manifest.channels || settings.sha256 !== manifest.sha256) {
        throw new LangevinError(
          'unsupported-combination',
          `${job.latent.name} was made with the model ${settings.model}, and ${manifest.name} is another one ` +
            `(or another version): a latent belongs to its network. Choose --model ${settings.model}.`,
        );
      }
      const { sigmaMin, sigmaMax } = settings;
      const start = performance.now();
      let nfe = 0;
      for (const [index, position] of positions.entries()) {
        const between = second === undefined ? first : slerp(first, second, position);
        const { x, evaluations } = await decodeLatent(tiledNetwork(network), scale(temperature, between), settings, {
          signal: context.signal,
          onStep: progress(context, start, positions.length, (sigma) => {
            return index + Math.log(sigmaMax / sigma) / Math.log(sigmaMax / sigmaMin);
          }),
        });
        nfe += evaluations[0];
        yield { type: 'picture', index, bytes: await encodePicture(tensorToPicture(x), { format: 'png' }) };
      }
      const seconds = (performance.now() - start) / 1000;
      return { model: manifest.name, provider, pictures: positions.length, nfe, seconds };
    } finally {
      await release();
    }
  };
}

/** Tells the host how far along ln σ the flow has come. @param done  of `total`, at a noise level. */
function progress({ emit }: JobContext, start: number, total: number, done: (sigma: number) => number) {
  return ({ sigma }: { readonly sigma: number }): void => {
    const fraction = Math.min(1, Math.max(1e-6, done(sigma) / total));
    const etaMs = ((performance.now() - start) * (1 - fraction)) / fraction;
    emit({ type: 'progress', fraction, etaMs } satisfies LatentProgress);
  };
}

/** [1, c, h, w] of a .npy file. */
function readLatent({ name, bytes }: FileBytes): Tensor {
  const { shape, data } = readNpy(bytes, name);
  const [c, h, w] = shape;
  if (shape.length !== 3 || shape.some((side) => side < 1)) {
    throw new LangevinError('invalid-shape', `${name} has the shape (${shape.join(', ')}); a latent has (c, h, w).`);
  }
  const values = Float32Array.from(data);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const place = `channel ${Math.floor(bad / (h * w))}, row ${Math.floor(bad / w) % h}, column ${bad % w}`;
    throw new LangevinError(
      'picture-damaged',
      `${name} holds a value that is no finite number, ${data[bad]} at ${place}.`,
    );
  }
  return { shape: [1, c, h, w], data: values };
}

function colourful({ name }: Manifest): LangevinError {
  return new LangevinError(
    'unsupported-combination',
    `The model ${name} is for grey pictures and this one has colour; choose a colour model such as photo.`,
  );
}

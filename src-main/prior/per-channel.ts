import { LangevinError } from '../errors.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';
import type { Manifest } from './manifest.ts';
import type { ScoreNetwork } from './score-network.ts';

/** How the planes that a network for grey pictures takes lie in the channels of a colour picture. */
interface Planes {
  /** Rows are the planes' directions in (red, green, blue), of length 1 and square to each other. */
  readonly directions: readonly (readonly number[])[];
  /** What a plane's coordinate is multiplied by, so that it fills [−1, 1] as a grey picture does. */
  readonly scales: readonly number[];
}

const CHANNELS: Planes = {
  directions: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  scales: [1, 1, 1],
};

const [R2, R3, R6] = [2, 3, 6].map(Math.sqrt);

/** The mean of the channels, and two differences that are 0 where there is no colour: (r − b)/2 and (r − 2g + b)/4. */
const LUMA: Planes = {
  directions: [
    [1 / R3, 1 / R3, 1 / R3],
    [1 / R2, 0, -1 / R2],
    [1 / R6, -2 / R6, 1 / R6],
  ],
  scales: [1 / R3, 1 / R2, R6 / 4],
};

/**
 * A network for grey pictures as one for colour: each plane is a picture of its own, red, green and blue or, with
 * `colourBy: "luma"`, brightness and two differences of colour, so that an edge of the picture is one edge and not three.
 * Turned by an orthonormal matrix white noise stays white; a plane that is scaled has its σ scaled (and is never told less
 * than the network's least).
 * @param manifest  of the network, with its number of channels as a colour network.
 */
export function perChannelNetwork(network: ScoreNetwork, manifest: Manifest): ScoreNetwork {
  const { channels } = manifest;
  const planes = manifest.colourBy === 'luma' ? LUMA : CHANNELS;
  const inverse = planes.scales.map((scale) => 1 / scale);
  const apart = (x: Tensor, scales: readonly number[]): Tensor => {
    const [n, c, height, width] = x.shape;
    if (c === channels) return tensor([n * c, 1, height, width], toPlanes(x, planes, scales));
    throw new LangevinError(
      'invalid-shape',
      `The network ${manifest.name} takes [n, ${channels}, h, w] but was given [${[n, c, height, width].join(', ')}].`,
    );
  };
  const together = (x: Tensor, scales: readonly number[]): Tensor => {
    const [n, , height, width] = x.shape;
    return tensor([n / channels, channels, height, width], fromPlanes(x, planes, scales));
  };
  // Planes are S O x, with O orthonormal: D = Oᵀ S⁻¹ N(S O x), and (∂D/∂x)ᵀ v = Oᵀ S (∂N)ᵀ S⁻¹ O v.
  const input = (x: Tensor): Tensor => apart(x, planes.scales);
  const output = (y: Tensor): Tensor => together(y, inverse);
  const cotangent = (v: Tensor): Tensor => apart(v, inverse);
  const gradient = (g: Tensor): Tensor => together(g, planes.scales);
  const levels = (sigma: Float32Array): Float32Array =>
    Float32Array.from({ length: sigma.length * channels }, (_, i) => {
      const [level, scale] = [sigma[Math.floor(i / channels)], planes.scales[i % channels]];
      return scale === 1 ? level : Math.max(level * scale, Math.min(level, manifest.sigmaMin));
    });
  const { vjp, linearize } = network;
  return {
    ...network,
    manifest,
    denoise: async (x, sigma) => output(await network.denoise(input(x), levels(sigma))),
    ...(vjp === undefined
      ? {}
      : {
          async vjp(x: Tensor, sigma: Float32Array, v: Tensor) {
            const result = await vjp.call(network, input(x), levels(sigma), cotangent(v));
            return { denoised: output(result.denoised), vjp: gradient(result.vjp) };
          },
        }),
    ...(linearize === undefined
      ? {}
      : {
          async linearize(x: Tensor, sigma: Float32Array) {
            const { denoised, recomputes, pull } = await linearize.call(network, input(x), levels(sigma));
            return {
              denoised: output(denoised),
              recomputes,
              pull: async (v: Tensor) => gradient(await pull(cotangent(v))),
            };
          },
        }),
    dispose: () => network.dispose(),
  };
}

/** scales · O x, plane by plane; x itself where the planes are its channels. */
function toPlanes({ shape, data }: Tensor, planes: Planes, scales: readonly number[]): Float32Array {
  if (planes === CHANNELS) return data;
  return mixed(data, shape[2] * shape[3], (plane) => planes.directions[plane].map((value) => value * scales[plane]));
}

/** Oᵀ (scales · y) of planes y; y itself where they are the picture's channels. */
function fromPlanes({ shape, data }: Tensor, planes: Planes, scales: readonly number[]): Float32Array {
  if (planes === CHANNELS) return data;
  return mixed(data, shape[2] * shape[3], (channel) =>
    planes.directions.map((direction, plane) => direction[channel] * scales[plane]),
  );
}

/** Of every three planes of `size` values, three weighted sums. */
function mixed(data: Float32Array, size: number, weightsOf: (result: number) => readonly number[]): Float32Array {
  const result = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += 3 * size) {
    for (let k = 0; k < 3; k++) {
      const [a, b, c] = weightsOf(k);
      const into = start + k * size;
      for (let i = 0; i < size; i++) {
        result[into + i] = a * data[start + i] + b * data[start + size + i] + c * data[start + 2 * size + i];
      }
    }
  }
  return result;
}

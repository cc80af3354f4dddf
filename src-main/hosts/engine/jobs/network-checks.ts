import type { ScoreNetwork } from '../../../prior/score-network.ts';
import { RandomGenerator } from '../../../tensor/random.ts';
import { tensor, type Shape, type Tensor } from '../../../tensor/tensor.ts';
import type { ModelFinding } from './model-finding.ts';

/** Answers at sizes that are no multiples of the stride, smaller than it, and at two noise levels at once. */
export async function checkShapes(network: ScoreNetwork, seed: number): Promise<ModelFinding> {
  const { channels, stride } = network.manifest;
  const sizes = [
    [1, 1],
    [stride, stride],
    [17, 33],
    [1, 200],
    [64, 96],
  ];
  for (const [height, width] of sizes) {
    const x = noise([2, channels, height, width], seed, 0.7);
    const denoised = await network.denoise(x, Float32Array.of(0.1, 2));
    if (!denoised.data.every(Number.isFinite)) {
      const message = `At ${height} × ${width} pixels the answer has values that are not finite.`;
      return { check: 'shapes', level: 'error', message };
    }
  }
  const names = sizes.map((size) => size.join(' × ')).join(', ');
  return { check: 'shapes', level: 'ok', message: `Answers at ${names} pixels.` };
}

/** What gradients are compared at: of the steps, the one that fits the network's precision gives the least difference. */
const steps = [1e-3, 5e-3, 2e-2, 6e-2];

/** <v, J d> by a central difference against <Jᵀ v, d>. */
export async function checkGradients(network: ScoreNetwork, seed: number): Promise<ModelFinding> {
  if (network.vjp === undefined) {
    const reason = network.gradientProblem === undefined ? '' : ` ${network.gradientProblem}`;
    const message = `There are no gradients on ${network.provider}; solvers that need them cannot run.${reason}`;
    return { check: 'gradients', level: 'warning', message };
  }
  const shape = testedShape(network);
  const sigma = Float32Array.of(0.5);
  const [x, v, d] = [0.7, 1, 1].map((scale, i) => noise(shape, seed + i, scale));
  const { vjp } = await network.vjp(x, sigma, v);
  const backward = dot(vjp, d);
  const scale = Math.sqrt(dot(vjp, vjp));
  let error = Infinity;
  for (const step of steps) {
    const moved = (sign: number): Promise<Tensor> => network.denoise(added(x, sign * step, d), sigma);
    const [plus, minus] = [await moved(1), await moved(-1)];
    const forward = plus.data.reduce((sum, value, i) => sum + ((value - minus.data[i]) / (2 * step)) * v.data[i], 0);
    const difference = Math.abs(forward - backward) / scale;
    if (difference < error) error = difference;
  }
  return error < 0.05
    ? {
        check: 'gradients',
        level: 'ok',
        message: `Gradients agree with finite differences to ${error.toPrecision(1)} of their norm.`,
      }
    : {
        check: 'gradients',
        level: 'error',
        message: `Gradients differ from finite differences by ${error.toPrecision(2)} of their norm.`,
      };
}

/**
 * The Jacobian of a posterior mean is a covariance over σ², so symmetric: <u, Jᵀ v> = <v, Jᵀ u>. A network's is so nearly; how
 * nearly says how far guided solvers can trust it.
 */
export async function checkSymmetry(network: ScoreNetwork, seed: number): Promise<ModelFinding> {
  const shape = testedShape(network);
  const sigma = Float32Array.of(0.5);
  const [x, u, v] = [0.7, 1, 1].map((scale, i) => noise(shape, seed + 10 + i, scale));
  const ofV = (await network.vjp!(x, sigma, v)).vjp;
  const ofU = (await network.vjp!(x, sigma, u)).vjp;
  const [forward, backward] = [dot(u, ofV), dot(v, ofU)];
  const scale = Math.sqrt(dot(ofU, ofU) * dot(ofV, ofV)) / Math.sqrt(u.data.length);
  const error = Math.abs(forward - backward) / scale;
  const message = `At σ = 0.5 the Jacobian is symmetric to ${error.toPrecision(2)} standard deviations of chance.`;
  return { check: 'symmetry', level: 'ok', message };
}

/** One evaluation and one product with the Jacobian at 128 × 128 pixels. */
export async function checkSpeed(network: ScoreNetwork, seed: number): Promise<ModelFinding> {
  const x = noise([1, network.manifest.channels, 128, 128], seed, 0.7);
  const sigma = Float32Array.of(0.5);
  await network.denoise(x, sigma);
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  const plain = await timed(() => network.denoise(x, sigma));
  const { vjp } = network;
  const gradient = vjp && (await timed(() => vjp.call(network, x, sigma, x)));
  const product = gradient === undefined ? '' : `, ${gradient.toFixed(0)} ms with a gradient`;
  const memory = (process.resourceUsage().maxRSS / 1024).toFixed(0);
  return {
    check: 'speed',
    level: 'ok',
    message: `128 × 128 pixels take ${plain.toFixed(0)} ms${product} on ${network.provider}; so far ${memory} MB of memory.`,
  };
}

/** Of one tile, where the network takes one size. */
function testedShape({ manifest }: ScoreNetwork): Shape {
  return [1, manifest.channels, 32, 48];
}

function added(x: Tensor, factor: number, d: Tensor): Tensor {
  return tensor(
    x.shape,
    x.data.map((value, i) => value + factor * d.data[i]),
  );
}

function dot(a: Tensor, b: Tensor): number {
  return a.data.reduce((sum, value, i) => sum + value * b.data[i], 0);
}

function noise(shape: Shape, seed: number, scale: number): Tensor {
  const data = new Float32Array(shape.reduce((a, b) => a * b));
  new RandomGenerator(seed).fillNormal(data);
  return tensor(
    shape,
    data.map((z) => scale * z),
  );
}

import { LangevinError } from '../errors.ts';
import { BatchRandom } from '../tensor/random.ts';
import { linear, normPerSample, repeatSigma, type Shape, type Tensor } from '../tensor/tensor.ts';
import type { Manifest } from './manifest.ts';
import { createOnnxNetwork, runtimeReason, type OnnxNetworkOptions, type OnnxProvider } from './onnx.ts';
import type { ScoreNetwork } from './score-network.ts';

/**
 * Largest |ΔD| from the CPU's answer, on [−1, 1], with which a provider counts as right: a quarter of one 8-bit level.
 * Float32 arithmetic in another order differs by 1e-5; tensor cores that round to TF32 by 1e-3; half precision by more.
 */
export const probeTolerance = 0.002;

/**
 * Largest ‖ΔJᵀv‖/‖Jᵀv‖ from the CPU. Rounding puts a few activations on the other side of a kink, where the gradient
 * jumps: WebGPU in software differs by 1e-4 in D and by up to 0.012 here. A wrong gradient is off by 1.
 */
export const gradientTolerance = 0.05;

/** What a provider was found to do. */
export interface ProbeReport {
  readonly provider: OnnxProvider;
  readonly usable: boolean;
  /** Why it is not usable, as the end of a sentence. */
  readonly reason?: string;
  /** Largest |ΔD| from the CPU. */
  readonly maxDifference?: number;
  /** Relative difference of Jᵀv from the CPU, where the network can be differentiated. */
  readonly gradientDifference?: number;
  /** Evaluations of D a second at 256 × 256 pixels, and the CPU's for comparison. */
  readonly stepsPerSecond?: number;
  readonly cpuStepsPerSecond?: number;
}

export interface ProbeOptions extends Omit<OnnxNetworkOptions, 'provider'> {
  /** How long to measure the speed of each of provider and CPU, in seconds. */
  readonly seconds: number;
}

/**
 * Runs one small step on `provider` and on the CPU and compares the two, D and (where the network can be
 * differentiated) Jᵀv, then measures the speed of both. A provider that fails, or answers further away than
 * `probeTolerance` and `gradientTolerance`, is reported and not thrown. A driver can take the whole process down with
 * it: call this in a process that may be lost.
 * @throws model-corrupt, invalid-manifest when the network does not even run on the CPU
 */
export async function probeProvider(
  manifest: Manifest,
  bytes: Uint8Array,
  provider: OnnxProvider,
  { seconds, ...options }: ProbeOptions,
): Promise<ProbeReport> {
  const cpu = await createOnnxNetwork(manifest, bytes, { ...options, provider: 'cpu' });
  try {
    if (provider === 'cpu') {
      const stepsPerSecond = await measureSpeed(cpu, seconds);
      return { provider, usable: true, maxDifference: 0, stepsPerSecond, cpuStepsPerSecond: stepsPerSecond };
    }
    let network: ScoreNetwork;
    try {
      network = await createOnnxNetwork(manifest, bytes, { ...options, provider });
    } catch (error) {
      return { provider, usable: false, reason: reasonOf(error) };
    }
    try {
      const differences = await compare(cpu, network);
      const { maxDifference, gradientDifference = 0 } = differences;
      const found = { provider, ...differences };
      if (!(maxDifference <= probeTolerance)) {
        const reason = `answers ${maxDifference.toPrecision(2)} away from the CPU, where ${probeTolerance} is allowed`;
        return { ...found, usable: false, reason };
      }
      if (!(gradientDifference <= gradientTolerance)) {
        const reason = `its gradients differ from the CPU's by ${gradientDifference.toPrecision(2)} of their norm`;
        return { ...found, usable: false, reason };
      }
      const stepsPerSecond = await measureSpeed(network, seconds);
      return { ...found, usable: true, stepsPerSecond, cpuStepsPerSecond: await measureSpeed(cpu, seconds) };
    } catch (error) {
      return { provider, usable: false, reason: reasonOf(error) };
    } finally {
      await network.dispose();
    }
  } finally {
    await cpu.dispose();
  }
}

/** The runtime's own words, where there are any. */
function reasonOf(error: unknown): string {
  return runtimeReason(error instanceof LangevinError ? (error.cause ?? error) : error);
}

/** Compares two networks at two noise levels, on noise of the strength that belongs to them. */
async function compare(
  cpu: ScoreNetwork,
  network: ScoreNetwork,
): Promise<Pick<ProbeReport, 'gradientDifference'> & { readonly maxDifference: number }> {
  const sigma = Float32Array.of(0.1, 2);
  const shape: Shape = [2, cpu.manifest.channels, 64, 64];
  const x = noise(shape, sigma, cpu.manifest.sigmaData);
  const difference = linear(1, await cpu.denoise(x, sigma), -1, await network.denoise(x, sigma));
  // A difference that is not a number stays the largest.
  const maxDifference = difference.data.reduce(
    (max, d) => (Math.abs(d) > max || Number.isNaN(d) ? Math.abs(d) : max),
    0,
  );
  const v = noise(shape, Float32Array.of(1, 1), 0);
  const right = await cpu.vjp?.(x, sigma, v).catch(() => undefined);
  const other = right && (await network.vjp?.(x, sigma, v));
  if (right === undefined || other === undefined) return { maxDifference };
  const [error, size] = [linear(1, right.vjp, -1, other.vjp), right.vjp].map((t) => Math.hypot(...normPerSample(t)));
  return { maxDifference, gradientDifference: error / size };
}

/** Evaluations a second at 256 × 256, over at least `seconds` and at least one evaluation after a first one. */
export async function measureSpeed(network: ScoreNetwork, seconds: number): Promise<number> {
  const sigma = repeatSigma(0.5, 1);
  const x = noise([1, network.manifest.channels, 256, 256], sigma, network.manifest.sigmaData);
  await network.denoise(x, sigma);
  const start = performance.now();
  for (let count = 1; ; count++) {
    await network.denoise(x, sigma);
    const elapsed = (performance.now() - start) / 1000;
    if (elapsed >= seconds) return count / elapsed;
  }
}

function noise(shape: Shape, sigma: Float32Array, sigmaData: number): Tensor {
  const x = BatchRandom.seeded(1, shape[0]).normal(shape);
  const size = x.data.length / shape[0];
  return { shape, data: x.data.map((z, i) => z * Math.hypot(sigmaData, sigma[Math.floor(i / size)])) };
}

/** Providers worth probing on a platform, best first, as ONNX Runtime is built for Node.js; `cpu` always works. */
export function providerCandidates(platform: NodeJS.Platform): OnnxProvider[] {
  switch (platform) {
    case 'win32':
      return ['dml', 'webgpu'];
    case 'darwin':
      return ['coreml', 'webgpu'];
    default:
      return ['cuda', 'webgpu'];
  }
}

export interface ProviderChoice {
  readonly provider: OnnxProvider;
  /** What the user must be told: what it runs on, and why nothing better was taken. */
  readonly messages: readonly string[];
}

/**
 * Decides what to run on. `auto`: the first candidate that is right and faster than the CPU, otherwise the CPU, with a
 * message that gives the reason for every candidate that was passed over. A provider asked for by name is taken when
 * it is right, and said to be slow when it is slower than the CPU.
 * @param probe  finds out about one provider; not called for `cpu`.
 * @throws provider-unavailable  when the provider asked for by name does not work, with the reason and what would.
 */
export async function chooseProvider(
  requested: OnnxProvider | 'auto',
  candidates: readonly OnnxProvider[],
  probe: (provider: OnnxProvider) => Promise<ProbeReport>,
): Promise<ProviderChoice> {
  if (requested === 'cpu') return { provider: 'cpu', messages: [] };
  if (requested !== 'auto') {
    const report = await probe(requested);
    if (!report.usable) {
      const alternatives = ['auto', 'cpu', ...candidates.filter((candidate) => candidate !== requested)];
      throw new LangevinError(
        'provider-unavailable',
        `The provider ${requested} cannot be used: ${report.reason ?? 'it does not work'}. ` +
          `Choose another one (${alternatives.join(', ')}); "langevin doctor" shows which of them work here.`,
      );
    }
    return { provider: requested, messages: isSlow(report) ? [`${requested} is ${slowness(report)}.`] : [] };
  }
  const passedOver: string[] = [];
  const choice = (provider: OnnxProvider, name: string): ProviderChoice => ({
    provider,
    messages: passedOver.length === 0 ? [] : [`Running on ${name}. Not used: ${passedOver.join('; ')}.`],
  });
  for (const candidate of candidates) {
    const report = await probe(candidate);
    if (report.usable && !isSlow(report)) return choice(candidate, candidate);
    passedOver.push(`${candidate} (${report.usable ? slowness(report) : (report.reason ?? 'it does not work')})`);
  }
  return choice('cpu', 'the CPU');
}

function isSlow({ stepsPerSecond, cpuStepsPerSecond }: ProbeReport): boolean {
  return stepsPerSecond !== undefined && cpuStepsPerSecond !== undefined && stepsPerSecond < cpuStepsPerSecond;
}

function slowness({ stepsPerSecond = 0, cpuStepsPerSecond = 0 }: ProbeReport): string {
  const [own, cpu] = [stepsPerSecond, cpuStepsPerSecond].map((speed) => speed.toPrecision(2));
  return `slower here than the CPU, ${own} against ${cpu} steps a second at 256 × 256`;
}

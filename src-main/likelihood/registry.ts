import { LangevinError } from '../errors.ts';
import type { ScoreNetwork } from '../prior/score-network.ts';
import { ald } from './ald.ts';
import { daps } from './daps.ts';
import { ddnm } from './ddnm.ts';
import { ddrm } from './ddrm.ts';
import { diffpir } from './diffpir.ts';
import { direct } from './direct.ts';
import { dpir } from './dpir.ts';
import { dps } from './dps.ts';
import { whyNot, type Likelihood, type LikelihoodMethod, type Measurement } from './likelihood.ts';
import { mmps } from './mmps.ts';
import { pigdm } from './pigdm.ts';
import { projection } from './projection.ts';
import { redDiff } from './red-diff.ts';
import { repaint } from './repaint.ts';

/** Every method by its name. To add one, write its file and add it here; the tests over the registry then cover it. */
export const likelihoods: ReadonlyMap<string, LikelihoodMethod> = register([
  projection,
  ddnm,
  repaint,
  ald,
  ddrm,
  diffpir,
  redDiff,
  daps,
  dpir,
  dps,
  pigdm,
  mmps,
  direct,
]);

/** @throws invalid-argument for an unknown name, listing the known ones. */
export function likelihoodMethod(name: string): LikelihoodMethod {
  const method = likelihoods.get(name);
  if (method === undefined) {
    throw new LangevinError(
      'invalid-argument',
      `There is no solver named ${JSON.stringify(name)}; the known ones are ${[...likelihoods.keys()].join(', ')}.`,
    );
  }
  return method;
}

/** Names of the methods that can solve this measurement with this network, in the registry's order. */
export function applicableMethods(
  measurement: Pick<Measurement, 'operator' | 'sigmaY'>,
  network: ScoreNetwork,
): string[] {
  return [...likelihoods.values()]
    .filter((method) => whyNot(method.needs, measurement, network) === undefined)
    .map((method) => method.name);
}

/**
 * Builds the likelihood of a measurement by the method's name; one object serves one run.
 * @param options  checked against the method's schema, defaults filled in.
 * @throws invalid-argument for an unknown name, options that do not fit or a bad σ_y.
 * @throws invalid-shape when y is not the operator's or the operator not the network's.
 * @throws unsupported-combination with the reason, and the methods that would work.
 */
export function createLikelihood(
  name: string,
  measurement: Measurement,
  network: ScoreNetwork,
  options: unknown = {},
): Likelihood {
  const method = likelihoodMethod(name);
  checkMeasurement(measurement, network);
  const reason = whyNot(method.needs, measurement, network);
  if (reason !== undefined) {
    const others = applicableMethods(measurement, network).join(', ');
    throw new LangevinError('unsupported-combination', `${name} ${reason}. These solvers work here: ${others}.`);
  }
  return method.create(measurement, network, checkMethodOptions(method, options));
}

/**
 * A method's own options with its defaults filled in.
 * @throws invalid-argument naming the option that does not fit, and those that the method has.
 */
export function checkMethodOptions(method: LikelihoodMethod, options: unknown): object {
  const parsed = method.schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const known = Object.keys(method.defaults);
  const reasons = parsed.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `it has no ${issue.keys.join(', ')}`
      : `${issue.path.join('.') || 'options'}: ${issue.message}`,
  );
  const has = known.length === 0 ? 'It has no options of its own' : `Its own options are ${known.join(', ')}`;
  throw new LangevinError(
    'invalid-argument',
    `The options of ${method.name} are not valid: ${reasons.join('; ')}. ${has}.`,
    {
      cause: parsed.error,
    },
  );
}

function checkMeasurement({ operator, y, sigmaY }: Measurement, network: ScoreNetwork): void {
  if (!(sigmaY >= 0 && Number.isFinite(sigmaY))) {
    throw new LangevinError('invalid-argument', `The noise σ_y must be a number ≥ 0, not ${sigmaY}.`);
  }
  if (operator.outputShape.some((d, i) => d !== y.shape[i + 1])) {
    throw new LangevinError(
      'invalid-shape',
      `A measurement by ${operator.name} must have the shape [n, ${operator.outputShape.join(', ')}], not [${y.shape.join(', ')}].`,
    );
  }
  if (operator.inputShape[0] !== network.manifest.channels) {
    throw new LangevinError(
      'invalid-shape',
      `${operator.name} acts on pictures of ${operator.inputShape[0]} channels, but ${network.manifest.name} models ${network.manifest.channels}.`,
    );
  }
}

function register(methods: readonly LikelihoodMethod[]): ReadonlyMap<string, LikelihoodMethod> {
  const map = new Map<string, LikelihoodMethod>();
  for (const method of methods) {
    if (map.has(method.name)) {
      throw new LangevinError('internal', `Two solvers are registered as ${method.name}; names must be unique.`);
    }
    map.set(method.name, method);
  }
  return map;
}

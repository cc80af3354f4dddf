import { LangevinError } from '../../../errors.ts';
import { absGradient } from './abs.ts';
import { addGradient } from './add.ts';
import { averagePoolGradient } from './average-pool.ts';
import { batchNormalizationGradient } from './batch-normalization.ts';
import { castLikeGradient } from './cast-like.ts';
import { castGradient } from './cast.ts';
import { clipGradient } from './clip.ts';
import { concatGradient } from './concat.ts';
import { convTransposeGradient } from './conv-transpose.ts';
import { convGradient } from './conv.ts';
import { cosGradient } from './cos.ts';
import { depthToSpaceGradient } from './depth-to-space.ts';
import { divGradient } from './div.ts';
import { dropoutGradient } from './dropout.ts';
import { einsumGradient } from './einsum.ts';
import { eluGradient } from './elu.ts';
import { erfGradient } from './erf.ts';
import { expGradient } from './exp.ts';
import { expandGradient } from './expand.ts';
import { flattenGradient } from './flatten.ts';
import { gatherGradient } from './gather.ts';
import { geluGradient } from './gelu.ts';
import { gemmGradient } from './gemm.ts';
import { globalAveragePoolGradient } from './global-average-pool.ts';
import { globalMaxPoolGradient } from './global-max-pool.ts';
import { groupNormalizationGradient } from './group-normalization.ts';
import { hardSigmoidGradient } from './hard-sigmoid.ts';
import { hardSwishGradient } from './hard-swish.ts';
import { identityGradient } from './identity.ts';
import { instanceNormalizationGradient } from './instance-normalization.ts';
import { layerNormalizationGradient } from './layer-normalization.ts';
import { leakyReluGradient } from './leaky-relu.ts';
import { logSoftmaxGradient } from './log-softmax.ts';
import { logGradient } from './log.ts';
import { matMulGradient } from './mat-mul.ts';
import { maxPoolGradient } from './max-pool.ts';
import { maxGradient } from './max.ts';
import { minGradient } from './min.ts';
import { mishGradient } from './mish.ts';
import { mulGradient } from './mul.ts';
import { negGradient } from './neg.ts';
import { padGradient } from './pad.ts';
import { powGradient } from './pow.ts';
import { preluGradient } from './prelu.ts';
import { reciprocalGradient } from './reciprocal.ts';
import { reduceL1Gradient } from './reduce-l1.ts';
import { reduceL2Gradient } from './reduce-l2.ts';
import { reduceLogSumExpGradient } from './reduce-log-sum-exp.ts';
import { reduceMaxGradient } from './reduce-max.ts';
import { reduceMeanGradient } from './reduce-mean.ts';
import { reduceMinGradient } from './reduce-min.ts';
import { reduceSumSquareGradient } from './reduce-sum-square.ts';
import { reduceSumGradient } from './reduce-sum.ts';
import { reluGradient } from './relu.ts';
import { reshapeGradient } from './reshape.ts';
import { resizeGradient } from './resize.ts';
import { seluGradient } from './selu.ts';
import { sigmoidGradient } from './sigmoid.ts';
import { sinGradient } from './sin.ts';
import { sliceGradient } from './slice.ts';
import { softmaxGradient } from './softmax.ts';
import { softplusGradient } from './softplus.ts';
import { softsignGradient } from './softsign.ts';
import { spaceToDepthGradient } from './space-to-depth.ts';
import { splitGradient } from './split.ts';
import { sqrtGradient } from './sqrt.ts';
import { squeezeGradient } from './squeeze.ts';
import { subGradient } from './sub.ts';
import { sumGradient } from './sum.ts';
import { tanGradient } from './tan.ts';
import { tanhGradient } from './tanh.ts';
import { tileGradient } from './tile.ts';
import { transposeGradient } from './transpose.ts';
import { unsqueezeGradient } from './unsqueeze.ts';
import { whereGradient } from './where.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** Gradients by operator. */
export class GradientRegistry {
  readonly #gradients = new Map<string, OperatorGradient>();

  /** @throws internal  when two gradients claim one operator. */
  constructor(gradients: readonly OperatorGradient[]) {
    for (const gradient of gradients) {
      if (this.#gradients.has(gradient.operator)) {
        throw new LangevinError('internal', `Two gradients are registered for the operator ${gradient.operator}.`);
      }
      this.#gradients.set(gradient.operator, gradient);
    }
  }

  get(operator: string): OperatorGradient | undefined {
    return this.#gradients.get(operator);
  }

  /** The operators that can be differentiated, in alphabetical order. */
  get operators(): string[] {
    return [...this.#gradients.keys()].sort();
  }
}

/** Every operator that networks can be differentiated through. */
export const gradientRegistry = new GradientRegistry([
  absGradient,
  addGradient,
  averagePoolGradient,
  batchNormalizationGradient,
  castGradient,
  castLikeGradient,
  clipGradient,
  concatGradient,
  convTransposeGradient,
  convGradient,
  cosGradient,
  depthToSpaceGradient,
  divGradient,
  dropoutGradient,
  einsumGradient,
  eluGradient,
  erfGradient,
  expGradient,
  expandGradient,
  flattenGradient,
  gatherGradient,
  geluGradient,
  gemmGradient,
  globalAveragePoolGradient,
  globalMaxPoolGradient,
  groupNormalizationGradient,
  hardSigmoidGradient,
  hardSwishGradient,
  identityGradient,
  instanceNormalizationGradient,
  layerNormalizationGradient,
  leakyReluGradient,
  logSoftmaxGradient,
  logGradient,
  matMulGradient,
  maxPoolGradient,
  maxGradient,
  minGradient,
  mishGradient,
  mulGradient,
  negGradient,
  padGradient,
  powGradient,
  preluGradient,
  reciprocalGradient,
  reduceL1Gradient,
  reduceL2Gradient,
  reduceLogSumExpGradient,
  reduceMaxGradient,
  reduceMeanGradient,
  reduceMinGradient,
  reduceSumSquareGradient,
  reduceSumGradient,
  reluGradient,
  reshapeGradient,
  resizeGradient,
  seluGradient,
  sigmoidGradient,
  sinGradient,
  sliceGradient,
  softmaxGradient,
  softplusGradient,
  softsignGradient,
  spaceToDepthGradient,
  splitGradient,
  sqrtGradient,
  squeezeGradient,
  subGradient,
  sumGradient,
  tanGradient,
  tanhGradient,
  tileGradient,
  transposeGradient,
  unsqueezeGradient,
  whereGradient,
]);

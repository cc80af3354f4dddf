import { LangevinError } from '../../../errors.ts';
import { absGradient } from './abs.ts';
import { acosGradient } from './acos.ts';
import { acoshGradient } from './acosh.ts';
import { addGradient } from './add.ts';
import { asinGradient } from './asin.ts';
import { asinhGradient } from './asinh.ts';
import { atanGradient } from './atan.ts';
import { atanhGradient } from './atanh.ts';
import { attentionGradient } from './attention.ts';
import { averagePoolGradient } from './average-pool.ts';
import { batchNormalizationGradient } from './batch-normalization.ts';
import { castGradient } from './cast.ts';
import { castLikeGradient } from './cast-like.ts';
import { celuGradient } from './celu.ts';
import { clipGradient } from './clip.ts';
import { concatGradient } from './concat.ts';
import { convGradient } from './conv.ts';
import { convTransposeGradient } from './conv-transpose.ts';
import { cosGradient } from './cos.ts';
import { coshGradient } from './cosh.ts';
import { cumSumGradient } from './cum-sum.ts';
import { depthToSpaceGradient } from './depth-to-space.ts';
import { dftGradient } from './dft.ts';
import { divGradient } from './div.ts';
import { dropoutGradient } from './dropout.ts';
import { einsumGradient } from './einsum.ts';
import { eluGradient } from './elu.ts';
import { erfGradient } from './erf.ts';
import { expGradient } from './exp.ts';
import { expandGradient } from './expand.ts';
import { flattenGradient } from './flatten.ts';
import { gatherGradient } from './gather.ts';
import { gatherElementsGradient } from './gather-elements.ts';
import { gatherNdGradient } from './gather-nd.ts';
import { geluGradient } from './gelu.ts';
import { gemmGradient } from './gemm.ts';
import { globalAveragePoolGradient } from './global-average-pool.ts';
import { globalMaxPoolGradient } from './global-max-pool.ts';
import { gridSampleGradient } from './grid-sample.ts';
import { groupNormalizationGradient } from './group-normalization.ts';
import { hardSigmoidGradient } from './hard-sigmoid.ts';
import { hardSwishGradient } from './hard-swish.ts';
import { identityGradient } from './identity.ts';
import { instanceNormalizationGradient } from './instance-normalization.ts';
import { layerNormalizationGradient } from './layer-normalization.ts';
import { leakyReluGradient } from './leaky-relu.ts';
import { logGradient } from './log.ts';
import { logSoftmaxGradient } from './log-softmax.ts';
import { lpNormalizationGradient } from './lp-normalization.ts';
import { lpPoolGradient } from './lp-pool.ts';
import { lrnGradient } from './lrn.ts';
import { matMulGradient } from './mat-mul.ts';
import { maxGradient } from './max.ts';
import { maxPoolGradient } from './max-pool.ts';
import { meanGradient } from './mean.ts';
import { meanVarianceNormalizationGradient } from './mean-variance-normalization.ts';
import { minGradient } from './min.ts';
import { mishGradient } from './mish.ts';
import { modGradient } from './mod.ts';
import { mulGradient } from './mul.ts';
import { negGradient } from './neg.ts';
import { padGradient } from './pad.ts';
import { powGradient } from './pow.ts';
import { preluGradient } from './prelu.ts';
import { reciprocalGradient } from './reciprocal.ts';
import { reduceL1Gradient } from './reduce-l1.ts';
import { reduceL2Gradient } from './reduce-l2.ts';
import { reduceLogSumGradient } from './reduce-log-sum.ts';
import { reduceLogSumExpGradient } from './reduce-log-sum-exp.ts';
import { reduceMaxGradient } from './reduce-max.ts';
import { reduceMeanGradient } from './reduce-mean.ts';
import { reduceMinGradient } from './reduce-min.ts';
import { reduceProdGradient } from './reduce-prod.ts';
import { reduceSumGradient } from './reduce-sum.ts';
import { reduceSumSquareGradient } from './reduce-sum-square.ts';
import { reluGradient } from './relu.ts';
import { reshapeGradient } from './reshape.ts';
import { resizeGradient } from './resize.ts';
import { rmsNormalizationGradient } from './rms-normalization.ts';
import { scatterElementsGradient } from './scatter-elements.ts';
import { scatterNdGradient } from './scatter-nd.ts';
import { seluGradient } from './selu.ts';
import { sigmoidGradient } from './sigmoid.ts';
import { sinGradient } from './sin.ts';
import { sinhGradient } from './sinh.ts';
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
import { swishGradient } from './swish.ts';
import { tanGradient } from './tan.ts';
import { tanhGradient } from './tanh.ts';
import { thresholdedReluGradient } from './thresholded-relu.ts';
import { tileGradient } from './tile.ts';
import { topKGradient } from './top-k.ts';
import { transposeGradient } from './transpose.ts';
import { triluGradient } from './trilu.ts';
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
  acosGradient,
  acoshGradient,
  addGradient,
  asinGradient,
  asinhGradient,
  atanGradient,
  atanhGradient,
  attentionGradient,
  averagePoolGradient,
  batchNormalizationGradient,
  castGradient,
  castLikeGradient,
  celuGradient,
  clipGradient,
  concatGradient,
  convGradient,
  convTransposeGradient,
  cosGradient,
  coshGradient,
  cumSumGradient,
  depthToSpaceGradient,
  dftGradient,
  divGradient,
  dropoutGradient,
  einsumGradient,
  eluGradient,
  erfGradient,
  expGradient,
  expandGradient,
  flattenGradient,
  gatherElementsGradient,
  gatherGradient,
  gatherNdGradient,
  geluGradient,
  gemmGradient,
  globalAveragePoolGradient,
  globalMaxPoolGradient,
  gridSampleGradient,
  groupNormalizationGradient,
  hardSigmoidGradient,
  hardSwishGradient,
  identityGradient,
  instanceNormalizationGradient,
  layerNormalizationGradient,
  leakyReluGradient,
  logGradient,
  logSoftmaxGradient,
  lpNormalizationGradient,
  lpPoolGradient,
  lrnGradient,
  matMulGradient,
  maxGradient,
  maxPoolGradient,
  meanGradient,
  meanVarianceNormalizationGradient,
  minGradient,
  mishGradient,
  modGradient,
  mulGradient,
  negGradient,
  padGradient,
  powGradient,
  preluGradient,
  reciprocalGradient,
  reduceL1Gradient,
  reduceL2Gradient,
  reduceLogSumExpGradient,
  reduceLogSumGradient,
  reduceMaxGradient,
  reduceMeanGradient,
  reduceMinGradient,
  reduceProdGradient,
  reduceSumGradient,
  reduceSumSquareGradient,
  reluGradient,
  reshapeGradient,
  resizeGradient,
  rmsNormalizationGradient,
  scatterElementsGradient,
  scatterNdGradient,
  seluGradient,
  sigmoidGradient,
  sinGradient,
  sinhGradient,
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
  swishGradient,
  tanGradient,
  tanhGradient,
  thresholdedReluGradient,
  tileGradient,
  topKGradient,
  transposeGradient,
  triluGradient,
  unsqueezeGradient,
  whereGradient,
]);

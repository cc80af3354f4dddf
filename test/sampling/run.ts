import type { SamplerStep } from '../../src-main/sampling/sampler.ts';
import type { Tensor } from '../../src-main/tensor/tensor.ts';

/** Runs a sampler to its end: every step, and the result. */
export async function collect(
  sampler: AsyncGenerator<SamplerStep, Tensor>,
): Promise<{ steps: SamplerStep[]; result: Tensor }> {
  const steps: SamplerStep[] = [];
  for (;;) {
    const next = await sampler.next();
    if (next.done) return { steps, result: next.value };
    steps.push(next.value);
  }
}

/** The result alone, without keeping the steps. */
export async function finalState(sampler: AsyncGenerator<SamplerStep, Tensor>): Promise<Tensor> {
  for (;;) {
    const next = await sampler.next();
    if (next.done) return next.value;
  }
}

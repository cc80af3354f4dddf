import type { RunStep } from '../../src-main/contract/app/runs.ts';
import { thinned, type ChartPoint, type ChartSeries } from './chart-scale.ts';

type Measure = 'residual' | 'stepSize' | 'scoreNorm';

/** A measure of every step, those of predictor, corrector and a solver's own update as series of their own. */
export function measureSeries(
  steps: readonly RunStep[],
  measure: Measure,
  names: Readonly<Record<'predictor' | 'corrector' | 'transition', string>>,
): ChartSeries[] {
  const styles = { predictor: 1, corrector: 2, transition: 3 } as const;
  return (['predictor', 'corrector', 'transition'] as const).flatMap((kind) => {
    const points = steps
      .filter((step) => step.kind === kind && Number.isFinite(step[measure]))
      .map((step): ChartPoint => ({ x: step.step, y: step[measure] }));
    return points.length === 0 ? [] : [{ name: names[kind], style: styles[kind], points: thinned(points) }];
  });
}

/** σ against the level, of the stretch (scale, window, sample) that `current` belongs to. */
export function scheduleSeries(steps: readonly RunStep[], current: RunStep, name: string): ChartSeries {
  const points = steps
    .filter(
      (step) =>
        step.stage === current.stage &&
        step.factor === current.factor &&
        step.window === current.window &&
        step.sample === current.sample,
    )
    .map((step): ChartPoint => ({ x: step.level, y: step.sigma }));
  return { name, style: 1, points: thinned(points) };
}

/** The lowest and highest noise level of the run so far. */
export function sigmaRange(steps: readonly RunStep[]): { readonly low: number; readonly high: number } {
  const sigmas = steps.map(({ sigma }) => sigma).filter((sigma) => sigma > 0);
  return {
    low: sigmas.reduce((a, b) => Math.min(a, b), Infinity),
    high: sigmas.reduce((a, b) => Math.max(a, b), 0),
  };
}

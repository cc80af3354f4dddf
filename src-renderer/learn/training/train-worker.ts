import { createSde } from '../../../src-main/sampling/sde.ts';
import { trainScore, type TrainingLevels } from '../../../src-main/score-matching/train-score.ts';
import { toLangevinError } from '../../../src-main/errors.ts';
import { knownDensity } from './learned-score.ts';
import { errorByDensity, errorByLevel, klBound } from './score-error.ts';
import { LEAST_TIME, type TrainingMessage, type TrainingNews, type TrainingOrder, type TrainingReply } from './training-order.ts';

/** Samples of a step. */
const BATCH = 128;
/** How often the page hears of it. */
const NEWS_MS = 300;

/** The order that is worked on; undefined: none. */
let current: number | undefined;

/** Trains beside the page; a new order or `stop` ends the one before at once. */
addEventListener('message', ({ data }: MessageEvent<TrainingMessage>) => {
  current = data.type === 'start' ? data.id : undefined;
  if (data.type === 'stop') return;
  const { id, order } = data;
  void train(order, id).catch((error: unknown) =>
    reply({ type: 'problem', id, message: toLangevinError(error).message }),
  );
});

async function train({ mixture, objective, levels, steps, seed }: TrainingOrder, id: number): Promise<void> {
  const resolved: TrainingLevels =
    levels.kind === 'one'
      ? levels
      : { kind: 'sde', sde: createSde(levels.sde), tMin: LEAST_TIME, weighting: levels.weighting };
  const density = knownDensity(mixture);
  let last = performance.now();
  let [sum, count] = [0, 0];
  for (const { step, loss, model } of trainScore({ density, objective, levels: resolved, steps, batch: BATCH, seed })) {
    sum += loss;
    count++;
    if (step < steps && performance.now() - last < NEWS_MS) continue;
    const news: TrainingNews = {
      step,
      steps,
      loss: sum / count,
      parameters: model.network.parameters.slice(),
      sigmaData: model.sigmaData,
      ...(resolved.kind === 'one'
        ? { byDensity: errorByDensity(model, mixture, resolved.sigma) }
        : {
            byLevel: levelsOf(resolved).map((sigma) => ({ sigma, error: errorByLevel(model, mixture, [sigma])[0] })),
            bound: klBound(model, mixture, resolved.sde, LEAST_TIME),
          }),
    };
    reply({ type: 'news', id, news });
    [sum, count] = [0, 0];
    // Lets a message in.
    await new Promise((resolve) => setTimeout(resolve));
    if (id !== current) return;
    last = performance.now();
  }
}

/** Levels at which the error is looked at, evenly in ln σ. */
function levelsOf({ sde }: Extract<TrainingLevels, { kind: 'sde' }>): number[] {
  const [low, high] = [sde.sigma(LEAST_TIME), Math.min(20, sde.sigma(sde.tMax))];
  return Array.from({ length: 9 }, (_, i) => low * (high / low) ** (i / 8));
}

function reply(message: TrainingReply): void {
  postMessage(message);
}

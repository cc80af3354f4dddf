import type { AppClient } from '../../src-main/contract/app/client.ts';
import type { AppEvent } from '../../src-main/contract/app/events.ts';
import type { ResultInfo, RunRequest } from '../../src-main/contract/app/runs.ts';
import { LangevinError } from '../../src-main/errors.ts';

/**
 * Starts a run that has no view of its own.
 * @param onFraction  is told how far it is, 0 … 1.
 * @param onStart  is told its id, for who may want to cancel it.
 * @returns what it made.
 * @throws cancelled; why it failed.
 */
export async function followRun(
  client: AppClient,
  request: RunRequest,
  onFraction: (fraction: number) => void,
  onStart: (run: string) => void,
): Promise<readonly ResultInfo[]> {
  // The first events may overtake the answer.
  const early: AppEvent[] = [];
  let receive = (event: AppEvent): void => void early.push(event);
  const stop = client.onEvent((event) => receive(event));
  try {
    const { run } = await client.call('startRun', request);
    onStart(run);
    const results: ResultInfo[] = [];
    await new Promise<void>((resolve, reject) => {
      receive = (event) => {
        if (!('run' in event) || event.run !== run) return;
        if (event.type === 'run-step') onFraction(event.step.fraction);
        else if (event.type === 'run-result') results.push(event.result);
        else if (event.type === 'run-end') {
          if (event.status === 'done') resolve();
          else if (event.status === 'cancelled') reject(new LangevinError('cancelled', 'The run was cancelled.'));
          else reject(new LangevinError(event.problem.code, event.problem.message));
        }
      };
      for (const event of early) receive(event);
    });
    return results;
  } finally {
    stop();
  }
}

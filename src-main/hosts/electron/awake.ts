import { powerSaveBlocker } from 'electron';
import type { AppService } from '../app/app-service.ts';

/** Keeps the system from falling asleep, and a hidden app from being slowed, while something is computed. */
export function stayAwake(service: AppService): void {
  let blocker: number | undefined;
  const update = (): void => {
    if (service.isBusy) blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    else if (blocker !== undefined) {
      powerSaveBlocker.stop(blocker);
      blocker = undefined;
    }
  };
  service.onEvent(({ type }) => {
    // When the end of one is told, the next may have begun.
    if (type === 'run-end' || type === 'batch-end' || type === 'healing') setImmediate(update);
    else if (type === 'run-step' || type === 'batch-event') update();
  });
}

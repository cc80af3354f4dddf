import type { BrowserWindow } from 'electron';
import type { AppEvent } from '../../contract/app/events.ts';
import type { AppService } from '../app/app-service.ts';

/** Shows on the icon in the dock or the taskbar how far the work is. */
export function followProgress(service: AppService, window: () => BrowserWindow | undefined): void {
  service.onEvent((event) => {
    const fraction = fractionOf(event);
    if (fraction !== undefined) window()?.setProgressBar(fraction);
  });
}

/** −1: nothing to show any more; undefined: the event is not about progress. */
function fractionOf(event: AppEvent): number | undefined {
  if (event.type === 'run-step') return event.step.fraction;
  if (event.type === 'run-end' || event.type === 'batch-end') return -1;
  if (event.type === 'batch-event' && event.event.type === 'progress') return event.event.batchFraction;
  return undefined;
}

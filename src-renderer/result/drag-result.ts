import type { AppState } from '../state/app-state.svelte.ts';
import type { ResultModel } from './result-model.svelte.ts';
import { usualSave } from './save-result.ts';

/** Whether results can be dragged into other programs. */
export function canDrag(app: AppState): boolean {
  return app.host?.kind === 'electron';
}

/** Hands a result over to the system's own drag, as a file. @param id  of a result of the model; absent: the one shown. */
export function dragResult(app: AppState, model: ResultModel, event: DragEvent, id?: string): void {
  if (!canDrag(app)) return;
  // The host begins the drag in place of the page.
  event.preventDefault();
  const result = model.run.results.find((one) => one.id === id) ?? model.shown;
  const icon = result && bytesOf(model.thumbnails[result.id]);
  if (result === undefined || icon === undefined) return;
  const { name } = usualSave(app, model.picture, result);
  void app.attempt(async () => {
    // With what people have decided of it, as it is saved.
    const { id: settled } = (result === model.shown ? await model.settled() : undefined) ?? result;
    return app.client.call('dragResult', { result: settled, name, icon });
  });
}

/** Those of a data address; undefined where there is none. */
function bytesOf(address: string | undefined): Uint8Array | undefined {
  const data = address?.split(',').at(1);
  return data ? Uint8Array.from(atob(data), (character) => character.charCodeAt(0)) : undefined;
}

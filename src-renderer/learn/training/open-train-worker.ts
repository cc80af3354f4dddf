/** Starts the worker that trains. */
export function openTrainWorker(): Worker {
  return new Worker(new URL('./train-worker.ts', import.meta.url), { type: 'module' });
}

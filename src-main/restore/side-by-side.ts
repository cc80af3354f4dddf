/** One run's next event, or its result. */
interface Turn<Event, Result> {
  readonly run: number;
  readonly next: IteratorResult<Event, Result>;
}

/**
 * Lets several runs go on at the same time and passes their events on as they come; returns their results in the order
 * of the runs. When one fails, or the caller stops, the others are ended, each after the step that it is in.
 */
export async function* sideBySide<Event, Result>(
  begin: readonly (() => AsyncGenerator<Event, Result>)[],
): AsyncGenerator<Event, Result[]> {
  const runs = begin.map((run) => run());
  const results = new Array<Result>(runs.length);
  const pending = new Map<number, Promise<Turn<Event, Result>>>();
  const ask = (run: number): unknown =>
    pending.set(
      run,
      runs[run].next().then((next) => ({ run, next })),
    );
  try {
    for (let run = 0; run < runs.length; run++) ask(run);
    while (pending.size > 0) {
      const { run, next } = await Promise.race(pending.values());
      pending.delete(run);
      if (next.done === true) results[run] = next.value;
      else {
        yield next.value;
        ask(run);
      }
    }
  } finally {
    await Promise.allSettled([...pending.values(), ...runs.map((run) => run.return(undefined as never))]);
  }
  return results;
}

/** The same one after the other: each run begins when the one before it has ended. */
export async function* inTurn<Event, Result>(
  runs: readonly (() => AsyncGenerator<Event, Result>)[],
): AsyncGenerator<Event, Result[]> {
  const results: Result[] = [];
  for (const run of runs) results.push(yield* run());
  return results;
}

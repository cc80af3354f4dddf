/** Time is counted in pieces of at most this, milliseconds: a piece during which the machine slept counts as one. */
const PIECE_MS = 15_000;

/**
 * Calls back after a time of the machine being awake. The clocks of Windows and macOS go on while it sleeps; work that was
 * asleep with it has not taken that long.
 * @param schedule  for tests.
 * @returns ends it.
 */
export function awakeTimer(
  callback: () => void,
  ms: number,
  schedule: (callback: () => void, ms: number) => () => void = timeout,
): () => void {
  let left = ms;
  let stop: () => void = () => undefined;
  const next = (): void => {
    const piece = Math.min(left, PIECE_MS);
    stop = schedule(() => {
      left -= piece;
      if (left <= 0) callback();
      else next();
    }, piece);
  };
  next();
  return () => stop();
}

function timeout(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}

import type { OpenPicture } from './open-picture.svelte.ts';

/** Bytes of pixels that pictures may hold which are not shown; the ones seen last keep theirs, so that going back is instant. */
const HELD_BYTES = 200e6;

/**
 * Parks the pixels of pictures that have not been seen for longest. A picture that is restored, repaired, adjusted or
 * searched keeps them: what comes of that is put together with them.
 * @param seen  in order, the one that is shown last.
 */
export function parkUnseen(seen: readonly OpenPicture[]): void {
  let held = 0;
  for (const picture of seen.slice(0, -1).toReversed()) {
    if (picture.isParked || isBusy(picture)) continue;
    held += bytesOf(picture);
    if (held > HELD_BYTES) picture.park();
  }
}

function isBusy({ run, repair, adjusting, findings }: OpenPicture): boolean {
  return run?.isActive === true || repair !== undefined || adjusting !== undefined || findings.isOpen;
}

function bytesOf({ content: { width, height } }: OpenPicture): number {
  return 4 * width * height;
}

/**
 * A walk with time travel: after every `jump` levels it goes back up by as many and down again, until each such stretch
 * has been walked `resample` times; the last stretch before 0 included (Lugmayr et al. 2022, appendix B; Wang et al.
 * 2023, §3.3, with travel length `jump` and repeat times `resample`).
 * @param sigmas  descending, ending in 0.
 */
export function jumpPath(sigmas: readonly number[], jump: number, resample: number): number[] {
  const path = [sigmas[0]];
  const levels = sigmas.length - 1;
  let at = 0;
  while (at < levels) {
    // σ = 0 is no state to jump back from: the last stretch turns at the level above it.
    const turn = Math.min(at + jump, levels - 1);
    for (let time = 1; time < resample && turn > at; time++) {
      for (let i = at + 1; i <= turn; i++) path.push(sigmas[i]);
      path.push(sigmas[at]);
    }
    const end = turn > at ? turn : levels;
    for (let i = at + 1; i <= end; i++) path.push(sigmas[i]);
    at = end;
  }
  return path;
}

/** The stream of random numbers of a target, by its name: targets that are added change none of the others. */
export function streamOf(target: string): number {
  return [...target].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
}

/**
 * How many of the things in a bar fit, from the first on; where they are not all, the button of the menu that holds the rest
 * has its place as well. Lengths in CSS pixels; those that are not known yet are 0.
 */
export function countFitting(
  lengths: readonly number[],
  { room, gap, more }: { readonly room: number; readonly gap: number; readonly more: number },
): number {
  const ends: number[] = [];
  let end = 0;
  for (const [index, length] of lengths.entries()) {
    end += length + (index === 0 ? 0 : gap);
    ends.push(end);
  }
  if (end <= room) return lengths.length;
  const beyond = ends.findIndex((place) => place + gap + more > room);
  return beyond < 0 ? lengths.length - 1 : beyond;
}

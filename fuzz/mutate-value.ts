import type { FuzzRandom } from './fuzz-random.ts';

/** A value of plain objects, lists and primitives in which something is another, is missing, or is there besides. */
export function mutateValue(random: FuzzRandom, value: unknown): unknown {
  if (random.chance(0.15) || typeof value !== 'object' || value === null || value instanceof Uint8Array) {
    return junk(random);
  }
  if (Array.isArray(value)) {
    return random.chance(0.5)
      ? [...(value as unknown[]), junk(random)]
      : value.map((part) => mutateValue(random, part));
  }
  const entries = Object.entries(value);
  if (entries.length === 0 || random.chance(0.3)) {
    return { ...value, [random.pick(['extra', 'constructor', 'then', 'toJSON', 'prototype'])]: junk(random) };
  }
  const [key, part] = random.pick(entries);
  return random.chance(0.2)
    ? Object.fromEntries(entries.filter(([other]) => other !== key))
    : { ...value, [key]: mutateValue(random, part) };
}

/** What nobody expects. */
export function junk(random: FuzzRandom): unknown {
  let deep: unknown = 1;
  for (let i = random.int(0, 60); i > 0; i--) deep = i % 2 === 0 ? [deep] : { a: deep };
  return random.pick<unknown>([
    ...[null, true, 0, -1, 1.5, NaN, Infinity, 2 ** 53, '', 'x', '__proto__', 'toString', '../../etc/passwd', '\0'],
    ...['\ud800', 'a'.repeat(5000), [], [[]], {}, { toString: 1 }, { length: 1e9 }, new Uint8Array(300), deep],
    ...[new Date(0), Array<number>(50).fill(0), { constructor: { prototype: { polluted: 1 } } }, { hasOwnProperty: 1 }],
  ]);
}

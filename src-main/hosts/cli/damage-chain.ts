import { InvalidArgumentError } from 'commander';
import { damageSchema, type Damage } from '../../contract/restore-options.ts';

/** What `--damage` says: the parts of the chain, and the mask of what is missing besides. */
export interface DamageChain {
  readonly damage: Damage;
  readonly mask?: string;
}

const PARTS = ['mask', 'blur', 'scale', 'grey', 'noise', 'jpeg'] as const;
type Part = (typeof PARTS)[number];
const PART_BEGINS = new RegExp(`,(?=\\s*(?:${PARTS.join('|')}|gray)\\s*(?:=|,|$))`);

/**
 * Reads "mask=M.png, blur=1.2, scale=2, grey, noise=auto, jpeg=auto"; may be given in several pieces. A comma inside the
 * name of a mask belongs to it.
 * @throws InvalidArgumentError, which names the part and what it may be.
 */
export function parseDamageChain(text: string, before: DamageChain | undefined): DamageChain {
  let { damage, mask }: { damage: Damage; mask?: string } = before ?? { damage: {} };
  for (const piece of text.split(PART_BEGINS)) {
    const [word, ...rest] = piece.trim().split('=');
    const name = partOf(word.trim());
    const value = rest.length === 0 ? undefined : rest.join('=').trim();
    if (name === 'mask' ? mask !== undefined : name in damage)
      throw new InvalidArgumentError(`${name} is given twice.`);
    if (name === 'mask') {
      if (!value) throw new InvalidArgumentError('mask needs the name of a file: mask=MASK.png.');
      mask = value;
    } else {
      damage = { ...damage, ...checked(name, value) };
    }
  }
  return mask === undefined ? { damage } : { damage, mask };
}

function partOf(word: string): Part {
  const name = PARTS.find((part) => part === (word === 'gray' ? 'grey' : word));
  if (name !== undefined) return name;
  throw new InvalidArgumentError(
    `${JSON.stringify(word)} is no damage; the known ones are mask=FILE, blur=PIXELS, scale=2|3|4, grey, noise=0…255|auto and jpeg=1…100|auto.`,
  );
}

const ALLOWED: Readonly<Record<Exclude<Part, 'mask'>, string>> = {
  blur: 'a standard deviation in pixels above 0, up to 50: blur=1.2',
  scale: 'how many times larger the picture was: scale=2, 3 or 4',
  grey: 'a word by itself: grey',
  noise: 'a standard deviation from 0 to 255, or auto: noise=10',
  jpeg: "a quality from 1 to 100, or auto for the file's own: jpeg=40",
};

function checked(name: Exclude<Part, 'mask'>, text: string | undefined): Damage {
  const value = name === 'grey' ? text === undefined || undefined : text === 'auto' ? 'auto' : Number(text || NaN);
  const result = damageSchema.safeParse({ [name]: value });
  if (result.success && value !== undefined) return result.data;
  const given = text === undefined ? '' : `, not ${JSON.stringify(text)}`;
  throw new InvalidArgumentError(`${name} is ${ALLOWED[name]}${given}.`);
}

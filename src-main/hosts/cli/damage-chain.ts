import { InvalidArgumentError } from 'commander';
import { damageSchema, type Damage } from '../../contract/damage.ts';
import { PARTS, PART_FORMS, type DamagePart } from './damage-parts.ts';

/** What `--damage` says: the parts of the chain, and the files that it names. */
export interface DamageChain {
  readonly damage: Damage;
  /** What is missing besides. */
  readonly mask?: string;
  /** Picture of the blur, for blur=file:NAME. */
  readonly kernel?: string;
}

const WORDS = [...PARTS, 'mask', 'soft-mask', 'gray'] as const;
const PART_BEGINS = new RegExp(`,(?=\\s*(?:${WORDS.join('|')})\\s*(?:=|,|$))`);
const KERNEL_FILE = /^file:/;

/**
 * Reads "mask=M.png, blur=motion:12@30, scale=2, grey, fading=auto, noise=poisson:0.5+2, jpeg=auto"; may be given in several
 * pieces. A comma inside the name of a file belongs to it.
 * @throws InvalidArgumentError, which names the part and what it may be.
 */
export function parseDamageChain(text: string, before: DamageChain | undefined): DamageChain {
  let chain: DamageChain = before ?? { damage: {} };
  for (const piece of text.split(PART_BEGINS)) {
    const [word, ...rest] = piece.trim().split('=');
    const value = rest.length === 0 ? undefined : rest.join('=').trim();
    chain = withPart(chain, word.trim(), value);
  }
  return chain;
}

function withPart(chain: DamageChain, word: string, value: string | undefined): DamageChain {
  const { damage } = chain;
  if (word === 'mask' || word === 'soft-mask') {
    if (chain.mask !== undefined) throw new InvalidArgumentError('mask is given twice.');
    if (!value) throw new InvalidArgumentError(`${word} needs the name of a file: ${word}=MASK.png.`);
    return { ...chain, mask: value, ...(word === 'mask' ? {} : { damage: { ...damage, softMask: true } }) };
  }
  const name = partOf(word);
  if (name in damage) throw new InvalidArgumentError(`${name} is given twice.`);
  if (name === 'blur' && value !== undefined && KERNEL_FILE.test(value)) {
    const kernel = value.replace(KERNEL_FILE, '');
    if (kernel === '') throw new InvalidArgumentError('blur=file: needs the name of a file: blur=file:KERNEL.png.');
    return { ...chain, kernel, damage: { ...damage, blur: { kind: 'file' } } };
  }
  return { ...chain, damage: { ...damage, ...checked(name, value) } };
}

function partOf(word: string): DamagePart {
  const name = PARTS.find((part) => part === (word === 'gray' ? 'grey' : word));
  if (name !== undefined) return name;
  throw new InvalidArgumentError(
    `${JSON.stringify(word)} is no damage; the known ones are mask=FILE, soft-mask=FILE, ` +
      `${PARTS.map((part) => PART_FORMS[part].form).join(', ')}.`,
  );
}

function checked(name: DamagePart, text: string | undefined): Damage {
  const { read, allowed } = PART_FORMS[name];
  const value = read(text);
  const result = damageSchema.safeParse({ [name]: value });
  if (result.success && value !== undefined) return result.data;
  const given = text === undefined ? '' : `, not ${JSON.stringify(text)}`;
  throw new InvalidArgumentError(`${name} is ${allowed}${given}.`);
}

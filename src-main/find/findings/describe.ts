import { DAMAGE_KINDS, type DamageKind, type Finding } from '../../contract/find.ts';

const NAMES: Readonly<Record<DamageKind, readonly [one: string, several: string]>> = {
  line: ['scratch or hair', 'scratches or hairs'],
  speck: ['speck', 'specks'],
  crack: ['crack or fold', 'cracks or folds'],
  loss: ['lost patch or stain', 'lost patches or stains'],
  text: ['piece of text', 'pieces of text'],
};

/** "3 cracks or folds and 12 specks, 2.1 % of the picture, surest .99, least sure .71"; for English messages. */
export function describeFindings(findings: readonly Finding[], mask: Uint8Array): string {
  const counts = DAMAGE_KINDS.map((kind) => ({ kind, count: findings.filter((f) => f.kind === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${NAMES[kind][count === 1 ? 0 : 1]}`);
  const list = counts.length < 2 ? counts.join('') : `${counts.slice(0, -1).join(', ')} and ${counts.at(-1)}`;
  let marked = 0;
  for (const value of mask) marked += value;
  const sure = findings.map(({ probability }) => probability);
  const [least, most] = [Math.min(...sure), Math.max(...sure)].map((p) => `${Math.round(100 * p)} %`);
  const certainty = least === most ? `${most} sure` : `${least} to ${most} sure`;
  return `${list}, ${((100 * marked) / mask.length).toPrecision(2)} % of the picture, ${certainty}`;
}

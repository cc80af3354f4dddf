/**
 * The size of one axis of a tensor: a number, or a polynomial in the model's dynamic sizes (batch, height, width).
 * Polynomials are kept in a canonical form, so that equal ones have equal keys: that an addition cannot broadcast, or
 * that a window divides its input, is then proved rather than guessed. Sizes that no polynomial describes (⌊h/3⌋) are
 * opaque indeterminates named after their expression.
 */
export type Dimension = number | Polynomial;

/** Σ coefficient · product of indeterminates, never constant. */
interface Polynomial {
  /** Product (indeterminates sorted and joined by `*`; '' is the constant term) → coefficient ≠ 0. */
  readonly terms: ReadonlyMap<string, number>;
  readonly key: string;
}

/** ONNX writes "to the end" as 2^63 − 1 or 2^31 − 1. */
const beyondAnySize = 2 ** 31 - 1;

/** A dynamic size ≥ 1. `name` is letters and digits. */
export function symbol(name: string): Dimension {
  return polynomial(new Map([[name, 1]]));
}

export function dimensionKey(d: Dimension): string {
  return typeof d === 'number' ? String(d) : d.key;
}

/** Whether the two are the same size, whatever the dynamic sizes are. */
export function sameDimension(a: Dimension, b: Dimension): boolean {
  return dimensionKey(a) === dimensionKey(b);
}

export function sameShape(a: readonly Dimension[], b: readonly Dimension[]): boolean {
  return a.length === b.length && a.every((d, i) => sameDimension(d, b[i]));
}

export function add(a: Dimension, b: Dimension): Dimension {
  const sum = new Map(termsOf(a));
  for (const [product, coefficient] of termsOf(b)) sum.set(product, (sum.get(product) ?? 0) + coefficient);
  return polynomial(sum);
}

export function subtract(a: Dimension, b: Dimension): Dimension {
  return add(a, multiply(-1, b));
}

export function multiply(a: Dimension, b: Dimension): Dimension {
  const result = new Map<string, number>();
  for (const [p, m] of termsOf(a)) {
    for (const [q, n] of termsOf(b)) {
      const product = [...factors(p), ...factors(q)].sort().join('*');
      result.set(product, (result.get(product) ?? 0) + m * n);
    }
  }
  return polynomial(result);
}

export function product(dims: readonly Dimension[]): Dimension {
  return dims.reduce(multiply, 1);
}

/** ⌊a / b⌋ for b > 0. */
export function floorDivide(a: Dimension, b: Dimension): Dimension {
  if (typeof a === 'number' && typeof b === 'number') return Math.floor(a / b);
  const exact = exactQuotient(a, b);
  if (exact !== undefined) return exact;
  if (typeof b !== 'number') return opaque('floor', a, b);
  // ⌊(b·p + r)/b⌋ = p + ⌊r/b⌋ puts (2h − 2)/2 + 1 and the like into closed form.
  const whole = new Map<string, number>();
  const rest = new Map<string, number>();
  for (const [term, coefficient] of termsOf(a)) {
    const quotient = Math.floor(coefficient / b);
    if (quotient !== 0) whole.set(term, quotient);
    rest.set(term, coefficient - quotient * b);
  }
  const remainder = polynomial(rest);
  const fraction = typeof remainder === 'number' ? Math.floor(remainder / b) : opaque('floor', remainder, b);
  return add(polynomial(whole), fraction);
}

/** ⌈a / b⌉ for b > 0. */
export function ceilDivide(a: Dimension, b: Dimension): Dimension {
  return multiply(-1, floorDivide(multiply(-1, a), b));
}

export function floor(a: Dimension): Dimension {
  if (typeof a === 'number') return Math.floor(a);
  return [...a.terms.values()].every(Number.isInteger) ? a : opaque('floor', a, 1);
}

export function minimum(a: Dimension, b: Dimension): Dimension {
  if (typeof a === 'number' && typeof b === 'number') return Math.min(a, b);
  if (provablyAtLeast(b, a)) return a;
  if (provablyAtLeast(a, b)) return b;
  return opaque('min', a, b);
}

export function maximum(a: Dimension, b: Dimension): Dimension {
  if (typeof a === 'number' && typeof b === 'number') return Math.max(a, b);
  if (provablyAtLeast(a, b)) return a;
  if (provablyAtLeast(b, a)) return b;
  return opaque('max', a, b);
}

/** Whether a ≥ b for all dynamic sizes ≥ 1. */
export function provablyAtLeast(a: Dimension, b: Dimension): boolean {
  if (typeof a === 'number' && a >= beyondAnySize) return true;
  if (typeof b === 'number' && b >= beyondAnySize) return false;
  return lowerBound(subtract(a, b)) >= 0;
}

/** a / b as a polynomial, or undefined where b does not divide a: long division by leading products. */
function exactQuotient(a: Dimension, b: Dimension): Dimension | undefined {
  const [leadProduct, leadCoefficient] = leadingTerm(termsOf(b));
  const leadFactors = factors(leadProduct);
  let rest = a;
  let quotient: Dimension = 0;
  while (rest !== 0) {
    const [term, coefficient] = leadingTerm(termsOf(rest));
    const remaining = factors(term);
    for (const factor of leadFactors) {
      const at = remaining.indexOf(factor);
      if (at < 0) return undefined;
      remaining.splice(at, 1);
    }
    if (coefficient % leadCoefficient !== 0) return undefined;
    const step = polynomial(new Map([[remaining.join('*'), coefficient / leadCoefficient]]));
    quotient = add(quotient, step);
    rest = subtract(rest, multiply(step, b));
  }
  return quotient;
}

/** Most indeterminates first, then by name: an order that products keep. */
function leadingTerm(terms: ReadonlyMap<string, number>): [string, number] {
  let best: [string, number] = ['', terms.get('') ?? 0];
  for (const [term, coefficient] of terms) {
    const order = factors(term).length - factors(best[0]).length;
    if (order > 0 || (order === 0 && term < best[0])) best = [term, coefficient];
  }
  return best;
}

/** Symbols are ≥ 1; opaque indeterminates are sizes too, but may be 0, and a minimum may be of anything. */
function lowerBound(d: Dimension): number {
  let bound = 0;
  for (const [term, coefficient] of termsOf(d)) {
    if (term === '') bound += coefficient;
    else if (coefficient < 0 || term.includes('min(')) return -Infinity;
    else if (factors(term).every((factor) => !factor.includes('('))) bound += coefficient;
  }
  return bound;
}

function opaque(operation: string, a: Dimension, b: Dimension): Dimension {
  const inner = [a, b].map((d) => dimensionKey(d).replaceAll('*', '·'));
  return polynomial(new Map([[`${operation}(${inner.join(',')})`, 1]]));
}

function factors(term: string): string[] {
  return term === '' ? [] : term.split('*');
}

function termsOf(d: Dimension): ReadonlyMap<string, number> {
  return typeof d === 'number' ? new Map(d === 0 ? [] : [['', d]]) : d.terms;
}

function polynomial(terms: ReadonlyMap<string, number>): Dimension {
  const kept = [...terms].filter(([, coefficient]) => coefficient !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
  if (kept.length === 0) return 0;
  if (kept.length === 1 && kept[0][0] === '') return kept[0][1];
  return { terms: new Map(kept), key: kept.map(([term, coefficient]) => `${coefficient}*${term}`).join('+') };
}

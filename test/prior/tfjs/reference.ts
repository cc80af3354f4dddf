import { readFileSync } from 'node:fs';

/** Values of a network and of its gradient by torch.autograd; see test/prior/differentiate/make-references.py. */
export interface Reference {
  readonly shape: [number, number, number, number];
  readonly x: Float32Array;
  readonly sigma: Float32Array;
  readonly v: Float32Array;
  readonly denoised: Float32Array;
  readonly vjp: Float32Array;
}

const fixtures = new URL('../../fixtures/differentiate/', import.meta.url);

export function referenceFile(name: string): Uint8Array {
  return readFileSync(new URL(name, fixtures));
}

export function reference(name: string): Reference {
  const stored = JSON.parse(readFileSync(new URL(`${name}.json`, fixtures), 'utf8')) as Record<string, string>;
  const floats = (key: string) => new Float32Array(new Uint8Array(Buffer.from(stored[key], 'base64')).buffer);
  return {
    shape: (stored as unknown as Reference).shape,
    x: floats('x'),
    sigma: floats('sigma'),
    v: floats('v'),
    denoised: floats('denoised'),
    vjp: floats('vjp'),
  };
}

export function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new Error(`${a.length} values against ${b.length}.`);
  return a.reduce((max, value, i) => {
    const difference = Math.abs(value - b[i]);
    return difference > max || Number.isNaN(difference) ? difference : max;
  }, 0);
}

import type { AxisDownsampling } from './axis-downsampling.ts';

/**
 * The singular value decomposition of downsampling along one axis whose length m·s is a multiple of the factor s. In
 * the cosine bases of both sides, output frequency k hears only the input frequencies that alias to it, k and 2am ± k,
 * each with the response of the filter there. A Householder reflection of every such class turns its weights onto its
 * first member: coefficient k < m is then measured with `singularValues[k]`, all others are the null space.
 */
export class AliasingBasis {
  readonly singularValues: Float64Array;
  readonly #classes: readonly { readonly members: readonly number[]; readonly direction: readonly number[] }[];

  /** @param axis  an aligned axis. */
  constructor(axis: AxisDownsampling) {
    const { inputLength: n, outputLength: m, factor: s } = axis;
    this.singularValues = new Float64Array(m);
    this.#classes = Array.from({ length: m }, (_, k) => {
      const members = [k];
      for (let alias = 2 * m; alias - k < n; alias += 2 * m) {
        if (k > 0) members.push(alias - k);
        if (alias + k < n) members.push(alias + k);
      }
      const weights = members.map((f) => {
        const turns = Math.round(f / (2 * m));
        const norm = f > 0 && k === 0 ? Math.sqrt(2 / s) : Math.sqrt(1 / s);
        return (turns % 2 === 0 ? norm : -norm) * filterResponse(axis, f);
      });
      const length = Math.hypot(...weights);
      this.singularValues[k] = length;
      const direction = weights.map((w, i) => w / length - (i === 0 ? 1 : 0));
      const size = Math.hypot(...direction);
      return { members, direction: direction.map((d) => (size === 0 ? 0 : d / size)) };
    });
  }

  /** Reflects every class of `count` interleaved sequences in place; its own inverse and transpose. */
  reflect(x: Float64Array, count: number): void {
    for (const { members, direction } of this.#classes) {
      for (let q = 0; q < count; q++) {
        let dot = 0;
        for (let i = 0; i < members.length; i++) dot += direction[i] * x[members[i] * count + q];
        for (let i = 0; i < members.length; i++) x[members[i] * count + q] -= 2 * dot * direction[i];
      }
    }
  }
}

/** Σ_t w_t cos(πf·offset_t/n), the response of the symmetric filter at cosine frequency f. */
function filterResponse(axis: AxisDownsampling, f: number): number {
  const middle = (axis.weights.length - 1) / 2;
  return axis.weights.reduce((sum, w, t) => sum + w * Math.cos((Math.PI * f * (t - middle)) / axis.inputLength), 0);
}

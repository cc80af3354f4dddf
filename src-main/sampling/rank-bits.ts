/** A picture's bits per dimension among those of others. */
export interface RankedBits {
  readonly name: string;
  readonly bitsPerDimension: number;
  readonly standardError?: number | undefined;
  /**
   * How far it is from the median, in robust standard deviations (1.4826 × the median absolute deviation); 0 for all
   * where half of the pictures have the same value.
   */
  readonly deviation: number;
}

/** Makes the median absolute deviation of a normal law its standard deviation. */
const NORMAL_DEVIATION = 1.4826;

/** The least likely first. Names break ties, so that the order is always the same. */
export function rankBits<Measured extends Omit<RankedBits, 'deviation'>>(
  measured: readonly Measured[],
): (Measured & Pick<RankedBits, 'deviation'>)[] {
  const middle = median(measured.map(({ bitsPerDimension }) => bitsPerDimension));
  const spread = NORMAL_DEVIATION * median(measured.map((one) => Math.abs(one.bitsPerDimension - middle)));
  return measured
    .map((one) => ({ ...one, deviation: spread > 0 ? (one.bitsPerDimension - middle) / spread : 0 }))
    .sort((a, b) => b.bitsPerDimension - a.bitsPerDimension || (a.name < b.name ? -1 : 1));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

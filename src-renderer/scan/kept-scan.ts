import type { FileInfo } from '../../src-main/contract/app/values.ts';

/** What a reloaded page needs to show the CT view as it was; the host has the rest. */
export interface KeptScan {
  readonly file: FileInfo;
  readonly slice: number;
  readonly settings: {
    readonly views: number;
    readonly noise: number;
    readonly seed: number;
    readonly samples: number;
    readonly rays?: 'parallel' | 'fan';
    readonly sourceAxis?: number;
    readonly detectorSpacing?: number;
  };
  readonly sinogram?: FileInfo;
  readonly angles?: readonly number[];
  readonly run?: string;
}

const KEY = 'langevin-scan';

export function keepScan(scan: KeptScan): void {
  sessionStorage.setItem(KEY, JSON.stringify(scan));
}

/** Undefined when nothing was kept, or by another version of the page. */
export function keptScan(): KeptScan | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Partial<KeptScan> | null;
    return typeof kept?.file?.id === 'string' && typeof kept.slice === 'number' ? (kept as KeptScan) : undefined;
  } catch {
    return undefined;
  }
}

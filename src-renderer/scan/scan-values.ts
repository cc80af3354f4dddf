import type { ScanContent } from '../../src-main/contract/app/values.ts';
import type { StepFrame } from '../../src-main/contract/jobs.ts';

/** The numbers of a slice or sinogram. */
export function valuesOf({ values }: Pick<ScanContent, 'values'>): Float32Array {
  // The bytes of a message need not begin where a number may.
  return new Float32Array(values.slice().buffer);
}

const LOWEST_HU = -1024;
const HIGHEST_HU = 2000;

/** HU of a frame of the network, whose grey 0…255 is −1024…2000 HU. */
export function frameValues({ bytes, channels }: StepFrame): Float32Array {
  const gain = (HIGHEST_HU - LOWEST_HU) / 255;
  return Float32Array.from({ length: bytes.length / channels }, (_, i) => LOWEST_HU + gain * bytes[i * channels]);
}

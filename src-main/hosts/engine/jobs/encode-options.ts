import type { z } from 'zod';
import type { encodingSchema } from '../../../contract/jobs.ts';
import type { EncodeOptions } from '../../../images/encode.ts';

/** How a host asks for a picture to be written, as the encoder takes it. */
export function encodeOptions({ format, quality, bits }: z.output<typeof encodingSchema>): EncodeOptions {
  return { format, ...(quality === undefined ? {} : { quality }), ...(bits === undefined ? {} : { bits }) };
}

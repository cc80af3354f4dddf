import type { Task } from '../../../contract/restore-options.ts';
import { createBlur } from '../../../operators/blur.ts';
import { gaussianKernel } from '../../../operators/blur-kernel.ts';
import { createDownsample } from '../../../operators/downsample.ts';
import { IdentityOperator } from '../../../operators/identity.ts';
import { JpegOperator } from '../../../operators/jpeg.ts';
import { LumaOperator } from '../../../operators/luma.ts';
import { MaskOperator } from '../../../operators/mask.ts';
import type { LinearOperator } from '../../../operators/operator.ts';
import { quantizationOf } from '../../../tensor/jpeg-tables.ts';
import { PARALLEL } from '../../../restore/scan.ts';
import { createScanner, equalAngles } from '../../../restore/scanner.ts';

export interface ExampleRequest {
  readonly task: Task;
  readonly noisy: boolean;
  readonly channels: 1 | 3;
}

/** Side of the example, pixels: a multiple of every enlargement. */
const SIDE = 12;

/** The operator of a task on a tiny picture: what can be solved with it does not depend on the size. */
export function exampleMeasurement({ task, noisy, channels }: ExampleRequest): {
  readonly operator: LinearOperator;
  readonly sigmaY: number;
} {
  // Denoising without noise would be nothing to do.
  return {
    operator: operatorOf(task, channels),
    sigmaY: noisy || task === 'denoise' || task === 'compound' ? 0.05 : 0,
  };
}

function operatorOf(task: Task, channels: 1 | 3): LinearOperator {
  const shape = [channels, SIDE, SIDE] as const;
  switch (task) {
    case 'inpaint':
      return new MaskOperator(
        shape,
        Uint8Array.from({ length: SIDE * SIDE }, (_, i) => i % 2),
      );
    case 'colorize':
      return new LumaOperator([3, SIDE, SIDE]);
    case 'super-resolve':
      return createDownsample(shape, 2, 'bicubic');
    case 'deblur':
      return createBlur(shape, gaussianKernel(1), 'reflect');
    case 'compound':
      return new JpegOperator(shape, quantizationOf({ quality: 75, chroma: '4:2:0' }));
    case 'denoise':
      return new IdentityOperator(shape);
    case 'reconstruct':
      return createScanner({ side: SIDE, angles: equalAngles(8), detectors: SIDE, beam: PARALLEL }).disk;
  }
}

import { describe, expect, it } from 'vitest';
import { readScheduler } from '../../../../src-main/hosts/engine/import/scheduler-config.ts';

describe('how x̂0 is held', () => {
  it.each([
    [{ clip_sample: true }, 1],
    [{ clip_sample: true, clip_sample_range: 2 }, 2],
    [{ clip_sample: false }, undefined],
    // Thresholding wins; with a greatest value of 1, its default, it is plain clipping.
    [{ thresholding: true }, 1],
    [
      { thresholding: true, sample_max_value: 1.5, clip_sample: true },
      { quantile: 0.995, most: 1.5 },
    ],
    [
      { thresholding: true, sample_max_value: 10, dynamic_thresholding_ratio: 0.9 },
      { quantile: 0.9, most: 10 },
    ],
  ])('follows %j', (config, clip) => {
    expect(readScheduler({ _class_name: 'DDPMScheduler', ...config }).clip).toEqual(clip);
  });
});

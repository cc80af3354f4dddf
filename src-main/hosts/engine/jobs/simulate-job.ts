import { LangevinError } from '../../../errors.ts';
import { simulateJobSchema, type SimulatedMeasurement } from '../../../contract/jobs.ts';
import { assertEncodable, encodePicture } from '../../../images/encode.ts';
import { carryNotice } from '../../../images/metadata/carry.ts';
import { scanSlice } from '../../../restore/scanner.ts';
import { simulateDamage } from '../../../restore/simulate.ts';
import type { JobHandler } from '../job-registry.ts';
import { encodeOptions } from './encode-options.ts';
import { parseJob } from './parse-job.ts';
import { angleNotices, beamOf, readPictureInput, viewsOf } from './restore-input.ts';
import { readSlice, writeValues } from './slice-files.ts';

/** Job `simulate`: the measurement that a task supposes, made of a good picture; it needs no network. */
export function simulateJob(): JobHandler {
  // eslint-disable-next-line require-yield
  return async function* (payload): AsyncGenerator<never, SimulatedMeasurement> {
    const job = parseJob(simulateJobSchema, payload, 'simulate');
    const { options } = job;
    if (options.estimateNoise === true) {
      throw new LangevinError('invalid-argument', 'A simulation needs to be told the noise: a number, not auto.');
    }
    if (options.task === 'reconstruct') {
      const slice = await readSlice(job.picture, options.slice);
      const beam = beamOf(options);
      const views = viewsOf(job.angles, options, beam);
      const { angles, detectors, data } = scanSlice(slice, views, options.noise ?? 0, options.seed, beam);
      const format = job.sliceFormat ?? 'npy';
      const size = { width: detectors, height: angles.length };
      const notices = [...slice.notices, ...angleNotices(angles)];
      return { bytes: await writeValues({ ...size, data }, format), format, ...size, angles, notices };
    }
    const input = await readPictureInput(job);
    const damaged = simulateDamage(input);
    const own = input.picture.format === 'gif' ? 'png' : input.picture.format;
    const format = job.encoding?.format ?? own;
    const encoding = encodeOptions({ ...job.encoding, format });
    assertEncodable(damaged, encoding);
    const { width, height } = damaged;
    const lost = carryNotice(damaged.metadata, format);
    const notices = [...input.picture.notices, ...(lost === undefined ? [] : [lost])];
    return { bytes: await encodePicture(damaged, encoding), format, width, height, notices };
  };
}

import type { z } from 'zod';
import { findJobSchema, type FindEvent, type FindResult } from '../../../contract/find.ts';
import { LangevinError } from '../../../errors.ts';
import { findDamage, reductionsOf } from '../../../find/find-damage.ts';
import { mayCoverFace } from '../../../find/findings/caution.ts';
import { findingsOf, maskOf } from '../../../find/findings/findings.ts';
import { shownPicture } from '../../../find/findings/shown-picture.ts';
import { assertPhotograph } from '../../../find/photograph.ts';
import { looksNegative } from '../../../find/picture-reader.ts';
import { decodePicture } from '../../../images/decode.ts';
import { displayedPicture } from '../../../images/orientation.ts';
import type { Picture } from '../../../tensor/picture.ts';
import type { JobHandler } from '../job-registry.ts';
import type { EngineServices } from '../services.ts';
import { parseJob } from './parse-job.ts';
import { decodeOptions } from './restore-input.ts';
import { pictureSchema } from './restore-decoded-job.ts';

/**
 * Job `find`: where a picture is damaged; maps for a host that goes on with them, or findings and their mask.
 * Throws nothing-to-do for what is no photograph, and unsupported-format for fewer than 16 pixels a side.
 */
export function findJob({ detectors }: EngineServices): JobHandler {
  return async function* (payload, { signal }): AsyncGenerator<FindEvent, FindResult> {
    const job = parseJob(findJobSchema, payload, 'find');
    const { picture: stored, notices } = await readInput(job);
    for (const message of notices) yield { type: 'notice', message };
    const detector = await detectors.open(job.detector, job.threads);
    const picture = displayedPicture(stored);
    const isNegative = job.negative ?? looksNegative(picture);
    const started = performance.now();
    const search = findDamage(picture, detector, { isNegative, signal, now: () => performance.now() });
    for (;;) {
      const next = await search.next();
      if (!next.done) {
        if (next.value.type === 'progress' || job.maps) yield next.value;
        continue;
      }
      const maps = next.value;
      const findings = job.options && findingsOf(maps, job.options);
      const shown = findings && shownPicture(picture);
      return {
        width: picture.width,
        height: picture.height,
        orientation: stored.metadata.orientation,
        detector: detector.manifest.name,
        reductions: reductionsOf(picture),
        isNegative,
        seconds: (performance.now() - started) / 1000,
        ...(job.maps ? { maps } : {}),
        ...(findings &&
          shown && {
            findings,
            doubtful: findings.filter((finding) => mayCoverFace(shown, finding)).map(({ id }) => id),
            mask: maskOf(findings, picture.width, picture.height),
          }),
      };
    }
  };
}

async function readInput(
  job: z.output<typeof findJobSchema>,
): Promise<{ readonly picture: Picture; readonly notices: readonly string[] }> {
  if ((job.file === undefined) === (job.picture === undefined)) {
    throw new LangevinError('invalid-argument', 'A search for damage needs a file or a decoded picture, one of them.');
  }
  const name = job.file?.name ?? job.name;
  const notices: string[] = [];
  let picture: Picture;
  if (job.file === undefined) {
    picture = parseJob(pictureSchema, job.picture, 'find');
  } else {
    const decoded = await decodePicture(job.file.bytes, name, decodeOptions(job));
    notices.push(...decoded.notices);
    picture = decoded;
  }
  const remark = assertPhotograph(picture, name);
  return { picture, notices: remark === undefined ? notices : [...notices, remark] };
}

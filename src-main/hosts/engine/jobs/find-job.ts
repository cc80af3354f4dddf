import type { z } from 'zod';
import { findJobSchema, type FindEvent, type FindResult } from '../../../contract/find.ts';
import type { DamageDetector } from '../../../find/detector.ts';
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
import { contentsOf } from '../placed-files.ts';
import type { EngineServices } from '../services.ts';
import { parseJob } from './parse-job.ts';
import { decodeOptions } from './restore-input.ts';

/**
 * Job `find`: where a picture is damaged; maps for a host that goes on with them, or findings and their mask.
 * Throws nothing-to-do for what is no photograph, and unsupported-format for fewer than 16 pixels a side.
 */
export function findJob({ detectors }: EngineServices): JobHandler {
  return async function* (payload, { signal }): AsyncGenerator<FindEvent, FindResult> {
    const job = parseJob(findJobSchema, payload, 'find');
    const { name, bytes } = await contentsOf(job.file);
    const picture = await decodePicture(bytes, name, decodeOptions(job));
    const notices = [...picture.notices, ...photographNotices(picture, name)];
    for (const message of notices) yield { type: 'notice', message };
    return yield* found(picture, await detectors.open(job.detector, job.threads), job, signal);
  };
}

/** What should be said of a picture that damage is looked for in. @throws nothing-to-do for what is no photograph */
export function photographNotices(picture: Picture, name: string): string[] {
  const remark = assertPhotograph(picture, name);
  return remark === undefined ? [] : [remark];
}

/** Looks for damage in a picture as stored. @throws cancelled; unsupported-format */
export async function* found(
  stored: Picture,
  detector: DamageDetector,
  { options, maps: hasMaps, negative }: Pick<z.output<typeof findJobSchema>, 'options' | 'maps' | 'negative'>,
  signal: AbortSignal,
): AsyncGenerator<FindEvent, FindResult> {
  const picture = displayedPicture(stored);
  const isNegative = negative ?? looksNegative(picture);
  const started = performance.now();
  const search = findDamage(picture, detector, { isNegative, signal, now: () => performance.now() });
  for (;;) {
    const next = await search.next();
    if (!next.done) {
      if (next.value.type === 'progress' || hasMaps) yield next.value;
      continue;
    }
    const maps = next.value;
    const findings = options && findingsOf(maps, options);
    const shown = findings && shownPicture(picture);
    return {
      width: picture.width,
      height: picture.height,
      orientation: stored.metadata.orientation,
      detector: detector.manifest.name,
      reductions: reductionsOf(picture),
      isNegative,
      seconds: (performance.now() - started) / 1000,
      ...(hasMaps ? { maps } : {}),
      ...(findings &&
        shown && {
          findings,
          doubtful: findings.filter((finding) => mayCoverFace(shown, finding)).map(({ id }) => id),
          mask: maskOf(findings, picture.width, picture.height),
        }),
    };
  }
}

import type { Finding, FindOptions, FindResult } from '../../contract/find.ts';
import type { FileBytes } from '../../contract/jobs.ts';
import { cautionNotices } from '../../find/findings/caution.ts';
import { describeFindings } from '../../find/findings/describe.ts';
import { encodePicture } from '../../images/encode.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import type { EngineJobs } from '../engine/job-types.ts';
import type { Output } from './output.ts';

/** What a search of one file found. */
export interface FoundDamage extends FindResult {
  readonly findings: readonly Finding[];
  readonly doubtful: readonly number[];
  /** height × width as displayed, 1 = damaged. */
  readonly mask: Uint8Array;
}

export interface FindRequest {
  readonly options: FindOptions;
  readonly detector: string;
  readonly threads?: number | undefined;
  /** undefined: as the colours say. */
  readonly negative?: boolean | undefined;
  readonly page?: number | undefined;
  readonly acceptDamage?: boolean | undefined;
}

/** Looks for damage in a file, with progress; says what was found, or that nothing was. */
export async function findInFile(
  engine: EngineClient<EngineJobs>,
  signal: AbortSignal,
  file: FileBytes,
  { options, detector, threads, negative, page, acceptDamage }: FindRequest,
  output: Output,
): Promise<FoundDamage> {
  const job = {
    file,
    detector,
    options,
    maps: false,
    ...(threads === undefined ? {} : { threads }),
    ...(negative === undefined ? {} : { negative }),
    ...(page === undefined ? {} : { page }),
    ...(acceptDamage === undefined ? {} : { acceptDamage }),
  };
  const steps = engine.run('find', job, { signal });
  for (;;) {
    const step = await steps.next();
    if (!step.done) {
      const event = step.value;
      if (event.type === 'notice') output.say(event.message, event);
      else if (event.type === 'progress') output.progress(event.fraction, event.etaMs, 'looking for damage', event);
      continue;
    }
    const found = step.value as FoundDamage;
    sayFindings(file.name, found, output);
    return found;
  }
}

function sayFindings(
  name: string,
  { findings, doubtful, mask, width, height, isNegative }: FoundDamage,
  output: Output,
): void {
  const list = findings.map(({ id, kind, area, length, probability, bounds }) => ({
    id,
    kind,
    area,
    length,
    probability: +probability.toFixed(3),
    bounds,
    mayCoverFace: doubtful.includes(id),
  }));
  const record = { type: 'findings', input: name, width, height, isNegative, findings: list };
  if (findings.length === 0) return output.say(`Nothing was found in ${name}.`, record);
  const negative = isNegative ? ' (on the negative, inverted)' : '';
  output.say(`Found in ${name}${negative}: ${describeFindings(findings, mask)}.`, record);
  for (const message of cautionNotices(findings, doubtful)) output.say(message, { type: 'notice', message });
}

/** The mask as a grey PNG file, white where damaged, of the size of the picture as displayed. */
export function maskFile({ mask, width, height }: FoundDamage): Promise<Uint8Array> {
  const data = mask.map((value) => value * 255);
  const picture = { width, height, mode: 'gray', bitDepth: 8, data, metadata: { orientation: 1 } } as const;
  return encodePicture(picture, { format: 'png' });
}

import { resolve } from 'node:path';
import type { BatchPreview } from '../../../../batch/preview.ts';
import { htmlPath } from '../../../../batch/report/write-report.ts';
import { statePath } from '../../../../batch/state-folder.ts';
import type { BatchEvent, BatchProblem, BatchReport, BatchRequest } from '../../../../contract/batch.ts';
import { counted } from '../../../../counted.ts';
import { LangevinError } from '../../../../errors.ts';
import type { WrittenVolumes } from '../../../batch/volumes.ts';
import type { Output } from '../../output.ts';
import { formatDuration } from '../../progress-bar.ts';

/** Says what a batch does: to people on stderr, with `--json` an object a line on stdout. */
export class BatchOutput {
  readonly #output: Output;
  readonly #json: boolean;
  readonly #reportPath: string | undefined;

  constructor(output: Output, { json, report }: { readonly json?: boolean; readonly report?: string }) {
    this.#output = output;
    this.#json = json ?? false;
    this.#reportPath = report;
  }

  event(event: BatchEvent): void {
    switch (event.type) {
      case 'planned': {
        const rest = event.inputs - event.due;
        const others = [
          ...(rest > 0 ? [`${rest} ${rest === 1 ? 'needs' : 'need'} no work`] : []),
          ...(event.ignored > 0 ? [`${counted(event.ignored, 'other file is', 'other files are')} ignored`] : []),
        ];
        const megapixels = `${(event.pixels / 1e6).toFixed(1)} megapixels`;
        return this.#output.say(
          [`${counted(event.due, 'picture')} to restore, ${megapixels}`, ...others].join('; ') + '.',
          event,
        );
      }
      case 'progress': {
        const label = `${event.finished}/${event.due} ${event.input}`;
        return this.#output.progress(event.batchFraction, event.etaMs, label, event);
      }
      case 'file': {
        if (event.outcome.status === 'done') {
          const { thumbnails: _thumbnails, ...outcome } = event.outcome;
          return this.#output.record({ type: 'file', ...outcome });
        }
        if (event.outcome.status === 'failed' && !this.#json) {
          return this.#output.failure(named(event.outcome));
        }
        return this.#output.record({ type: 'file', ...event.outcome });
      }
      case 'notice':
      case 'paused':
        return this.#output.say(event.message, event);
      case 'resumed':
        return this.#output.say('Going on.', event);
      case 'watching':
        return this.#output.say('Watching for pictures; Ctrl-C ends it.', event);
      case 'started':
        return this.#output.record(event);
    }
  }

  report({ totals, cancelled, shards }: BatchReport, { output, shard }: BatchRequest): void {
    const path = resolve(this.#reportPath ?? statePath(output, 'report', '.json', shard));
    const parts = [
      `${totals.done} done`,
      `${totals.failed} failed`,
      ...(totals.skipped > 0 ? [`${totals.skipped} skipped`] : []),
      ...(totals.pending > 0 ? [`${totals.pending} not reached`] : []),
    ];
    const how = cancelled ? 'Cancelled: ' : '';
    const text = `${how}${parts.join(', ')}. Report: ${htmlPath(path)}`;
    this.#output.done();
    this.#output.say(text, { type: 'result', ...totals, cancelled, shards, report: path, page: htmlPath(path) });
  }

  volumes({ written, notices }: WrittenVolumes): void {
    for (const message of notices) this.#output.say(message, { type: 'notice', message });
    for (const volume of written) this.#output.say(`Wrote the volume ${volume}.`, { type: 'volume', volume });
  }

  preview(preview: BatchPreview): void {
    const { due, earlier, skipped, problems, ignored, pixels, seconds, notices } = preview;
    this.#output.done();
    if (this.#json) return this.#output.record({ type: 'preview', ...preview });
    for (const notice of notices) this.#output.say(notice);
    for (const problem of problems) this.#output.failure(named(problem));
    for (const { input, outputs } of due) this.#output.result(`${input} → ${outputs.join(', ')}`, {});
    const parts = [
      `${counted(due.length, 'picture')} to restore, ${(pixels / 1e6).toFixed(1)} megapixels`,
      seconds === undefined ? 'time unknown' : `about ${formatDuration(seconds * 1000)}`,
      ...(earlier > 0 ? [`${earlier} done earlier`] : []),
      ...(skipped.length > 0 ? [`${skipped.length} skipped`] : []),
      ...(problems.length > 0 ? [`${problems.length} would fail`] : []),
      ...(ignored > 0 ? [`${counted(ignored, 'other file')} ignored`] : []),
    ];
    this.#output.say(`${parts.join('; ')}.`);
  }
}

/** Most messages name the input themselves. */
function named({ input, code, message }: { readonly input: string } & BatchProblem): LangevinError {
  return new LangevinError(code, message.includes(input) ? message : `${input}: ${message}`);
}

import type { z } from 'zod';
import type { BatchEngine, PreparedInput, RestoredInput } from '../../../batch/batch-engine.ts';
import type { BatchMask, batchStartSchema } from '../../../contract/app/batch.ts';
import { batchRequestSchema, type BatchRequest, type MaskPolicy } from '../../../contract/batch.ts';
import { findOptionsSchema } from '../../../contract/find.ts';
import { LangevinError } from '../../../errors.ts';
import type { CodecJobs } from '../../batch/codec-process.ts';
import { PictureEngine } from '../../batch/picture-engine.ts';
import { ScanEngine } from '../../batch/scan-engine.ts';
import type { EngineClient } from '../../engine/engine-client.ts';
import type { EngineJobs } from '../../engine/job-types.ts';
import { parseJob } from '../../engine/jobs/parse-job.ts';
import type { FileStore } from '../file-store.ts';
import type { Scratch } from '../../engine/scratch.ts';
import type { Turns } from '../../engine/turns.ts';
import type { Folders } from './folders.ts';

export type ParsedBatch = z.output<typeof batchStartSchema>;

/** The batch's own request: paths in place of ids. @throws file-not-found, invalid-argument */
export function batchRequest(start: ParsedBatch, folders: Folders, files: FileStore): BatchRequest {
  const { folders: sources, output, mask, network, kernel, isSinogram, angles, ...same } = start;
  if (kernel !== undefined && same.options.task !== 'deblur' && same.options.task !== 'compound') {
    throw new LangevinError(
      'invalid-argument',
      'A blur kernel belongs to the tasks deblur and compound only; leave it out.',
    );
  }
  const isSlice = same.options.task === 'reconstruct';
  if ((isSinogram && !isSlice) || (angles !== undefined && !isSinogram)) {
    throw new LangevinError(
      'invalid-argument',
      'Sinograms are inputs of the task reconstruct only, and a list of angles belongs to sinograms; leave them out.',
    );
  }
  if (isSlice ? same.format === 'jpeg' || same.format === 'webp' : same.format === 'npy' || same.format === 'dicom') {
    const what = isSlice ? 'Slices' : 'Pictures';
    const choice = isSlice ? 'npy, dicom, tiff or png' : 'lossless, keep, png, tiff, jpeg or webp';
    throw new LangevinError('invalid-argument', `${what} are not written as ${same.format}; choose ${choice}.`);
  }
  return parseJob(
    batchRequestSchema,
    {
      ...same,
      sources: sources.map((id) => folders.path(id)),
      output: folders.path(output),
      mask: maskPolicy(mask, folders, files),
      model: network.model,
    },
    'batch',
  );
}

function maskPolicy(mask: BatchMask, folders: Folders, files: FileStore): MaskPolicy {
  if (mask.kind === 'files') return { kind: 'files', paths: mask.files.map((id) => files.get(id).path) };
  if (mask.kind === 'folder') return { kind: 'folder', path: folders.path(mask.folder) };
  if (mask.kind === 'auto') return { kind: 'auto', find: mask.find ?? findOptionsSchema.parse({}) };
  return mask;
}

/** What computes a batch: each picture waits for its turn at the network. */
export function batchEngine(
  { options, network, quality, recipe, kernel: kernelId, isSinogram, angles }: ParsedBatch,
  files: FileStore,
  engine: EngineClient<EngineJobs>,
  codec: EngineClient<CodecJobs>,
  turns: Turns,
  scratch: Scratch,
): BatchEngine {
  const kernel = kernelId === undefined ? undefined : files.placed(kernelId);
  return options.task === 'reconstruct'
    ? inTurns(new ScanEngine({ engine, codec, options, network, sinograms: isSinogram, angles }), turns)
    : inTurns(new PictureEngine({ engine, codec, options, recipe, network, quality, kernel, scratch }), turns);
}

/** Hides what the engine makes of inputs on their way: the batch only carries it. */
function inTurns<P extends PreparedInput, R extends RestoredInput>(
  engine: BatchEngine<P, R>,
  turns: Turns,
): BatchEngine {
  return {
    prepare: (request, signal) => engine.prepare(request, signal),
    restore: (name, prepared, onCpu, signal, listeners) =>
      turns.take(signal, () => engine.restore(name, prepared as P, onCpu, signal, listeners)),
    finish: (restored, format, signal) => engine.finish(restored as R, format, signal),
  };
}

import { createHash } from 'node:crypto';
import type { BatchEngine, PreparedInput, RestoredInput } from '../../../../batch/batch-engine.ts';
import { parseShard } from '../../../../batch/plan/shard.ts';
import {
  batchRequestSchema,
  type BatchFormat,
  type BatchRequest,
  type ExistingPolicy,
  type MaskPolicy,
  type VolumeFormat,
} from '../../../../contract/batch.ts';
import { recipeOptions, type Recipe } from '../../../../contract/recipe.ts';
import type { Task } from '../../../../contract/restore-options.ts';
import { LangevinError } from '../../../../errors.ts';
import type { CodecJobs } from '../../../batch/codec-process.ts';
import { PictureEngine } from '../../../batch/picture-engine.ts';
import { scanDigests, ScanEngine } from '../../../batch/scan-engine.ts';
import type { EngineClient } from '../../../engine/engine-client.ts';
import type { EngineJobs } from '../../../engine/job-types.ts';
import type { Scratch } from '../../../engine/scratch.ts';
import { assertKnownLevels } from '../../../../restore/settings.ts';
import { detectorManifest, scoreManifest } from '../../../engine/jobs/models.ts';
import { parseJob } from '../../../engine/jobs/parse-job.ts';
import { damageFiles, damageOptions, taskOf, withDamageChain, type DamageFlags } from '../../damage-options.ts';
import { assertNoFindOptions, findOptions, type FindFlags } from '../../find-options.ts';
import type { EffortFlags, NetworkFlags, ReportingFlags, SamplingFlags } from '../../options.ts';
import type { RecipeFlags } from '../../recipe-option.ts';
import { effortOptions, networkChoice, readSamplingOptions, samplingOptions } from '../../requests.ts';
import { steeringOptions, type SteeringFlags } from '../../steering-options.ts';

/** Values of the options of `langevin batch`, as commander gives them. */
export interface BatchFlags
  extends
    SamplingFlags,
    EffortFlags,
    NetworkFlags,
    ReportingFlags,
    FindFlags,
    RecipeFlags,
    Pick<SteeringFlags, 'strength'>,
    Omit<DamageFlags, 'mask'> {
  readonly output: string;
  readonly sinogram?: boolean;
  readonly volume?: VolumeFormat;
  readonly mask?: readonly string[];
  readonly maskDir?: string;
  readonly maskAlpha?: boolean;
  readonly maskColor?: string;
  readonly maskTolerance: number;
  readonly maskAuto?: boolean;
  readonly samples?: number;
  readonly tile?: number;
  readonly recursive?: boolean;
  readonly include?: readonly string[];
  readonly template: string;
  readonly format: BatchFormat;
  readonly quality?: number;
  readonly bits?: '8';
  readonly keepTimestamps?: boolean;
  readonly existing: ExistingPolicy;
  readonly resume?: boolean;
  readonly mixSettings?: boolean;
  readonly shard?: string;
  readonly stopAfterErrors?: number;
  readonly timeLimit?: number;
  readonly watch?: boolean;
  readonly report?: string;
  readonly dryRun?: boolean;
}

export interface BatchProcesses {
  readonly engine: EngineClient<EngineJobs>;
  readonly codec: EngineClient<CodecJobs>;
  readonly scratch: Scratch;
}

export interface BatchJob {
  readonly request: BatchRequest;
  readonly engine: BatchEngine<PreparedInput, RestoredInput>;
  /** SHA-256 of the network and of further files, by what they are. */
  readonly digests: Readonly<Record<string, string>>;
}

/**
 * The batch that the flags ask for.
 * @throws invalid-argument, naming the flag; model-not-found; what reading the kernel or the angles throws.
 */
export async function batchJob(
  folder: string,
  flags: BatchFlags,
  recipe: Recipe | undefined,
  { engine, codec, scratch }: BatchProcesses,
): Promise<BatchJob> {
  const { mask: _masks, ...rest } = flags;
  const { mask: ownMask, ...chain } = withDamageChain<DamageFlags>(rest);
  if (ownMask !== undefined) {
    throw new LangevinError(
      'invalid-argument',
      'In a batch every picture has a mask of its own: give --mask-dir, --mask auto or the like in place of mask= in --damage.',
    );
  }
  const task = recipe?.options.task ?? taskOf(chain.task, hasMask(flags));
  assertFormat(task, flags);
  const damage = { ...chain, task };
  const { kernel, angles } = await damageFiles(damage);
  const configured = await readSamplingOptions(flags.config);
  const request = parseJob(
    batchRequestSchema,
    {
      sources: [folder],
      output: flags.output,
      mask: maskPolicy(task, flags, recipe),
      ...(recipe === undefined ? {} : { recipe }),
      options: {
        ...damageOptions(damage),
        ...(recipe === undefined ? {} : recipeOptions(recipe)),
        ...configured,
        ...effortOptions(flags),
        ...samplingOptions(flags),
        ...steeringOptions(flags),
        samples: flags.samples ?? configured.samples ?? recipe?.options.samples ?? 1,
        ...(flags.tile === undefined ? {} : { tile: flags.tile }),
      },
      model: flags.model,
      template: flags.template,
      format: flags.format,
      existing: flags.existing,
      ...given(flags, [
        'recursive',
        'include',
        'quality',
        'volume',
        'keepTimestamps',
        'resume',
        'mixSettings',
        'stopAfterErrors',
        'timeLimit',
        'watch',
      ]),
      ...(flags.bits === undefined ? {} : { bits: 8 }),
      ...(flags.shard === undefined ? {} : { shard: parseShard(flags.shard) }),
    },
    'batch',
  );
  const manifest = scoreManifest(await engine.result('models-show', { model: flags.model }));
  const { options } = request;
  assertKnownLevels(options, manifest);
  const network = networkChoice(flags);
  return {
    request,
    engine:
      options.task === 'reconstruct'
        ? erase(new ScanEngine({ engine, codec, options, network, sinograms: flags.sinogram ?? false, angles }))
        : erase(
            new PictureEngine({
              ...{
                engine,
                codec,
                options,
                recipe: request.recipe,
                network,
                kernel,
                quality: flags.quality,
                bits: request.bits,
                scratch,
              },
            }),
          ),
    digests: {
      modelDigest: manifest.sha256,
      ...(request.mask.kind === 'auto'
        ? { detectorDigest: detectorManifest(await engine.result('models-show', { model: 'damage' })).sha256 }
        : {}),
      ...(kernel === undefined ? {} : { kernelDigest: sha256(kernel.bytes) }),
      ...scanDigests(flags.sinogram ?? false, angles),
    },
  };
}

/** Formats that can be meant, before hours of work. */
function assertFormat(task: Task, { format, quality, volume }: BatchFlags): void {
  const isSlice = task === 'reconstruct';
  if (volume !== undefined) assertVolume(task, format);
  if (isSlice ? format === 'jpeg' || format === 'webp' : format === 'npy' || format === 'dicom') {
    const what = isSlice ? 'Slices' : 'Pictures';
    const choice = isSlice ? 'npy, dicom, tiff or png' : 'lossless, keep, png, tiff, jpeg or webp';
    throw new LangevinError('invalid-argument', `${what} are not written as ${format}; choose ${choice}.`);
  }
  if (quality !== undefined && format !== 'jpeg' && format !== 'webp' && format !== 'keep') {
    throw new LangevinError(
      'invalid-argument',
      `--quality ${quality} has no meaning with --format ${format}; choose jpeg, webp or keep.`,
    );
  }
}

/** Volumes are made of the values of slices. */
function assertVolume(task: Task, format: BatchFormat): void {
  if (task !== 'reconstruct') {
    throw new LangevinError('invalid-argument', `--volume joins slices, which the task ${task} does not make.`);
  }
  if (format === 'lossless' || format === 'keep' || format === 'npy') return;
  throw new LangevinError(
    'invalid-argument',
    `--volume joins slices that are written as npy; leave out --format ${format}.`,
  );
}

function hasMask({ mask, maskDir, maskAlpha, maskColor, maskAuto }: BatchFlags): boolean {
  return [mask, maskDir, maskAlpha, maskColor, maskAuto].some((flag) => flag !== undefined);
}

/** One mask policy: inpainting needs it, other tasks of pictures are restricted by it, slices have none. */
function maskPolicy(task: Task, flags: BatchFlags, recipe: Recipe | undefined): MaskPolicy {
  const { maskDir, maskAlpha, maskColor, maskTolerance } = flags;
  const byRecipe = hasMask(flags) ? undefined : recipe?.find;
  const isAuto = byRecipe !== undefined || flags.maskAuto === true || (flags.mask?.includes('auto') ?? false);
  const mask = flags.mask?.filter((path) => path !== 'auto');
  if (!isAuto) assertNoFindOptions(flags);
  if (flags.negative) {
    throw new LangevinError('invalid-argument', '--negative is for single pictures: langevin restore --mask auto.');
  }
  const asked: readonly (MaskPolicy | undefined)[] = [
    mask === undefined || mask.length === 0 ? undefined : { kind: 'files', paths: mask },
    maskDir === undefined ? undefined : { kind: 'folder', path: maskDir },
    maskAlpha ? { kind: 'alpha' } : undefined,
    maskColor === undefined ? undefined : { kind: 'color', color: parseColor(maskColor), tolerance: maskTolerance },
    isAuto
      ? { kind: 'auto', find: findOptions({ ...byRecipe, ...given(flags, ['kinds', 'sensitivity', 'minSize']) }) }
      : undefined,
  ];
  const policies = asked.filter((policy) => policy !== undefined);
  const names = '--mask, --mask-dir, --mask-alpha, --mask-color or --mask-auto';
  if (policies.length === 0 && task !== 'inpaint') return { kind: 'none' };
  if (task === 'reconstruct') {
    throw new LangevinError(
      'invalid-argument',
      `The task reconstruct takes no mask: every view passes through the whole slice. Leave out ${names}.`,
    );
  }
  if (policies.length === 1) return policies[0];
  throw new LangevinError(
    'invalid-argument',
    task === 'inpaint'
      ? `Inpainting needs to know what to restore by exactly one of ${names}; ${policies.length} were given.`
      : `Give one of ${names}, or none to restore whole pictures; ${policies.length} were given.`,
  );
}

function parseColor(text: string): [number, number, number] {
  const match = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (match === null) {
    throw new LangevinError(
      'invalid-argument',
      `--mask-color: ${JSON.stringify(text)} is not a colour such as #ff00ff.`,
    );
  }
  return [parseInt(match[1], 16), parseInt(match[2], 16), parseInt(match[3], 16)];
}

/** Hides what the engine makes of inputs on their way: the batch only carries it. */
function erase<P extends PreparedInput, R extends RestoredInput>(
  engine: BatchEngine<P, R>,
): BatchEngine<PreparedInput, RestoredInput> {
  return {
    prepare: (request, signal) => engine.prepare(request, signal),
    restore: (name, prepared, onCpu, signal, listeners) =>
      engine.restore(name, prepared as P, onCpu, signal, listeners),
    finish: (restored, format, signal) => engine.finish(restored as R, format, signal),
  };
}

/** Those of the flags that are set. */
function given<K extends keyof BatchFlags>(flags: BatchFlags, names: readonly K[]): Partial<Pick<BatchFlags, K>> {
  return Object.fromEntries(
    names.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name]]),
  ) as Partial<Pick<BatchFlags, K>>;
}

function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

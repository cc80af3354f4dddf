import { parse } from 'node:path';
import { Option, type Command } from 'commander';
import type { FileBytes, SliceFormat } from '../../contract/jobs.ts';
import { TASKS, type RestoreOptions, type Task } from '../../contract/restore-options.ts';
import { LangevinError } from '../../errors.ts';
import { readInputFile } from '../files/read-file.ts';
import { parseDamageChain, type DamageChain } from './damage-chain.ts';
import { decimal, whole } from './options.ts';

/** What is known of the damage, as commander gives it; the same for making and for repairing it. */
export interface DamageFlags {
  /** Absent: inpaint where there is a mask. */
  readonly task?: Task;
  readonly mask?: string;
  /** Several damages at once. */
  readonly damage?: DamageChain;
  readonly scale?: '2' | '3' | '4';
  readonly blurSigma?: number;
  readonly kernel?: string;
  readonly noise?: number | 'auto';
  readonly angles?: number;
  readonly anglesFile?: string;
  readonly sourceAxis?: number;
  readonly detectorSpacing?: number;
  readonly slice?: number;
  readonly page?: number;
  readonly acceptDamage?: boolean;
}

/** @param masks  none where the command has masks of its own; found: also the damage that is found. */
export function addDamageOptions(command: Command, masks: 'none' | 'file' | 'found' = 'file'): Command {
  command.addOption(new Option('--task <name>', 'what is damaged; inpaint where there is a mask').choices(TASKS));
  if (masks !== 'none') {
    const what =
      'white where the picture is to be restored, the size of the picture as displayed; without inpaint, nothing else changes';
    if (masks === 'file') command.option('--mask <file>', what);
    else command.option('--mask <file|auto>', `${what}; auto: the damage that is found`);
  }
  return command
    .addOption(
      new Option(
        '--damage <parts>',
        'several damages at once: "blur=1.2,scale=2,grey,fading=auto,noise=auto,jpeg=auto,mask=FILE"; may be repeated',
      ).argParser(parseDamageChain),
    )
    .addOption(new Option('--scale <n>', 'super-resolve: enlargement').choices(['2', '3', '4']))
    .option('--blur-sigma <s>', 'deblur: standard deviation of the blur, pixels', decimal(0, 50, { open: true }))
    .option('--kernel <file>', 'deblur: picture of the blur, white on black (in --damage: blur=file:FILE)')
    .option(
      '--noise <s|auto>',
      'standard deviation of the noise, 0 to 255; auto: estimated from the picture; reconstruct: in pixels of water',
      (text) => (text === 'auto' ? 'auto' : decimal(0, 255)(text)),
    )
    .option(
      '--angles <n>',
      'reconstruct: number of views, equally spaced over 180 degrees, of fans over 360',
      whole(1, 10_000),
    )
    .option('--angles-file <file>', 'reconstruct: the direction of every view in degrees, separated by white space')
    .option(
      '--source-axis <pixels>',
      'reconstruct: rays are fans; distance of their source from the axis in pixels of the slice',
      decimal(0, 1e6, { open: true }),
    )
    .option(
      '--detector-spacing <pixels>',
      'reconstruct: distance of detector elements in pixels of the slice, of fans as seen on the axis [1]',
      decimal(0.01, 100),
    )
    .option('--slice <n>', 'reconstruct: which slice of a stack (folder, .npy, DICOM, TIFF, HDF5), from 0', whole(0))
    .option('--page <n>', 'which page of a TIFF or frame of an animation, from 1', whole(1))
    .option('--accept-damage', 'restore what can be read of damaged files, too');
}

/**
 * The task that is meant.
 * @throws invalid-argument without a task and a mask.
 */
export function taskOf(task: Task | undefined, hasMask: boolean): Task {
  if (task !== undefined) return task;
  if (hasMask) return 'inpaint';
  throw new LangevinError(
    'invalid-argument',
    `What is damaged? Give a mask to fill (--mask FILE, or --mask auto to find the damage), or --task ${TASKS.join(', ')}.`,
  );
}

/**
 * The flags with the task and the mask that `--damage` stands for.
 * @throws invalid-argument where it meets another task, or a mask in two places.
 */
export function withDamageChain<Flags extends DamageFlags>(flags: Flags): Flags {
  const { damage, task, mask, kernel } = flags;
  if (damage === undefined) return flags;
  if (task !== undefined && task !== 'compound') {
    throw new LangevinError(
      'invalid-argument',
      `--damage names several damages at once, which is the task compound, not ${task}; leave --task out.`,
    );
  }
  if (damage.mask !== undefined && mask !== undefined) {
    throw new LangevinError('invalid-argument', 'The mask is given twice: by --mask and in --damage.');
  }
  if (damage.kernel !== undefined && kernel !== undefined) {
    throw new LangevinError('invalid-argument', 'The blur is given twice: by --kernel and in --damage.');
  }
  const used = mask ?? damage.mask;
  const blur = kernel ?? damage.kernel;
  return {
    ...flags,
    task: 'compound',
    ...(used === undefined ? {} : { mask: used }),
    ...(blur === undefined ? {} : { kernel: blur }),
  };
}

/** Which tasks have a use for an option; the others would ignore it. */
const USES: readonly (readonly [keyof Omit<DamageFlags, 'mask'>, string, readonly Task[]])[] = [
  ['scale', '--scale', ['super-resolve']],
  ['blurSigma', '--blur-sigma', ['deblur']],
  ['kernel', '--kernel', ['deblur', 'compound']],
  ['noise', '--noise', TASKS.filter((task) => task !== 'compound')],
  ['angles', '--angles', ['reconstruct']],
  ['anglesFile', '--angles-file', ['reconstruct']],
  ['sourceAxis', '--source-axis', ['reconstruct']],
  ['detectorSpacing', '--detector-spacing', ['reconstruct']],
  ['slice', '--slice', ['reconstruct']],
];

/** A notice for each option that the task has no use for. */
export function unusedOptions(flags: Omit<DamageFlags, 'mask'>): string[] {
  const { task = 'inpaint' } = flags;
  return USES.flatMap(([key, option, tasks]) =>
    flags[key] === undefined || tasks.includes(task)
      ? []
      : [`${option} has no meaning with --task ${task} and is not used; it is for ${tasks.join(', ')}.`],
  );
}

/** The options of the damage that are given. */
export function damageOptions(flags: DamageFlags): Pick<RestoreOptions, 'task'> & Partial<RestoreOptions> {
  const { scale, blurSigma, noise, angles, sourceAxis, detectorSpacing, slice, page, acceptDamage, damage } = flags;
  return {
    task: taskOf(flags.task, flags.mask !== undefined),
    ...(damage === undefined ? {} : { damage: damage.damage }),
    ...(scale === undefined ? {} : { scale: Number(scale) as 2 | 3 | 4 }),
    ...(blurSigma === undefined ? {} : { blurSigma }),
    ...(noise === undefined ? {} : noise === 'auto' ? { estimateNoise: true } : { noise }),
    ...(angles === undefined ? {} : { angles }),
    ...(sourceAxis === undefined ? {} : { sourceAxis }),
    ...(detectorSpacing === undefined ? {} : { detectorSpacing }),
    ...(slice === undefined ? {} : { slice }),
    ...(page === undefined ? {} : { page }),
    ...(acceptDamage ? { acceptDamage } : {}),
  };
}

/** The files that the damage refers to. @throws what reading throws; invalid-argument for a bad angles file. */
export async function damageFiles(
  flags: DamageFlags,
): Promise<{ mask?: FileBytes; kernel?: FileBytes; angles?: number[] }> {
  return {
    ...(flags.mask === undefined ? {} : { mask: await readFileBytes(flags.mask) }),
    ...(flags.kernel === undefined ? {} : { kernel: await readFileBytes(flags.kernel) }),
    ...(flags.anglesFile === undefined ? {} : { angles: await readAngles(flags.anglesFile) }),
  };
}

export async function readFileBytes(name: string): Promise<FileBytes> {
  return { name, bytes: await readInputFile(name) };
}

/** How a slice or sinogram is written to `path`. @throws unsupported-format for an ending that is none of them. */
export function sliceFormatOf(path: string): SliceFormat {
  const ending = parse(path).ext.toLowerCase();
  if (ending === '.npy') return 'npy';
  if (ending === '.tif' || ending === '.tiff') return 'tiff';
  if (ending === '.png') return 'png';
  if (ending === '.dcm') return 'dicom';
  throw new LangevinError(
    'unsupported-format',
    `Slices are not written as ${ending || 'a file without ending'} (${path}); end the name in .npy or .tif for values, .dcm for a DICOM image, .png for a picture.`,
  );
}

async function readAngles(path: string): Promise<number[]> {
  const text = new TextDecoder().decode(await readInputFile(path));
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  const angles = words.map(Number);
  const bad = angles.findIndex((angle) => !Number.isFinite(angle));
  if (angles.length === 0 || bad >= 0) {
    const found = angles.length === 0 ? 'holds no angles' : `holds ${JSON.stringify(words[bad])}, which is no number`;
    throw new LangevinError('invalid-argument', `${path} ${found}; write the direction of every view in degrees.`);
  }
  return angles;
}

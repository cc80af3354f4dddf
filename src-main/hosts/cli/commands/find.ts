import { access, readdir, stat } from 'node:fs/promises';
import { join, parse, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { EXISTING_POLICIES, type ExistingPolicy } from '../../../contract/batch.ts';
import { LangevinError, toLangevinError } from '../../../errors.ts';
import { markedPicture } from '../../../find/findings/marked-picture.ts';
import { decodePicture } from '../../../images/decode.ts';
import { encodePicture } from '../../../images/encode.ts';
import { formatOfExtension } from '../../../images/formats.ts';
import { displayedPicture } from '../../../images/orientation.ts';
import { assertOutputs } from '../../files/output-guard.ts';
import { makeFolder, writeFileAtomically } from '../../files/write-file.ts';
import { readFileBytes } from '../damage-options.ts';
import { withEngine } from '../engine.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { addFindOptions, findOptions, type FindFlags } from '../find-options.ts';
import { findInFile, maskFile, type FindRequest } from '../found-damage.ts';
import { addReportingOptions, whole, type ReportingFlags } from '../options.ts';
import { Output } from '../output.ts';

interface FindCommandFlags extends FindFlags, ReportingFlags {
  readonly output?: string;
  readonly overlay?: string;
  readonly existing: ExistingPolicy;
  readonly detector: string;
  readonly threads?: number;
}

/** A picture, and what is written of it. */
interface Errand {
  readonly input: string;
  readonly mask?: string;
  readonly overlay?: string;
}

/** `langevin find IN… -o MASK.png` */
export function findCommand(): Command {
  const command = new Command('find')
    .description('find scratches, dust, cracks, stains and stamps in photographs, and write them as a mask')
    .argument('<pictures...>', 'JPEG, PNG, WebP, TIFF or GIF files, or folders of them')
    .option('-o, --output <file|folder>', 'where to write the mask, white where damaged; a folder for several pictures')
    .option('--overlay <file|folder>', 'write the picture with what was found in colours, too');
  addFindOptions(command)
    .addOption(new Option('--existing <what>', 'files that are there').choices(EXISTING_POLICIES).default('overwrite'))
    .option('--detector <name|folder>', 'network that finds damage', 'damage')
    .option('--threads <n>', 'threads of the network', whole(1, 256));
  addReportingOptions(command);
  return command.action(async (pictures: string[], flags: FindCommandFlags) => {
    process.exitCode = await findInAll(pictures, flags);
  });
}

/** @returns the exit code: a failed picture does not stop the others. */
async function findInAll(pictures: readonly string[], flags: FindCommandFlags): Promise<number> {
  const output = new Output(flags);
  const { detector, threads, negative } = flags;
  const request: FindRequest = { options: findOptions(flags), detector, threads, negative };
  const errands = await planErrands(pictures, flags);
  let exit: number = EXIT.done;
  await withEngine(async (engine, signal) => {
    for (const errand of errands) {
      try {
        const due = await dueParts(errand, flags.existing);
        if (due === undefined) {
          const message = `Skipped ${errand.input}: its results are there.`;
          output.say(message, { type: 'skipped', input: errand.input });
          continue;
        }
        const file = await readFileBytes(due.input);
        const found = await findInFile(engine, signal, file, request, output);
        if (due.mask !== undefined) {
          await writeFileAtomically(due.mask, await maskFile(found));
          output.say(`Wrote ${due.mask}.`, { type: 'output', input: due.input, name: 'mask', path: due.mask });
        }
        if (due.overlay !== undefined) {
          const picture = displayedPicture(await decodePicture(file.bytes, file.name));
          const format = formatOfExtension(due.overlay) ?? 'png';
          await writeFileAtomically(
            due.overlay,
            await encodePicture(markedPicture(picture, found.findings), { format }),
          );
          output.say(`Wrote ${due.overlay}.`, { type: 'output', input: due.input, name: 'overlay', path: due.overlay });
        }
      } catch (error) {
        if (errands.length === 1 || toLangevinError(error).code === 'cancelled') throw error;
        output.failure(error, { input: errand.input });
        exit = exitCodeOf(error);
      }
    }
  });
  output.done();
  return exit;
}

async function planErrands(pictures: readonly string[], flags: FindCommandFlags): Promise<Errand[]> {
  const inputs: string[] = [];
  let isSeveral = pictures.length > 1;
  for (const path of pictures) {
    if (!(await isFolder(path))) {
      inputs.push(path);
      continue;
    }
    isSeveral = true;
    const names = (await readdir(path)).filter((name) => formatOfExtension(name) !== undefined || /\.gif$/i.test(name));
    inputs.push(...names.sort().map((name) => join(path, name)));
  }
  if (inputs.length === 0) {
    throw new LangevinError('file-not-found', `There are no pictures in ${pictures.join(', ')}.`);
  }
  for (const folder of isSeveral ? [flags.output, flags.overlay] : [])
    if (folder !== undefined) await makeFolder(folder);
  const errands = inputs.map((input): Errand => {
    const { name, ext } = parse(input);
    const place = (given: string, ending: string): string => (isSeveral ? join(given, `${name}${ending}`) : given);
    return {
      input,
      ...(flags.output === undefined ? {} : { mask: place(flags.output, '.png') }),
      ...(flags.overlay === undefined ? {} : { overlay: place(flags.overlay, /\.jpe?g$/i.test(ext) ? ext : '.png') }),
    };
  });
  await assertErrands(errands);
  return errands;
}

/** Results do not overwrite pictures or each other, masks are lossless, and all can be written. */
async function assertErrands(errands: readonly Errand[]): Promise<void> {
  const taken = new Map(errands.map(({ input }) => [resolve(input), input]));
  for (const { input, mask, overlay } of errands) {
    for (const path of [mask, overlay]) {
      if (path === undefined) continue;
      const other = taken.get(resolve(path));
      if (other !== undefined) {
        throw new LangevinError('name-collision', `${path}, a result of ${input}, would overwrite ${other}.`);
      }
      taken.set(resolve(path), `another result of the same name`);
      await assertOutputs(
        [path],
        errands.map(({ input }) => input),
      );
    }
    if (mask !== undefined && formatOfExtension(mask) !== 'png') {
      throw new LangevinError('unsupported-format', `Masks are written as PNG; end the name ${mask} in .png.`);
    }
    if (overlay !== undefined && formatOfExtension(overlay) === undefined) {
      throw new LangevinError('unsupported-format', `End the name ${overlay} in .jpg, .png, .webp or .tif.`);
    }
  }
}

/** What is to be written of a picture; undefined when nothing is. @throws output-exists */
async function dueParts(errand: Errand, existing: ExistingPolicy): Promise<Errand | undefined> {
  if (existing === 'overwrite') return errand;
  const paths = [errand.mask, errand.overlay].filter((path) => path !== undefined);
  const there: string[] = [];
  for (const path of paths) if (await exists(path)) there.push(path);
  if (there.length === 0) return errand;
  if (existing === 'fail') {
    throw new LangevinError(
      'output-exists',
      `${there.join(' and ')} exists. Give another name, or --existing overwrite or skip.`,
    );
  }
  if (there.length === paths.length) return undefined;
  const { mask, overlay, ...rest } = errand;
  const isThere = (path: string | undefined): boolean => path === undefined || there.includes(path);
  return {
    ...rest,
    ...(mask === undefined || isThere(mask) ? {} : { mask }),
    ...(overlay === undefined || isThere(overlay) ? {} : { overlay }),
  };
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

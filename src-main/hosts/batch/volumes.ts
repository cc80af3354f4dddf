import { readFile } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';
import type { BatchReport, BatchRequest, VolumeFormat } from '../../contract/batch.ts';
import { toLangevinError } from '../../errors.ts';
import { isDicom } from '../../images/dicom/data-set.ts';
import { readDicomHeader } from '../../images/dicom/header.ts';
import { groupSeries, type DicomSeries, type SeriesFile } from '../../images/dicom/series.ts';
import { placeOfSeries, UNPLACED } from '../../images/volume.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import { isFolder } from '../files/dicom-folder.ts';
import type { CodecJobs } from './codec-process.ts';
import type { WriteVolumeJob } from './volume-work.ts';

/** What became of the volumes of a batch. */
export interface WrittenVolumes {
  /** Below the output folder. */
  readonly written: readonly string[];
  readonly notices: readonly string[];
}

interface DoneSlice extends SeriesFile {
  readonly outputs: readonly string[];
}

const ENDINGS: Readonly<Record<VolumeFormat, string>> = { nifti: 'nii.gz', tiff: 'tif', npy: 'npy' };

/**
 * Joins the reconstructed slices of a batch to volumes: of each series of DICOM slices in order, and of each stack by
 * itself; none where the batch asks for none. A series of which slices failed is not written: a volume with holes passes for a whole one.
 */
export async function writeVolumes(
  { files }: BatchReport,
  { sources, output, volume }: BatchRequest,
  codec: EngineClient<CodecJobs>,
): Promise<WrittenVolumes> {
  const written: string[] = [];
  const notices: string[] = [];
  if (volume === undefined) return { written, notices };
  const { series, stacks, missing } = await sortInputs(files, sources);
  const jobs = [
    ...series.map((one) => ({
      name: nameOf(one),
      slices: one.files.map(({ outputs }) => outputs),
      place: placeOfSeries(one),
    })),
    ...stacks.map(({ input, outputs }) => ({ name: stemOf(input), slices: [outputs], place: UNPLACED })),
  ];
  for (const { name, slices, place } of jobs) {
    const folder = posix.dirname(slices[0][0]);
    const lost = missing.filter((input) => posix.dirname(input) === folder);
    if (lost.length > 0 && slices.length > 1) {
      notices.push(
        `The volume ${name} was not written: ${lost.length} of its slices were not done, such as ${lost[0]}.`,
      );
      continue;
    }
    for (let sample = 0; sample < slices[0].length; sample++) {
      const numbered = slices[0].length > 1 ? `${name}-${sample + 1}` : name;
      const file = posix.join(folder, unique(`${numbered}.${ENDINGS[volume]}`, written, folder));
      const job: WriteVolumeJob = {
        slices: slices.map((outputs) => join(output, outputs[sample])),
        place: { origin: [...place.origin], steps: [[...place.steps[0]], [...place.steps[1]], [...place.steps[2]]] },
        format: volume,
        into: join(output, file),
      };
      try {
        await codec.result('write-volume', job);
        written.push(file);
      } catch (error) {
        notices.push(`The volume ${file} was not written: ${toLangevinError(error).message}`);
      }
    }
  }
  return { written, notices: [...series.flatMap(({ notices: own }) => own), ...notices] };
}

/** Where an input of a report lies: below its source, or below the parent of one of several; a source may be a file. */
async function pathOf(sources: readonly string[], input: string): Promise<string> {
  const [only, ...others] = sources;
  if (others.length === 0) return (await isFolder(only)) ? join(only, input) : only;
  const source = sources.find((each) => input === basename(each) || input.startsWith(`${basename(each)}/`));
  return join(dirname(source ?? only), input);
}

async function sortInputs(
  files: BatchReport['files'],
  sources: readonly string[],
): Promise<{
  readonly series: readonly DicomSeries<DoneSlice>[];
  readonly stacks: readonly { readonly input: string; readonly outputs: readonly string[] }[];
  readonly missing: readonly string[];
}> {
  const slices: DoneSlice[] = [];
  const stacks: { input: string; outputs: readonly string[] }[] = [];
  for (const outcome of files) {
    if (outcome.status !== 'done') continue;
    const { input, outputs } = outcome;
    const bytes = new Uint8Array(await readFile(await pathOf(sources, input)));
    if (isDicom(bytes)) slices.push({ name: input, outputs, header: readDicomHeader(bytes, input) });
    else stacks.push({ input, outputs });
  }
  // Folders are examinations: slices of two of them are not one volume, whatever their UIDs say.
  const folders = new Map<string, DoneSlice[]>();
  for (const slice of slices) {
    const folder = posix.dirname(slice.name);
    folders.set(folder, [...(folders.get(folder) ?? []), slice]);
  }
  return {
    series: [...folders.values()].flatMap((each) => groupSeries(each)),
    stacks,
    missing: files.filter(({ status }) => status === 'failed' || status === 'pending').map(({ input }) => input),
  };
}

/** "series-3-thorax-1-5-mm" */
function nameOf({ files, label }: DicomSeries<DoneSlice>): string {
  if (files.length === 1) return stemOf(files[0].name);
  const words = label.slice(0, label.lastIndexOf(':')).toLowerCase();
  return words
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 80);
}

function stemOf(input: string): string {
  return `${posix.basename(input).replace(/\.[^.]*$/, '')}-volume`;
}

/** Two series of a folder may have one name. */
function unique(name: string, taken: readonly string[], folder: string): string {
  const [stem, ending] = [name.slice(0, name.indexOf('.')), name.slice(name.indexOf('.'))];
  for (let i = 1; ; i++) {
    const found = i === 1 ? name : `${stem}-${i}${ending}`;
    if (!taken.includes(posix.join(folder, found))) return found;
  }
}

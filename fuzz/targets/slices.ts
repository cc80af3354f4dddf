import { readFileSync } from 'node:fs';
import { LangevinError } from '../../src-main/errors.ts';
import { readSinogram } from '../../src-main/hosts/engine/jobs/sinogram-files.ts';
import { readSlice, writeValues } from '../../src-main/hosts/engine/jobs/slice-files.ts';
import { writeNpy } from '../../src-main/images/npy.ts';
import { dicomFile, sequence, textElement } from '../../test/fixtures/dicom-file.ts';
import type { FuzzRandom } from '../fuzz-random.ts';
import { isolated, type CheckCase } from '../isolated-cases.ts';
import { mutateBytes } from '../mutate-bytes.ts';

/** Slices and sinograms, changed a little: each is refused by a reason, or its values are numbers. */
export const slices = isolated({
  name: 'slices',
  title: 'mutated slices: DICOM, npy, TIFF, HDF5',
  cases: 5000,
  share: 1,
  module: import.meta.url,
  memoryLimit: 1.5 * 2 ** 30,
});

const pixels = Int16Array.from({ length: 144 }, (_, i) => 20 * i - 1024);
const enhanced = sequence(0x52009229, [
  [sequence(0x00289145, [[textElement(0x00281052, 'DS', '-1024'), textElement(0x00281053, 'DS', '1')]])],
]);

function seeds(): readonly { readonly kind: string; readonly bytes: Uint8Array }[] {
  const fixture = (name: string): Uint8Array =>
    new Uint8Array(readFileSync(new URL(`../../../../test/fixtures/images/${name}`, import.meta.url)));
  const dicom = (changes: Partial<Parameters<typeof dicomFile>[0]>): Uint8Array =>
    dicomFile({ width: 12, height: 12, pixels, ...changes });
  return [
    { kind: 'dicom', bytes: dicom({}) },
    { kind: 'dicom', bytes: dicom({ syntax: '1.2.840.10008.1.2' }) },
    { kind: 'dicom', bytes: dicom({ syntax: '1.2.840.10008.1.2.1.99' }) },
    { kind: 'dicom', bytes: dicom({ extra: [enhanced] }) },
    { kind: 'dicom', bytes: dicom({ height: 6, extra: [textElement(0x00280008, 'IS', '2')] }) },
    { kind: 'dicom', bytes: dicom({ preamble: false }) },
    ...['jpeg-lossless', 'jpeg-ls', 'jpeg-2000', 'rle', 'jpeg-baseline', 'frames-rle'].map((name) => ({
      kind: 'dicom',
      bytes: fixture(`dicom/${name}.dcm`),
    })),
    ...['stack.h5', 'exchange.h5'].map((name) => ({ kind: 'hdf5', bytes: fixture(`../hdf5/${name}`) })),
    ...['f4.npy', 'f4-fortran.npy', 'i4.npy', 'u2.npy', 'f8-big.npy', 'i8.npy'].map((name) => ({
      kind: 'npy',
      bytes: fixture(name),
    })),
    { kind: 'npy', bytes: writeNpy({ shape: [12, 12], data: Float32Array.from(pixels) }) },
    ...['float32.tif', 'int16.tif', 'pages.tif', 'bigtiff.tif'].map((name) => ({ kind: 'tiff', bytes: fixture(name) })),
  ];
}
const SEEDS = seeds();

/** Half of the mutated arrays have another header that is well formed. */
function mutated({ kind, bytes }: (typeof SEEDS)[number], random: FuzzRandom): Uint8Array {
  const changed = mutateBytes(bytes, random);
  if (kind !== 'npy' || random.chance(0.5)) return changed;
  const sides = (): string => random.pick(['0', '1', '12', '99999999', '4294967296', '1 2', '', '1e9', '-3']);
  const text = Buffer.from(changed).toString('latin1');
  const swapped = random.chance(0.5)
    ? text.replace(/\((\d+), (\d+)/, () => `(${sides()}, ${sides()}`)
    : text.replace(
        /'[<>|]\w\d'/,
        () => `'${random.pick(['<f8', '>f4', '|b1', '<i8', '<u8', '|O', '<c8', '<f2', '=i4'])}'`,
      );
  return new Uint8Array(Buffer.from(swapped, 'latin1'));
}

export const check: CheckCase = async (random, index, fault) => {
  const seed = random.pick(SEEDS);
  const bytes = mutated(seed, random);
  const slice = random.chance(0.5) ? undefined : random.int(0, 3);
  const asSinogram = seed.kind === 'hdf5' || (random.chance(0.3) && seed.kind !== 'dicom');
  const name = `case-${index}`;
  try {
    const values = asSinogram
      ? await readSinogram({ bytes, name }, slice).then(({ detectors, views, data }) => ({
          width: detectors,
          height: views,
          data,
        }))
      : await readSlice({ bytes, name }, slice);
    if (values.data.some((value) => !Number.isFinite(value))) fault('corrupt', `${seed.kind}: a value is no number`);
    for (const format of ['npy', 'tiff'] as const) {
      const again = await readSlice({ bytes: await writeValues(values, format), name: 'the result' });
      if (!again.data.every((value, i) => value === values.data[i])) fault('corrupt', `${seed.kind} to ${format}`);
    }
    return 'read';
  } catch (error) {
    if (error instanceof LangevinError && error.code !== 'internal') return error.code;
    fault('untyped', `${seed.kind}: ${String((error as Error).stack ?? error).slice(0, 300)}`);
    return 'untyped';
  }
};

import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readDicom } from '../../src-main/images/dicom.ts';
import { readDicomHeader, type DicomHeader } from '../../src-main/images/dicom/header.ts';
import { openDataSet } from '../../src-main/images/dicom/open.ts';
import { writeDicom } from '../../src-main/images/dicom/write.ts';
import { decodeFloat } from '../../src-main/images/float-picture.ts';
import { writeNifti } from '../../src-main/images/nifti.ts';
import { writeTiffStack } from '../../src-main/images/tiff-stack.ts';
import { placeOfSeries, stackSlices } from '../../src-main/images/volume.ts';
import { dicomFile, textElement } from '../fixtures/dicom-file.ts';

const slice = (value: number) => ({
  ...{ width: 3, height: 2 },
  data: Float32Array.from({ length: 6 }, (_, i) => value + i + 0.25),
});
const header: DicomHeader = {
  rows: 2,
  columns: 3,
  frames: 1,
  pixelSpacing: 0.5,
  position: [-10, -20, 30],
  orientation: { row: [1, 0, 0], column: [0, 1, 0] },
};
const place = placeOfSeries({ files: [{ name: 'a', header }], spacing: 2 });
const volume = stackSlices([slice(0), slice(100)], place);

describe('volumes', () => {
  it('become NIfTI in the coordinates of the scanner, right and front counted where DICOM counts left and back', () => {
    const bytes = new Uint8Array(gunzipSync(writeNifti(volume, true)));
    expect(bytes).toEqual(writeNifti(volume, false));
    const view = new DataView(bytes.buffer);
    expect(view.getInt32(0, true)).toBe(348);
    expect([0, 1, 2, 3].map((i) => view.getInt16(40 + 2 * i, true))).toEqual([3, 3, 2, 2]);
    expect([0, 1, 2].map((i) => view.getFloat32(80 + 4 * i, true))).toEqual([0.5, 0.5, 2]);
    const affine = Array.from({ length: 12 }, (_, i) => view.getFloat32(280 + 4 * i, true) + 0);
    expect(affine).toEqual([-0.5, 0, 0, 10, 0, -0.5, 0, 20, 0, 0, 2, 30].map((v) => v + 0));
    expect(String.fromCharCode(...bytes.subarray(344, 347))).toBe('n+1');
    expect(new Float32Array(bytes.slice(352).buffer)).toEqual(volume.data);
  });

  it('become TIFF files with a page for each slice', async () => {
    const bytes = await writeTiffStack(volume);
    for (const page of [0, 1]) {
      const read = await decodeFloat(bytes, 'v.tif', { page });
      expect(read).toMatchObject({ width: 3, height: 2, channels: 1, pages: 2, sampleType: 'float32' });
      expect(read.data).toEqual(slice(100 * page).data);
    }
  });

  it('need slices of one size', () => {
    expect(() => stackSlices([slice(0), { ...slice(0), width: 2, height: 3 }], place)).toThrow(
      /Slice 1 has 2 × 3 pixels, but the first 3 × 2/,
    );
  });
});

describe('DICOM slices', () => {
  const source = dicomFile({
    ...{ width: 3, height: 2, pixels: new Int16Array(6) },
    extra: [
      textElement(0x00080018, 'CS', '1.9.1'),
      textElement(0x0008103e, 'CS', 'Thorax'),
      textElement(0x00100010, 'CS', 'Doe^Jane'),
      textElement(0x0020000d, 'CS', '1.9'),
      textElement(0x0020000e, 'CS', '1.9.0'),
      textElement(0x00200013, 'IS', '7'),
      textElement(0x00200032, 'DS', '1\\2\\3'),
      textElement(0x00200037, 'DS', '1\\0\\0\\0\\1\\0'),
    ],
  });
  const description = 'Reconstructed by Langevin';
  const write = (from?: Uint8Array) =>
    writeDicom(slice(-500), { source: from && openDataSet(from, 's').data, description });

  it('are whole HU of the same patient and place, in a series of their own', async () => {
    const bytes = write(source);
    const read = await readDicom(bytes, 'out.dcm');
    expect([...read.data]).toEqual([...slice(-500).data].map(Math.round));
    expect(read).toMatchObject({ pixelSpacing: 0.5, notices: [], window: { center: 40, width: 400 } });
    const { data } = openDataSet(bytes, 'out.dcm');
    expect(data.text(0x00100010)).toBe('Doe^Jane');
    expect(data.text(0x0020000d)).toBe('1.9');
    expect(data.text(0x00080018)).toMatch(/^2\.25\.\d+$/);
    const written = readDicomHeader(bytes, 'out.dcm');
    expect(written).toMatchObject({ instanceNumber: 7, position: [1, 2, 3], description: 'Thorax, Langevin' });
    expect(written.seriesUid).toMatch(/^2\.25\.\d{20,39}$/);
    expect(write(source)).toEqual(bytes);
  });

  it('of no known patient are written, too', async () => {
    const read = await readDicom(write(), 'out.dcm');
    expect(read.width).toBe(3);
  });
});

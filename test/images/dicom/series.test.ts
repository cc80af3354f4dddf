import { describe, expect, it } from 'vitest';
import { readDicomHeader, type DicomHeader, type Vector } from '../../../src-main/images/dicom/header.ts';
import { groupSeries } from '../../../src-main/images/dicom/series.ts';
import { dicomFile, textElement } from '../../fixtures/dicom-file.ts';

const axial = { row: [1, 0, 0], column: [0, 1, 0] } as const;
const at = (z: number, more: Partial<DicomHeader> = {}): DicomHeader => ({
  ...{ seriesUid: '1.2', rows: 4, columns: 4, frames: 1, position: [0, 0, z] as Vector, orientation: axial },
  ...more,
});
const files = (headers: Record<string, DicomHeader>) =>
  Object.entries(headers).map(([name, header]) => ({ name, header }));
const names = (headers: Record<string, DicomHeader>) =>
  groupSeries(files(headers)).map((s) => s.files.map((f) => f.name));

describe('series', () => {
  it('are sorted by where the slices lie, whatever their names and numbers say', () => {
    const headers = {
      a: at(5, { instanceNumber: 1 }),
      b: at(-2.5, { instanceNumber: 2 }),
      c: at(2.5, { instanceNumber: 3 }),
      d: at(0, { instanceNumber: 4 }),
    };
    const [series] = groupSeries(files(headers));
    expect(series.files.map(({ name }) => name)).toEqual(['b', 'd', 'c', 'a']);
    expect(series).toMatchObject({ spacing: 2.5, notices: [], label: 'Series: 4 slices of 4 × 4' });
  });

  it('of tilted slices are sorted along their normal', () => {
    const coronal = { row: [1, 0, 0], column: [0, 0, -1] } as const;
    const place = (y: number): DicomHeader => at(0, { position: [0, y, 7], orientation: coronal });
    expect(names({ a: place(3), b: place(1), c: place(2) })).toEqual([['b', 'c', 'a']]);
  });

  it('without places are sorted by number, without numbers by name, which is said', () => {
    const bare = { rows: 4, columns: 4, frames: 1 };
    expect(names({ a: { ...bare, instanceNumber: 10 }, b: { ...bare, instanceNumber: 9 } })).toEqual([['b', 'a']]);
    const [series] = groupSeries(files({ IM10: bare, IM9: bare }));
    expect(series.files.map(({ name }) => name)).toEqual(['IM9', 'IM10']);
    expect(series.notices.join()).toMatch(/sorted by name/);
  });

  it('are told apart by their UID, size, direction and frames, the largest first', () => {
    const scout = { row: [1, 0, 0], column: [0, 0, -1] } as const;
    const headers = {
      a: at(0),
      b: at(1, { seriesUid: '1.3', seriesNumber: 3, description: 'Bone' }),
      c: at(2, { seriesUid: '1.3', seriesNumber: 3, description: 'Bone' }),
      d: at(3, { rows: 8, columns: 8 }),
      e: at(4, { orientation: scout }),
      f: at(5, { frames: 40 }),
    };
    const found = groupSeries(files(headers));
    expect(found.map((s) => s.files.map(({ name }) => name))).toEqual([['b', 'c'], ['a'], ['d'], ['e'], ['f']]);
    expect(found[0].label).toBe('Series 3, Bone: 2 slices of 4 × 4');
    expect(found[4].label).toBe('Series: 40 slices of 4 × 4');
  });

  it('with gaps or doubled slices say so', () => {
    const [gap] = groupSeries(files({ a: at(0), b: at(1), c: at(2), d: at(4) }));
    expect(gap.notices).toEqual(['Slices seem to be missing: one step is larger than the usual 1 mm.']);
    const [twice] = groupSeries(files({ a: at(0), b: at(1), c: at(1), d: at(2) }));
    expect(twice.notices.join()).toMatch(/1 of 4 slices lie where another one does/);
  });
});

describe('headers', () => {
  const pixels = new Int16Array(12);

  it('are read without the pixels', () => {
    const bytes = dicomFile({
      ...{ width: 4, height: 3, pixels },
      extra: [
        textElement(0x0008103e, 'CS', 'Thorax'),
        textElement(0x0020000e, 'CS', '1.2.3'),
        textElement(0x00200013, 'IS', '7'),
        textElement(0x00200032, 'DS', '-10\\-20.5\\3e1'),
        textElement(0x00200037, 'DS', '1\\0\\0\\0\\1\\0'),
      ],
    });
    expect(readDicomHeader(bytes.subarray(0, bytes.length - 20), 's')).toEqual({
      ...{ seriesUid: '1.2.3', description: 'Thorax', instanceNumber: 7, rows: 3, columns: 4, frames: 1 },
      ...{ position: [-10, -20.5, 30], pixelSpacing: 0.5, orientation: axial },
    });
  });

  it('of files without a picture, and places that are no numbers, are refused in words', () => {
    const none = dicomFile({ width: 4, height: 3, pixels, extra: [{ tag: 0x7fe00010, vr: 'OW', value: null }] });
    expect(() => readDicomHeader(none, 'DICOMDIR')).toThrow(/DICOMDIR cannot be read: it has no picture/);
    const bad = dicomFile({ width: 4, height: 3, pixels, extra: [textElement(0x00200032, 'DS', '1\\two\\3')] });
    expect(() => readDicomHeader(bad, 'bad.dcm')).toThrow(/bad\.dcm is damaged: \(0020,0032\) is "two"/);
  });
});

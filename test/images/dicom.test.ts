import { describe, expect, it } from 'vitest';
import { isDicom, readDicom } from '../../src-main/images/dicom.ts';
import { dicomFile } from '../fixtures/dicom-file.ts';

const stored = Int16Array.from({ length: 12 }, (_, i) => 100 * i - 300);

describe('DICOM slices', () => {
  it.each([
    ['explicit VR', '1.2.840.10008.1.2.1'],
    ['implicit VR', '1.2.840.10008.1.2'],
  ])('reads %s, rescaled to HU, with spacing and window', (_, syntax) => {
    const bytes = dicomFile({ width: 4, height: 3, pixels: stored, syntax, slope: 2, intercept: -1024 });
    expect(isDicom(bytes)).toBe(true);
    const slice = readDicom(bytes, 'slice.dcm');
    expect(slice).toMatchObject({
      width: 4,
      height: 3,
      channels: 1,
      pixelSpacing: 0.5,
      window: { center: 40, width: 400 },
    });
    expect([...slice.data]).toEqual([...stored].map((v) => 2 * v - 1024));
  });

  it('masks bits that are not stored', () => {
    const pixels = Int16Array.of(0x7005, -1, 0, 0);
    const slice = readDicom(dicomFile({ width: 2, height: 2, pixels, bitsStored: 12, signed: false }), 'slice.dcm');
    expect([...slice.data]).toEqual([5, 4095, 0, 0]);
    const signed = readDicom(
      dicomFile({ width: 2, height: 2, pixels: Int16Array.of(0x0fff, 0x7ff, 0, 0), bitsStored: 12 }),
      's',
    );
    expect([...signed.data]).toEqual([-1, 2047, 0, 0]);
  });

  it('names the transfer syntax of compressed pixels and what to do', () => {
    const bytes = dicomFile({ width: 4, height: 3, pixels: stored, syntax: '1.2.840.10008.1.2.4.70' });
    expect(() => readDicom(bytes, 'scan.dcm')).toThrow(
      /scan\.dcm.*JPEG Lossless.*1\.2\.840\.10008\.1\.2\.4\.70.*dcmdjpeg/,
    );
  });

  it('says what is wrong with other files', () => {
    expect(() => readDicom(new Uint8Array(200), 'zeros.dcm')).toThrow(/zeros\.dcm is not a DICOM file/);
    const whole = dicomFile({ width: 4, height: 3, pixels: stored });
    expect(() => readDicom(whole.subarray(0, whole.length - 8), 'short.dcm')).toThrow(/short\.dcm is damaged/);
  });
});

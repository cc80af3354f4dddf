import { describe, expect, it } from 'vitest';
import { isDicom, readDicom } from '../../src-main/images/dicom.ts';
import { deflateRawSync } from 'node:zlib';
import { dicomFile, sequence, textElement, uint16, type DicomElement } from '../fixtures/dicom-file.ts';

const stored = Int16Array.from({ length: 12 }, (_, i) => 100 * i - 300);

describe('DICOM slices', () => {
  it.each([
    ['explicit VR', '1.2.840.10008.1.2.1'],
    ['implicit VR', '1.2.840.10008.1.2'],
  ])('reads %s, rescaled to HU, with spacing and window', async (_, syntax) => {
    const bytes = dicomFile({ width: 4, height: 3, pixels: stored, syntax, slope: 2, intercept: -1024 });
    expect(isDicom(bytes)).toBe(true);
    const slice = await readDicom(bytes, 'slice.dcm');
    expect(slice).toMatchObject({
      width: 4,
      height: 3,
      channels: 1,
      pixelSpacing: 0.5,
      window: { center: 40, width: 400 },
    });
    expect([...slice.data]).toEqual([...stored].map((v) => 2 * v - 1024));
  });

  it('masks bits that are not stored', async () => {
    const pixels = Int16Array.of(0x7005, -1, 0, 0);
    const slice = await readDicom(
      dicomFile({ width: 2, height: 2, pixels, bitsStored: 12, signed: false }),
      'slice.dcm',
    );
    expect([...slice.data]).toEqual([5, 4095, 0, 0]);
    const signed = await readDicom(
      dicomFile({ width: 2, height: 2, pixels: Int16Array.of(0x0fff, 0x7ff, 0, 0), bitsStored: 12 }),
      's',
    );
    expect([...signed.data]).toEqual([-1, 2047, 0, 0]);
  });

  it('names the transfer syntax of compressed pixels and what to do', async () => {
    const bytes = dicomFile({ width: 4, height: 3, pixels: stored, syntax: '1.2.840.10008.1.2.4.110' });
    await expect(readDicom(bytes, 'scan.dcm')).rejects.toThrow(
      /scan\.dcm.*JPEG XL Lossless.*1\.2\.840\.10008\.1\.2\.4\.110.*dcmdjpeg/,
    );
  });

  it('says what is wrong with other files', async () => {
    await expect(readDicom(new Uint8Array(200), 'zeros.dcm')).rejects.toThrow(/zeros\.dcm is not a DICOM file/);
    const whole = dicomFile({ width: 4, height: 3, pixels: stored });
    await expect(readDicom(whole.subarray(0, whole.length - 8), 'short.dcm')).rejects.toThrow(/short\.dcm is damaged/);
  });
});

const read = (extra: readonly DicomElement[], pixels = stored, index = 0) =>
  readDicom(dicomFile({ width: 4, height: 3, pixels, extra }), 'slice.dcm', index);
const values = (slope: number, intercept: number): number[] => [...stored].map((v) => v * slope + intercept);

describe('rescale to HU', () => {
  const transformation = (slope: string, intercept: string): DicomElement =>
    sequence(0x00289145, [[textElement(0x00281052, 'DS', intercept), textElement(0x00281053, 'DS', slope)]]);
  const noOwn: DicomElement[] = [
    { tag: 0x00281052, vr: 'DS', value: null },
    { tag: 0x00281053, vr: 'DS', value: null },
  ];

  it('of the shared functional groups of enhanced CT', async () => {
    const shared = sequence(0x52009229, [[transformation('2', '-1024')]]);
    expect([...(await read([...noOwn, shared])).data]).toEqual(values(2, -1024));
  });

  it('of the frame itself before that of all frames', async () => {
    const both = Int16Array.from([...stored, ...stored]);
    const extra = [
      ...noOwn,
      textElement(0x00280008, 'IS', '2'),
      sequence(0x52009229, [[transformation('1', '0')]]),
      sequence(0x52009230, [[transformation('1', '-1000')], [transformation('3', '-7')]]),
    ];
    expect([...(await read(extra, both, 0)).data]).toEqual(values(1, -1000));
    expect(await read(extra, both, 1)).toMatchObject({ frames: 2 });
    expect([...(await read(extra, both, 1)).data]).toEqual(values(3, -7));
    await expect(read(extra, both, 2)).rejects.toThrow(/slice\.dcm has slices 0 to 1, but slice 2/);
  });

  it.each([
    ['', 1],
    ['  ', 1],
    ['+2.50E-1', 0.25],
    ['.5', 0.5],
  ])('of slope "%s" is %d', async (slope, expected) => {
    expect([...(await read([textElement(0x00281053, 'DS', slope)])).data]).toEqual(
      values(expected, 0).map(Math.fround),
    );
  });

  it.each([
    ['n/a', 'picture-damaged', /\(0028,1052\) is "n\/a", which is no number/],
    ['-1024,5', 'picture-damaged', /no number/],
    ['1e999', 'picture-damaged', /no number/],
  ])('of intercept "%s" is refused', async (intercept, code, message) => {
    const error = expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error;
    await expect(read([textElement(0x00281052, 'DS', intercept)])).rejects.toThrowError(error);
  });

  it('by a table or a slope of 0 is refused', async () => {
    await expect(read([...noOwn, sequence(0x00283000, [[textElement(0x00283004, 'CS', 'HU')]])])).rejects.toThrow(
      /Modality LUT/,
    );
    await expect(read([textElement(0x00281053, 'DS', '0')])).rejects.toThrow(/slope is 0/);
  });

  it('to other units than HU gets a notice', async () => {
    expect((await read([textElement(0x00281054, 'CS', 'OD')])).notices.join()).toMatch(/in OD, not in HU/);
    expect((await read([textElement(0x00281054, 'CS', 'HU')])).notices).toEqual([]);
  });
});

describe('how samples are stored', () => {
  it('in the high bits', async () => {
    const pixels = Int16Array.from(stored, (v) => (v + 1000) << 4);
    const high: DicomElement = { tag: 0x00280102, vr: 'US', value: uint16(15) };
    const bytes = dicomFile({ width: 4, height: 3, pixels, bitsStored: 12, signed: false, extra: [high] });
    expect([...(await readDicom(bytes, 's')).data]).toEqual([...stored].map((v) => v + 1000));
    const low: DicomElement = { tag: 0x00280102, vr: 'US', value: uint16(3) };
    await expect(
      readDicom(dicomFile({ width: 4, height: 3, pixels, bitsStored: 12, extra: [low] }), 's'),
    ).rejects.toThrow(/12 bits/);
  });

  it.each(['PALETTE COLOR', 'RGB', 'YBR_FULL'])('as %s is no slice', async (model) => {
    await expect(read([textElement(0x00280004, 'CS', model)])).rejects.toThrow(new RegExp(`samples are ${model}`));
  });

  it('padding becomes air, with a notice', async () => {
    const padding: DicomElement = { tag: 0x00280120, vr: 'SS', value: uint16(0x10000 - 300) };
    const limit: DicomElement = { tag: 0x00280121, vr: 'SS', value: uint16(0x10000 - 200) };
    const slice = await read([padding, limit]);
    expect([...slice.data].slice(0, 3)).toEqual([-1000, -1000, -100]);
    expect(slice.notices.join()).toMatch(/2 pixels of slice\.dcm are padding/);
  });
});

describe('pixels that are not square are refused', () => {
  it.each<[string, DicomElement]>([
    ['by their spacing', textElement(0x00280030, 'DS', '0.7\\1.4')],
    [
      'of the functional groups',
      sequence(0x52009229, [[sequence(0x00289110, [[textElement(0x00280030, 'DS', '1\\2')]])]]),
    ],
  ])('%s', async (_name, element) => {
    await expect(read([element])).rejects.toThrow(/mm wide and .* mm high.*Resample/);
  });

  it('by their ratio', async () => {
    await expect(
      read([{ tag: 0x00280030, vr: 'DS', value: null }, textElement(0x00280034, 'IS', '2\\1')]),
    ).rejects.toThrow(/2 : 1/);
  });
});

describe('transfer syntaxes', () => {
  it('deflated is read', async () => {
    const bytes = dicomFile({ width: 4, height: 3, pixels: stored, syntax: '1.2.840.10008.1.2.1.99' });
    expect([...(await readDicom(bytes, 'deflated.dcm')).data]).toEqual([...stored]);
  });

  it('a deflated bomb is refused before it takes memory', async () => {
    const head = dicomFile({ width: 4, height: 3, pixels: stored, syntax: '1.2.840.10008.1.2.1.99' });
    const metaBytes = new DataView(head.buffer).getUint32(140, true);
    const bomb = deflateRawSync(new Uint8Array(300 * 2 ** 20));
    const bytes = Uint8Array.from(Buffer.concat([head.subarray(0, 144 + metaBytes), bomb]));
    const before = process.memoryUsage().rss;
    await expect(readDicom(bytes, 'bomb.dcm')).rejects.toThrow(/bomb\.dcm inflates to more than 256 MiB/);
    expect(process.memoryUsage().rss - before).toBeLessThan(600e6);
  });

  it.each([
    ['1.2.840.10008.1.2.4.92', 'JPEG 2000 Multi-component Lossless'],
    ['1.2.840.10008.1.2.4.110', 'JPEG XL Lossless'],
    ['1.2.840.10008.1.2.4.201', 'High-Throughput JPEG 2000 Lossless'],
    ['1.2.3.4', 'an unknown transfer syntax'],
  ])('%s is refused as %s', async (syntax, name) => {
    const bytes = dicomFile({ width: 4, height: 3, pixels: stored, syntax });
    await expect(readDicom(bytes, 's.dcm')).rejects.toThrow(
      new RegExp(`${name} \\(${syntax.replaceAll('.', '\\.')}\\)`),
    );
  });

  it('a file without its preamble, and a bare data set, are read', async () => {
    const bare = dicomFile({ width: 4, height: 3, pixels: stored, preamble: false });
    expect(isDicom(bare)).toBe(true);
    expect([...(await readDicom(bare, 'bare.dcm')).data]).toEqual([...stored]);
  });
});

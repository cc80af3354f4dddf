import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import ExifReader from 'exifreader';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MaskFinder } from '../src-main/batch/masks/mask-finder.ts';
import { nodeFileSystem } from '../src-main/batch/node-file-system.ts';
import { outputFormat } from '../src-main/batch/plan/input-names.ts';
import { planBatch } from '../src-main/batch/plan/plan.ts';
import { readSinogram } from '../src-main/hosts/engine/jobs/sinogram-files.ts';
import { readSlice } from '../src-main/hosts/engine/jobs/slice-files.ts';
import { readDicom } from '../src-main/images/dicom.ts';
import { decodePicture } from '../src-main/images/decode.ts';
import { encodePicture } from '../src-main/images/encode.ts';
import { recompressionNotice } from '../src-main/images/formats.ts';
import { layOutIfd, longsEntry, makeIfd, shortEntry } from '../src-main/images/ifd.ts';
import { carryNotice } from '../src-main/images/metadata/carry.ts';
import { displayedPicture } from '../src-main/images/orientation.ts';
import { writeNpy } from '../src-main/images/npy.ts';
import type { Picture } from '../src-main/tensor/picture.ts';
import { decoded, fakeRun, put, request, smallPicture } from './fixtures/batch/run.ts';
import { dicomFile, sequence, textElement } from './fixtures/dicom-file.ts';
import { fixture } from './fixtures/images/pattern.ts';
import { tiffFile, type TiffEntry } from './fixtures/images/tiff-file.ts';
import { runCli } from './fixtures/run-cli.ts';

/** What people reported to other programs, with the values that are right. */

const grey = (width: number, height: number): Picture => ({
  width,
  height,
  mode: 'gray',
  bitDepth: 8,
  data: Uint8Array.from({ length: width * height }, (_, i) => (i * 7) % 251),
  metadata: { orientation: 1 },
});
/** An ICC profile's header of a colour space, which is all that tells it from others here. */
function profile(colourSpace: string): Uint8Array {
  const icc = new Uint8Array(200);
  icc.set(Buffer.from(colourSpace, 'latin1'), 16);
  icc.set(Buffer.from('acsp', 'latin1'), 36);
  return icc;
}

describe('public reports about readers and writers', () => {
  it('libvips/libvips#1471: five channels are refused, not black', async () => {
    const samples = new Uint8Array(12 * 8 * 5).fill(80);
    const bytes = tiffFile([{ width: 12, height: 8, samples, bits: [8, 8, 8, 8, 8] }]);
    await expect(decodePicture(bytes, 'five.tif')).rejects.toMatchObject({
      code: 'unsupported-format',
      message: expect.stringMatching(/5 channels per pixel/) as string,
    });
  });

  it('lovell/sharp#237, #521: RGBA with a profile of CMYK keeps its samples', async () => {
    const source = await decodePicture(await fixture('rgba8.png'), 'rgba8.png');
    const bytes = await encodePicture(
      { ...source, metadata: { orientation: 1, icc: profile('CMYK') } },
      { format: 'png' },
    );
    expect((await decodePicture(bytes, 'again.png')).data).toEqual(source.data);
  });

  it('libvips/libvips#676, lovell/sharp#2365: CMYK is converted, and the profile that was assumed is named', async () => {
    const { converted, mode } = await decodePicture(await fixture('cmyk.jpg'), 'cmyk.jpg');
    expect(mode).toBe('rgb');
    expect(converted).toMatch(/by a generic press profile, because the file has none/);
  });

  it('upscayl/upscayl#1169, #1065: palettes and bilevel PNGs become JPEGs of the right colours', async () => {
    for (const name of ['palette4.png', 'bits1.png', 'gray8.png']) {
      const source = await decodePicture(await fixture(name), name);
      const again = await decodePicture(await encodePicture(source, { format: 'jpeg', quality: 100 }), 'again.jpg');
      expect(again.mode).toBe(source.mode);
      const differences = Array.from(source.data, (value, i) => Math.abs(value - again.data[i]));
      const error = differences.reduce((sum, value) => sum + value, 0) / differences.length;
      expect(error, name).toBeLessThan(4);
    }
  });

  it('upscayl/upscayl#872: wide pictures keep their rows apart', async () => {
    const wide = grey(3001, 7);
    for (const format of ['png', 'tiff', 'webp'] as const) {
      const again = await decodePicture(await encodePicture(wide, { format }), 'wide');
      const channels = again.data.length / (3001 * 7);
      expect(again.data.filter((_, i) => i % channels === 0)).toEqual(wide.data);
    }
  });

  it('fhanau/Efficient-Compression-Tool#56: a wrong ending is no obstacle', async () => {
    expect((await decodePicture(await fixture('gray8.png'), 'photo.jpg')).format).toBe('png');
    expect((await decodePicture(await fixture('gray.jpg'), 'photo.png')).format).toBe('jpeg');
  });

  it('libvips/vipsdisp#48: a TIFF of a compression that is not decoded is refused, not black', async () => {
    for (const [compression, name] of [
      [50_000, 'Zstandard'],
      [50_001, 'WebP'],
      [34_925, 'LZMA'],
      [34_887, 'LERC'],
    ] as const) {
      const entries: TiffEntry[] = [{ tag: 259, type: 3, values: [compression] }];
      const bytes = tiffFile([{ width: 12, height: 8, samples: new Uint8Array(96), entries }]);
      await expect(decodePicture(bytes, 'a.tif')).rejects.toThrow(new RegExp(`compressed as ${name}`));
    }
  });

  it('lovell/sharp#4307, libvips/libvips#1416: a DNG is refused as raw, its preview is not taken for it', async () => {
    const preview = { width: 12, height: 8, samples: new Uint8Array(96).fill(9) };
    const entries: TiffEntry[] = [{ tag: 50706, type: 1, values: [1, 4, 0, 0] }];
    for (const name of ['raw.dng', 'raw.tif']) {
      await expect(decodePicture(tiffFile([{ ...preview, entries }]), name)).rejects.toMatchObject({
        code: 'unsupported-format',
        message: expect.stringMatching(/raw photograph/) as string,
      });
    }
  });

  it('libvips/libvips#1238: gamma 1 of a PNG goes along as a profile, so that the picture is no darker', async () => {
    const png = await pngWith(chunk('gAMA', Uint8Array.of(0, 1, 0x86, 0xa0)));
    const source = await decodePicture(png, 'linear.png');
    for (const format of ['webp', 'tiff'] as const) {
      const { data, metadata } = await decodePicture(await encodePicture(source, { format }), 'again');
      expect(data).toEqual(source.data);
      const icc = Buffer.from(metadata.icc!);
      const curve = icc.subarray(icc.readUInt32BE(icc.indexOf('rTRC', 128, 'latin1') + 4));
      const points = curve.readUInt32BE(8);
      // Half the sample is half the light.
      expect(curve.readUInt16BE(12 + 2 * Math.floor((points - 1) / 2)) / 65_535).toBeCloseTo(0.5, 2);
    }
    expect(Buffer.from(await encodePicture(source, { format: 'png' })).includes('gAMA')).toBe(true);
  });

  it('python-pillow/Pillow#8036, mozilla/mozjpeg#451, RawTherapee#7236: a lost gain map is named, and not claimed', async () => {
    const claim =
      'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ' +
      'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ' +
      'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"/></rdf:RDF></x:xmpmeta>';
    const second = await fixture('gray.jpg');
    const { notices, ...source } = await decodePicture(
      await jpegWith([segment(0xe1, Buffer.from(claim, 'latin1')), segment(0xe2, Buffer.from('MPF\0II*\0'))], second),
      'ultrahdr.jpg',
    );
    expect(notices.join(' ')).toMatch(/left out of the result: .*gain map/);
    for (const format of ['jpeg', 'png', 'webp', 'tiff'] as const) {
      expect(Buffer.from(await encodePicture(source, { format })).includes('hdrgm:Version')).toBe(false);
    }
  });

  it('SimpleMobileTools/Simple-Gallery#2840: the thumbnail that shows what was painted out is gone', async () => {
    const thumb = await fixture('gray.jpg');
    const first = layOutIfd(makeIfd([shortEntry(274, 1, 'II')]), 'II', 8);
    const next = 8 + first.length;
    const head = 2 + 12 * 2 + 4;
    const directory = layOutIfd(
      makeIfd([longsEntry(513, [next + head], 'II'), longsEntry(514, [thumb.length], 'II')]),
      'II',
      next,
    );
    const exif = Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'), first, directory, thumb]);
    exif.writeUInt32LE(next, 8 + 2 + 12 * exif.readUInt16LE(8));
    const part = Buffer.from(thumb.subarray(thumb.length - 60, thumb.length - 20));
    const bytes = await jpegWith([segment(0xe1, Buffer.from('Exif\0\0'), exif)]);
    expect(Buffer.from(bytes).includes(part)).toBe(true);
    const source = await decodePicture(bytes, 'photo.jpg');
    for (const format of ['jpeg', 'png', 'webp', 'tiff'] as const) {
      expect(Buffer.from(await encodePicture(source, { format })).includes(part), format).toBe(false);
    }
  });

  it('kamilburda/gimp-export-layers#108, darktable#11150: IPTC captions are exported, or named', async () => {
    const source = await decodePicture(await fixture('tagged.jpg'), 'tagged.jpg');
    for (const format of ['png', 'tiff'] as const) {
      const again = await decodePicture(await encodePicture(source, { format }), 'again');
      const jpeg = await encodePicture(again, { format: 'jpeg' });
      expect(Buffer.from(jpeg).includes('scratch'), format).toBe(true);
    }
    expect(carryNotice(source.metadata, 'webp')).toMatch(/WebP has no place for IPTC captions/);
  });

  it('darktable#15715, marcinz606/NegPy PR 980: 300 dpi stay 300 dpi', async () => {
    const source = await decodePicture(await fixture('tagged.jpg'), 'tagged.jpg');
    for (const format of ['jpeg', 'png', 'webp', 'tiff'] as const) {
      const tags = await ExifReader.load(Buffer.from(await encodePicture(source, { format })), { expanded: true });
      expect(tags.exif?.XResolution?.value, format).toEqual([300, 1]);
    }
  });

  it('Sanster/IOPaint#419, danielgatis/rembg#304: portrait photographs stay upright', async () => {
    const source = await decodePicture(await fixture('tagged.png'), 'tagged.png');
    for (let orientation = 1; orientation <= 8; orientation++) {
      const turned = { ...source, metadata: { orientation } };
      for (const format of ['png', 'webp', 'tiff'] as const) {
        const again = await decodePicture(await encodePicture(turned, { format }), 'again');
        expect(displayedPicture(again)).toMatchObject(sizeOf(displayedPicture(turned)));
        expect(again.data, format).toEqual(turned.data);
      }
    }
  });

  it('Sanster/IOPaint#202: EXIF is kept in every format, GPS too', async () => {
    const source = await decodePicture(await fixture('tagged.jpg'), 'tagged.jpg');
    for (const format of ['jpeg', 'png', 'webp', 'tiff'] as const) {
      const { exif, gps } = await ExifReader.load(Buffer.from(await encodePicture(source, { format })), {
        expanded: true,
        async: true,
      });
      expect(exif?.Make?.description, format).toBe('Langevin');
      expect(gps?.Latitude, format).toBeCloseTo(48.5, 6);
    }
  });
});

describe('public reports about slices', () => {
  const side = 8;
  const values = Float32Array.from({ length: side * side }, (_, i) => i);

  it('mantidproject/mantidimaging#953, #459, cabouman/svmbir PR 222: a NaN is refused with its place', async () => {
    const data = Float32Array.from(values);
    data[30] = NaN;
    const npy = writeNpy({ shape: [side, side], data });
    await expect(readSinogram({ bytes: npy, name: 's.npy' })).rejects.toThrow(/NaN.*view 3, detector 6/);
    await expect(readSlice({ bytes: npy, name: 's.npy' })).rejects.toThrow(/NaN.*row 3, column 6/);
  });

  const stored = Int16Array.from({ length: 12 }, (_, i) => 100 * i);
  const hu = async (extra: Parameters<typeof dicomFile>[0]['extra']): Promise<number[]> => [
    ...(await readDicom(dicomFile({ width: 4, height: 3, pixels: stored, ...(extra && { extra }) }), 'slice.dcm')).data,
  ];

  it('pydicom/pydicom#2353: the rescale of functional groups is applied', async () => {
    const shared = sequence(0x52009229, [
      [sequence(0x00289145, [[textElement(0x00281052, 'DS', '-1024'), textElement(0x00281053, 'DS', '1')]])],
    ]);
    const noOwn = [0x00281052, 0x00281053].map((tag) => ({ tag, vr: 'DS', value: null }) as const);
    expect(await hu([...noOwn, shared])).toEqual([...stored].map((value) => value - 1024));
  });

  it('ImagingDataCommons/highdicom#418: an empty or blank slope is 1', async () => {
    for (const slope of ['', '  ']) expect(await hu([textElement(0x00281053, 'DS', slope)])).toEqual([...stored]);
  });

  it('cornerstonejs/cornerstone3D#1925: slopes below 1 are exact', async () => {
    for (const slope of [0.0667, 0.5]) {
      expect(await hu([textElement(0x00281053, 'DS', `${slope}`)])).toEqual(
        [...stored].map((v) => Math.fround(slope * v)),
      );
    }
  });
});

describe('public reports about batches, names and the command line', () => {
  let folder: string;
  let source: string;
  const at = (...names: string[]): string => join(folder, ...names);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'langevin-reports-'));
    source = at('in');
    await mkdir(source);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('Sanster/IOPaint#576: JPEG stays JPEG where asked, and lossless is the default', () => {
    expect(outputFormat('a.jpg', 'keep', 'denoise')).toEqual({ format: 'jpeg', extension: 'jpg' });
    expect(outputFormat('a.jpg', 'lossless', 'denoise')).toEqual({ format: 'png', extension: 'png' });
    expect(recompressionNotice('jpeg', 'jpeg')).toMatch(/changes pixels outside/);
  });

  it('invoke-ai/InvokeAI#978, Uminosachi/sd-webui-inpaint-anything#34: pixels outside of the mask are identical', async () => {
    const picture = smallPicture(3, 'rgb', 48, 32);
    await put(folder, 'one.png', picture);
    const painted = (i: number): boolean => i % 48 > 10 && i % 48 < 20 && i > 48 * 8 && i < 48 * 20;
    await put(folder, 'one-mask.png', {
      ...picture,
      mode: 'gray',
      data: Uint8Array.from({ length: 48 * 32 }, (_, i) => (painted(i) ? 255 : 0)),
    });
    const args = ['--mask', at('one-mask.png'), '--task', 'inpaint', '--provider', 'cpu', '--solver', 'ddnm'];
    const run = await runCli(['restore', at('one.png'), '-o', at('one-out.png'), ...args, '--steps', '2']);
    expect(run).toMatchObject({ code: 0 });
    const { data } = await decoded(at('one-out.png'));
    expect(data.every((value, i) => painted(Math.floor(i / 3)) || value === picture.data[i])).toBe(true);
  }, 60_000);

  it('xinntao/Real-ESRGAN#483, sdnext#4051, libjxl#3731, waifu2x#438, thygate#157: modes, bad files and names', async () => {
    const names = ['grey.png', '😀 猫 שלום.png', 'a.b.c.png', "quote'[1].png"];
    await put(source, names[0], smallPicture(1, 'gray'));
    await put(source, names[1], smallPicture(2, 'rgb-alpha'));
    await put(source, names[2], smallPicture(3, 'gray-alpha'));
    await put(source, names[3], smallPicture(4));
    await put(source, 'bad.png', 'no picture');
    const { outcome } = await fakeRun(request(source, at('out')));
    expect(outcome('bad.png').status).toBe('failed');
    for (const name of names) {
      const outputs = [name.replace(/\.png$/, '_denoise.png')];
      expect(outcome(name), name).toMatchObject({ status: 'done', outputs });
    }
  });

  it('kawalain/stable-diffusion-webui-wd14-tagger#79: a folder named as a picture is a folder', async () => {
    await put(at('named'), 'dir.png/inner.png', smallPicture(5));
    const { items, problems } = await planBatch(nodeFileSystem, request(at('named'), at('named-out')));
    expect(items.map(({ name }) => name)).toEqual(['dir.png/inner.png']);
    expect(problems).toEqual([]);
  });

  it('AUTOMATIC1111/stable-diffusion-webui#11334: a mask may have another ending than its picture', async () => {
    await put(at('masks'), 'plain.tif', smallPicture(6, 'gray'));
    const finder = new MaskFinder(nodeFileSystem, { kind: 'folder', path: at('masks') });
    const path = await put(at('pictures'), 'plain.jpg', smallPicture(6));
    const found = await finder.find({ name: 'plain.jpg', path }, { name: 'plain.jpg', path });
    expect(found.source).toMatchObject({ file: { name: expect.stringMatching(/plain\.tif$/) as string } });
  });

  it('Sanster/IOPaint#104: a graphics card that is not there is said, not silently replaced', async () => {
    await put(folder, 'small.png', smallPicture(7));
    const args = ['--task', 'denoise', '--noise', '5', '--steps', '1'];
    const run = await runCli(['restore', at('small.png'), '-o', at('cuda.png'), ...args, '--provider', 'cuda']);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/cuda/);
    await expect(stat(at('cuda.png'))).rejects.toThrow();
  }, 60_000);

  it('invoke-ai/InvokeAI#6049: what was cancelled is under no name', async () => {
    await mkdir(at('cancelled'));
    await put(folder, 'large.png', smallPicture(8, 'rgb', 512, 512));
    const run = await runCli(
      [
        'restore',
        at('large.png'),
        '-o',
        at('cancelled', 'out.png'),
        '--task',
        'denoise',
        '--noise',
        '40',
        '--steps',
        '500',
      ],
      { started: (child) => void setTimeout(() => child.kill('SIGINT'), 4000) },
    );
    expect(run.code).toBe(130);
    expect(await readdir(at('cancelled'))).toEqual([]);
  }, 60_000);

  it('sahib/rmlint#763: a device is no output, and stays one', async () => {
    await put(folder, 'tiny.png', smallPicture(9));
    const run = await runCli(['restore', at('tiny.png'), '-o', '/dev/null', '--task', 'denoise', '--noise', '5']);
    expect(run.code).not.toBe(0);
    expect(run.stderr).toMatch(/\/dev\/null cannot be written/);
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  }, 60_000);
});

function sizeOf({ width, height }: Picture): { width: number; height: number } {
  return { width, height };
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** A PNG with chunks behind its header. */
async function pngWith(...chunks: Buffer[]): Promise<Uint8Array> {
  const own = await fixture('rgba8.png');
  return new Uint8Array(Buffer.concat([own.subarray(0, 33), ...chunks, own.subarray(33)]));
}

function segment(marker: number, ...parts: Uint8Array[]): Buffer {
  const payload = Buffer.concat(parts);
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}

/** A JPEG with segments before its own, and bytes behind it. */
async function jpegWith(segments: readonly Buffer[], rest: Uint8Array = new Uint8Array(0)): Promise<Uint8Array> {
  const own = await fixture('progressive.jpg');
  return new Uint8Array(Buffer.concat([own.subarray(0, 2), ...segments, own.subarray(2), rest]));
}

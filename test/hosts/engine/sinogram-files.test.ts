import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readScanInput } from '../../../src-main/hosts/engine/jobs/restore-input.ts';
import { readSinogram } from '../../../src-main/hosts/engine/jobs/sinogram-files.ts';
import { readSlice } from '../../../src-main/hosts/engine/jobs/slice-files.ts';
import { writeNpy } from '../../../src-main/images/npy.ts';
import { writeTiffStack } from '../../../src-main/images/tiff-stack.ts';

/** Slice s, view v, detector d: 100 s + 10 v + d. HDF5 files are made by test/fixtures/hdf5/make.py with h5py. */
const value = (s: number, v: number, d: number): number => 100 * s + 10 * v + d;
const stack = Float32Array.from({ length: 70 }, (_, i) => value(Math.floor(i / 35), Math.floor(i / 7) % 5, i % 7));
const hdf5 = (name: string) => ({
  name,
  bytes: new Uint8Array(readFileSync(new URL(`../../fixtures/hdf5/${name}`, import.meta.url))),
});

describe('stacks of sinograms', () => {
  it('are read from npy, TIFF and HDF5, slice by slice', async () => {
    const files = [
      { name: 's.npy', bytes: writeNpy({ shape: [2, 5, 7], data: stack }) },
      { name: 's.tif', bytes: await writeTiffStack({ width: 7, height: 5, depth: 2, data: stack }) },
      hdf5('stack.h5'),
    ];
    for (const file of files) {
      const second = await readSinogram(file, 1);
      expect(second, file.name).toMatchObject({ views: 5, detectors: 7, slices: 2, notices: [] });
      expect(second.data).toEqual(stack.subarray(35));
      const first = await readSinogram(file);
      expect(first.data).toEqual(stack.subarray(0, 35));
      expect(first.notices.join()).toMatch(/has 2 sinograms; that of slice 0 is taken/);
      await expect(readSinogram(file, 2)).rejects.toThrow(/slices 0 to 1, but slice 2 was asked for/);
    }
  });

  it('of synchrotrons are projections, whose angles are in the file', async () => {
    const { data, angles, slices, notices } = await readSinogram(hdf5('exchange.h5'), 1);
    expect(slices).toBe(2);
    expect(data).toEqual(stack.subarray(35));
    angles!.forEach((angle, i) => expect(angle).toBeCloseTo(36 * i, 4));
    expect(notices.join()).toMatch(/\/exchange\/data.*projections/);
    const { request } = await readScanInput({
      sinogram: hdf5('exchange.h5'),
      options: { task: 'reconstruct', seed: 0, samples: 1, slice: 0, sourceAxis: 20, detectorSpacing: 2 },
    });
    expect(request.scan).toMatchObject({ detectors: 7, side: 13, beam: { sourceAxis: 20, detectorSpacing: 2 } });
    expect(request.scan.angles[1]).toBeCloseTo(36, 4);
  });

  it('that could be several things are listed, and damaged ones refused', async () => {
    await expect(readSinogram(hdf5('several.h5'))).rejects.toThrow(/several datasets.*\/a \(4, 5\), \/b \(4, 6\)/);
    const { bytes } = hdf5('stack.h5');
    const cut = { name: 'cut.h5', bytes: bytes.subarray(0, 900) };
    await expect(readSinogram(cut)).rejects.toMatchObject({ code: 'picture-damaged' });
    expect((await readSinogram(hdf5('stack.h5'), 0)).views).toBe(5);
  });

  it('are no slices', async () => {
    await expect(readSlice(hdf5('stack.h5'))).rejects.toThrow(/HDF5 file/);
  });
});

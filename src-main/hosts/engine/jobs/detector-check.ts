import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { toLangevinError } from '../../../errors.ts';
import type { DamageDetector } from '../../../find/detector.ts';
import { DETECTOR_MAPS } from '../../../find/manifest.ts';
import { createOnnxDetector } from '../../../find/onnx-detector.ts';
import type { FoundDetector, ModelStore } from '../model-store.ts';
import type { ModelFinding } from './model-finding.ts';

/** Checks a detector of damage: files, loading, sizes, and that it marks a drawn scratch and no empty sky. */
export async function* checkDetector(
  found: FoundDetector,
  store: ModelStore,
  threads: number | undefined,
): AsyncGenerator<ModelFinding> {
  const hasCard = await access(join(found.folder, 'CARD.md')).then(
    () => true,
    () => false,
  );
  yield hasCard
    ? { check: 'completeness', level: 'ok', message: 'The manifest is complete and has a card.' }
    : { check: 'completeness', level: 'warning', message: 'There is no CARD.md that names data, licence and limits.' };
  let detector: DamageDetector;
  try {
    const bytes = await store.readDetector(found);
    yield { check: 'files', level: 'ok', message: 'All files are there and have the sha256 of the manifest.' };
    detector = await createOnnxDetector(found.detector, bytes, threads);
  } catch (error) {
    const problem = toLangevinError(error);
    const isFile =
      problem.code === 'file-not-found' || problem.code === 'file-unreadable' || problem.code === 'model-corrupt';
    yield { check: isFile ? 'files' : 'loading', level: 'error', message: problem.message };
    return;
  }
  try {
    yield { check: 'loading', level: 'ok', message: 'Runs on cpu.' };
    yield await checkSizes(detector);
    yield await checkScratch(detector);
  } finally {
    await detector.dispose();
  }
}

async function checkSizes(detector: DamageDetector): Promise<ModelFinding> {
  const { stride } = detector.manifest;
  const sizes = [
    [1, 1],
    [1, 5],
    [4, 3],
  ];
  for (const [rows, columns] of sizes) {
    const [height, width] = [rows * stride, columns * stride];
    const out = new Float32Array(DETECTOR_MAPS.length * height * width).fill(NaN);
    try {
      await detector.evaluate(new Float32Array(3 * height * width), height, width, out);
    } catch (error) {
      return { check: 'shapes', level: 'error', message: toLangevinError(error).message };
    }
    if (!out.every((value) => value >= 0 && value <= 1)) {
      const message = `At ${height} × ${width} pixels the answer has values that are no probabilities.`;
      return { check: 'shapes', level: 'error', message };
    }
  }
  const names = sizes.map(([rows, columns]) => `${rows * stride} × ${columns * stride}`).join(', ');
  return { check: 'shapes', level: 'ok', message: `Answers at ${names} pixels.` };
}

/** Soft hills with one thin, bent, white scratch from corner to corner. */
async function checkScratch(detector: DamageDetector): Promise<ModelFinding> {
  const side = Math.ceil(128 / detector.manifest.stride) * detector.manifest.stride;
  const plane = side * side;
  const distance = Float64Array.from({ length: plane }, (_, i) => {
    const y = Math.floor(i / side);
    return Math.abs((i % side) - y + 8 * Math.sin(y / 20));
  });
  const picture = Float32Array.from({ length: 3 * plane }, (_, i) => {
    const pixel = i % plane;
    const hills = 0.3 * Math.sin((pixel % side) / 17) * Math.cos(Math.floor(pixel / side) / 23) - 0.3;
    const cover = Math.max(0, Math.min(1, 1.3 * (0.7 - distance[pixel])));
    return hills * (1 - cover) + 0.9 * cover;
  });
  const out = new Float32Array(DETECTOR_MAPS.length * plane);
  await detector.evaluate(picture, side, side, out);
  const mean = (isMeant: (distance: number) => boolean): number => {
    const meant = out.subarray(0, plane).filter((_, i) => isMeant(distance[i]));
    return meant.reduce((sum, p) => sum + p, 0) / meant.length;
  };
  const [on, off] = [mean((d) => d < 0.5), mean((d) => d > 12)];
  const message = `A drawn scratch is marked with probability ${on.toPrecision(2)}, the rest with ${off.toPrecision(2)}.`;
  return { check: 'values', level: on > 0.5 && off < 0.1 ? 'ok' : 'error', message };
}

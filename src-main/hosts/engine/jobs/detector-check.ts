import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { toLangevinError } from '../../../errors.ts';
import type { DamageDetector } from '../../../find/detector.ts';
import { DETECTOR_MAPS } from '../../../find/manifest.ts';
import { createOnnxDetector } from '../../../find/onnx-detector.ts';
import type { FoundDetector, ModelStore } from '../model-store.ts';
import type { ModelFinding } from './model-check.ts';

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

/** A soft gradient with one white scratch from corner to corner. */
async function checkScratch(detector: DamageDetector): Promise<ModelFinding> {
  const side = Math.ceil(128 / detector.manifest.stride) * detector.manifest.stride;
  const plane = side * side;
  const picture = new Float32Array(3 * plane);
  const isScratch = (i: number): boolean => Math.abs((i % side) - Math.floor(i / side)) <= 1;
  for (let i = 0; i < 3 * plane; i++) {
    const pixel = i % plane;
    picture[i] = isScratch(pixel) ? 0.95 : -0.3 + (0.4 * Math.floor(pixel / side)) / side;
  }
  const out = new Float32Array(DETECTOR_MAPS.length * plane);
  await detector.evaluate(picture, side, side, out);
  const mean = (wanted: boolean): number => {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < plane; i++) {
      const distance = Math.abs((i % side) - Math.floor(i / side));
      if (wanted ? distance > 1 : distance < 12) continue;
      sum += out[i];
      count++;
    }
    return sum / count;
  };
  const [on, off] = [mean(true), mean(false)];
  const message = `A drawn scratch is marked with probability ${on.toPrecision(2)}, the rest with ${off.toPrecision(2)}.`;
  return { check: 'values', level: on > 0.5 && off < 0.1 ? 'ok' : 'error', message };
}

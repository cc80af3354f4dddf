import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseManifest } from '../src-main/prior/manifest.ts';
import { createOnnxNetwork } from '../src-main/prior/onnx.ts';
import type { ScoreNetwork } from '../src-main/prior/score-network.ts';

/** The checkout; benchmarks are started from its top by npm. */
export const ROOT = process.cwd();
/** Validation pictures and slices that are not part of the repository (docs/benchmarks.md says which they are). */
export const SHARED_DATA = process.env['LANGEVIN_BENCH_DATA'] ?? join(ROOT, '../shared/data');

/** A shipped network on the CPU. */
export async function shippedNetwork(name: 'photo' | 'ct', threads = 2): Promise<ScoreNetwork> {
  const folder = join(ROOT, 'models', name);
  const manifest = parseManifest(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')), folder);
  return createOnnxNetwork(manifest, await readFile(join(folder, manifest.file)), { provider: 'cpu', threads });
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gradientProblemOf } from '../../../src-main/hosts/app/jobs/gradient-problem.ts';
import { listChoices, listModels } from '../../../src-main/hosts/app/jobs/model-work.ts';
import { planPasses } from '../../../src-main/hosts/app/jobs/plan-work.ts';
import { ModelStore } from '../../../src-main/hosts/engine/model-store.ts';
import { writeTinyModel } from '../../fixtures/tiny-model.ts';

let root: string;
let store: ModelStore;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'langevin-choices-'));
  await writeTinyModel(root);
  await writeTinyModel(root, 'rough', {}, { kind: 'determinant' });
  store = new ModelStore({ models: [{ folder: root, origin: 'user' }], cache: root });
});
afterAll(() => rm(root, { recursive: true }));

it('offers solvers that need gradients only for networks that have them, and names the operator at fault', async () => {
  const models = await listModels(store);
  expect(models.map(({ name }) => name)).toEqual(['rough', 'tiny']);
  expect(await gradientProblemOf(store, 'rough')).toContain('Det');
  expect(await gradientProblemOf(store, 'tiny')).toBeUndefined();
  const request = { task: 'deblur', noisy: true } as const;
  const smooth = await listChoices(store, { ...request, model: 'tiny' });
  const rough = await listChoices(store, { ...request, model: 'rough' });
  const mmps = { name: 'mmps', whyNot: expect.stringContaining('Det') as string };
  expect(smooth.solvers).toContainEqual(expect.not.objectContaining({ whyNot: expect.anything() as string }));
  expect(smooth.defaultSolver).toBe('mmps');
  expect(rough.solvers).toContainEqual(expect.objectContaining(mmps));
  expect(rough.defaultSolver).toBe('ddrm');
  const holes = await listChoices(store, { task: 'inpaint', noisy: false, model: 'rough' });
  expect(holes.defaultSolver).toBe('diffpir');
});

it('plans with the solver that will run', async () => {
  const plan = await planPasses(store, {
    width: 64,
    height: 64,
    orientation: 1,
    options: { task: 'deblur', blurSigma: 2, seed: 0, samples: 1 },
    model: 'rough',
  });
  expect(plan.solver).toBe('ddrm');
  expect(plan.passes).toBe(20);
});

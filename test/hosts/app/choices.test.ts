import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gradientProblemOf } from '../../../src-main/hosts/app/jobs/gradient-problem.ts';
import { listChoices, listModels } from '../../../src-main/hosts/app/jobs/model-work.ts';
import { planPasses } from '../../../src-main/hosts/app/jobs/plan-work.ts';
import { likelihoodMethod } from '../../../src-main/likelihood/registry.ts';
import { TUNED } from '../../../src-main/restore/tuned.ts';
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
  const request = { task: 'deblur', noisy: false, chosen: {} } as const;
  const smooth = await listChoices(store, { ...request, model: 'tiny' });
  const rough = await listChoices(store, { ...request, model: 'rough' });
  const mmps = { name: 'mmps', whyNot: expect.stringContaining('Det') as string };
  expect(smooth.solvers).toContainEqual(expect.not.objectContaining({ whyNot: expect.anything() as string }));
  expect(smooth.defaultSolver).toBe('mmps');
  expect(rough.solvers).toContainEqual(expect.objectContaining(mmps));
  expect(rough.defaultSolver).toBe('ddrm');
  const holes = await listChoices(store, { task: 'inpaint', noisy: false, model: 'rough', chosen: {} });
  expect(holes.defaultSolver).toBe('diffpir');
});

it('describes the own options of the solver that is chosen, with range and who says the default', async () => {
  const request = { task: 'inpaint', noisy: false, model: 'tiny' } as const;
  const usual = await listChoices(store, { ...request, chosen: {} });
  const mmps = await listChoices(store, { ...request, chosen: { solver: 'mmps' } });
  const daps = await listChoices(store, { ...request, chosen: { solver: 'daps' } });
  expect(mmps.defaultSolver).toBe(usual.defaultSolver);
  expect(mmps.methodOptions.find(({ name }) => name === 'noiseFloor')).toMatchObject({
    type: 'number',
    minimum: 0,
    minimumExcluded: true,
    maximum: 1,
  });
  const tuned = TUNED.inpaint?.find(({ solver }) => solver === 'mmps')?.settings.method ?? {};
  for (const option of mmps.methodOptions) {
    expect(option.from).toBe(option.name in tuned ? 'task' : 'schema');
    if (option.name in tuned) expect(option.default).toBe(tuned[option.name]);
  }
  expect(daps.methodOptions.map(({ name }) => name)).toEqual(Object.keys(likelihoodMethod('daps').defaults));
});

it('says what a sampler has no use for, and the parameters of its SDE', async () => {
  const request = { task: 'inpaint', noisy: false, model: 'tiny' } as const;
  const daps = await listChoices(store, { ...request, chosen: { solver: 'daps' } });
  expect(Object.keys(daps.idle)).toEqual(expect.arrayContaining(['predictor', 'corrector', 'eta', 'snr', 'sde']));
  const reverse = { solver: 'mmps', predictor: 'euler-maruyama', sde: 'vp' } as const;
  const mmps = await listChoices(store, { ...request, chosen: reverse });
  expect(mmps.idle).not.toHaveProperty('sde');
  expect(mmps.idle).toHaveProperty('eta');
  expect(mmps.sdeOptions).toContainEqual(
    expect.objectContaining({ name: 'betaMax', default: 20, minimum: 0, minimumExcluded: true, from: 'schema' }),
  );
  // Automatic means what runs where nothing is chosen, not what has been chosen.
  const plain = await listChoices(store, { ...request, chosen: { solver: 'mmps' } });
  expect(plain.defaults['predictor']).not.toBe('euler-maruyama');
  expect(mmps.defaults['predictor']).toBe(plain.defaults['predictor']);
  const langevin = await listChoices(store, { ...request, chosen: { solver: 'mmps', predictor: 'annealed-langevin' } });
  expect(langevin.idle).not.toHaveProperty('langevinStep');
  expect(langevin.defaults).toMatchObject({ schedule: 'geometric' });
});

it('still lists everything when what is chosen does not go together', async () => {
  const chosen = { solver: 'mmps', predictor: 'annealed-langevin', corrector: 'langevin' } as const;
  const listed = await listChoices(store, { task: 'inpaint', noisy: false, model: 'tiny', chosen });
  expect(listed.idle).toHaveProperty('corrector');
});

it('plans with the solver that will run', async () => {
  const plan = await planPasses(store, {
    width: 64,
    height: 64,
    orientation: 1,
    options: { task: 'super-resolve', scale: 2, seed: 0, samples: 1 },
    model: 'rough',
  });
  expect(plan.solver).toBe('dpir');
  expect(plan.passes).toBe(6);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ModelNews } from '../../../src-main/contract/app/models.ts';
import { Folders } from '../../../src-main/hosts/app/batches/folders.ts';
import { InstalledModels } from '../../../src-main/hosts/app/installed-models.ts';
import type { EngineClient } from '../../../src-main/hosts/engine/engine-client.ts';
import type { EngineJobs } from '../../../src-main/hosts/engine/job-types.ts';
import { Turns } from '../../../src-main/hosts/engine/turns.ts';

let uploads: string;
beforeAll(async () => {
  uploads = await mkdtemp(join(tmpdir(), 'langevin-uploads-'));
});
afterAll(() => rm(uploads, { recursive: true }));

it('calls an uploaded network after its file, and tells what is found of it', async () => {
  const asked: unknown[] = [];
  const finding = { check: 'meaning', level: 'ok', message: 'It predicts the noise.' } as const;
  const engine = {
    async *run(_job: string, payload: { facts: { name: string } }) {
      asked.push(payload);
      yield await Promise.resolve(finding);
      return { manifest: payload.facts, check: { ok: true, findings: [] } };
    },
  } as unknown as EngineClient<EngineJobs>;
  const folders = new Folders(uploads, []);
  const news: ModelNews[] = [];
  const installed = new InstalledModels({ engine, turns: new Turns(), folders, emit: (event) => news.push(event) });
  const { id } = await folders.create('My Faces (v2)');
  expect(await installed.import(id, false)).toEqual({ name: 'my-faces-v2', ok: true, findings: [finding] });
  expect(asked).toEqual([{ source: folders.path(id), facts: { name: 'my-faces-v2' }, replace: false }]);
  expect(news).toEqual([{ type: 'model-finding', folder: id, finding }]);
});

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { EngineClient, type EngineClientOptions } from '../../../src-main/hosts/engine/engine-client.ts';
import { eventWindow } from '../../../src-main/hosts/engine/protocol.ts';
import { nodeSpawn } from '../../../src-main/hosts/engine/spawn.ts';

const entry = new URL('../../fixtures/engine/fixture-engine.js', import.meta.url);

interface FixtureJobs {
  count: { payload: { to: number; stepMs?: number }; event: number; result: number };
  previews: { payload: { count: number }; event: string; result: number };
  state: { payload: object; event: never; result: { produced: number; cleanedUp: number } };
  echo: { payload: unknown; event: never; result: unknown };
  fail: { payload: { code?: string }; event: never; result: never };
  crash: { payload: { how: 'exit' | 'signal' }; event: string; result: never };
  block: { payload: object; event: string; result: never };
  spin: { payload: object; event: string; result: never };
  grow: { payload: { bytes: number }; event: never; result: number };
  unknown: { payload: object; event: never; result: never };
}

const clients: EngineClient<FixtureJobs>[] = [];

function start(patienceMs?: number): EngineClient<FixtureJobs> {
  const client = new EngineClient<FixtureJobs>(nodeSpawn(entry), patienceMs === undefined ? {} : { patienceMs });
  clients.push(client);
  return client;
}

function isAlive(pid: number): boolean {
  try {
    // Signal 0 also reaches zombies, so a process that was never collected counts as alive.
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await delay(20);
}

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.dispose()));
});

describe('jobs', () => {
  it('deliver their events in order and their result, and overlap', async () => {
    const client = start();
    const collect = async (to: number): Promise<number[]> => {
      const seen: number[] = [];
      for await (const event of client.run('count', { to, stepMs: 1 })) seen.push(event);
      return seen;
    };
    const [a, b] = await Promise.all([collect(30), collect(20)]);
    expect(a).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(b).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(await client.result('count', { to: 3 })).toBe(3);
  });

  it('carry typed arrays both ways', async () => {
    const data = Float32Array.from({ length: 100_000 }, (_, i) => i / 7);
    const echoed = await start().result('echo', { shape: [1, 1, 10, 10_000], data: data.subarray(5) });
    expect(echoed).toEqual({ shape: [1, 1, 10, 10_000], data: data.slice(5) });
  });

  it('wait for a host that is slow to take their events', async () => {
    const client = start();
    const steps = client.run('count', { to: 1000 });
    await steps.next();
    let { produced } = await client.result('state', {});
    for (let last = -1; produced !== last; produced = (await client.result('state', {})).produced) {
      last = produced;
      await delay(50);
    }
    expect(produced).toBeLessThanOrEqual(eventWindow + 2);
    let events = 1;
    for await (const _event of steps) events++;
    expect(events).toBe(1000);
  });

  it('drop previews that the host is too slow for, and keep the newest', async () => {
    const seen: number[] = [];
    const onPreview = async (preview: unknown): Promise<void> => {
      seen.push(preview as number);
      await delay(20);
    };
    await start().result('previews', { count: 100 }, { onPreview });
    expect(seen[0]).toBe(1);
    expect(seen.length).toBeLessThan(60);
    expect(seen.at(-1)).toBe(100);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('fail with the code and message of their error', async () => {
    const client = start();
    await expect(client.result('fail', { code: 'mask-size' })).rejects.toMatchObject({
      code: 'mask-size',
      message: 'a failure that was foreseen',
    });
    const bug: unknown = await client.result('fail', {}).catch((error: unknown) => error);
    expect(bug).toMatchObject({ code: 'internal', message: 'a bug' });
    expect((bug as Error).cause).toContain('fixture-engine.js');
    await expect(client.result('unknown', {})).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('count') as string,
    });
    expect(await client.result('echo', 'still here')).toBe('still here');
  });
});

describe('a crash of the engine', () => {
  it.each(['exit', 'signal'] as const)('by %s is reported, and the next job runs in a new process', async (how) => {
    const client = start();
    const steps = client.run('crash', { how });
    expect(await steps.next()).toEqual({ done: false, value: 'about to crash' });
    const crashed = client.pid!;
    await expect(steps.next()).rejects.toMatchObject({
      code: 'engine-crashed',
      message: expect.stringMatching(
        how === 'exit' ? /exit code 3[^]*something went wrong in the driver/ : /signal SIGKILL/,
      ) as string,
    });
    expect(await client.result('echo', 'again')).toBe('again');
    expect(client.pid).not.toBe(crashed);
    await gone(crashed);
  });

  it('that cannot even start is reported', async () => {
    const client = new EngineClient<FixtureJobs>(nodeSpawn(new URL('./missing.js', import.meta.url)));
    await expect(client.result('echo', 1)).rejects.toMatchObject({
      code: 'engine-crashed',
      message: expect.stringContaining('missing.js') as string,
    });
  });
});

describe('cancelling', () => {
  it('takes effect between two steps, lets the job clean up, and keeps the process', async () => {
    const client = start(60_000);
    await client.result('echo', 1);
    const { pid } = client;
    const controller = new AbortController();
    const steps = client.run('count', { to: 1e9 }, { signal: controller.signal });
    for (let i = 0; i < 20; i++) await steps.next();
    controller.abort();
    await expect(steps.next()).rejects.toMatchObject({ code: 'cancelled' });
    expect(client.pid).toBe(pid);
    expect(await client.result('state', {})).toMatchObject({ cleanedUp: 1 });
  });

  it('happens when the caller leaves the loop', async () => {
    const client = start(60_000);
    for await (const event of client.run('count', { to: 1e9, stepMs: 1 })) if (event === 3) break;
    while ((await client.result('state', {})).cleanedUp === 0) await delay(10);
  });

  it('reaches a job that waits for its host', async () => {
    const client = start(60_000);
    const controller = new AbortController();
    const steps = client.run('count', { to: 1e9 }, { signal: controller.signal });
    await steps.next();
    await delay(50);
    controller.abort();
    await expect(steps.next()).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('kills an engine that is stuck, and the next job works', async () => {
    const client = start(100);
    const controller = new AbortController();
    const steps = client.run('block', {}, { signal: controller.signal });
    await steps.next();
    const stuck = client.pid!;
    const other = client.result('echo', 'behind the stuck one');
    const failure = expect(other).rejects.toMatchObject({ code: 'engine-crashed' });
    controller.abort();
    await expect(steps.next()).rejects.toMatchObject({ code: 'cancelled' });
    await failure;
    await gone(stuck);
    expect(await client.result('echo', 'fine')).toBe('fine');
  });

  it('before the start starts nothing', async () => {
    const client = start();
    await expect(client.result('echo', 1, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(client.pid).toBeUndefined();
  });

  it('by terminate ends every job at once', async () => {
    const client = start(60_000);
    const steps = client.run('block', {});
    await steps.next();
    const stuck = client.pid!;
    await client.terminate();
    expect(isAlive(stuck)).toBe(false);
    await expect(steps.next()).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('limits', () => {
  function limited(options: EngineClientOptions): EngineClient<FixtureJobs> {
    const client = new EngineClient<FixtureJobs>(nodeSpawn(entry), options);
    clients.push(client);
    return client;
  }

  it('of time end a job that native code blocks, and its process', async () => {
    const client = limited({ limits: { timeMs: 60_000 } });
    await client.result('echo', 'started');
    const steps = client.run('block', {}, { limits: { timeMs: 2000 } });
    await steps.next();
    const stuck = client.pid!;
    await expect(steps.next()).rejects.toMatchObject({ code: 'time-limit' });
    await gone(stuck);
    expect(await client.result('echo', 'next')).toBe('next');
  });

  it('between signs of life leave a job alone that goes on, and one whose caller is slow', async () => {
    const client = limited({ limits: { stallMs: 3000 } });
    await client.result('echo', 'started', { limits: { stallMs: 60_000 } });
    expect(await client.result('count', { to: 100, stepMs: 40 })).toBe(100);
    const steps = client.run('count', { to: 12 });
    await steps.next();
    await delay(4000);
    for (let step = await steps.next(); !step.done; step = await steps.next());
    const stuck = client.run('block', {});
    await stuck.next();
    await expect(stuck.next()).rejects.toMatchObject({ code: 'time-limit' });
  });

  it('of work end a job that computes, but not one that waits', async () => {
    const client = limited({ limits: { workMs: 1500 } });
    expect(await client.result('count', { to: 100, stepMs: 18 })).toBe(100);
    const steps = client.run('spin', {});
    await steps.next();
    const stuck = client.pid!;
    await expect(steps.next()).rejects.toMatchObject({ code: 'time-limit' });
    await gone(stuck);
    expect(await client.result('echo', 'next')).toBe('next');
  });

  it('of memory end a job that takes more, and say so', async () => {
    const client = limited({ limits: { memoryBytes: 500e6 } });
    expect(await client.result('echo', 'small')).toBe('small');
    await expect(client.result('grow', { bytes: 900e6 })).rejects.toMatchObject({ code: 'memory-limit' });
    expect(await client.result('echo', 'next')).toBe('next');
  });

  it('cost nobody else anything where jobs come one after the other', async () => {
    const client = limited({ oneAtATime: true });
    const stuck = client.result('block', {}, { limits: { timeMs: 3000 } });
    const others = [client.result('echo', 1), client.result('echo', 2)];
    await expect(stuck).rejects.toMatchObject({ code: 'time-limit' });
    expect(await Promise.all(others)).toEqual([1, 2]);
  });

  it('of what a process keeps replace it between two jobs', async () => {
    const client = limited({ retireAboveBytes: 400e6 });
    await client.result('grow', { bytes: 100e6 });
    const { pid } = client;
    await client.result('grow', { bytes: 500e6 });
    await gone(pid!);
    expect(await client.result('echo', 'fresh')).toBe('fresh');
  });
});

describe('the engine process', () => {
  it('is gone after dispose, whether idle, busy or stuck, and then takes no more jobs', async () => {
    for (const kind of ['echo', 'count', 'block'] as const) {
      const client = start(200);
      const steps = client.run(kind, { to: 1e9, stepMs: 5 });
      await steps.next();
      const pid = client.pid!;
      expect(isAlive(pid)).toBe(true);
      await client.dispose();
      expect(isAlive(pid)).toBe(false);
      await expect(client.result('echo', 1)).rejects.toMatchObject({ code: 'internal' });
    }
  });

  it.each([
    ['busy', 'is killed'],
    ['stuck', 'is killed, though native code blocks the engine'],
    ['leave', 'ends without a word, which an idle engine does not prevent'],
  ])('dies with its host (%s) when that %s', async (mode) => {
    const script = fileURLToPath(new URL('../../fixtures/engine/fixture-host.js', import.meta.url));
    const host: ChildProcess = spawn(process.execPath, [script, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(host.stdout!, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(pid).toBeGreaterThan(0);
    const exited = once(host, 'exit');
    if (mode !== 'leave') host.kill('SIGKILL');
    await exited;
    await gone(pid);
  });
});

/**
 * Peak of resident memory of the host (`langevin serve`) and of its processes while a picture of 100 megapixels is uploaded,
 * shown, masked, searched, restored, healed, saved, and restored in a batch, as `VmHWM` of /proc says; Linux only. The page is this process, so that its memory does not count.
 * Arguments after `npm run bench -- host-memory` are further files to open.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { WebSocket } from 'ws';
import { descendants } from '../fuzz/process-tree.ts';
import { startServed } from '../fuzz/served.ts';
import { keyOf } from '../fuzz/served-page.ts';
import { encodePicture } from '../src-main/images/encode.ts';
import { RandomGenerator } from '../src-main/tensor/random.ts';
import { upload } from '../src-renderer/client/add-file.ts';
import { ROOT } from './shipped-network.ts';
import { openingFor } from '../src-renderer/client/admission.ts';
import { WebSocketClient, type Socket } from '../src-renderer/client/websocket-client.ts';

const SIDE = 10_000;

/** RGB with a gradient and some noise: a PNG of about 90 MB. */
function picture(): Promise<Uint8Array> {
  const data = new Uint8Array(3 * SIDE * SIDE);
  const random = new RandomGenerator(0);
  for (let i = 0; i < data.length; i++) data[i] = ((Math.floor(i / 300) % 128) + (random.uint32() & 7)) & 0xff;
  return encodePicture(
    { width: SIDE, height: SIDE, mode: 'rgb', bitDepth: 8, data, metadata: { orientation: 1 } },
    { format: 'png' },
  );
}

const scratch = await mkdtemp(join(tmpdir(), 'langevin-host-memory-'));
const given = process.argv.slice(2).filter((name) => !name.startsWith('-'));
const files = given.length > 0 ? given : ['100 MP.png'];
for (const file of files) {
  const bytes = given.length > 0 ? await readFile(file) : await picture();
  const granted = join(scratch, 'granted');
  await mkdir(join(granted, 'in'), { recursive: true });
  await writeFile(join(granted, 'in', basename(file)), bytes);
  const server = await startServed({ scratch, folders: [join(granted, 'in'), granted], models: join(ROOT, 'models') });
  const key = await keyOf(server);
  const origin = `http://127.0.0.1:${server.port}`;
  const client = new WebSocketClient({
    connect: async () => {
      const opening = await openingFor(origin, key);
      if (typeof opening === 'string') return opening;
      return new WebSocket(opening.url, opening.protocols, { headers: { origin } }) as unknown as Socket;
    },
  });
  const seen = new Map<number, number>();
  const watch = setInterval(
    () => descendants(server.pid).forEach((pid) => seen.set(pid, Math.max(seen.get(pid) ?? 0, peak(pid)))),
    50,
  );
  process.once('exit', () => server.child.kill('SIGKILL'));
  console.log(`${basename(file)}: ${(bytes.length / 1e6).toFixed(1)} MB`);
  const say = (what: string): void => {
    const below = Math.max(0, ...seen.values());
    console.log(`  ${what.padEnd(34)} host ${peak(server.pid)} MiB, largest of its processes ${below} MiB at most`);
  };
  say('started');
  const info = await upload(client, new File([bytes as Uint8Array<ArrayBuffer>], basename(file)));
  say('uploaded');
  const { width, height } = await client.call('readPicture', { file: info.id });
  say(`shown (${width} × ${height})`);
  const mask = { x: 0, y: 0, width, height, coverage: new Uint8Array(width * height).fill(255) };
  const saved = await client.call('saveMask', { picture: info.id, mask });
  say('a mask of every pixel saved');
  if ('download' in saved) {
    const maskFile = await upload(client, new File([saved.download.bytes as Uint8Array<ArrayBuffer>], 'mask.png'));
    await client.call('readMask', { file: maskFile.id, picture: info.id });
    say('and read');
  }
  const ended = new Map<string, () => void>();
  client.onEvent((event) => {
    if (event.type === 'run-end' || event.type === 'batch-end' || event.type === 'find-end') {
      if (event.status !== 'done') console.log(`  ${JSON.stringify(event)}`);
      ended.get(event.type)?.();
    }
  });
  const end = (type: string): Promise<void> => new Promise((resolve) => ended.set(type, resolve));
  const network = { model: 'photo', provider: 'cpu' } as const;
  const options = { task: 'inpaint', preset: 'instant', samples: 1 } as const;
  const spot = { x: 300, y: 400, width: 32, height: 32, coverage: new Uint8Array(32 * 32).fill(255) };

  const painted = new Uint8Array(width * height);
  for (let y = 400; y < 432; y++) painted.fill(255, y * width + 300, y * width + 332);
  const spots = await encodePicture(
    { width, height, mode: 'gray', bitDepth: 8, data: painted, metadata: { orientation: 1 } },
    { format: 'png' },
  );
  const spotFile = await upload(client, new File([spots as Uint8Array<ArrayBuffer>], 'mask.png'));
  const [input, output] = await client.call('folders', {});
  const start = {
    folders: [input.id],
    output: output.id,
    mask: { kind: 'files' as const, files: [spotFile.id] },
    options,
    network,
  };
  await client.call('planBatch', start);
  say('a batch planned');
  const done = end('batch-end');
  await client.call('startBatch', start);
  await done;
  say('… and run');

  const restored = end('run-end');
  const { run } = await client.call('startRun', { file: info.id, mask: spot, frames: false, options, network });
  await restored;
  const [{ id }] = (await client.call('readRun', { run })).results;
  await client.call('saveResult', { result: id, save: { name: 'restored', format: 'tiff' } });
  say('a spot restored, saved as TIFF');

  const recipe = { fill: 'auto', seed: 1 } as const;
  const stroke = {
    file: info.id,
    variant: 'stroke-1',
    mask: spot,
    recipe,
    layers: [{ variant: 'stroke-1', opacity: 1 }],
  };
  await client.call('openHealing', { file: info.id, prepare: true });
  await client.call('healStroke', stroke);
  await client.call('saveHealed', { file: info.id, save: { name: 'healed', format: 'png', metadata: 'keep' } });
  say('healed and saved');

  const searched = end('find-end');
  await client.call('startFind', { file: info.id });
  await searched;
  say('searched for damage');
  clearInterval(watch);
  client.close();
  await server.kill();
}
await rm(scratch, { recursive: true, force: true, maxRetries: 5 });

/** MiB. */
function peak(pid: number): number {
  try {
    const [, kib] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Math.round(Number(kib ?? 0) / 1024);
  } catch {
    return 0;
  }
}

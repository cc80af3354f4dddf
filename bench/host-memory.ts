/**
 * Peak of resident memory of the host (`langevin serve`) and of its processes while a picture of 100 megapixels is uploaded,
 * shown, masked and saved, as `VmHWM` of /proc says; Linux only. The page is this process, so that its memory does not count.
 * Arguments after `npm run bench -- host-memory` are further files to open.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
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
  const server = await startServed({ scratch });
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

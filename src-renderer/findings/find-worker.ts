import type { DamageMaps, FindOptions } from '../../src-main/contract/find.ts';
import { findingsOf, snapStroke } from '../canvas/find.ts';
import type { RoughStroke } from '../canvas/tools/tool.ts';
import { anchored } from './anchor.ts';
import type { Finding } from './finding.ts';
import type { Runs } from './runs.ts';

/** What the worker is told and asked. */
export type FindWorkerMessage =
  | { readonly type: 'maps'; readonly maps: DamageMaps }
  | { readonly type: 'filter'; readonly id: number; readonly options: FindOptions }
  | { readonly type: 'snap'; readonly id: number; readonly stroke: RoughStroke };

/** What it answers. */
export type FindWorkerReply =
  | { readonly id: number; readonly findings: readonly Finding[] }
  | { readonly id: number; readonly runs: Runs }
  | { readonly id: number; readonly problem: string };

/** Keeps the probabilities of one picture beside the page, which goes on drawing while they are looked through. */
let maps: DamageMaps | undefined;

addEventListener('message', ({ data }: MessageEvent<FindWorkerMessage>) => {
  if (data.type === 'maps') {
    maps = data.maps;
    return;
  }
  try {
    reply(data);
  } catch (error) {
    postMessage({ id: data.id, problem: (error as Error).message } satisfies FindWorkerReply);
  }
});

function reply(request: Exclude<FindWorkerMessage, { readonly type: 'maps' }>): void {
  const { id } = request;
  if (request.type === 'snap') {
    const runs = maps === undefined ? new Int32Array() : snapStroke(maps, request.stroke);
    postMessage({ id, runs } satisfies FindWorkerReply, { transfer: [runs.buffer] });
    return;
  }
  const found = maps;
  const findings = found === undefined ? [] : findingsOf(found, request.options).map((one) => anchored(one, found));
  postMessage({ id, findings } satisfies FindWorkerReply, {
    transfer: findings.flatMap(({ runs, outline }) => [runs.buffer, ...outline.map(({ buffer }) => buffer)]),
  });
}

import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { hostPort } from '../../../src-main/hosts/engine/host-port.ts';
import type { EngineMessage, HostMessage } from '../../../src-main/hosts/engine/protocol.ts';

afterEach(() => {
  Reflect.deleteProperty(process, 'parentPort');
});

describe('the channel to the host', () => {
  it('is parentPort in an Electron utility process', () => {
    const sent: unknown[] = [];
    const parentPort = Object.assign(new EventEmitter(), { postMessage: (message: unknown) => sent.push(message) });
    Object.assign(process, { parentPort });
    const port = hostPort()!;
    const received: HostMessage[] = [];
    port.onMessage((message) => received.push(message));
    const cancel: HostMessage = { type: 'cancel', id: 4 };
    parentPort.emit('message', { data: cancel, ports: [] });
    const done: EngineMessage = { type: 'done', id: 4, ok: true, value: new Float32Array(2), residentBytes: 1 };
    port.post(done);
    expect(received).toEqual([cancel]);
    expect(sent).toEqual([done]);
  });
});

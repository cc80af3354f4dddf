import type { ChildReport, EngineExit, EngineMessage, EnginePort } from './protocol.ts';
import type { EngineHandle, EngineSpawn } from './spawn.ts';

interface Child {
  readonly messageListeners: ((message: EngineMessage) => void)[];
  readonly exitListeners: ((exit: EngineExit) => void)[];
}

/**
 * Starts engine processes by way of the host: only Electron's main process can start utility processes, and the engine,
 * which probes providers in processes of their own, is one itself. The host's end is `Children`.
 */
export function delegatedSpawn(port: EnginePort): EngineSpawn {
  const children = new Map<number, Child>();
  let next = 1;
  port.onMessage((message) => {
    if (message.type !== 'child') return;
    const child = children.get(message.child);
    if (child === undefined) return;
    if (message.what === 'message') {
      for (const listener of child.messageListeners) listener(message.message);
    } else {
      children.delete(message.child);
      for (const listener of child.exitListeners) listener(message.exit);
    }
  });
  return () => {
    const child = next++;
    const own: Child = { messageListeners: [], exitListeners: [] };
    children.set(child, own);
    port.post({ type: 'child', child, what: 'start' });
    return {
      pid: undefined,
      send: (message) => port.post({ type: 'child', child, what: 'send', message }),
      onMessage: (listener) => void own.messageListeners.push(listener),
      onExit: (listener) => void own.exitListeners.push(listener),
      kill: () => port.post({ type: 'child', child, what: 'kill' }),
      // The host ends them all.
      hold: () => undefined,
    };
  };
}

/** The host's end of `delegatedSpawn`: processes that one engine has asked for, which end with it. */
export class Children {
  readonly #spawn: EngineSpawn;
  readonly #report: (report: ChildReport) => void;
  readonly #handles = new Map<number, EngineHandle>();

  constructor(spawn: EngineSpawn, report: (report: ChildReport) => void) {
    this.#spawn = spawn;
    this.#report = report;
  }

  /** @returns whether the message was about a child. */
  receive(message: EngineMessage): boolean {
    if (message.type !== 'child') return false;
    const { child } = message;
    if (message.what === 'send') this.#handles.get(child)?.send(message.message);
    else if (message.what === 'start') this.#start(child);
    else this.#handles.get(child)?.kill();
    return true;
  }

  killAll(): void {
    for (const handle of this.#handles.values()) handle.kill();
  }

  #start(child: number): void {
    const handle = this.#spawn();
    this.#handles.set(child, handle);
    handle.onMessage((message) => this.#report({ type: 'child', child, what: 'message', message }));
    handle.onExit((exit) => {
      this.#handles.delete(child);
      this.#report({ type: 'child', child, what: 'exit', exit });
    });
  }
}

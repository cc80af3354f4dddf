import { fork } from 'node:child_process';
import type { Socket } from 'node:net';
import { HOST_PID } from './process-watch.ts';
import type { EngineExit, EngineMessage, HostMessage, Outlet } from './protocol.ts';

export type { EngineExit } from './protocol.ts';

/** A running engine process, seen from the host. */
export interface EngineHandle {
  readonly pid: number | undefined;
  /** @param outlet  goes along, where the kind of host has such ports. */
  send(message: HostMessage, outlet?: Outlet): void;
  onMessage(listener: (message: EngineMessage) => void): void;
  /** Called once. */
  onExit(listener: (exit: EngineExit) => void): void;
  /** Ends the process at once, whatever it is doing. */
  kill(): void;
  /** Whether the process keeps the host alive. */
  hold(held: boolean): void;
}

/** Starts an engine process; one function for each kind of host. */
export type EngineSpawn = () => EngineHandle;

const keptOutput = 4000;

/**
 * An engine as a child process of Node.js. Its terminal output is kept for error messages, not shown: standard output
 * belongs to the host.
 * @param entry  compiled JavaScript file that serves jobs.
 * @param args   command-line arguments for it.
 */
export function nodeSpawn(entry: string | URL, args: readonly string[] = []): EngineSpawn {
  return () => {
    const child = fork(entry, args, {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, [HOST_PID]: `${process.pid}` },
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-keptOutput);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    const exitListeners: ((exit: EngineExit) => void)[] = [];
    let ended = false;
    const exited = (code: number | null, signal: string | null): void => {
      if (ended) return;
      ended = true;
      for (const listener of exitListeners) listener({ code, signal, output: output.trim() });
    };
    // `close` comes after the last output; a process that could not be started has neither.
    child.on('close', exited);
    child.on('error', (error) => {
      if (child.pid !== undefined) return;
      output += error.message;
      exited(null, null);
    });
    return {
      pid: child.pid,
      send: (message) => {
        // A process that has just died is reported by its exit, not by the failure to write to it.
        if (child.connected) child.send(message, () => undefined);
      },
      onMessage: (listener) => void child.on('message', (message) => listener(message as EngineMessage)),
      onExit: (listener) => void exitListeners.push(listener),
      kill: () => void child.kill('SIGKILL'),
      hold: (held) => {
        const method = held ? 'ref' : 'unref';
        child[method]();
        child.channel?.[method]();
        for (const stream of [child.stdout, child.stderr]) (stream as Socket | null)?.[method]();
      },
    };
  };
}

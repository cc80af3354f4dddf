import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { utilityProcess, type MessagePortMain, type UtilityProcess } from 'electron';
import type { ProcessSpawn } from '../app/processes.ts';
import { Children } from '../engine/delegated-spawn.ts';
import { exitWords } from '../engine/exit-words.ts';
import type { EngineExit, EngineMessage } from '../engine/protocol.ts';
import type { EngineSpawn } from '../engine/spawn.ts';

const keptOutput = 4000;

/** How long the last words of a process that has ended may take, milliseconds. */
const lastWordsMs = 250;

/**
 * Processes of ours as Electron utility processes, which can start further ones of their kind through this one. Their
 * terminal output is kept for error messages.
 * @param onEnd  told of every process that ended by itself with a code other than 0.
 */
export function utilitySpawn(onEnd: (text: string) => void): ProcessSpawn {
  return (entry, args, serviceName) => spawner(entry, args, serviceName, onEnd);
}

/** @param entry  compiled JavaScript file that serves jobs; inside of app.asar it is read from there. */
function spawner(entry: URL, args: readonly string[], serviceName: string, onEnd: (text: string) => void): EngineSpawn {
  const spawn: EngineSpawn = () => {
    const child = utilityProcess.fork(fileURLToPath(entry), [...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      serviceName,
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-keptOutput);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    let killed = false;
    let ended = false;
    // `utilityProcess.kill` asks politely (SIGTERM), which a process of ours leaves to its host.
    const kill = (): void => {
      killed = true;
      if (child.pid !== undefined && !ended) process.kill(child.pid, 'SIGKILL');
    };
    // Before this there is no pid to kill.
    child.on('spawn', () => killed && kill());
    const children = new Children(spawn, (report) => {
      if (!ended) child.postMessage(report);
    });
    const exitListeners: ((exit: EngineExit) => void)[] = [];
    // V8 has run out of memory or has failed otherwise; the exit follows. Without a listener, the app itself would fail.
    child.on('error', (type, location) => {
      output = `${output}\n${type} at ${location}`.slice(-keptOutput);
    });
    child.on('exit', (code) => {
      ended = true;
      children.killAll();
      void lastWords(child).then(() => {
        const exit: EngineExit = { code, signal: null, output: output.trim() };
        if (code !== 0 && !killed) onEnd(`${serviceName} ended ${exitWords(exit).how}\n${exit.output}`);
        for (const listener of exitListeners) listener(exit);
      });
    });
    return {
      get pid() {
        return child.pid;
      },
      send: (message, outlet) => {
        // A process that has just died is reported by its exit, not by the failure to write to it.
        if (!ended) child.postMessage(message, outlet === undefined ? [] : [outlet as MessagePortMain]);
      },
      onMessage: (listener) =>
        void child.on('message', (message: EngineMessage) => {
          if (!children.receive(message)) listener(message);
        }),
      onExit: (listener) => void exitListeners.push(listener),
      kill,
      // The app lives until its windows are closed, whatever runs.
      hold: () => undefined,
    };
  };
  return spawn;
}

/** The exit may come before the last of the output, which says why. */
function lastWords({ stdout, stderr }: UtilityProcess): Promise<unknown> {
  const ends = [stdout, stderr].map(
    (stream) =>
      new Promise<void>((resolve) => {
        if (stream === null || (stream as Readable).readableEnded || (stream as Readable).destroyed) resolve();
        else stream.once('close', resolve).once('end', resolve);
      }),
  );
  return Promise.race([Promise.all(ends), wait(lastWordsMs)]);
}

import { fileURLToPath } from 'node:url';
import { utilityProcess } from 'electron';
import { Children } from '../engine/delegated-spawn.ts';
import type { EngineExit, EngineMessage } from '../engine/protocol.ts';
import type { EngineSpawn } from '../engine/spawn.ts';

const keptOutput = 4000;

/**
 * A process of ours as an Electron utility process, which can start further ones of its kind through this one. Its
 * terminal output is kept for error messages.
 * @param entry  compiled JavaScript file that serves jobs; inside of app.asar it is read from there.
 */
export function utilitySpawn(entry: URL, args: readonly string[], serviceName: string): EngineSpawn {
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
    child.on('exit', (code) => {
      ended = true;
      children.killAll();
      for (const listener of exitListeners) listener({ code, signal: null, output: output.trim() });
    });
    return {
      get pid() {
        return child.pid;
      },
      send: (message) => {
        // A process that has just died is reported by its exit, not by the failure to write to it.
        if (!ended) child.postMessage(message);
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

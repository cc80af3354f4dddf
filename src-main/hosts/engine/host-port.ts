import type { EngineMessage, EnginePort, HostMessage, Outlet } from './protocol.ts';

/** The part of Electron's `process.parentPort` that is used; the engine does not import Electron. */
interface ElectronParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown; readonly ports: readonly Outlet[] }) => void): void;
}

/** Exit code of a process in which something was rejected and nobody looked; Node.js takes 1. */
const UNHANDLED = 1;

/** The channel to the process that started this one, or undefined when it has none. */
export function hostPort(): EnginePort | undefined {
  const { parentPort } = process as { parentPort?: ElectronParentPort };
  if (parentPort !== undefined) {
    // Electron only warns of what is rejected without anybody looking, and the job would hang; Node.js ends the process.
    process.on('unhandledRejection', (reason) => {
      console.error(reason);
      process.exit(UNHANDLED);
    });
    return {
      post: (message: EngineMessage) => parentPort.postMessage(message),
      onMessage: (listener) =>
        parentPort.on('message', ({ data, ports }) => listener(data as HostMessage, ports.at(0))),
      // Electron ends its utility processes itself.
      onClose: () => undefined,
    };
  }
  if (process.send === undefined) return undefined;
  return {
    // The callback takes the error of a host that has just gone; `disconnect` follows.
    post: (message: EngineMessage) => void process.send?.(message, undefined, undefined, () => undefined),
    onMessage: (listener) => void process.on('message', (message) => listener(message as HostMessage)),
    onClose: (listener) => void process.on('disconnect', listener),
  };
}

/** Whether this is a utility process of Electron, which cannot start processes of its own kind. */
export function isUtilityProcess(): boolean {
  return (process as { parentPort?: ElectronParentPort }).parentPort !== undefined;
}

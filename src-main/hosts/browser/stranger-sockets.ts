import type { Socket } from 'node:net';

/** Connections that may be open at once and have been granted nothing. */
const MOST = 200;

/**
 * Connections of which nobody knows yet what they are. An error on one of them is its end and nothing more; when there
 * are too many, the oldest goes, so that those who open many and say nothing are in nobody's way but their own.
 */
export class StrangerSockets {
  /** Oldest first. */
  readonly #sockets = new Set<Socket>();

  add(socket: Socket): void {
    // Node.js takes its own listener away before an upgrade; an error without one ends the program.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    this.#sockets.add(socket);
    if (this.#sockets.size <= MOST) return;
    const [oldest] = this.#sockets;
    this.#sockets.delete(oldest);
    oldest.destroy();
  }

  /** It has shown that it may be here. */
  admit(socket: Socket): void {
    this.#sockets.delete(socket);
  }
}

import type { AppClient } from '../../src-main/contract/app/client.ts';
import { SOCKET_PATH } from '../../src-main/contract/app/wire.ts';
import { ElectronClient, type DesktopWindow } from './electron-client.ts';
import { WebSocketClient } from './websocket-client.ts';

/** The client of whatever host this page runs in. */
export function connectToHost(): AppClient {
  if ('langevin' in window) return new ElectronClient(window as unknown as DesktopWindow);
  const url = new URL(SOCKET_PATH, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return new WebSocketClient({ connect: () => new WebSocket(url) });
}

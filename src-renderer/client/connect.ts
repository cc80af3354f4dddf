import type { AppClient } from '../../src-main/contract/app/client.ts';
import { keyOfPage, openingFor } from './admission.ts';
import { ElectronClient, type DesktopWindow } from './electron-client.ts';
import { WebSocketClient } from './websocket-client.ts';

/** The client of whatever host this page runs in. */
export function connectToHost(): AppClient {
  if ('langevin' in window) return new ElectronClient(window as unknown as DesktopWindow);
  const key = keyOfPage(window);
  return new WebSocketClient({
    connect: async () => {
      const opening = await openingFor(location.origin, key);
      return typeof opening === 'string' ? opening : new WebSocket(opening.url, opening.protocols);
    },
  });
}

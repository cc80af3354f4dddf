import type { AppClient } from '../../src-main/contract/app/client.ts';
import { PARTS_PATH } from '../../src-main/contract/app/parts.ts';
import { LangevinError } from '../../src-main/errors.ts';
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
    readWhole: ({ inParts }) => fetched(`${PARTS_PATH}${inParts}`),
  });
}

/** Undefined where the host does not answer by itself; what breaks off on the way is gone. */
async function fetched(path: string): Promise<Uint8Array | undefined> {
  const answer = await fetch(path, { cache: 'no-store', redirect: 'error' }).catch(() => undefined);
  if (answer?.ok !== true) return undefined;
  try {
    return new Uint8Array(await answer.arrayBuffer());
  } catch (error) {
    const message = 'The connection to Langevin broke before all of the picture was there; open it again.';
    throw new LangevinError('connection-lost', message, { cause: error });
  }
}

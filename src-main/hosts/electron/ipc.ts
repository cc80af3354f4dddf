import { ipcMain, MessageChannelMain, type IpcMainInvokeEvent, type MessagePortMain, type WebContents } from 'electron';
import { isAbsolute } from 'node:path';
import type { AppCall } from '../../contract/app/calls.ts';
import type { DesktopReply } from '../../contract/app/desktop-bridge.ts';
import type { AppReply } from '../../contract/app/replies.ts';
import { invalidArgument, LangevinError, toLangevinError } from '../../errors.ts';
import type { AppService } from '../app/app-service.ts';
import { CALL_NAMES, CHANNELS, PICTURE_CALLS } from './call-names.ts';
import { isOwnPage } from './origin.ts';

/**
 * Lets the page of one window talk to the service: its requests are answered, events go to it, and frames through a
 * port of their own, which is made anew whenever the page is loaded. Every other sender is refused.
 * @param onAnswered  told of each request that has been answered. A page that has asked for the session listens from
 *   then on.
 */
export function connectPage(contents: WebContents, service: AppService, onAnswered: (call: AppCall) => void): void {
  for (const name of CALL_NAMES) {
    ipcMain.handle(`${CHANNELS.call}${name}`, async (event, request: unknown): Promise<AppReply> => {
      const refusal = refuse(event, contents);
      if (refusal !== undefined) return refusal;
      const reply = PICTURE_CALLS.has(name) ? await picture(name, request) : await service.answer(name, request);
      onAnswered(name);
      return reply;
    });
  }
  let pixels = 0;
  /** Pixels go from the process that decodes to the page; here they would be copied three times more. */
  const picture = async (name: AppCall, request: unknown): Promise<DesktopReply> => {
    const { port1, port2 } = new MessageChannelMain();
    const reply = await service.answer(name, request, port2);
    if (!reply.ok || !areElsewhere(reply.value) || contents.isDestroyed()) {
      port1.close();
      return reply;
    }
    pixels++;
    contents.postMessage(CHANNELS.pixels, pixels, [port1]);
    return { ...reply, pixels };
  };
  ipcMain.handle(CHANNELS.addPath, async (event, path: unknown): Promise<AppReply> => {
    const refusal = refuse(event, contents);
    if (refusal !== undefined) return refusal;
    try {
      if (typeof path !== 'string' || !isAbsolute(path))
        throw invalidArgument('path', 'the path of a dropped file', path);
      return { ok: true, value: await service.addPath(path) };
    } catch (error) {
      return failure(error);
    }
  });

  let frames: MessagePortMain | undefined;
  contents.on('did-finish-load', () => {
    frames?.close();
    const { port1, port2 } = new MessageChannelMain();
    frames = port1;
    contents.postMessage(CHANNELS.frames, null, [port2]);
    service.pageArrived();
  });
  const unsubscribe = service.onEvent((event) => {
    if (event.type === 'run-frame') frames?.postMessage(event);
    else if (!contents.isDestroyed()) contents.send(CHANNELS.event, event);
  });
  contents.once('destroyed', () => {
    unsubscribe();
    frames?.close();
    for (const name of CALL_NAMES) ipcMain.removeHandler(`${CHANNELS.call}${name}`);
    ipcMain.removeHandler(CHANNELS.addPath);
  });
}

/** Whether an answer is a picture whose pixels have gone another way. */
function areElsewhere(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('data' in value)) return false;
  return value.data instanceof Uint8Array && value.data.length === 0;
}

/** Undefined for the main frame of the window, on a page of ours. */
function refuse({ sender, senderFrame }: IpcMainInvokeEvent, contents: WebContents): AppReply | undefined {
  const isOurs =
    sender === contents && senderFrame !== null && senderFrame === contents.mainFrame && isOwnPage(senderFrame.url);
  if (isOurs) return undefined;
  return failure(new LangevinError('invalid-argument', 'Only the pages of Langevin may ask this.'));
}

function failure(error: unknown): AppReply {
  const { code, message } = toLangevinError(error);
  return { ok: false, code, message };
}

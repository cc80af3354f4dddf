import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { DesktopBridge } from '../../contract/app/desktop-bridge.ts';
import { FRAMES_MESSAGE, type PixelsMessage } from '../../contract/app/desktop-bridge.ts';
import type { AppEvent } from '../../contract/app/events.ts';
import { CALL_NAMES, CHANNELS } from './call-names.ts';

/** The part of the page that the preload touches; its sources are compiled without the DOM's declarations. */
declare const window: {
  readonly location: { readonly origin: string };
  postMessage(message: unknown, target: string, transfer: readonly unknown[]): void;
};

const calls = Object.fromEntries(
  CALL_NAMES.map((name) => [name, (request: unknown) => ipcRenderer.invoke(`${CHANNELS.call}${name}`, request)]),
) as unknown as DesktopBridge['calls'];

const bridge: DesktopBridge = {
  calls,
  onEvent: (listener) => {
    // The sender, by which a page could reach further, stays here.
    const forward = (_sender: unknown, event: AppEvent): void => listener(event);
    ipcRenderer.on(CHANNELS.event, forward);
    return () => void ipcRenderer.off(CHANNELS.event, forward);
  },
  addDropped: (file) => {
    const path = webUtils.getPathForFile(file as Parameters<typeof webUtils.getPathForFile>[0]);
    return ipcRenderer.invoke(CHANNELS.addPath, path) as ReturnType<DesktopBridge['addDropped']>;
  },
};
contextBridge.exposeInMainWorld('langevin', bridge);

// Nor do the pixels of pictures.
ipcRenderer.on(CHANNELS.pixels, ({ ports }, pixels: number) => {
  window.postMessage({ pixels } satisfies PixelsMessage, window.location.origin, ports);
});
// Frames do not pass through the bridge, which would copy them once more.
ipcRenderer.on(CHANNELS.frames, ({ ports }) => window.postMessage(FRAMES_MESSAGE, window.location.origin, ports));

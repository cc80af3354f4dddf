import type { AppCall, AppRequest } from './calls.ts';
import type { AppEvent } from './events.ts';
import type { AppReply } from './replies.ts';

/** `pixels`: the answer is a picture whose `data` come through a port of this number, past the main process. */
export type DesktopReply<Call extends AppCall = AppCall> = AppReply<Call> & { readonly pixels?: number };

/** What the preload of the desktop app puts on `window.langevin`: named functions and nothing else. */
export interface DesktopBridge {
  readonly calls: { readonly [Call in AppCall]: (request: AppRequest<Call>) => Promise<DesktopReply<Call>> };
  /** All events but frames, which come through the port. @returns ends the subscription. */
  onEvent(listener: (event: AppEvent) => void): () => void;
  /** A file of a drop by reference; a file without a path, such as one of the clipboard, is refused. */
  addDropped(file: unknown): Promise<AppReply<'addFile'>>;
}

/** `data` of the window message that brings the port of frames (`AppEvent`s of the type `run-frame`). */
export const FRAMES_MESSAGE = 'langevin-frames';

/** `data` of the window message that brings the port of a picture's pixels, once. */
export interface PixelsMessage {
  readonly pixels: number;
}

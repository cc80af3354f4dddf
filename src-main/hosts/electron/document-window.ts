import type { BrowserWindow } from 'electron';
import type { AppService } from '../app/app-service.ts';

/**
 * macOS: the title bar has the icon of the picture's file, which can be dragged, and the close button says when something
 * is not saved. (The title itself is the page's.)
 */
export function showDocument(window: BrowserWindow, service: AppService): void {
  if (window.isDestroyed()) return;
  window.setRepresentedFilename(service.frontPath ?? '');
  const { kept, lost } = service.unsaved.count();
  window.setDocumentEdited(kept + lost > 0);
}

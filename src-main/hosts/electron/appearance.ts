import { nativeTheme, type BrowserWindow } from 'electron';
import type { AppSettings } from '../../contract/app/settings.ts';

/** `--surface` of src-renderer/styles/tokens.css: what a window shows before its page does. */
const SURFACE = { light: '#f6f6f8', dark: '#17181c' } as const;

/** Menus, dialogs and title bars follow the app's own setting. */
export function useTheme({ theme }: Pick<AppSettings, 'theme'>): void {
  nativeTheme.themeSource = theme;
}

export function backgroundColor(): string {
  return SURFACE[nativeTheme.shouldUseDarkColors ? 'dark' : 'light'];
}

/** The window's own colour, which shows while it is resized, follows as well. @returns ends it. */
export function followTheme(window: BrowserWindow): () => void {
  const update = (): void => {
    if (!window.isDestroyed()) window.setBackgroundColor(backgroundColor());
  };
  nativeTheme.on('updated', update);
  return () => nativeTheme.off('updated', update);
}

/** The scheme and host of the app's pages. */
export const APP_SCHEME = 'app';
export const APP_ORIGIN = `${APP_SCHEME}://langevin`;
export const APP_PAGE = `${APP_ORIGIN}/`;

/** Whether a URL is one of the app's own pages. */
export function isOwnPage(url: string): boolean {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}` === APP_ORIGIN;
  } catch {
    return false;
  }
}

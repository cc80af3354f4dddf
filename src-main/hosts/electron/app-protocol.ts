import { protocol, type Session } from 'electron';
import { securityHeaders } from '../browser/security-headers.ts';
import { staticFile } from '../browser/static-files.ts';
import { APP_SCHEME, isOwnPage } from './origin.ts';

/** Before the app is ready: pages of `app:` are as secure as those of https, and no others can read them. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/**
 * Serves the built renderer as `app://langevin/`, with its policy on every answer; 404 for everything else, also for
 * what leads out of the folder.
 */
export function serveAppProtocol(session: Session, renderer: string): void {
  session.protocol.handle(APP_SCHEME, async (request) => {
    const headers = securityHeaders();
    const file = isOwnPage(request.url) ? await staticFile(renderer, new URL(request.url).pathname) : undefined;
    if (file === undefined || request.method !== 'GET') {
      return new Response('There is no such page.', { status: 404, headers });
    }
    return new Response(file.bytes, { status: 200, headers: { ...headers, 'Content-Type': file.type } });
  });
}

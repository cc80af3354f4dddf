import type { AppClient } from '../../src-main/contract/app/client.ts';

/** The part of a window that is used. */
type Page = Pick<Window, 'sessionStorage' | 'location'>;

/** What is held. */
interface Holding {
  readonly client: AppClient;
  isElsewhere: boolean;
  leave(page: string): Promise<void>;
}

/** Per tab of the browser, and the same after a reload. */
const PAGE = 'langevin-page';
/** Set before the reload of a page that takes the session over. */
const TAKE = 'langevin-take';

/** How this page asks for the session. */
export function sessionRequest(storage: Storage): { readonly page: string; readonly take: boolean } {
  const page = storage.getItem(PAGE) ?? newPage();
  storage.setItem(PAGE, page);
  const take = storage.getItem(TAKE) !== null;
  storage.removeItem(TAKE);
  return { page, take };
}

/** Begins anew, with what the page that held the session has saved. */
export function takeOver({ sessionStorage, location }: Page): void {
  sessionStorage.setItem(TAKE, 'yes');
  location.reload();
}

/** Another page holds the session: a tab that was duplicated has the same name as the one it came from. */
export function renamePage(storage: Storage): void {
  storage.setItem(PAGE, newPage());
}

/** Saves and leaves when another page asks for the session, and begins anew when nobody holds it. @returns ends that. */
export function followHolding(app: Holding, { sessionStorage: storage, location }: Page): () => void {
  return app.client.onEvent((event) => {
    if (event.type === 'session-asked' && event.page === storage.getItem(PAGE) && !app.isElsewhere) {
      void app.leave(event.page);
    } else if (event.type === 'session-holder') {
      if (event.page === undefined) {
        if (app.isElsewhere) location.reload();
      } else if (event.page !== storage.getItem(PAGE)) app.isElsewhere = true;
    }
  });
}

function newPage(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

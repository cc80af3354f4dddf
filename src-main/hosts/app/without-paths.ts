import { homedir } from 'node:os';
import { basename } from 'node:path';

/**
 * A message as a page may see it: of every absolute path in it the last part. Paths stay on the host's side; that messages
 * name them is of use in a terminal.
 */
export function withoutPaths(message: string): string {
  return message
    .replaceAll(homedir(), '~')
    .replace(
      /(^|[\s"'(])((?:~|[A-Za-z]:)?[\\/](?:[^\s"'\\/:;,]+[\\/])+([^\s"'\\/:;,]*))/g,
      (whole, before: string, path: string) => {
        const name = basename(path.replaceAll('\\', '/'));
        return name === '' ? whole : `${before}${name}`;
      },
    );
}

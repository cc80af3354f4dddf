import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';

/** A log of this size is moved aside, in place of the one before; twice it is the most there is, bytes. */
const MOST = 512 * 1024;

/** What the program notes about its own faults, where people can look at it. It never has names of pictures. */
export class LogFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** At once, since the program may be ending. A log that cannot be written is no reason to fail. */
  write(text: string): void {
    try {
      mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
      if ((statSync(this.path, { throwIfNoEntry: false })?.size ?? 0) >= MOST) {
        renameSync(this.path, `${this.path}.old`);
      }
      appendFileSync(this.path, `${new Date().toISOString()} ${withoutNames(text)}\n`, { mode: 0o600 });
    } catch {
      // There is nobody to tell.
    }
  }

  /** The last lines of it. */
  tail(lines: number): string {
    try {
      return readFileSync(this.path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
    } catch {
      return '';
    }
  }
}

/** Longer texts are cut, characters. */
const MOST_TEXT = 8000;

// Their lengths are bounded, because what is looked through may be long.
const ENDINGS = 'jpe?g|png|webp|tiff?|gif|bmp|heic|avif|dcm|npy|csv|msgpack';
const ANY = new RegExp(`\\.(?:${ENDINGS})\\b`, 'i');
const PATHS = new RegExp(`(?:file://)?(?:[a-z]:[\\\\/]|\\\\\\\\|/|~/)[^\\n"'<>|]{0,400}?\\.(?:${ENDINGS})\\b`, 'gi');
const QUOTED = new RegExp(`(["'])[^"'\\n]{0,255}?\\.(?:${ENDINGS})\\1`, 'gi');
const NAMES = new RegExp(`[^\\s"'<>|/\\\\]{1,255}\\.(?:${ENDINGS})\\b`, 'gi');

/** Takes out what people have called their pictures, and who they are by the name of their folder. */
export function withoutNames(text: string, home: string = homedir()): string {
  const kept = text.slice(0, MOST_TEXT);
  const nameless = ANY.test(kept)
    ? kept.replace(PATHS, '<file>').replace(QUOTED, '$1<file>$1').replace(NAMES, '<file>')
    : kept;
  return nameless.replaceAll(home.length > 1 ? home : '\0', '~');
}

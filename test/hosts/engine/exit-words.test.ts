import { describe, expect, it } from 'vitest';
import { exitWords } from '../../../src-main/hosts/engine/exit-words.ts';

const exit = (code: number | null, signal: string | null = null, output = '') => ({ code, signal, output });

describe('the words for the end of a process', () => {
  it.each([5, 133])('knows the trap of Electron’s memory behind exit code %s', (code) => {
    const words = exitWords(exit(code), 'linux', true);
    expect(words.how).toBe('by signal SIGTRAP');
    expect(words.meaning).toContain('more than 2 GB of memory in one piece');
  });

  it('takes a small code for a signal under Electron only', () => {
    expect(exitWords(exit(9), 'linux', true).how).toBe('by signal SIGKILL');
    expect(exitWords(exit(9), 'linux', false)).toEqual({ how: 'with exit code 9' });
    expect(exitWords(exit(3), 'darwin', true)).toEqual({ how: 'with exit code 3' });
  });

  it.each([
    [3221225477, 'with code 0xC0000005', /access violation/],
    [-1073741515, 'with code 0xC0000135', /vc_redist/],
    [3221225501, 'with code 0xC000001D', /lacks an instruction/],
  ])('translates code %s of Windows', (code, how, meaning) => {
    const words = exitWords(exit(code), 'win32', true);
    expect(words.how).toBe(how);
    expect(words.meaning).toMatch(meaning);
  });

  it('leaves small codes of Windows and unknown ones alone', () => {
    expect(exitWords(exit(5), 'win32', true)).toEqual({ how: 'with exit code 5' });
    expect(exitWords(exit(0xc0ffee01 | 0), 'win32', true)).toEqual({ how: 'with code 0xC0FFEE01' });
    expect(exitWords(exit(null), 'win32', true)).toEqual({ how: 'with exit code unknown' });
  });

  it('knows a heap that is full by its last words', () => {
    const words = exitWords(
      exit(134, null, 'FATAL ERROR: Reached heap limit … JavaScript heap out of memory'),
      'linux',
    );
    expect(words.meaning).toContain('JavaScript part');
  });

  it('names signals that others than Electron report', () => {
    expect(exitWords(exit(null, 'SIGKILL'), 'linux', false)).toMatchObject({ how: 'by signal SIGKILL' });
    expect(exitWords(exit(null, 'SIGUSR1'), 'linux', false)).toEqual({ how: 'by signal SIGUSR1' });
  });
});

import { describe, expect, it } from 'vitest';
import { canonicalKeys, displayKeys, matchesKeys, type KeyStroke } from '../../../src-renderer/canvas/key-binding.ts';

function stroke(key: string, held: Partial<KeyStroke> = {}): KeyStroke {
  return { key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held };
}

describe('matchesKeys', () => {
  it('takes Mod as Control, and as Command on a Mac', () => {
    expect(matchesKeys('Mod+Z', stroke('z', { ctrlKey: true }), 'other')).toBe(true);
    expect(matchesKeys('Mod+Z', stroke('z', { metaKey: true }), 'mac')).toBe(true);
    expect(matchesKeys('Mod+Z', stroke('z', { metaKey: true }), 'other')).toBe(false);
    expect(matchesKeys('Mod+Z', stroke('z', { ctrlKey: true }), 'mac')).toBe(false);
  });

  it('wants all modifiers and no others for letters', () => {
    expect(matchesKeys('B', stroke('b'), 'other')).toBe(true);
    expect(matchesKeys('B', stroke('B', { shiftKey: true }), 'other')).toBe(false);
    expect(matchesKeys('B', stroke('b', { ctrlKey: true }), 'other')).toBe(false);
    expect(matchesKeys('Mod+Shift+Z', stroke('Z', { ctrlKey: true, shiftKey: true }), 'other')).toBe(true);
    expect(matchesKeys('Mod+Z', stroke('Z', { ctrlKey: true, shiftKey: true }), 'other')).toBe(false);
  });

  it('takes the letter with Caps Lock on', () => {
    expect(matchesKeys('B', stroke('B'), 'other')).toBe(true);
  });

  it('finds signs however the layout types them', () => {
    // US: plain and with Shift; German: AltGr, and Option on a Mac; French digits need Shift.
    expect(matchesKeys('[', stroke('[', { code: 'BracketLeft' }), 'other')).toBe(true);
    expect(matchesKeys('?', stroke('?', { shiftKey: true }), 'other')).toBe(true);
    expect(matchesKeys('[', stroke('[', { code: 'Digit8', ctrlKey: true, altKey: true }), 'other')).toBe(true);
    expect(matchesKeys('[', stroke('[', { code: 'Digit5', altKey: true }), 'mac')).toBe(true);
    expect(matchesKeys('1', stroke('1', { shiftKey: true }), 'other')).toBe(true);
    expect(matchesKeys('Mod++', stroke('+', { ctrlKey: true, shiftKey: true }), 'other')).toBe(true);
    expect(matchesKeys('[', stroke('[', { ctrlKey: true }), 'other')).toBe(false);
  });

  it('finds letters by position on keyboards of other scripts', () => {
    expect(matchesKeys('Mod+Z', stroke('я', { code: 'KeyZ', ctrlKey: true }), 'other')).toBe(true);
    expect(matchesKeys('Alt+Z', stroke('Ω', { code: 'KeyZ', altKey: true }), 'mac')).toBe(true);
    // A Latin layout that moves letters: what is typed counts, not the position.
    expect(matchesKeys('Mod+Z', stroke('y', { code: 'KeyZ', ctrlKey: true }), 'other')).toBe(false);
  });

  it('knows named keys', () => {
    expect(matchesKeys('Space', stroke(' '), 'other')).toBe(true);
    expect(matchesKeys('Delete', stroke('Delete'), 'other')).toBe(true);
    expect(matchesKeys('Delete', stroke('Delete', { shiftKey: true }), 'other')).toBe(false);
  });
});

describe('spelling', () => {
  it('is one for all ways of writing the same keys', () => {
    expect(canonicalKeys('Shift+Mod+Z')).toBe('Mod+Shift+z');
    expect(canonicalKeys('Mod+Shift+z')).toBe('Mod+Shift+z');
    expect(canonicalKeys('+')).toBe('+');
    expect(canonicalKeys('Mod++')).toBe('Mod++');
  });

  it('refuses what can never be pressed', () => {
    for (const keys of ['', 'Ctrl+Z', 'Shift', 'Shift+[', 'Hyper+A', 'A+B']) {
      expect(() => canonicalKeys(keys)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    }
  });

  it('is shown in the manner of the platform', () => {
    expect(displayKeys('Mod+Shift+Z', 'mac')).toBe('⇧⌘Z');
    expect(displayKeys('Mod+Shift+Z', 'other')).toBe('Ctrl+Shift+Z');
    expect(displayKeys('[', 'mac')).toBe('[');
    expect(displayKeys('Mod++', 'other')).toBe('Ctrl++');
  });
});

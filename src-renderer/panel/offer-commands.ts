import { untrack } from 'svelte';
import type { OpenPicture, PictureCommands } from '../state/open-picture.svelte.ts';

/**
 * Makes commands of a picture available to shortcuts, palette and menus; for effects.
 * @returns takes them away again.
 */
export function offerCommands(picture: OpenPicture, commands: PictureCommands): () => void {
  return untrack(() => {
    picture.commands = { ...picture.commands, ...commands };
    return () => {
      const rest = Object.entries(picture.commands).filter(([name]) => !(name in commands));
      picture.commands = Object.fromEntries(rest);
    };
  });
}

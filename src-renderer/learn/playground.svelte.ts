import { untrack } from 'svelte';
import { t } from '../i18n/translate.svelte.ts';
import { wantsMotion } from './motion.ts';
import type { Handle } from './plane.svelte';
import { Player } from './player.svelte.ts';
import type { Mixture, Point } from './theory/mixture.ts';
import { MIXTURES, type MixtureName } from './theory/presets.ts';
import type { Walk } from './theory/walk.ts';

/** What the lessons share: the law of clean pictures. */
export class Playground {
  mixture: Mixture = $state.raw(MIXTURES.three);
  name: MixtureName = $state('three');

  choose(name: MixtureName): void {
    this.name = name;
    this.mixture = MIXTURES[name];
  }

  move(index: number, mean: Point): void {
    this.mixture = this.mixture.map((component, k) => (k === index ? { ...component, mean } : component));
  }

  /** Handles that move the components. */
  get handles(): readonly Handle[] {
    return this.mixture.map(({ mean }, k) => ({
      label: t('learn.component', { number: k + 1 }),
      mark: String(k + 1),
      point: mean,
      onmove: (to) => this.move(k, to),
    }));
  }
}

/**
 * A player of the simulation that `make` builds, which starts anew whenever something changes that `make` reads. To be
 * called while a component is being set up.
 * @param speed  steps per second to begin with.
 */
export function usePlayer(make: () => Walk, speed = 30): { readonly player: Player; reset(): Promise<void> } {
  const player = new Player(wantsMotion);
  player.speed = speed;
  $effect(() => {
    const walk = make();
    untrack(() => void player.load(walk));
  });
  $effect(() => () => player.pause());
  return { player, reset: () => player.load(untrack(make)) };
}

import { toScreen, type View } from '../canvas/view-transform.ts';
import { strokeOutline } from '../findings/findings-renderer.ts';
import { kindLooks, rejectedLook } from '../findings/kind-look.ts';
import type { RepairModel } from './repair-model.svelte.ts';

/** Outlines the places of a repair, the chosen one strongly; those that were accepted no longer. */
export function drawPlaces(context: CanvasRenderingContext2D, view: View, repair: RepairModel): void {
  const { pixelRatio } = view.viewport;
  context.save();
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  const place = (point: { x: number; y: number }): { x: number; y: number } => toScreen(view, point);
  for (const one of repair.hasOutlines ? repair.places : []) {
    const state = repair.stateOf(one);
    if (one === repair.chosen || state === 'accepted') continue;
    context.globalAlpha = 0.7;
    strokeOutline(context, one.outline, place, (state === 'undone' ? rejectedLook : kindLooks[one.kind]).color, 1);
  }
  context.globalAlpha = 1;
  if (repair.hasOutlines && repair.chosen !== undefined) strokeOutline(context, repair.chosen.outline, place);
  context.restore();
}

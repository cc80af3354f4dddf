import { WHOLE, type LinkedZoom } from './linked-zoom.ts';
import type { ProfileLine } from './profile-line.ts';
import { WINDOW_PRESETS, type Window } from './window-level.ts';

/** How all panels of the CT view show their numbers. */
export class ScanDisplay {
  /** Of slices, HU. */
  window: Window = $state.raw(WINDOW_PRESETS['soft-tissue']);
  zoom: LinkedZoom = $state.raw(WHOLE);
  /** Along which values are drawn, where they are. */
  line: ProfileLine | undefined = $state.raw();
  /** Of a sinogram, in its unit. */
  sinogramWindow: Window = $state.raw({ centre: 0, width: 1 });
  /** Full colour of differences, HU. */
  errorRange = $state(200);
}

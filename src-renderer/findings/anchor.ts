import type { DamageMaps, Finding as Found } from '../../src-main/contract/find.ts';
import type { Finding } from './finding.ts';

/** A finding with its surest pixel: of several as sure, the first in reading order. */
export function anchored({ id: _id, ...finding }: Found, maps: DamageMaps): Finding {
  const codes = finding.kind === 'loss' || finding.kind === 'text' ? maps.area : maps.surface;
  const { runs } = finding;
  const scale = { x: maps.width / maps.pictureWidth, y: maps.height / maps.pictureHeight };
  let anchor = { x: runs[1], y: runs[0] };
  let best = -1;
  for (let i = 0; i < runs.length; i += 3) {
    const row = Math.min(maps.height - 1, Math.floor((runs[i] + 0.5) * scale.y)) * maps.width;
    for (let x = runs[i + 1]; x < runs[i + 2]; x++) {
      const code = codes[row + Math.min(maps.width - 1, Math.floor((x + 0.5) * scale.x))];
      if (code <= best) continue;
      best = code;
      anchor = { x, y: runs[i] };
    }
  }
  return { ...finding, anchor };
}

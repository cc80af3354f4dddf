import { describe, expect, it } from 'vitest';
import type { DamageMaps } from '../../src-main/contract/find.ts';
import { codeOfLogit } from '../../src-main/find/findings/logit-codes.ts';
import { doubtByLooks, oddsOf } from '../../src-main/find/second-look.ts';
import type { Picture } from '../../src-main/tensor/picture.ts';

const WIDTH = 90;
const HEIGHT = 60;
const [LINE, SPECK, CRACK, LOSS] = [0, 1, 2, 3];

interface Stroke {
  readonly tone?: number;
  readonly rows: readonly [from: number, to: number];
  readonly logit: number;
  readonly kind: number;
}

/** Strokes from side to side on a ground of 100, light unless told, of a reduced picture or one of the same size. */
function marked(strokes: readonly Stroke[], { reduction = 1, bitDepth = 8 as 8 | 16, ground = 100 } = {}) {
  const [width, height] = [WIDTH * reduction, HEIGHT * reduction];
  const samples = width * height * 3;
  const gain = bitDepth === 8 ? 1 : 257;
  const data = bitDepth === 8 ? new Uint8Array(samples) : new Uint16Array(samples);
  const surface = new Uint8Array(WIDTH * HEIGHT);
  const kinds = new Uint8Array(WIDTH * HEIGHT);
  data.fill(ground * gain);
  for (const { tone = 220, rows, logit, kind } of strokes) {
    data.fill(tone * gain, rows[0] * reduction * width * 3, rows[1] * reduction * width * 3);
    surface.fill(codeOfLogit(logit), rows[0] * WIDTH, rows[1] * WIDTH);
    kinds.fill(kind, rows[0] * WIDTH, rows[1] * WIDTH);
  }
  const picture: Picture = { width, height, mode: 'rgb', bitDepth, data, metadata: { orientation: 1 } };
  const size = { width: WIDTH, height: HEIGHT, pictureWidth: width, pictureHeight: height };
  const maps: DamageMaps = { ...size, surface, area: new Uint8Array(surface.length), kinds };
  return { picture, maps };
}

const CRACKED: Stroke = { rows: [8, 14], logit: 6, kind: CRACK };
const TWIG: Stroke = { rows: [40, 41], logit: 2.8, kind: LINE };

describe('doubtByLooks', () => {
  it.each([
    ['as it is', { reduction: 1 }],
    ['reduced', { reduction: 3 }],
    ['of 16 bits', { reduction: 1, bitDepth: 16 as const }],
  ])('doubts a thin line that is half sure, and leaves a wide sure crack alone: a picture %s', (_, form) => {
    const { picture, maps } = marked([CRACKED, TWIG], form);
    doubtByLooks(picture, maps, form.reduction, false);
    expect(maps.surface[10 * WIDTH + 20]).toBe(codeOfLogit(6));
    expect(maps.surface[40 * WIDTH + 20]).toBe(codeOfLogit(1));
  });

  it('looks at a negative as the network does', () => {
    // A dark line in a dark place has to be surer than a light one in a light place.
    const stroke = { rows: [20, 22], logit: 3.4, kind: LINE, tone: 10 } as const;
    const seen = [false, true].map((isNegative) => {
      const { picture, maps } = marked([stroke], { ground: 60 });
      doubtByLooks(picture, maps, 1, isNegative);
      return maps.surface[20 * WIDTH + 20];
    });
    expect(seen).toEqual([codeOfLogit(1), codeOfLogit(3.4)]);
  });

  it('leaves specks, losses and what could not be found anyway', () => {
    for (const kind of [SPECK, LOSS]) {
      const { picture, maps } = marked([{ ...TWIG, kind }]);
      doubtByLooks(picture, maps, 1, false);
      expect(maps.surface[40 * WIDTH + 20]).toBe(codeOfLogit(2.8));
    }
    const { picture, maps } = marked([{ ...TWIG, logit: 2 }]);
    doubtByLooks(picture, maps, 1, false);
    expect(maps.surface[40 * WIDTH + 20]).toBe(codeOfLogit(2));
  });

  it('has an answer where nothing is around', () => {
    const { picture, maps } = marked([{ rows: [0, HEIGHT], logit: 3, kind: CRACK }]);
    doubtByLooks(picture, maps, 1, false);
    expect(maps.surface[0]).toBe(codeOfLogit(3));
  });
});

describe('oddsOf', () => {
  it('rise with certainty, light and quiet', () => {
    const look = { certainty: 4, contrast: 40, tone: 180, texture: 10, textureAround: 10 };
    expect(oddsOf({ ...look, certainty: 5 })).toBeGreaterThan(oddsOf(look));
    expect(oddsOf({ ...look, tone: 220 })).toBeGreaterThan(oddsOf(look));
    expect(oddsOf({ ...look, texture: 30 })).toBeLessThan(oddsOf(look));
  });
});

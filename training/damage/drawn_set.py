"""
python -m damage.drawn_set 'PICTURES/*.png' OUT [SEED]: the held-out set of the benchmark `find`.

Every picture twice, at two scales and in two styles of ageing, with damage of seeds that no training uses, as
OUT/N-damaged.png, OUT/N-clean.png (the same without damage) and OUT/N-target.png: bit k set for damage of kind k that
changes the picture by more than 16 of 255 above its grain, bit 7 for what is changed less.
"""

from __future__ import annotations

import os
import sys
from glob import glob

import numpy as np
from PIL import Image

from .ageing import scan, style
from .laying import damage
from .overlays import unit
from .samples import drawn_pool

SIDE = 448
SCALES = (1.0, 0.6)
# Above the grain, of 1.
VISIBLE = 16 / 255


def draw(pattern: str, out: str, seed: int) -> int:
    os.makedirs(out, exist_ok=True)
    overlays = drawn_pool(240, np.random.default_rng((seed, 1)))
    count = 0
    for path in sorted(glob(pattern)):
        for scale in SCALES:
            rng = np.random.default_rng((seed, 2, count))
            im = Image.open(path).convert("RGB")
            size = (round(im.size[0] * scale), round(im.size[1] * scale))
            im = im.resize(size, Image.Resampling.LANCZOS)
            side = min(SIDE, *size) // 16 * 16
            left, top = (size[0] - side) // 2, (size[1] - side) // 2
            aged, grain = style(rng, unit(im.crop((left, top, left + side, top + side))))
            target = np.zeros((5, side, side), bool)
            while not target.any():
                laid, target, _ = damage(rng, aged, grain, overlays)
            scanner = int(rng.integers(1 << 31))
            damaged, clean = (scan(np.random.default_rng(scanner), x) for x in (laid, aged))
            change = np.abs(laid - aged).max(-1)
            bits = np.zeros((side, side), "u1")
            for kind in range(5):
                bits |= (target[kind] & (change > VISIBLE + grain)).astype("u1") << kind
            bits |= ((change > 2 / 255) & (bits == 0)).astype("u1") << 7
            for name, x in (("damaged", damaged), ("clean", clean)):
                Image.fromarray(np.rint(x * 255).astype("u1")).save(os.path.join(out, f"{count:02d}-{name}.png"))
            Image.fromarray(bits).save(os.path.join(out, f"{count:02d}-target.png"))
            count += 1
    return count


if __name__ == "__main__":
    print(draw(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 20_260))

"""Precision and recall on held-out pictures with damage of other seeds."""

from __future__ import annotations

from glob import glob

import numpy as np
import torch
from PIL import Image

from .ageing import scan, style
from .laying import damage
from .net import DamageNet
from .overlays import KINDS, unit
from .samples import Sample, drawn_pool, tensors


def held_out(pattern: str, side: int = 384, overlays: int = 200) -> list[Sample]:
    """The middle of every picture, clean and with damage."""
    rng, pool = np.random.default_rng(99), drawn_pool(overlays, np.random.default_rng(98))
    held = []
    for path in sorted(glob(pattern)):
        im = Image.open(path).convert("RGB")
        left, top = (im.size[0] - side) // 2, (im.size[1] - side) // 2
        c = unit(im.crop((left, top, left + side, top + side)))
        held.append(tensors(c, np.zeros((len(KINDS), side, side), bool), np.zeros((side, side), bool)))
        laid, target, unsure = damage(rng, *style(rng, c), pool)
        held.append(tensors(scan(rng, laid), target, unsure))
    return held


@torch.no_grad()
def evaluate(net: DamageNet, held: list[Sample], threshold: float = 0.5) -> dict[str, float]:
    """Of the surface, pixel by pixel; `clean` is the percentage of undamaged pictures that is called damaged."""
    net.eval()
    right = wrong = missed = 0
    clean: list[float] = []
    for x, t, sure in held:
        p = (net(x[None])[0, 0] > threshold) & (sure[0] > 0.5)
        g = t[0] > 0.5
        if not t.any():
            clean.append(float(p.float().mean()))
            continue
        right += int((p & g).sum())
        wrong += int((p & ~g).sum())
        missed += int((~p & g).sum())
    net.train()
    return {
        "precision": round(right / max(1, right + wrong), 3),
        "recall": round(right / max(1, right + missed), 3),
        "clean": round(100 * float(np.mean(clean)) if clean else 0.0, 4),
    }

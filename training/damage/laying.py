"""Lays damage on an aged picture, and says where it is."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from .overlays import KINDS, Array, Rng, fractal, unit

Overlay = tuple[npt.NDArray[np.uint8], int]
Targets = npt.NDArray[np.bool_]

CRACK = KINDS.index("crack")
LOSS = KINDS.index("loss")
TEXT = KINDS.index("text")
INKS = ((1, 0.6, 0.1), (1, 0.9, 0.2), (1, 1, 1), (0.9, 0.2, 0.1), (0, 0, 0), (1, 0.4, 0))
# Of an overlay at full strength, and how often it is bare paper rather than dirt, by kind.
STRENGTH = ((0.4, 1), (0.4, 1), (0.6, 1), (0.85, 1), (0.6, 1))
BARE = (0.55, 0.65, 0.8, 0.7)
COUNTS = (0, 1, 1, 2, 2, 3, 4, 5)
COUNT_WEIGHTS = (0.38, 0.13, 0.1, 0.12, 0.09, 0.08, 0.07, 0.03)


def _blurred(a: Array, sigma: float) -> Array:
    im = Image.fromarray((np.clip(a, 0, 1) * 255).astype("u1")).filter(ImageFilter.GaussianBlur(sigma))
    return unit(im)


def _shifted(a: Array, dy: float, dx: float) -> Array:
    return np.roll(a, (round(dy), round(dx)), (0, 1))


def _colour(rng: Rng, kind: int) -> Array:
    paper = rng.uniform(0.75, 1) * np.array([1, rng.uniform(0.9, 1), rng.uniform(0.75, 1)])
    if kind == TEXT:
        return np.array(INKS[rng.integers(len(INKS))], "f4")
    if rng.random() < BARE[kind]:
        return np.asarray(paper, "f4")
    return np.asarray(rng.uniform(0, 0.25) * np.ones(3) if rng.random() < 0.8 else rng.random(3), "f4")


def _fibre(rng: Rng, size: int) -> Array:
    """Bare paper: fractal noise drawn out in one direction, mean 1, [size, size, 1]."""
    n = fractal(rng, size, int(rng.integers(8, 30)), 3)
    for axis in (0, 1):
        if rng.random() < 0.5:
            n = np.asarray((n + np.roll(n, 1, axis) + np.roll(n, 2, axis)) / 3, "f4")
    return np.asarray(1 + rng.uniform(0.1, 0.5) * (n - n.mean()), "f4")[..., None]


def _lay_crack(rng: Rng, x: Array, a: Array, strength: float) -> Array:
    """
    A crack, fold or tear: lit from any side, bare paper with fibre or the tone of the picture itself inside, with a
    soft rim of another tone around it.
    """
    size = x.shape[0]
    angle, reach = rng.uniform(0, 2 * math.pi), rng.uniform(1, 3.5)
    dy, dx = reach * math.sin(angle), reach * math.cos(angle)
    r = rng.random()
    if r < 0.2:  # a fold that only catches the light: one side bright, the other dark
        relief = _shifted(a, dy, dx) - _shifted(a, -dy, -dx)
        if rng.random() < 0.5:
            relief = np.asarray(_blurred(np.asarray((relief + 1) / 2, "f4"), rng.uniform(0.5, 2)) * 2 - 1, "f4")
        return np.asarray(np.clip(x + rng.uniform(0.08, 0.4) * relief[..., None], 0, 1), "f4")
    if r < 0.55:  # a raised edge throws a shadow on one side
        shadow = np.clip(_shifted(a, dy, dx) - a, 0, 1)[..., None]
        x = np.asarray(x * (1 - 0.6 * rng.random() * shadow), "f4")
    if rng.random() < 0.3:  # a rim where the emulsion bends up or has drawn dirt
        rim = np.clip(_blurred(a, rng.uniform(1, 3)) * 1.6 - a, 0, 1)[..., None]
        x = np.asarray(np.clip(x + rng.choice([-1, 1]) * rng.uniform(0.05, 0.3) * rim, 0, 1), "f4")
    colour = np.broadcast_to(_colour(rng, CRACK), x.shape)
    if rng.random() < 0.35:  # the inside has kept the picture's tone, mostly a little lighter
        around = np.stack([_blurred(x[..., c], rng.uniform(3, 8)) for c in range(3)], -1)
        colour = np.clip(around + rng.choice([-1, 1, 1]) * rng.uniform(0.07, 0.35), 0, 1)
    soft = _blurred(a, rng.uniform(0.4, 1.2)) if rng.random() < 0.3 else a
    if rng.random() < 0.3:  # worn away unevenly: strong in one place, hardly there in the next
        wear = fractal(rng, size, int(rng.integers(3, 12)), 3)
        soft = np.asarray(soft * np.clip(0.5 + 2.5 * (wear - 0.45), 0.25, 1), "f4")
    w = (soft * strength)[..., None]
    return np.asarray(np.clip(x * (1 - w) + colour * _fibre(rng, size) * w, 0, 1), "f4")


def _lay(rng: Rng, x: Array, a: Array, kind: int) -> Array:
    strength = rng.uniform(*STRENGTH[kind])
    if kind == CRACK:
        return _lay_crack(rng, x, a, strength)
    texture = _fibre(rng, x.shape[0]) if kind == LOSS else np.float32(1)
    w = (a * strength)[..., None]
    return np.asarray(np.clip(x * (1 - w) + _colour(rng, kind) * texture * w, 0, 1), "f4")


def place(rng: Rng, overlay: Overlay, size: int) -> Array:
    """A part of an overlay, turned and mirrored, [size, size] in [0, 1]; text keeps its direction."""
    alpha, kind = overlay
    c = int(rng.uniform(0.45, 1) * alpha.shape[0])
    oy, ox = rng.integers(0, alpha.shape[0] - c + 1, 2)
    part = Image.fromarray(alpha[oy : oy + c, ox : ox + c]).resize((size, size), Image.Resampling.BILINEAR)
    a = unit(part)
    if kind == TEXT:
        return a
    if rng.random() < 0.5:
        a = a[:, ::-1]
    return np.ascontiguousarray(np.rot90(a, int(rng.integers(4))))


def damage(rng: Rng, x: Array, grain: float, overlays: list[Overlay]) -> tuple[Array, Targets, Targets]:
    """
    Lays up to five overlays on x [s, s, 3]; returns (picture, targets [5, s, s], unsure [s, s]).
    Damage that the grain hides is neither damage nor none: unsure.
    """
    size = x.shape[0]
    target = np.zeros((len(KINDS), size, size), bool)
    unsure = np.zeros((size, size), bool)
    for _ in range(rng.choice(COUNTS, p=COUNT_WEIGHTS)):
        overlay = overlays[rng.integers(len(overlays))]
        a = place(rng, overlay, size)
        if a.max() < 0.1:
            continue
        before = x
        x = _lay(rng, x, a, overlay[1])
        change = np.abs(x - before).max(-1)
        near = _blurred(a, 2.0) > 0.02
        seen = (change > 0.045 + grain) & near
        target[overlay[1]] |= seen
        unsure |= (change > 0.01) & ~seen
    return x, target, unsure & ~target.any(0)


def stack(target: Targets) -> Targets:
    """The six targets: damage to the surface (line, speck or crack), then the five kinds."""
    return np.concatenate([target[: CRACK + 1].any(0, keepdims=True), target])

"""A clean picture as it looks printed, aged and scanned."""

import io

import numpy as np
from PIL import Image, ImageFilter

from .overlays import Array, Rng, unit


def _image(x: Array) -> Image.Image:
    return Image.fromarray(np.rint(np.clip(x, 0, 1) * 255).astype("u1"))


def _grey(rng: Rng, x: Array) -> Array:
    """Grey or sepia, with the contrast of an old print."""
    g = x @ np.array([0.299, 0.587, 0.114], "f4")
    g = (g - 0.5) * rng.uniform(0.5, 1.1) + 0.5 + rng.uniform(-0.12, 0.12)
    if rng.random() < 0.4:
        dark, light = np.zeros(3), np.ones(3)
    else:
        dark = np.array([0.08, 0.05, 0.02]) * rng.uniform(0, 3)
        light = np.array([1, 0.95, 0.82]) - rng.uniform(0, 0.25) * np.array([0.2, 0.5, 1])
    return np.asarray(dark + np.clip(g, 0, 1)[..., None] * (light - dark), "f4")


def halftone(rng: Rng, x: Array) -> Array:
    """The dots of a printed page: a rotated grid of cosines whose threshold is the tone, 2.5 to 6 pixels apart."""
    size = x.shape[0]
    pitch, angle = rng.uniform(2.5, 6), rng.uniform(0, np.pi / 2)
    y, c = np.mgrid[:size, : x.shape[1]].astype("f4")
    u, v = (np.cos(angle) * c + np.sin(angle) * y) / pitch, (np.cos(angle) * y - np.sin(angle) * c) / pitch
    screen = (np.cos(2 * np.pi * u) + np.cos(2 * np.pi * v)) / 4 + 0.5
    dots = np.clip((x - screen[..., None]) * rng.uniform(1.5, 4) + 0.5, 0, 1)
    share = rng.uniform(0.15, 0.6)
    return np.asarray(x * (1 - share) + dots * share, "f4")


def decoys(rng: Rng, x: Array) -> Array:
    """
    Sound things that look like damage, drawn as part of the scene before it is aged, so that they share its blur and
    grain: highlights with soft borders, buttons with a rim, pale blossoms, smooth wires and ropes of constant width,
    strands of hair, spectacle frames, trails of light.
    """
    size = x.shape[0]
    y, c = np.mgrid[:size, : x.shape[1]].astype("f4")
    kind = rng.integers(5)
    if kind == 0:  # highlights
        for _ in range(rng.integers(1, 4)):
            cx, cy, r, s = *rng.uniform(0, size, 2), rng.uniform(1.5, 9), rng.uniform(0.3, 1)
            d = ((c - cx) / s) ** 2 + (y - cy) ** 2
            x = np.maximum(x, np.exp(-d / (2 * r * r))[..., None] * rng.uniform(0.6, 1)).astype("f4")
    elif kind == 1:  # buttons and blossoms
        tone = rng.uniform(0.7, 1)
        for _ in range(rng.integers(2, 14)):
            cx, cy, r = *rng.uniform(0, size, 2), rng.uniform(2, 8)
            d = np.hypot(c - cx, y - cy)
            cover = np.clip(r - d, 0, 1)[..., None]
            shade = tone * (1 - 0.35 * np.clip((c - cx + y - cy) / (2 * r), -1, 1))[..., None]
            x = (x * (1 - cover) + np.clip(shade, 0, 1) * cover).astype("f4")
    elif kind == 2:  # wires, ropes and strands: smooth parallel curves of one width and tone
        slope, bend, width = rng.normal(0, 0.7), rng.normal(0, 0.004), rng.uniform(0.4, 2.2)
        tone = rng.choice([rng.uniform(0, 0.3), rng.uniform(0.6, 1)])
        flip = rng.random() < 0.5
        for k in range(rng.integers(1, 7)):
            a, b = (y, c) if flip else (c, y)
            d = np.abs(
                b
                - (rng.uniform(0, size) if k == 0 else k * size / 7 + slope * 5)
                - slope * a
                - bend * (a - size / 2) ** 2
            )
            cover = np.clip(width + 0.5 - d / np.hypot(1, slope), 0, 1)[..., None]
            x = (x * (1 - cover) + tone * cover).astype("f4")
    elif kind == 3:  # frames of spectacles
        cx, cy, r, s = *rng.uniform(0, size, 2), rng.uniform(8, 30), rng.uniform(0.6, 1)
        for side in (-1.2, 1.2):
            d = np.abs(np.hypot((c - cx - side * r), (y - cy) / s) - r)
            cover = np.clip(rng.uniform(0.8, 1.8) - d, 0, 1)[..., None]
            x = (x * (1 - cover) + rng.uniform(0, 0.3) * cover).astype("f4")
    else:  # trails of light with a glow
        cx, cy = rng.uniform(-size, 2 * size, 2)
        for _ in range(rng.integers(2, 9)):
            d = np.abs(np.hypot(c - cx, y - cy) - rng.uniform(0.2, 1.6) * size)
            x = np.clip(x + (np.exp(-(d**2) / 2) * rng.uniform(0.2, 0.8))[..., None], 0, 1).astype("f4")
    return x


def style(rng: Rng, x: Array) -> tuple[Array, float]:
    """A picture as it looks printed and aged: ([h, w, 3] in [0, 1], standard deviation of its grain)."""
    r, grain = rng.random(), 0.0
    if rng.random() < 0.2:
        x = decoys(rng, x)
    if r < 0.6:
        x = _grey(rng, x)
    elif r < 0.8:
        x = np.clip((x - 0.5) * rng.uniform(0.5, 1.1) + 0.5 + rng.uniform(-0.1, 0.1, 3), 0, 1).astype("f4")
    if rng.random() < 0.4:
        blurred = _image(x).filter(ImageFilter.GaussianBlur(float(rng.uniform(0.3, 1.8))))
        x = unit(blurred)
    if rng.random() < 0.08:
        x = halftone(rng, x)
    if rng.random() < 0.6:
        n = rng.standard_normal((*x.shape[:2], 1 if rng.random() < 0.7 else 3)).astype("f4")
        if rng.random() < 0.5:
            n = (n + np.roll(n, 1, 0) + np.roll(n, 1, 1) + np.roll(n, (1, 1), (0, 1))) / 2
        grain = rng.uniform(0, 0.05)
        x = np.asarray(x + n * grain, "f4")
    return np.clip(x, 0, 1).astype("f4"), grain


def scan(rng: Rng, x: Array) -> Array:
    """Blur, noise and JPEG of a scanner."""
    u = np.rint(x * 255).astype("u1")
    im = Image.fromarray(u)
    if rng.random() < 0.4:
        im = im.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.2, 0.9))))
    if rng.random() < 0.3:
        noisy = np.asarray(im, "f4") + rng.normal(0, rng.uniform(1, 6), u.shape)
        im = Image.fromarray(np.rint(np.clip(noisy, 0, 255)).astype("u1"))
    if rng.random() < 0.5:
        buffer = io.BytesIO()
        im.save(buffer, "JPEG", quality=int(rng.uniform(35, 95)), subsampling=int(rng.choice([0, 2])))
        im = Image.open(buffer).convert("RGB")
    return unit(im)

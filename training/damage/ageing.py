"""A clean picture as it looks printed, aged and scanned."""

import io
import math

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter, ImageFont

from .overlays import Array, Rng, border_point, canvas, finish, unit


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


def _over(rng: Rng, x: Array, cover: Array, dark: bool = False) -> Array:
    """Lays something of one tone, dark or light, on x where `cover` [s, s] says."""
    tone = rng.uniform(0, 0.3) if dark or rng.random() < 0.5 else rng.uniform(0.65, 1)
    colour = tone * (1 - rng.uniform(0, 0.3, 3))
    cover = cover[..., None] * rng.uniform(0.4, 1)
    return np.asarray(x * (1 - cover) + np.clip(colour, 0, 1) * cover, "f4")


def _strands(rng: Rng, size: int) -> Array:
    im, d = canvas(size)
    root, heading = rng.uniform(0, 2 * size, 2), rng.uniform(0, 2 * math.pi)
    spread, width = rng.uniform(0.1, 0.9), rng.uniform(1, 4)
    for _ in range(rng.integers(3, 25)):
        t, bend = heading + rng.normal(0, spread), rng.normal(0, 0.02)
        p = root + rng.normal(0, 0.06 * size, 2)
        steps, length = 40, rng.uniform(0.2, 1.2) * size / 40
        for i in range(steps):
            t += bend
            q = p + 2 * length * np.array([math.cos(t), math.sin(t)])
            d.line(
                [tuple(p), tuple(q)],
                fill=int(255 * (1 - 0.5 * i / steps)),
                width=max(1, round(width * (1 - i / steps))),
            )
            p = q
    return finish(im, size, rng.choice([0, 0.4]))


def _twigs(rng: Rng, size: int) -> Array:
    im, d = canvas(size)

    def grow(p: npt.NDArray[np.float64], t: float, width: float, length: float) -> None:
        for _ in range(5):
            t += rng.normal(0, 0.2)
            q = p + length / 5 * np.array([math.cos(t), math.sin(t)])
            d.line([tuple(p), tuple(q)], fill=255, width=max(1, round(width)))
            p, width = q, width * 0.93
            if width > 0.9 and rng.random() < 0.35:
                grow(p, t + rng.choice([-1, 1]) * rng.uniform(0.3, 1), width * 0.65, length * 0.7)
        if width > 0.9:
            grow(p, t + rng.normal(0, 0.3), width * 0.8, length * 0.8)

    for _ in range(rng.integers(1, 5)):
        start = np.array(border_point(rng, 2 * size))
        aim = math.atan2(size - start[1], size - start[0]) + rng.normal(0, 0.5)
        grow(start, aim, rng.uniform(1.5, 10), rng.uniform(0.3, 0.9) * size)
    return finish(im, size, rng.choice([0, 0.4]))


def _board(rng: Rng, x: Array) -> Array:
    """A sign: writing on a plate, both a part of the scene."""
    size = x.shape[0]
    im, d = canvas(size)
    left, top = rng.uniform(-0.1, 0.6, 2) * 2 * size
    font = ImageFont.load_default(int(rng.uniform(14, 70)))
    letters = list("ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz0123456789")
    text = chr(10).join("".join(rng.choice(letters, rng.integers(3, 14))) for _ in range(rng.integers(1, 5)))
    box = d.multiline_textbbox((left, top), text, font=font)
    margin = rng.uniform(4, 30)
    plate, plate_draw = canvas(size)
    plate_draw.rectangle((box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin), fill=255)
    d.multiline_text((left, top), text, fill=255, font=font)
    angle = float(rng.uniform(-20, 20))
    dark = rng.random() < 0.5
    tones = sorted(rng.uniform(0, 1, 2))
    for drawn, tone in ((plate, tones[not dark]), (im, tones[dark])):
        cover = finish(drawn.rotate(angle, Image.Resampling.BILINEAR), size)[..., None]
        x = np.asarray(x * (1 - cover) + tone * rng.uniform(0.8, 1, 3) * cover, "f4")
    return np.clip(x, 0, 1)


def decoys(rng: Rng, x: Array) -> Array:
    """
    Sound things that look like damage, drawn as part of the scene before it is aged, so that they share its blur and
    grain: highlights with soft borders, buttons with a rim, pale blossoms, smooth wires and ropes of constant width,
    strands of hair, whiskers and blades of grass, spectacle frames, trails of light, twigs, and boards with
    writing.
    """
    size = x.shape[0]
    y, c = np.mgrid[:size, : x.shape[1]].astype("f4")
    kind = rng.integers(8)
    if kind == 0:  # highlights
        for _ in range(rng.integers(1, 4)):
            cx, cy, r, s = *rng.uniform(0, size, 2), rng.uniform(1.5, 9), rng.uniform(0.3, 1)
            d = ((c - cx) / s) ** 2 + (y - cy) ** 2
            x = np.maximum(x, np.exp(-d / (2 * r * r))[..., None] * rng.uniform(0.6, 1)).astype("f4")
    elif kind == 1:  # buttons and blossoms
        tone = rng.uniform(0.7, 1)
        for _ in range(rng.integers(2, 8)):
            cx, cy, r = *rng.uniform(0, size, 2), rng.uniform(4, 11)
            d = np.hypot(c - cx, y - cy)
            # A shadow around it, and a side away from the light, without which it is a round speck.
            x = (x * (1 - 0.5 * np.clip((r + 2.5 - d) / 3, 0, 1))[..., None]).astype("f4")
            cover = np.clip(r - d, 0, 1)[..., None]
            shade = tone * (1 - 0.45 * np.clip((c - cx + y - cy) / (2 * r), -1, 1))[..., None]
            x = (x * (1 - cover) + np.clip(shade, 0, 1) * cover).astype("f4")
    elif kind == 2:  # wires, ropes and strands: smooth parallel curves of one width and tone; light ones never alone
        slope, bend, width = rng.normal(0, 0.7), rng.normal(0, 0.004), rng.uniform(0.4, 2.2)
        dark = rng.random() < 0.7
        tone = rng.uniform(0, 0.3) if dark else rng.uniform(0.6, 1)
        flip = rng.random() < 0.5
        for k in range(rng.integers(1 if dark else 4, 7)):
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
    elif kind == 4:  # whiskers, lashes and blades of grass: from a common root, thinning out
        return _over(rng, x, _strands(rng, size))
    elif kind == 5:  # twigs, dark before the sky
        return _over(rng, x, _twigs(rng, size), dark=True)
    elif kind == 6:  # boards with writing
        return _board(rng, x)
    else:  # trails of light with a glow
        cx, cy = rng.uniform(-size, 2 * size, 2)
        for _ in range(rng.integers(2, 9)):
            d = np.abs(np.hypot(c - cx, y - cy) - rng.uniform(0.2, 1.6) * size)
            x = np.clip(x + (np.exp(-(d**2) / 2) * rng.uniform(0.2, 0.8))[..., None], 0, 1).astype("f4")
    return x


def style(rng: Rng, x: Array) -> tuple[Array, float]:
    """A picture as it looks printed and aged: ([h, w, 3] in [0, 1], standard deviation of its grain)."""
    r, grain = rng.random(), 0.0
    if rng.random() < 0.25:
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

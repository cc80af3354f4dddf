"""
Procedural damage of prints and film: every maker returns an alpha map in [0, 1], [size, size], drawn at twice the size.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Array = npt.NDArray[np.float32]
Points = npt.NDArray[np.float64]
Point = tuple[float, float]
Rng = np.random.Generator

# A kind is an index of this.
KINDS = ("line", "speck", "crack", "loss", "text")


def unit(im: Image.Image) -> Array:
    """Values of a picture in [0, 1]."""
    return np.asarray(np.asarray(im, "f4") / 255, "f4")


def smooth_noise(rng: Rng, size: int, cells: int) -> Array:
    """Value noise in [0, 1] with about `cells` cells across, [size, size]."""
    g = rng.random((cells + 3, cells + 3)).astype("f4")
    im = Image.fromarray(g).resize((size * (cells + 3) // max(cells, 1) + 1,) * 2, Image.Resampling.BICUBIC)
    o = rng.integers(0, max(1, im.size[0] - size))
    return np.asarray(np.clip(np.asarray(im, "f4")[o : o + size, o : o + size], 0, 1), "f4")


def fractal(rng: Rng, size: int, cells: int = 3, octaves: int = 4) -> Array:
    """Fractal noise, mean about .5, [size, size]."""
    n = np.zeros((size, size), "f4")
    for k in range(octaves):
        n += smooth_noise(rng, size, cells * 2**k) * 0.5**k
    return np.asarray(n / sum(0.5**k for k in range(octaves)), "f4")


def path(rng: Rng, a: Point, b: Point, roughness: float, depth: int = 6) -> Points:
    """Midpoint displacement between the points a and b, [n, 2]."""
    p = np.array([a, b], float)
    for _ in range(depth):
        d = p[1:] - p[:-1]
        n = np.stack([-d[:, 1], d[:, 0]], 1)
        mid = (p[:-1] + p[1:]) / 2 + n * rng.normal(0, roughness, (len(d), 1))
        q = np.empty((len(p) + len(mid), 2))
        q[::2] = p
        q[1::2] = mid
        p = q
    return p


def stroke(
    draw: ImageDraw.ImageDraw,
    p: Points,
    width: float,
    rng: Rng,
    level: int = 255,
    wobble: float = 0.4,
    gaps: float = 0.0,
) -> None:
    """A line of varying width and, with gaps > 0, of interrupted strength along p (pixels of the doubled size)."""
    t = np.arange(len(p))
    w = width * np.exp(wobble * np.interp(t, t[::8], rng.standard_normal(len(t[::8]))))
    on = np.interp(t, t[::10], rng.random(len(t[::10]))) >= gaps
    for i in range(len(p) - 1):
        if not on[i]:
            continue
        draw.line([tuple(p[i]), tuple(p[i + 1])], fill=level, width=max(1, round(w[i])))
        r = w[i] / 2
        if r > 1:
            draw.ellipse([p[i][0] - r, p[i][1] - r, p[i][0] + r, p[i][1] + r], fill=level)


def flakes(draw: ImageDraw.ImageDraw, p: Points, width: float, rng: Rng, count: int, level: int = 255) -> None:
    for _ in range(count):
        c = p[rng.integers(len(p))]
        r = width * rng.uniform(0.6, 3.2)
        k = rng.integers(5, 10)
        a = np.sort(rng.uniform(0, 2 * math.pi, k))
        q = r * rng.uniform(0.4, 1.2, k)
        s = rng.uniform(0.4, 1)
        draw.polygon(
            [(c[0] + math.cos(t) * u, c[1] + math.sin(t) * u * s) for t, u in zip(a, q, strict=True)], fill=level
        )


def canvas(size: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    im = Image.new("L", (2 * size, 2 * size))
    return im, ImageDraw.Draw(im)


def finish(im: Image.Image, size: int, soft: float = 0.0) -> Array:
    if soft > 0:
        im = im.filter(ImageFilter.GaussianBlur(float(2 * soft)))
    return unit(im.resize((size, size), Image.Resampling.BOX))


def border_point(rng: Rng, s: float) -> Point:
    e, t = rng.integers(4), rng.uniform(-0.1, 1.1) * s
    return ((t, -4.0), (t, s + 4.0), (-4.0, t), (s + 4.0, t))[e]


def crack(rng: Rng, size: int) -> Array:
    """Branching cracks with flaked emulsion."""
    im, d = canvas(size)
    S = 2 * size
    w = 2 * math.exp(rng.uniform(math.log(0.5), math.log(3.5)))

    def grow(a: Point, b: Point, w: float, level: int, depth: int) -> None:
        p = path(rng, a, b, rng.uniform(0.08, 0.24))
        stroke(d, p, w, rng, level, 0.5, rng.choice([0, 0, 0.15, 0.3]))
        flakes(d, p, w, rng, rng.poisson(3), level)
        if depth == 0:
            return
        length = math.dist(a, b)
        for _ in range(rng.poisson(2.2)):
            q = p[rng.integers(2, len(p) - 2)]
            t = math.atan2(b[1] - a[1], b[0] - a[0]) + rng.choice([-1, 1]) * rng.uniform(0.4, 1.4)
            r = length * rng.uniform(0.12, 0.5)
            grow(
                tuple(q),
                (q[0] + math.cos(t) * r, q[1] + math.sin(t) * r),
                max(1, w * rng.uniform(0.35, 0.8)),
                level,
                depth - 1,
            )

    for _ in range(rng.integers(1, 4)):
        a = border_point(rng, S) if rng.random() < 0.6 else tuple(rng.uniform(0, S, 2))
        b = border_point(rng, S) if rng.random() < 0.5 else tuple(rng.uniform(0, S, 2))
        grow(a, b, w * rng.uniform(0.6, 1.2), int(rng.uniform(190, 255)), int(rng.integers(0, 3)))
    return finish(im, size, rng.choice([0, 0, 0.3, 0.6]))


def crease(rng: Rng, size: int) -> Array:
    """A fold across the picture, nearly straight, its emulsion gone in places."""
    im, d = canvas(size)
    S = 2 * size
    w = 2 * math.exp(rng.uniform(math.log(0.6), math.log(3)))
    for _ in range(rng.integers(1, 3)):
        p = path(rng, border_point(rng, S), border_point(rng, S), rng.uniform(0.004, 0.03), 7)
        stroke(d, p, w, rng, int(rng.uniform(120, 255)), 0.7, rng.uniform(0, 0.35))
        flakes(d, p, w, rng, rng.poisson(8))
    return finish(im, size, rng.choice([0, 0.4, 0.8]))


def wear(rng: Rng, size: int) -> Array:
    """Torn, chewed or bleached border or corner."""
    y, x = np.mgrid[:size, :size] / size
    k = rng.integers(1, 3)
    dist = np.ones((size, size), "f4")
    for _ in range(k):
        side = rng.integers(8)
        u, v = (x, 1 - x)[side & 1], (y, 1 - y)[side >> 1 & 1]
        dist = np.minimum(dist, (u, v, u + v, np.hypot(u, v))[side >> 2 << 1 | rng.integers(2)])
    reach = rng.uniform(0.01, 0.16)
    n = fractal(rng, size, int(rng.integers(3, 9)), 5)
    return np.asarray(np.clip((reach * (n * 2.2) - dist) * size / rng.uniform(1, 4), 0, 1), "f4")


def scratch(rng: Rng, size: int) -> Array:
    """Fine straight or slightly bent scratches, alone or in a bundle."""
    im, d = canvas(size)
    S = 2 * size
    n = rng.choice([1, 1, 2, 3, 8, 20])
    t0 = rng.uniform(0, math.pi)
    spread = rng.choice([0.02, 0.2, 3])
    for _ in range(n):
        c = rng.uniform(0, S, 2)
        t = t0 + rng.normal(0, spread)
        r = S * math.exp(rng.uniform(math.log(0.06), math.log(1)))
        v = np.array([math.cos(t), math.sin(t)])
        a, b = c - v * r / 2, c + v * r / 2
        p = path(rng, (a[0], a[1]), (b[0], b[1]), rng.uniform(0, 0.02), 5)
        # One in four is as even as a ruled line, and up to 5 pixels wide.
        even = rng.random() < 0.25
        width = 2 * math.exp(rng.uniform(math.log(0.5), math.log(5 if even else 2)))
        gaps = rng.choice([0, 0, 0.2, 0.45])
        stroke(d, p, width, rng, int(rng.uniform(110, 255)), 0.0 if even else 0.25, gaps)
    return finish(im, size, rng.choice([0, 0, 0.4]))


def gouge(rng: Rng, size: int) -> Array:
    """Smooth strokes of nearly one width and full strength, as a nail or a pen leaves them, with ends inside."""
    im, d = canvas(size)
    width = 2 * math.exp(rng.uniform(math.log(0.7), math.log(4)))
    for _ in range(rng.choice([1, 2, 3, 6])):
        p = rng.uniform(0, 2 * size, 2)
        t, bend, length = rng.uniform(0, 2 * math.pi), rng.normal(0, 1), size * math.exp(rng.uniform(-1.6, 0.5))
        points = [p]
        for _ in range(48):
            t += bend / 48
            bend += rng.normal(0, 0.15)
            points.append(points[-1] + 2 * length / 48 * np.array([math.cos(t), math.sin(t)]))
        stroke(
            d, np.array(points), width * rng.uniform(0.8, 1.2), rng, int(rng.uniform(200, 255)), rng.uniform(0, 0.15)
        )
    return finish(im, size, rng.choice([0, 0, 0.4]))


def hair(rng: Rng, size: int) -> Array:
    """Hairs and lint: long smooth curves."""
    im, d = canvas(size)
    S = 2 * size
    for _ in range(rng.choice([1, 1, 2, 4])):
        n = rng.integers(3, 6)
        length = S * rng.uniform(0.1, 0.7)
        t = rng.uniform(0, 2 * math.pi)
        bend = rng.normal(0, 2.2)
        p = [rng.uniform(0, S, 2)]
        for i in range(64):
            t += bend / 64 + rng.normal(0, 0.09)
            p.append(p[-1] + length / 64 * np.array([math.cos(t), math.sin(t)]))
            if i % (64 // n) == 0:
                bend = rng.normal(0, 2.2)
        stroke(
            d,
            np.array(p),
            2 * math.exp(rng.uniform(math.log(0.5), math.log(1.8))),
            rng,
            int(rng.uniform(130, 255)),
            0.12,
        )
    return finish(im, size, rng.choice([0, 0.3, 0.7]))


def specks(rng: Rng, size: int) -> Array:
    im, d = canvas(size)
    S = 2 * size
    for _ in range(rng.choice([1, 2, 4, 10, 30, 80])):
        c = rng.uniform(0, S, 2)
        r = 2 * math.exp(rng.uniform(math.log(0.5), math.log(4)))
        if rng.random() < 0.3:  # a drop
            d.ellipse((c[0] - r, c[1] - r, c[0] + r, c[1] + r), fill=int(rng.uniform(190, 255)))
            continue
        k = rng.integers(5, 9)
        a = np.sort(rng.uniform(0, 2 * math.pi, k))
        q = r * rng.uniform(0.5, 1.1, k)
        e = rng.uniform(0.5, 1)
        d.polygon(
            [(c[0] + math.cos(t) * u, c[1] + math.sin(t) * u * e) for t, u in zip(a, q, strict=True)],
            fill=int(rng.uniform(150, 255)),
        )
    return finish(im, size, rng.choice([0, 0.3, 0.6]))


def loss(rng: Rng, size: int) -> Array:
    """Patches of lost emulsion, or splashes, with a hard border."""
    n = fractal(rng, size, int(rng.integers(2, 7)), 5)
    level = np.quantile(n, 1 - math.exp(rng.uniform(math.log(0.003), math.log(0.08))))
    return np.asarray(np.clip((n - level) * size / rng.uniform(4, 16), 0, 1), "f4")


def text(rng: Rng, size: int) -> Array:
    im, d = canvas(size)
    s = 2 * size
    for _ in range(rng.integers(1, 3)):
        alphabet = "0123456789" * 3 + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.:/-'"
        words = " ".join("".join(rng.choice(list(alphabet), rng.integers(2, 8))) for _ in range(rng.integers(1, 5)))
        if rng.random() < 0.4:
            words = (
                f"{rng.choice(['', chr(39)])}{rng.integers(70, 100)} {rng.integers(1, 13):2d} {rng.integers(1, 32):2d}"
            )
        font = ImageFont.load_default(int(2 * math.exp(rng.uniform(math.log(7), math.log(34)))))
        d.text(tuple(rng.uniform(-0.1, 0.8, 2) * s), words, fill=int(rng.uniform(170, 255)), font=font)
    if rng.random() < 0.3:
        im = im.rotate(rng.uniform(-30, 30))
    return finish(im, size, rng.choice([0, 0, 0.5]))


MAKERS = (
    (scratch, 0),
    (gouge, 0),
    (hair, 0),
    (specks, 1),
    (specks, 1),
    (crack, 2),
    (crack, 2),
    (crack, 2),
    (crease, 2),
    (crease, 2),
    (wear, 3),
    (loss, 3),
    (text, 4),
)


def overlay(rng: Rng, size: int = 320) -> tuple[Array, int]:
    """(alpha [size, size], kind)"""
    make, kind = MAKERS[rng.integers(len(MAKERS))]
    return make(rng, size), kind

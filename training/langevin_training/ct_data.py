"""python -m langevin_training.ct_data CRANIUM.raw TRAIN.npz HELD_OUT.npy

The corpus of the shipped CT network: axial slices of the 'Cranium' volume of Debian's invesalius-examples (int16,
108 x 256 x 256; HU -1024…2000 become 0…255) and random phantoms of ellipses. Slices 50–59 are held out.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]
HELD_OUT = range(50, 60)
PHANTOMS = 300


def cranium(file: Path) -> Plane:
    """[108, 256, 256] in 0…1."""
    volume = np.fromfile(file, np.int16).reshape(108, 256, 256).astype(np.float32)
    out: Plane = ((volume + 1024) / 3024).clip(0, 1)
    return out


def ellipse(n: int, centre: tuple[float, float], axes: tuple[float, float], angle: float, soft: float) -> Plane:
    """1 inside, 0 outside, a border of the share `soft` between; coordinates -1…1."""
    y, x = np.mgrid[-1 : 1 : n * 1j, -1 : 1 : n * 1j].astype(np.float32)
    c, s = np.cos(angle), np.sin(angle)
    u = ((x - centre[0]) * c + (y - centre[1]) * s) / axes[0]
    w = (-(x - centre[0]) * s + (y - centre[1]) * c) / axes[1]
    out: Plane = np.clip((1 - np.sqrt(u * u + w * w)) / soft, 0, 1).astype(np.float32)
    return out


def phantom(rng: np.random.Generator, n: int = 256) -> Plane:
    """A body with a shell now and then, and organs of other densities; [n, n] in 0…1."""
    centre = (rng.normal(0, 0.03), rng.normal(0, 0.03))
    axes = (rng.uniform(0.5, 0.95), rng.uniform(0.5, 0.95))
    body = ellipse(n, centre, axes, rng.uniform(0, 3.14), 0.02)
    base = rng.uniform(0.3, 0.4)
    picture = body * base
    if rng.random() < 0.6:
        k = rng.uniform(0.86, 0.96) * 0.8
        picture = picture + body * (1 - ellipse(n, (0, 0), (k, k), 0, 0.02)) * rng.uniform(0.1, 0.5)
    for _ in range(rng.integers(5, 40)):
        size = rng.exponential(0.12) + 0.015
        centre = (rng.uniform(-0.7, 0.7), rng.uniform(-0.7, 0.7))
        axes = (size, size * rng.uniform(0.3, 1))
        organ = ellipse(n, centre, axes, rng.uniform(0, 3.14), rng.uniform(0.02, 0.15)) * body
        density = np.clip(base + rng.normal(0, 0.12 if rng.random() < 0.8 else 0.35), 0, 1)
        picture = picture * (1 - organ) + organ * density
    out: Plane = np.clip(picture, 0, 1).astype(np.float32)
    return out


def bytes_of(planes: Plane) -> npt.NDArray[np.uint8]:
    return (planes * 255).round().astype(np.uint8)[..., None]


def main() -> None:
    source, train, held_out = map(Path, sys.argv[1:])
    rng = np.random.default_rng(0)
    volume = cranium(source)
    real = bytes_of(volume[[i for i in range(len(volume)) if i not in HELD_OUT]])
    drawn = bytes_of(np.stack([phantom(rng) for _ in range(PHANTOMS)]))
    np.savez_compressed(train, real=np.concatenate([real, real]), phantom=drawn)
    np.save(held_out, bytes_of(volume[list(HELD_OUT)]))


if __name__ == "__main__":
    main()

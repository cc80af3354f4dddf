"""The handwritten digits that scikit-learn ships (UCI Optical Recognition of Handwritten Digits, 8 x 8),
enlarged to 28 x 28."""

from __future__ import annotations

import os
import sys

import numpy as np
import torch
from PIL import Image
from sklearn.datasets import load_digits
from torch import Tensor
from torch.nn import functional

SIDE = 28
# Every fifth digit is held out: calibration, accuracy.
HELD_OUT_EVERY = 5


def digits(held_out: bool) -> tuple[Tensor, Tensor]:
    """Pictures [n, 1, 28, 28] in [-1, 1], ink light, within a border of two pixels; classes [n]."""
    data = load_digits()
    chosen = (np.arange(len(data.target)) % HELD_OUT_EVERY == 0) == held_out
    enlarged = [
        np.asarray(Image.fromarray(picture.astype("f4")).resize((24, 24), Image.Resampling.BICUBIC))
        for picture in data.images[chosen]
    ]
    x = np.pad(np.clip(np.stack(enlarged) / 8 - 1, -1, 1), ((0, 0), (2, 2), (2, 2)), constant_values=-1)
    return torch.from_numpy(x[:, None].astype("f4")), torch.from_numpy(data.target[chosen].astype("i8"))


def moved(x: Tensor, generator: torch.Generator) -> Tensor:
    """Each picture turned by up to 7 degrees, scaled by up to 7 %, sheared a little and shifted by up to one pixel."""
    n = len(x)
    u = torch.rand((n, 6), generator=generator) * 2 - 1
    angle, shear = u[:, 0] * 7 * torch.pi / 180, u[:, 1] * 0.1
    across, down = 1 + 0.07 * u[:, 2], 1 + 0.07 * u[:, 3]
    cos, sin = angle.cos(), angle.sin()
    rows = torch.stack(
        [cos * across, -sin + shear, u[:, 4] * 2 / SIDE, sin, cos * down, u[:, 5] * 2 / SIDE],
        dim=1,
    ).reshape(n, 2, 3)
    grid = functional.affine_grid(rows, list(x.shape), align_corners=False)
    # grid_sample pads with 0, so that the border of -1 has to be the zero.
    out: Tensor = functional.grid_sample(x + 1, grid, mode="bicubic", align_corners=False).clamp(0, 2) - 1
    return out


def write(folder: str, held_out: bool) -> int:
    """Writes the digits as PNG files, CLASS-NUMBER.png; returns how many."""
    os.makedirs(folder, exist_ok=True)
    x, labels = digits(held_out)
    for i, (picture, label) in enumerate(zip(x[:, 0].numpy(), labels.tolist(), strict=True)):
        levels = np.round((picture + 1) * 127.5).astype("u1")
        Image.fromarray(levels).save(os.path.join(folder, f"{label}-{i:04d}.png"))
    return len(x)


if __name__ == "__main__":
    # python -m digits.data FOLDER [held-out]
    print(write(sys.argv[1], "held-out" in sys.argv[2:]))

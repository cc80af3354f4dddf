"""How well a denoiser does on held-out pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from .corpus import Array

# On 0..255, as denoising is usually reported.
PSNR_LEVELS = (5, 15, 25, 50, 100, 255)
CALIBRATION_LEVELS = (
    *(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5),
    *(0.8, 1.2, 2.0, 3.0, 5.0, 8.0, 15.0, 30.0, 80.0),
)


def as_batch(arrays: Sequence[Array], side: int, most: int = 8) -> Tensor:
    """The middles of up to `most` pictures, [n, channels, side, side] in [-1, 1]; smaller pictures are mirrored out."""
    out = []
    for at in np.linspace(0, len(arrays) - 1, min(most, len(arrays))).round().astype(int):
        picture = arrays[at]
        missing = [(0, max(0, side - length)) for length in picture.shape[:2]]
        picture = np.pad(picture, [*missing, (0, 0)], mode="symmetric")
        y, x = (picture.shape[0] - side) // 2, (picture.shape[1] - side) // 2
        out.append(torch.from_numpy(picture[y : y + side, x : x + side].copy()).permute(2, 0, 1))
    return torch.stack(out).float() / 127.5 - 1


@torch.no_grad()
def squared_error(net: nn.Module, x: Tensor, sigma: float, seed: int) -> Tensor:
    """[n], mean squared error of D on x + sigma z, clamped to the range of pictures."""
    noise = torch.randn(x.shape, generator=torch.Generator().manual_seed(seed)).to(x)
    denoised = net(x + sigma * noise, torch.full((len(x),), sigma).to(x))
    out: Tensor = ((denoised.clamp(-1, 1) - x) ** 2).flatten(1).mean(1)
    return out


def psnr(net: nn.Module, x: Tensor) -> dict[int, float]:
    """Mean PSNR in dB of denoising at each of PSNR_LEVELS."""
    out = {}
    for level in PSNR_LEVELS:
        error = squared_error(net, x, 2 * level / 255, seed=level)
        out[level] = round(float((10 * torch.log10(4 / error)).mean()), 3)
    return out


def calibration(net: nn.Module, x: Tensor) -> dict[str, list[float]]:
    """The table that a manifest gives to guided solvers: mean squared error of D at 18 levels."""
    mse = [float(squared_error(net, x, sigma, seed=i).mean()) for i, sigma in enumerate(CALIBRATION_LEVELS)]
    return {"sigma": list(CALIBRATION_LEVELS), "mse": [float(f"{value:.5g}") for value in mse]}

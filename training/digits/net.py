"""A noise-conditional denoiser and a noise-conditional classifier of 28 x 28 digits."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from langevin_training.net import Block, ScoreUNet

# Standard deviation of the training pictures.
SIGMA_DATA = 0.66


class DigitsDenoiser(nn.Module):
    """D(x; sigma), EDM preconditioning (Karras et al. 2022): x [n, 1, h, w], h and w multiples of 4; sigma [n]."""

    def __init__(self) -> None:
        super().__init__()
        self.net = ScoreUNet(channels=1, widths=(32, 72), depth=3, emb=64, freqs=16)

    def forward(self, x: Tensor, sigma: Tensor) -> Tensor:
        s = sigma.reshape(-1, 1, 1, 1)
        d = s * s + SIGMA_DATA**2
        f = self.net.features(x / d.sqrt(), sigma.log() / 4)
        return x * (SIGMA_DATA**2 / d) + f * (s * SIGMA_DATA / d.sqrt())


class DigitsClassifier(nn.Module):
    """
    Logits [n, 10] of the class of the clean digit behind x = x0 + sigma z, [n, 1, 28, 28].

    Smooth (SiLU): what guides is its gradient, and that of a network of rectifiers jumps.
    """

    omega: Tensor

    def __init__(self, emb: int = 64, freqs: int = 16) -> None:
        super().__init__()
        self.register_buffer("omega", torch.randn(freqs))
        self.embed = nn.Sequential(nn.Linear(2 * freqs, emb), nn.SiLU(), nn.Linear(emb, emb), nn.SiLU())
        self.stem = nn.Conv2d(4, 32, 3, padding=1)
        self.fine = nn.ModuleList(Block(32, emb, functional.silu) for _ in range(2))
        self.down = nn.Conv2d(32, 48, 2, stride=2)
        self.coarse = nn.ModuleList(Block(48, emb, functional.silu) for _ in range(3))
        self.head = nn.Linear(48 * 49, 10)

    def forward(self, x: Tensor, sigma: Tensor) -> Tensor:
        d = sigma.reshape(-1, 1, 1, 1) ** 2 + SIGMA_DATA**2
        a = 2 * math.pi * (sigma.log() / 4)[:, None] * self.omega[None]
        e = self.embed(torch.cat([a.sin(), a.cos()], dim=1))
        h: Tensor = self.stem(functional.pixel_unshuffle(x / d.sqrt(), 2))
        for block in self.fine:
            h = block(h, e)
        h = self.down(h)
        for block in self.coarse:
            h = block(h, e)
        out: Tensor = self.head(functional.silu(h).flatten(1))
        return out

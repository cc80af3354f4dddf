"""A noise-conditional denoiser D(x; sigma), preconditioned as EDM (Karras et al. 2022, arXiv:2206.00364, table 1).

score(x; sigma) = (D(x; sigma) - x) / sigma**2. Fully convolutional, no normalisation layers, so a tile sees exactly
what the whole picture would see.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

SIGMA_DATA = 0.5


class Block(nn.Module):
    """Residual block, modulated by the embedding of the noise level (FiLM)."""

    def __init__(self, c: int, emb: int, act: Callable[[Tensor], Tensor] = functional.relu) -> None:
        super().__init__()
        self.act = act
        self.conv1 = nn.Conv2d(c, c, 3, padding=1)
        self.film = nn.Linear(emb, 2 * c)
        self.conv2 = nn.Conv2d(c, c, 3, padding=1)
        nn.init.zeros_(self.film.weight)
        nn.init.zeros_(self.film.bias)
        with torch.no_grad():
            self.conv2.weight.mul_(0.1)
            nn.init.zeros_(self.conv2.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor, e: Tensor) -> Tensor:
        h = self.conv1(self.act(x))
        s, b = self.film(e)[:, :, None, None].chunk(2, dim=1)
        out: Tensor = x + self.conv2(self.act(h * (1 + s) + b))
        return out


class ScoreUNet(nn.Module):
    """D(x; sigma): x [n, channels, h, w] in [-1, 1] plus noise, sigma [n]; h and w multiples of 2 ** len(widths).

    The level is seen through Gaussian random Fourier features of ln(sigma)/4 (Tancik et al. 2020; Song et al. 2021).
    """

    omega: Tensor

    def __init__(
        self,
        channels: int = 3,
        widths: Sequence[int] = (48, 96, 160, 224),
        depth: int = 2,
        emb: int = 128,
        freqs: int = 32,
    ) -> None:
        super().__init__()
        self.config: dict[str, Any] = dict(channels=channels, widths=tuple(widths), depth=depth, emb=emb, freqs=freqs)
        self.register_buffer("omega", torch.randn(freqs))
        self.embed = nn.Sequential(nn.Linear(2 * freqs, emb), nn.SiLU(), nn.Linear(emb, emb), nn.SiLU())
        w = list(widths)
        steps = list(pairwise(w))
        self.stem = nn.Conv2d(4 * channels, w[0], 3, padding=1)
        self.enc = nn.ModuleList(nn.ModuleList(Block(c, emb) for _ in range(depth)) for c in w)
        self.down = nn.ModuleList(nn.Conv2d(a, b, 2, stride=2) for a, b in steps)
        self.up = nn.ModuleList(nn.Conv2d(b, 4 * a, 1) for a, b in steps)
        self.dec = nn.ModuleList(nn.ModuleList(Block(c, emb) for _ in range(depth)) for c in w[:-1])
        self.head = nn.Conv2d(w[0], 4 * channels, 3, padding=1)
        with torch.no_grad():
            self.head.weight.mul_(0.1)
            nn.init.zeros_(self.head.bias)  # type: ignore[arg-type]

    @property
    def stride(self) -> int:
        """Height and width of pictures must be multiples of it."""
        widths: tuple[int, ...] = self.config["widths"]
        return 1 << len(widths)

    def features(self, x: Tensor, c_noise: Tensor) -> Tensor:
        """F of the preconditioning: x already scaled to unit variance, c_noise [n]."""
        a = 2 * math.pi * c_noise[:, None] * self.omega[None]
        e = self.embed(torch.cat([a.sin(), a.cos()], dim=1))
        h: Tensor = self.stem(functional.pixel_unshuffle(x, 2))
        skips = []
        for i, blocks in enumerate(self.enc):
            for block in blocks:  # type: ignore[attr-defined]
                h = block(h, e)
            if i < len(self.down):
                skips.append(h)
                h = self.down[i](h)
        for i in reversed(range(len(self.down))):
            h = functional.pixel_shuffle(self.up[i](h), 2) + skips[i]
            for block in self.dec[i]:  # type: ignore[attr-defined]
                h = block(h, e)
        return functional.pixel_shuffle(self.head(functional.relu(h)), 2)

    def forward(self, x: Tensor, sigma: Tensor) -> Tensor:
        s = sigma.reshape(-1, 1, 1, 1)
        d = s * s + SIGMA_DATA**2
        f = self.features(x / d.sqrt(), sigma.log() / 4)
        return x * (SIGMA_DATA**2 / d) + f * (s * SIGMA_DATA / d.sqrt())

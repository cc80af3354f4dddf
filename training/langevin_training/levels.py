"""Which noise levels a step trains, and how much each counts."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from .net import SIGMA_DATA

SIGMA_MIN, SIGMA_MAX = 0.002, 80.0
WEIGHTINGS = ("edm", "uniform", "likelihood", "learned")

# Of the normal distribution of ln sigma: the levels where photographs take shape.
CENTRE, SPREAD = -1.4, 1.4
FLAT_SHARE = 0.15


def draw_levels(n: int, generator: torch.Generator, weighting: str) -> Tensor:
    """[n] levels. `likelihood` draws ln sigma uniformly; the others mostly from a normal distribution around CENTRE."""
    flat = math.log(SIGMA_MIN) + torch.rand(n, generator=generator) * math.log(SIGMA_MAX / SIGMA_MIN)
    middle = torch.randn(n, generator=generator) * SPREAD + CENTRE
    share = 1.0 if weighting == "likelihood" else FLAT_SHARE
    return torch.where(torch.rand(n, generator=generator) < share, flat, middle).exp().clamp(SIGMA_MIN, SIGMA_MAX)


def weights(sigma: Tensor, weighting: str) -> Tensor:
    """[n], what ||D - x||^2 of each level is multiplied with.

    edm, learned: (sigma^2 + sigma_data^2)/(sigma sigma_data)^2, equal variance of F's target (Karras et al. 2022);
    uniform: 1/sigma^2, every predicted noise counts the same (Ho et al. 2020);
    likelihood: g(t)^2/sigma^4 dt = 2/sigma^2 d(ln sigma) for sigma(t) = t (Song et al. 2021, arXiv:2101.09258, eq. 7),
    which with uniform ln sigma bounds the likelihood; halved, so that the loss is of order 1.
    """
    if weighting in ("edm", "learned"):
        return (sigma**2 + SIGMA_DATA**2) / (sigma * SIGMA_DATA) ** 2
    if weighting in ("uniform", "likelihood"):
        return sigma**-2
    raise ValueError(f"No weighting {weighting!r}; there are {', '.join(WEIGHTINGS)}.")


class Uncertainty(nn.Module):
    """u(sigma), the learned log-variance of the loss at a level: loss/exp(u) + u makes every level count the same
    (Kendall et al. 2018; Karras et al. 2024, arXiv:2312.02696, eq. 21). Not part of the exported network."""

    frequencies: Tensor

    def __init__(self, features: int = 64) -> None:
        super().__init__()
        self.register_buffer("frequencies", torch.linspace(0.5, 8, features // 2))
        self.out = nn.Linear(features, 1, bias=False)
        nn.init.zeros_(self.out.weight)

    def forward(self, sigma: Tensor) -> Tensor:
        a = (sigma.log() / 4)[:, None] * self.frequencies[None]
        out: Tensor = self.out(torch.cat([a.sin(), a.cos()], dim=1))[:, 0]
        return out

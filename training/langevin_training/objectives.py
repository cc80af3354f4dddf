"""Score matching: what a network of the score is trained on.

Each takes samples x [n, ...] and a model of the score [n, ...] -> [n, ...], and returns one loss a sample, [n].
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Score = Callable[[Tensor], Tensor]

# The exact trace costs a backward pass a dimension.
MOST_DIMENSIONS = 64


def denoising(denoised: Tensor, clean: Tensor) -> Tensor:
    """||D(x + sigma z) - x||^2, the mean over what a sample holds: denoising score matching up to a weight of the level
    (Vincent 2011; Karras et al. 2022)."""
    return ((denoised - clean) ** 2).flatten(1).mean(1)


def implicit(score: Score, x: Tensor) -> Tensor:
    """tr(grad s(x)) + ||s(x)||^2 / 2 (Hyvarinen 2005), exact. Raises ValueError beyond MOST_DIMENSIONS."""
    x = x.detach().requires_grad_(True)
    s = score(x)
    flat = s.flatten(1)
    if flat.shape[1] > MOST_DIMENSIONS:
        raise ValueError(
            f"Implicit score matching costs a pass a dimension, and a sample has {flat.shape[1]}: "
            "use sliced score matching."
        )
    trace = torch.zeros(len(x), dtype=x.dtype, device=x.device)
    for i in range(flat.shape[1]):
        (gradient,) = torch.autograd.grad(flat[:, i].sum(), x, create_graph=True)
        trace = trace + gradient.flatten(1)[:, i]
    return trace + 0.5 * (flat**2).sum(1)


def sliced(score: Score, x: Tensor, generator: torch.Generator, slices: int = 1) -> Tensor:
    """v' grad s(x) v + ||s(x)||^2 / 2 with random signs v (Song et al. 2019, arXiv:1905.07088, its
    variance-reduced form)."""
    x = x.detach().requires_grad_(True)
    s = score(x)
    curvature = torch.zeros(len(x), dtype=x.dtype, device=x.device)
    for _ in range(slices):
        v = torch.randint(0, 2, x.shape, generator=generator).to(x) * 2 - 1
        (gradient,) = torch.autograd.grad((s * v).sum(), x, create_graph=True)
        curvature = curvature + (gradient * v).flatten(1).sum(1) / slices
    return curvature + 0.5 * (s.flatten(1) ** 2).sum(1)

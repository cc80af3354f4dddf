"""Averages of weights over training: one exponential, and two power functions of which any length is made afterwards.

Karras et al. 2024, "Analyzing and Improving the Training Dynamics of Diffusion Models", arXiv:2312.02696,
sections 3 and C.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

# Lengths of the kept power-function averages, as shares of training time.
LENGTHS = (0.05, 0.1)
State = dict[str, Tensor]
Floats = npt.NDArray[np.float64]


def exponent(length: float) -> float:
    """gamma of the power function whose relative standard deviation is `length` (algorithm 2)."""
    t = length**-2
    return float(np.roots([1, 7, 16 - t, 12 - t]).real.max())


@torch.no_grad()
def follow(average: Mapping[str, Tensor], weights: Mapping[str, Tensor], share: float) -> None:
    """average += share * (weights - average), in place; buffers that are no floats are copied."""
    for name, kept in average.items():
        if kept.is_floating_point():
            kept.lerp_(weights[name].to(kept), share)
        else:
            kept.copy_(weights[name])


class Averages:
    """The exponential average (`decay` a step, faster at first) and one power-function average for each of LENGTHS."""

    def __init__(self, net: nn.Module, decay: float) -> None:
        self.decay = decay
        self.exponential: State = {k: v.detach().clone() for k, v in net.state_dict().items()}
        self.powers: list[State] = [{k: v.detach().clone() for k, v in net.state_dict().items()} for _ in LENGTHS]

    def update(self, net: nn.Module, step: int) -> None:
        """After step 1, 2, …"""
        weights = net.state_dict()
        follow(self.exponential, weights, 1 - min(self.decay, step / (step + 9)))
        for power, length in zip(self.powers, LENGTHS, strict=True):
            follow(power, weights, 1 - (1 - 1 / step) ** (exponent(length) + 1))

    def state(self) -> dict[str, Any]:
        return {"exponential": self.exponential, "powers": self.powers}

    def load(self, state: Mapping[str, Any]) -> None:
        self.exponential = state["exponential"]
        self.powers = state["powers"]

    def snapshot(self, folder: Path, step: int) -> None:
        """Keeps both power-function averages, as float16, for `after_the_fact`."""
        folder.mkdir(parents=True, exist_ok=True)
        halves = [{k: v.half() if v.is_floating_point() else v for k, v in power.items()} for power in self.powers]
        torch.save({"step": step, "powers": halves}, folder / f"{step:08d}.pt")


def products(t_a: Floats, g_a: Floats, t_b: Floats, g_b: Floats) -> Floats:
    """Inner products of power-function profiles that end at t with exponent gamma (eq. 151)."""
    ratio = t_a / t_b
    power = np.where(t_a < t_b, g_b, -g_a)
    out: Floats = (g_a + 1) * (g_b + 1) * ratio**power / ((g_a + g_b + 1) * np.maximum(t_a, t_b))
    return out


def combination(steps: Sequence[int], exponents: Sequence[float], step: int, gamma: float) -> Floats:
    """Least-squares weights of kept averages that come nearest to that of exponent gamma at `step` (algorithm 3)."""
    t, g = np.asarray(steps, np.float64), np.asarray(exponents, np.float64)
    a = products(t[:, None], g[:, None], t[None], g[None])
    b = products(t, g, np.full_like(t, step), np.full_like(g, gamma))
    return np.asarray(np.linalg.lstsq(a, b, rcond=1e-12)[0], np.float64)


def after_the_fact(folder: Path, length: float) -> State:
    """Weights averaged over `length` (0.02…0.25 of training) as if that had been kept from the beginning."""
    files = sorted(folder.glob("*.pt"))
    if not files:
        raise SystemExit(f"{folder} holds no averages: train with --snapshots.")
    kept = [torch.load(file, map_location="cpu", weights_only=True) for file in files]
    steps = [int(k["step"]) for k in kept for _ in LENGTHS]
    exponents = [exponent(length) for _ in kept for length in LENGTHS]
    shares = combination(steps, exponents, max(steps), exponent(length))
    out: State = {}
    for share, state in zip(shares, (power for k in kept for power in k["powers"]), strict=True):
        for name, value in state.items():
            if not value.is_floating_point():
                out[name] = value
            else:
                out[name] = out.get(name, torch.zeros_like(value, dtype=torch.float32)) + float(share) * value.float()
    return out

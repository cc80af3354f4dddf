"""What the network draws from noise, and how training went, to look at."""

from __future__ import annotations

import csv
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn

from .evaluation import PSNR_LEVELS

RHO = 7


@torch.no_grad()
def draw(net: nn.Module, shape: tuple[int, int, int, int], seed: int, steps: int = 18) -> Tensor:
    """Samples by Heun's method on the probability-flow ODE with sigma(t) = t (Karras et al. 2022, algorithm 1)."""
    i = torch.arange(steps) / (steps - 1)
    levels = (80 ** (1 / RHO) + i * (0.005 ** (1 / RHO) - 80 ** (1 / RHO))) ** RHO
    levels = torch.cat([levels, torch.zeros(1)])
    device = next(net.parameters()).device
    x = (levels[0] * torch.randn(shape, generator=torch.Generator().manual_seed(seed))).to(device)
    for here, there in zip(levels.tolist(), levels[1:].tolist(), strict=False):
        slope = (x - net(x, torch.full((shape[0],), here, device=device))) / here
        ahead = x + (there - here) * slope
        if there > 0:
            beyond = (ahead - net(ahead, torch.full((shape[0],), there, device=device))) / there
            ahead = x + (there - here) * (slope + beyond) / 2
        x = ahead
    return x.clamp(-1, 1)


def sample_sheet(net: nn.Module, channels: int, side: int, seed: int, file: Path, columns: int = 4) -> None:
    """columns x columns samples in one PNG."""
    x = draw(net, (columns * columns, channels, side, side), seed).cpu()
    rows = x.reshape(columns, columns, channels, side, side).permute(0, 3, 1, 4, 2)
    values = ((rows + 1) * 127.5).round().byte().reshape(columns * side, columns * side, channels).numpy()
    Image.fromarray(values if channels == 3 else values[..., 0]).save(file)


def plot(log: Path, file: Path) -> None:
    """Loss and held-out PSNR over the steps of log.csv."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    with log.open() as lines:
        rows = list(csv.DictReader(lines))
    steps = [int(row["step"]) for row in rows]
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4), layout="constrained")
    left.plot(steps, [float(row["loss"]) for row in rows])
    left.set(xlabel="step", ylabel="loss (running mean)")
    for level in PSNR_LEVELS:
        right.plot(steps, [float(row[f"psnr_{level}"]) for row in rows], label=f"σ = {level}/255")
    right.set(xlabel="step", ylabel="PSNR of denoising, dB")
    right.legend(fontsize="small")
    figure.savefig(file)
    pyplot.close(figure)

"""The loop: levels, a loss, averages, measurements, and a file from which everything goes on exactly."""

from __future__ import annotations

import csv
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from . import objectives
from .averages import Averages
from .corpus import Array, Crops
from .evaluation import PSNR_LEVELS, as_batch, psnr
from .levels import Uncertainty, draw_levels, weights
from .net import ScoreUNet
from .sheet import plot, sample_sheet
from .weights import from_file

OBJECTIVES = ("denoising", "sliced")
WARM_UP = 300


@dataclass(frozen=True)
class Settings:
    """All that a training depends on besides its pictures."""

    channels: int = 3
    widths: tuple[int, ...] = (48, 96, 160, 224)
    depth: int = 2
    batch: int = 16
    size: int = 64
    rate: float = 8e-4
    # Last share of the training in which the rate falls to 0.
    decay: float = 0.25
    ema: float = 0.999
    objective: str = "denoising"
    weighting: str = "edm"
    seed: int = 0
    # Ends at whichever comes first.
    steps: int = 1_000_000
    minutes: float = 120.0
    measure_every: int = 500
    save_minutes: float = 10.0
    snapshots: int = 0
    bf16: bool = False
    device: str = "cpu"
    threads: int = 2


class Trainer:
    """A training in a folder: state.pt (to go on), log.csv, curves.png, samples.png, averages/."""

    def __init__(self, folder: Path, settings: Settings, begin_with: Path | None = None) -> None:
        """Goes on from the folder's state.pt where there is one; `begin_with` gives the first weights otherwise."""
        if settings.objective not in OBJECTIVES:
            raise ValueError(f"No objective {settings.objective!r}; there are {', '.join(OBJECTIVES)}.")
        self.folder, self.settings = folder, settings
        folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(settings.seed)
        torch.set_num_threads(settings.threads)
        # Activations of trained weights run into denormals, which CPUs compute a hundred times slower.
        torch.set_flush_denormal(True)
        net = from_file(begin_with) if begin_with else ScoreUNet(settings.channels, settings.widths, settings.depth)
        state_file = folder / "state.pt"
        saved = torch.load(state_file, map_location="cpu", weights_only=True) if state_file.exists() else None
        if saved is not None:
            net = ScoreUNet(**saved["config"])
        self.net = net.to(settings.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.uncertainty = Uncertainty().to(settings.device)
        self.averages = Averages(self.net, settings.ema)
        parameters = [*self.net.parameters(), *self.uncertainty.parameters()]
        self.optimiser = torch.optim.Adam(parameters, lr=settings.rate, betas=(0.9, 0.99), fused=True)
        self.step, self.minutes, self.loss = 0, 0.0, 0.0
        if saved is not None:
            self.net.load_state_dict(saved["net"])
            self.uncertainty.load_state_dict(saved["uncertainty"])
            self.averages.load(saved["averages"])
            self.optimiser.load_state_dict(saved["optimiser"])
            self.step, self.minutes, self.loss = saved["step"], saved["minutes"], saved["loss"]

    @property
    def progress(self) -> float:
        """0…1."""
        return max(self.step / self.settings.steps, self.minutes / self.settings.minutes)

    def losses(self, clean: Tensor, sigma: Tensor, generator: torch.Generator) -> Tensor:
        """[n], weighted."""
        a = self.settings
        s = sigma.reshape(-1, 1, 1, 1)
        noise = torch.randn(clean.shape, generator=generator).to(clean)
        noisy = clean + s * noise
        weight = weights(sigma, a.weighting)
        loss: Tensor
        with torch.autocast(torch.device(a.device).type, torch.bfloat16, enabled=a.bf16):
            if a.objective == "denoising":
                loss = objectives.denoising(self.net(noisy, sigma), clean)
            else:
                # ||s - s*||^2 but for a constant, made ||D - x||^2 by sigma^4; a mean over pixels as the other.
                score = lambda x: (self.net(x, sigma) - x) / s**2  # noqa: E731
                loss = 2 * sigma**4 * objectives.sliced(score, noisy, generator) / clean[0].numel()
        if a.weighting == "learned":
            u = self.uncertainty(sigma)
            loss = weight * loss / u.exp() + u
            return loss
        return weight * loss

    def update(self, clean: Tensor) -> float:
        """One step; the loss before it. Randomness is that of the seed and the step, whatever came before."""
        a = self.settings
        generator = torch.Generator().manual_seed(a.seed * 1_000_003 + self.step)
        warm = min(1.0, (self.step + 1) / WARM_UP)
        cool = min(1.0, max(0.0, (1 - self.progress) / a.decay)) if a.decay > 0 else 1.0
        for group in self.optimiser.param_groups:
            group["lr"] = a.rate * max(1e-3, warm * cool)
        sigma = draw_levels(len(clean), generator, a.weighting).to(clean)
        loss = self.losses(clean, sigma, generator).mean()
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        self.averages.update(self.net, self.step)
        return float(loss.detach())

    def run(self, train: list[Array], held_out: list[Array]) -> dict[int, float]:
        """Trains to the end of the budget; returns the held-out PSNR of the averaged weights."""
        a = self.settings
        crops = Crops(train, a.seed)
        val = as_batch(held_out, side=min(256, 4 * a.size)).to(a.device)
        started = saved = time.monotonic()
        before, seen = self.minutes, 0
        averaged = ScoreUNet(**self.net.config).to(a.device)
        measured: dict[int, float] | None = None
        while self.progress < 1:
            # Every fourth step sees more of a picture, and fewer of them.
            large = self.step % 4 == 3 and all(min(p.shape[:2]) >= 2 * a.size for p in train)
            n, size = (max(1, a.batch // 4), 2 * a.size) if large else (a.batch, a.size)
            batch = torch.from_numpy(crops.batch(self.step, n, size)).permute(0, 3, 1, 2).float() / 127.5 - 1
            loss = self.update(batch.to(a.device).contiguous(memory_format=torch.channels_last))
            self.loss = loss if self.step == 1 else 0.98 * self.loss + 0.02 * loss
            seen += n * (size // a.size) ** 2
            self.minutes = before + (time.monotonic() - started) / 60
            measured = None
            if self.step % a.measure_every == 0:
                measured = self.measure(averaged, val, seen / (time.monotonic() - started))
            if a.snapshots > 0 and self.step % a.snapshots == 0:
                self.averages.snapshot(self.folder / "averages", self.step)
            if time.monotonic() - saved > 60 * a.save_minutes:
                self.save()
                saved = time.monotonic()
        if measured is None:
            measured = self.measure(averaged, val, seen / max(1e-9, time.monotonic() - started))
        self.save()
        sample_sheet(averaged, self.net.config["channels"], a.size, a.seed, self.folder / "samples.png")
        return measured

    def measure(self, averaged: ScoreUNet, val: Tensor, rate: float) -> dict[int, float]:
        """Held-out PSNR of the average, written to log.csv and curves.png and said."""
        averaged.load_state_dict(self.averages.exponential)
        found = psnr(averaged, val)
        log = self.folder / "log.csv"
        fresh = not log.exists()
        with log.open("a", newline="") as lines:
            writer = csv.writer(lines)
            if fresh:
                writer.writerow(["step", "minutes", "loss", "patches_a_second", *(f"psnr_{v}" for v in PSNR_LEVELS)])
            row = [self.step, round(self.minutes, 2), round(self.loss, 5), round(rate, 1), *found.values()]
            writer.writerow(row)
        plot(log, self.folder / "curves.png")
        print(
            json.dumps({"step": self.step, "loss": round(self.loss, 4), "rate": round(rate, 1), "psnr": found}),
            flush=True,
        )
        return found

    def save(self) -> None:
        """state.pt, whole or not at all."""
        state: dict[str, Any] = {
            "config": {**self.net.config, "widths": list(self.net.config["widths"])},
            "net": self.net.state_dict(),
            "uncertainty": self.uncertainty.state_dict(),
            "averages": self.averages.state(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "minutes": self.minutes,
            "loss": self.loss,
        }
        partial = self.folder / "state.pt.part"
        torch.save(state, partial)
        os.replace(partial, self.folder / "state.pt")

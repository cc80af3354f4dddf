"""
Trains the denoiser and the classifier of models/digits on the digits that scikit-learn ships.

    python -m digits.train denoiser|classifier --out DIR [--steps N] [--minutes M]

Ends after N steps, or earlier after M minutes; called again with the same folder it goes on where it ended.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from .data import digits, moved
from .net import SIGMA_DATA, DigitsClassifier, DigitsDenoiser

SIGMA_MIN, SIGMA_MAX = 0.002, 80.0
KINDS: dict[str, type[nn.Module]] = {"denoiser": DigitsDenoiser, "classifier": DigitsClassifier}


def noise_levels(n: int, generator: torch.Generator, uniform: float) -> Tensor:
    """[n] levels: a share of `uniform` uniform in ln sigma, the others around the levels where digits take shape."""
    u = torch.rand(n, generator=generator)
    flat = math.log(SIGMA_MIN) + u * math.log(SIGMA_MAX / SIGMA_MIN)
    middle = torch.randn(n, generator=generator) * 1.2 - 0.6
    return torch.where(torch.rand(n, generator=generator) < uniform, flat, middle).exp().clamp(SIGMA_MIN, SIGMA_MAX)


# Of a batch: clean pictures, levels, noisy pictures, classes.
Loss = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]


def squared_error(denoised: Tensor, x: Tensor, sigma: Tensor) -> Tensor:
    """Denoising score matching with the weight of Karras et al. (2022)."""
    weight = (sigma**2 + SIGMA_DATA**2) / (sigma * SIGMA_DATA) ** 2
    out: Tensor = (weight[:, None, None, None] * (denoised - x) ** 2).mean()
    return out


def denoising_loss(net: nn.Module) -> Loss:
    return lambda x, sigma, noisy, _labels: squared_error(net(noisy, sigma), x, sigma)


def class_loss(net: nn.Module, denoiser: nn.Module, matching: float) -> Loss:
    """
    Cross entropy, and `matching` times denoising likelihood score matching (Chao et al. 2022, eq. 10): what guides is
    the gradient of ln p(class | x), and cross entropy alone leaves it wrong. With it the denoiser has to become that of
    the digits of one class: D(x) + sigma^2 grad ln p(class | x) is compared with a digit of that class.
    """

    def loss(x: Tensor, sigma: Tensor, noisy: Tensor, labels: Tensor) -> Tensor:
        noisy = noisy.requires_grad_()
        chosen = functional.log_softmax(net(noisy, sigma), 1).gather(1, labels[:, None])[:, 0]
        (gradient,) = torch.autograd.grad(chosen.sum(), noisy, create_graph=True)
        with torch.no_grad():
            denoised = denoiser(noisy, sigma)
        guided = denoised + (sigma**2)[:, None, None, None] * gradient
        return matching * squared_error(guided, x, sigma) - chosen.mean()

    return loss


def trained_denoiser(folder: str) -> nn.Module:
    path = os.path.join(folder, "denoiser.pt")
    if not os.path.exists(path):
        raise SystemExit(f"{path} is missing: the classifier is trained beside the denoiser, which comes first")
    net = DigitsDenoiser()
    net.load_state_dict(torch.load(path, map_location="cpu", weights_only=False)["weights"])
    return net.eval()


@torch.no_grad()
def measure(kind: str, net: nn.Module) -> dict[str, float]:
    """On held-out digits at some levels: mean squared error of D, or accuracy."""
    x, labels = digits(held_out=True)
    generator = torch.Generator().manual_seed(1)
    out = {}
    for sigma in (0.05, 0.2, 0.5, 1.0, 2.0, 5.0):
        levels = torch.full((len(x),), sigma)
        y = net(x + sigma * torch.randn(x.shape, generator=generator), levels)
        value = ((y - x) ** 2).mean() if kind == "denoiser" else (y.argmax(1) == labels).float().mean()
        out[str(sigma)] = round(float(value), 5)
    return out


def train(a: argparse.Namespace) -> None:
    torch.manual_seed(a.seed)
    torch.set_num_threads(a.threads)
    os.makedirs(a.out, exist_ok=True)
    torch.set_flush_denormal(True)
    pictures, labels = digits(held_out=False)
    net, ema = KINDS[a.kind](), KINDS[a.kind]()
    ema.load_state_dict(net.state_dict())
    optimiser = torch.optim.AdamW(net.parameters(), lr=a.lr, betas=(0.9, 0.99), weight_decay=a.weight_decay)
    loss_of = denoising_loss(net) if a.kind == "denoiser" else class_loss(net, trained_denoiser(a.out), a.matching)
    path, step, running = f"{a.out}/{a.kind}.pt", 0, 0.0
    if os.path.exists(path):
        state = torch.load(path, weights_only=False)
        net.load_state_dict(state["net"])
        ema.load_state_dict(state["weights"])
        optimiser.load_state_dict(state["optimiser"])
        step, running = state["step"], state["loss"]
    generator = torch.Generator().manual_seed(a.seed + step)
    start = last = time.time()
    while step < a.steps and time.time() - start < 60 * a.minutes:
        rate = a.lr * min(1, (step + 1) / 200) * min(1, (1 - step / a.steps) / 0.4) + 1e-7
        for group in optimiser.param_groups:
            group["lr"] = rate
        chosen = torch.randint(len(pictures), (a.batch,), generator=generator)
        x = moved(pictures[chosen], generator)
        sigma = noise_levels(a.batch, generator, 0.15 if a.kind == "denoiser" else 0.3)
        noisy = x + sigma[:, None, None, None] * torch.randn(x.shape, generator=generator)
        loss = loss_of(x, sigma, noisy, labels[chosen])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        with torch.no_grad():
            share = 1 - min(a.ema, (step + 1) / (step + 10))
            torch._foreach_lerp_(list(ema.parameters()), list(net.parameters()), share)
            for kept, current in zip(ema.buffers(), net.buffers(), strict=True):
                kept.copy_(current)
        step += 1
        running = loss.item() if step == 1 else 0.99 * running + 0.01 * loss.item()
        if time.time() - last > 60:
            last = time.time()
            print(json.dumps({"step": step, "loss": round(running, 4)}), flush=True)
    state = {"net": net.state_dict(), "weights": ema.state_dict(), "optimiser": optimiser.state_dict()}
    torch.save({**state, "step": step, "loss": running}, path)
    print(json.dumps({"step": step, "loss": round(running, 4), **measure(a.kind, ema)}), flush=True)


def arguments() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(prog="digits.train", description=__doc__)
    p.add_argument("kind", choices=sorted(KINDS))
    p.add_argument("--out", required=True, help="folder of KIND.pt")
    p.add_argument("--steps", type=int, default=4000)
    p.add_argument("--minutes", type=float, default=600)
    p.add_argument("--batch", type=int, default=64)
    p.add_argument("--ema", type=float, default=0.997)
    p.add_argument("--lr", type=float, default=2e-3)
    p.add_argument("--weight-decay", type=float, default=1e-3)
    p.add_argument("--matching", type=float, default=1.0, help="weight of the classifier's score matching")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--threads", type=int, default=1)
    return p


if __name__ == "__main__":
    train(arguments().parse_args())

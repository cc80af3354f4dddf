"""
Trains the damage detector on photographs with drawn damage, and on pairs of your own.

    python -m damage.train --pictures DIR --val 'DIR/*.png' --out DIR [--overlays DIR] [--pairs DIR]
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import time
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from .evaluate import evaluate, held_out
from .mining import mine
from .net import DamageNet
from .overlays import KINDS
from .samples import DrawnSamples, drawn_pool, film_pool, pyramid, read_pairs

# Of the surface, then of each kind.
WEIGHTS = (2.0, 1.0, 1.0, 1.0, 0.3, 0.7)


def loss_of(z: Tensor, target: Tensor, sure: Tensor) -> Tensor:
    """Cross entropy where the targets are known, and a little Dice of the surface. z are logits [n, 6, h, w]."""
    q, g = z[:, 0].sigmoid() * sure[:, 0], target[:, 0]
    entropy = functional.binary_cross_entropy_with_logits(z, target, reduction="none") * sure
    dice = 1 - (2 * (q * g).sum() + 50) / (q.sum() + g.sum() + 50)
    return (entropy.mean((0, 2, 3)) * torch.tensor(WEIGHTS)).mean() + 0.05 * dice


def arguments() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(prog="damage.train", description=__doc__)
    p.add_argument("--pictures", required=True, help="folder of undamaged photographs")
    p.add_argument("--val", required=True, help="glob of held-out photographs")
    p.add_argument("--out", required=True, help="folder for damage.pt, written again and again")
    p.add_argument("--overlays", help="folder of sheets of film damage")
    p.add_argument("--pairs", help="folder of your own pictures, each with NAME_mask.png")
    p.add_argument("--pairs-kind", choices=KINDS, default="crack", help="what the masks of the pairs mark")
    p.add_argument("--resume", help="weights to go on from")
    p.add_argument("--minutes", type=float, default=60)
    p.add_argument("--steps", type=int, help="end after so many steps, whatever the time")
    p.add_argument("--count", type=int, default=3000, help="overlays to draw")
    p.add_argument("--size", type=int, default=192, help="side of a crop, pixels")
    p.add_argument("--batch", type=int, default=8)
    p.add_argument("--lr", type=float, default=8e-4)
    p.add_argument("--average", type=float, default=0.998, help="of the moving average of the weights that is kept")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--workers", type=int, default=1)
    p.add_argument("--eval-every", type=float, default=5, help="minutes")
    p.add_argument("--hard-share", type=float, default=0.4, help="part of the samples around what is wrongly marked")
    p.add_argument("--mine-every", type=float, default=30, help="minutes between searches for what is wrongly marked")
    p.add_argument("--mine-megapixels", type=float, default=60, help="how much is looked at in such a search")
    p.add_argument("--keep", action="store_true", help="keep the weights of every evaluation, to choose by real scans")
    p.add_argument("--bf16", action="store_true", help="faster on processors with bf16 instructions, slower on others")
    return p


def train(a: argparse.Namespace) -> dict[str, float]:
    """Returns the figures of the averaged weights at the end, and `loss`, the mean of the last tenth of the steps."""
    os.makedirs(a.out, exist_ok=True)
    torch.manual_seed(a.seed)
    torch.set_num_threads(a.threads)
    torch.set_flush_denormal(True)
    overlays = drawn_pool(a.count, np.random.default_rng(a.seed)) + (film_pool(a.overlays) if a.overlays else [])
    pictures = pyramid(a.pictures, a.size)
    pairs = read_pairs(a.pairs, a.pairs_kind) if a.pairs else []
    print(f"{len(overlays)} overlays, {len(pictures)} pictures, {len(pairs)} pairs", flush=True)
    held = held_out(a.val)

    net, ema, step = DamageNet(), DamageNet(), 0
    if a.resume:
        state = torch.load(a.resume, weights_only=False)
        net.load_state_dict({name: value.float() for name, value in state["weights"].items()})
        step = int(state["step"])
    ema.load_state_dict(net.state_dict())
    net = net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = torch.optim.AdamW(net.parameters(), lr=a.lr, betas=(0.9, 0.99), weight_decay=1e-3)
    started = last = time.time()

    def batches() -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """Endless; now and then the detector so far is asked what it marks wrongly, which is shown from then on."""
        for stage in itertools.count():
            until = time.time() + 60 * a.mine_every
            hard = None
            if a.hard_share > 0 and (stage > 0 or a.resume):
                hard = mine(ema, pictures, np.random.default_rng((a.seed, stage)), a.mine_megapixels)
                print(f"{len(hard)} hard places", flush=True)
            samples = DrawnSamples(
                pictures, overlays, a.size, a.seed + 1000 * stage, pairs, hard=hard, hard_share=a.hard_share
            )
            prefetch = 4 if a.workers else None
            for batch in torch.utils.data.DataLoader(samples, a.batch, num_workers=a.workers, prefetch_factor=prefetch):
                yield batch
                if time.time() > until:
                    break

    def save(name: str) -> None:
        path = os.path.join(a.out, name)
        torch.save({"weights": ema.state_dict(), "step": step, "config": net.config}, f"{path}.part")
        os.replace(f"{path}.part", path)

    losses: list[float] = []
    for done, (x, target, sure) in enumerate(batches()):
        share = (time.time() - started) / (60 * a.minutes) if a.steps is None else done / a.steps
        if share >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = a.lr * min(1, (done + 1) / 200) * min(1, (1 - share) / 0.4 + 1e-3)
        with torch.autocast("cpu", torch.bfloat16, enabled=a.bf16):
            z = net.logits(x.contiguous(memory_format=torch.channels_last))
        loss = loss_of(z.float(), target, sure)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        step += 1
        keep = min(a.average, (done + 1) / (done + 11))
        with torch.no_grad():
            for averaged, now in zip(ema.parameters(), net.parameters(), strict=True):
                averaged.lerp_(now, 1 - keep)
        losses.append(loss.item())
        if time.time() - last > 60 * a.eval_every:
            print(json.dumps({"step": step, "loss": float(np.mean(losses[-200:])), **evaluate(ema, held)}), flush=True)
            save("damage.pt")
            if a.keep:
                save(f"damage-{step}.pt")
            last = time.time()
    save("damage.pt")
    tail = losses[-max(1, len(losses) // 10) :]
    return {
        "step": step,
        "first_loss": float(np.mean(losses[: len(tail)])),
        "loss": float(np.mean(tail)),
        **evaluate(ema, held),
    }


if __name__ == "__main__":
    print(json.dumps(train(arguments().parse_args())))

"""python -m langevin_training train | export | sheet: trains score networks for Langevin. See README.md."""

from __future__ import annotations

import argparse
import json
from dataclasses import fields
from pathlib import Path

import torch

from .averages import after_the_fact
from .corpus import Array, arrays_of, files_in, hold_out, pyramid
from .export import About, export
from .levels import WEIGHTINGS
from .net import ScoreUNet
from .sheet import sample_sheet
from .training import OBJECTIVES, Settings, Trainer
from .weights import from_file


def corpus(
    data: list[str], held_out: list[str] | None, channels: int, smallest: int
) -> tuple[list[Array], list[Array]]:
    """(to train on, at several scales; to measure with)."""
    files = files_in(data)
    training, val = (files, files_in(held_out)) if held_out else hold_out(files)
    held = [array for file in val for array in arrays_of(file, channels)]
    if len(files) == 1 and not held_out:
        held = held[10::20] or held[-1:]
    shown = [array for file in training for array in arrays_of(file, channels)]
    arrays = [scaled for array in shown for scaled in pyramid(array, smallest)]
    if not arrays:
        raise SystemExit(
            f"No picture is at least {smallest} pixels wide and high: give larger ones, or a smaller --size."
        )
    megapixels = sum(a.shape[0] * a.shape[1] for a in arrays) / 1e6
    print(f"{len(shown)} pictures, {megapixels:.1f} megapixels at all scales; {len(held)} held out", flush=True)
    return arrays, held


def settings_of(a: argparse.Namespace) -> Settings:
    given = {f.name: getattr(a, f.name) for f in fields(Settings) if getattr(a, f.name) is not None}
    return Settings(**given)


def train(a: argparse.Namespace) -> None:
    settings = settings_of(a)
    net = from_file(a.start) if a.start else None
    channels = net.config["channels"] if net else settings.channels
    arrays, held = corpus(a.data, a.val, channels, settings.size)
    trainer = Trainer(a.out, settings, a.start)
    if trainer.step > 0:
        print(f"going on after step {trainer.step}, {trainer.minutes:.1f} minutes", flush=True)
    found = trainer.run(arrays, held)
    print(json.dumps({"done": trainer.step, "psnr": found}))


def network_in(folder: Path, length: float | None) -> tuple[ScoreUNet, int]:
    """The averaged network of a training, and its step."""
    if folder.is_file():
        return from_file(folder), 0
    state = folder / "state.pt"
    if not state.exists():
        raise SystemExit(f"{folder} holds no training: there is no state.pt in it.")
    net = from_file(state)
    if length is not None:
        net.load_state_dict(after_the_fact(folder / "averages", length))
    return net, int(torch.load(state, map_location="cpu", weights_only=True)["step"])


def export_command(a: argparse.Namespace) -> None:
    net, steps = network_in(a.training, a.length)
    held = [array for file in files_in(a.val) for array in arrays_of(file, net.config["channels"])]
    about = About(a.name, a.title or a.name, a.licence, a.about_data, steps)
    difference = export(net, a.out, held, about)
    print(f"{a.out}: differs from PyTorch by {difference:.1e}; import it with: langevin models import {a.out}")


def sheet(a: argparse.Namespace) -> None:
    net, _ = network_in(a.training, a.length)
    sample_sheet(net.eval(), net.config["channels"], a.side, a.seed, a.out)


def numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def arguments() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(prog="langevin_training", description=__doc__)
    commands = p.add_subparsers(required=True)
    t = commands.add_parser("train", help="trains, or goes on where the folder's training ended")
    t.set_defaults(run=train)
    t.add_argument(
        "--data", nargs="+", required=True, help="folders, pictures, .npz or .npy stacks, .txt lists of paths"
    )
    t.add_argument("--val", nargs="+", help="held-out pictures; absent: one file of twenty of --data")
    t.add_argument("--out", type=Path, required=True, help="folder of the training")
    t.add_argument(
        "--from", dest="start", type=Path, help="weights to begin with: .onnx of this network, .pt, state.pt"
    )
    t.add_argument("--objective", choices=OBJECTIVES)
    t.add_argument("--weighting", choices=WEIGHTINGS)
    t.add_argument("--channels", type=int, choices=(1, 3))
    t.add_argument("--widths", type=numbers, help="of the scales; default 48,96,160,224")
    t.add_argument("--depth", type=int, help="blocks a scale")
    t.add_argument("--size", type=int, help="side of the crops, pixels; every fourth step sees twice the side")
    t.add_argument("--batch", type=int)
    t.add_argument("--rate", type=float, help="of Adam; default 8e-4, from given weights 1e-4 is gentle")
    t.add_argument("--decay", type=float, help="last share of the training in which the rate falls to 0")
    t.add_argument("--ema", type=float)
    t.add_argument("--minutes", type=float)
    t.add_argument("--steps", type=int)
    t.add_argument("--seed", type=int)
    t.add_argument("--measure-every", type=int)
    t.add_argument("--save-minutes", type=float)
    t.add_argument("--snapshots", type=int, help="keep averages every so many steps, for averages of any --length")
    t.add_argument("--bf16", action="store_true", default=None, help="bfloat16 autocast, where the processor has it")
    t.add_argument("--device", help="cpu or cuda")
    t.add_argument("--threads", type=int)
    e = commands.add_parser("export", help="makes a model folder for the app: ONNX, manifest, card")
    e.set_defaults(run=export_command)
    e.add_argument("training", type=Path, help="folder of the training, or weights")
    e.add_argument("out", type=Path)
    e.add_argument("--val", nargs="+", required=True, help="held-out pictures, for calibration and the card")
    e.add_argument("--name", required=True)
    e.add_argument("--title")
    e.add_argument("--licence", required=True, help="of the weights, in words")
    e.add_argument("--about-data", required=True, help="what it was trained on, in words")
    s = commands.add_parser("sheet", help="samples, as one PNG")
    s.set_defaults(run=sheet)
    s.add_argument("training", type=Path)
    s.add_argument("out", type=Path)
    s.add_argument("--side", type=int, default=64)
    s.add_argument("--seed", type=int, default=0)
    for command in (e, s):
        command.add_argument("--length", type=float, help="average over this share of the training, from the snapshots")
    return p


def main() -> None:
    a = arguments().parse_args()
    a.run(a)


if __name__ == "__main__":
    main()

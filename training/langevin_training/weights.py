"""Weights from a training, a weights.pt, or a denoiser.onnx that this package exported: what a training begins with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from .net import ScoreUNet


def from_file(file: Path) -> ScoreUNet:
    """Raises SystemExit for a file that is none of these."""
    if not file.is_file():
        raise SystemExit(f"{file} is no file.")
    if file.suffix == ".onnx":
        return from_onnx(file)
    try:
        saved: dict[str, Any] = torch.load(file, map_location="cpu", weights_only=True)
        state = saved["weights"] if "weights" in saved else saved["averages"]["exponential"]
        net = ScoreUNet(**saved["config"])
    except Exception as error:
        raise SystemExit(f"{file} holds no weights of this network: {error}") from error
    net.load_state_dict(state)
    return net


def from_onnx(file: Path) -> ScoreUNet:
    """Reads the initializers of an export of ScoreUNet, such as models/photo/denoiser.onnx of the app."""
    initializers = {t.name.removesuffix(".half"): t for t in onnx.load(file).graph.initializer}
    state = {name: torch.from_numpy(numpy_helper.to_array(t).astype(np.float32)) for name, t in initializers.items()}
    try:
        config = shape_of(state)
        net = ScoreUNet(**config)
        # The exporter folds the frequencies into a row of its own name.
        rows = [v for k, v in state.items() if k.startswith("onnx::") and v.shape == (1, config["freqs"])]
        if "omega" not in state:
            (row,) = rows
            state["omega"] = row[0]
        net.load_state_dict({name: state[name] for name in net.state_dict()})
    except (KeyError, ValueError, RuntimeError) as error:
        raise SystemExit(
            f"{file} is no export of this package's network ({error}). Other architectures are trained with their own "
            "code, and imported by: langevin models import FOLDER."
        ) from error
    return net


def shape_of(state: dict[str, Tensor]) -> dict[str, Any]:
    """The configuration that a network with these weights has."""
    widths: list[int] = []
    while f"enc.{len(widths)}.0.conv1.weight" in state:
        widths.append(int(state[f"enc.{len(widths)}.0.conv1.weight"].shape[0]))
    depth = 0
    while f"enc.0.{depth}.conv1.weight" in state:
        depth += 1
    emb, twice = state["embed.0.weight"].shape
    channels = int(state["stem.weight"].shape[1]) // 4
    return dict(channels=channels, widths=tuple(widths), depth=depth, emb=int(emb), freqs=int(twice) // 2)

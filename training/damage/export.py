"""python -m damage.export damage.pt DIR: DIR/damage.onnx, weights as float16 behind casts, and its sha256."""

from __future__ import annotations

import hashlib
import os
import sys

import onnx
import torch

from .net import DamageNet


def export(checkpoint: str, folder: str) -> str:
    """Returns the path of the network, whose reference answer is checked by `langevin models check FOLDER`."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=False)
    net = DamageNet(**state["config"])
    net.load_state_dict({name: value.float() for name, value in state["weights"].items()})
    net.eval()
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "damage.onnx")
    axes = {"x": {0: "n", 2: "h", 3: "w"}, "probability": {0: "n", 2: "h", 3: "w"}}
    torch.onnx.export(
        net,
        (torch.zeros(1, 3, 64, 96),),
        path,
        input_names=["x"],
        output_names=["probability"],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    onnx.checker.check_model(onnx.load(path))
    return path


if __name__ == "__main__":
    written = export(sys.argv[1], sys.argv[2])
    with open(written, "rb") as file:
        print(written, hashlib.sha256(file.read()).hexdigest())

"""
python -m damage.export damage.pt DIR [KIND=SLOPE,OFFSET …]: DIR/damage.onnx, weights as float16 behind casts, its
sha256, and how far its answer is from that of the network it was made of.

KIND=SLOPE,OFFSET writes SLOPE · logit + OFFSET for an output (Platt, 1999): the thresholds of src-main/find are the
same for all networks, and what is rare in training is called improbable.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from langevin_training.onnx_file import FREE, write_onnx

from .net import OUTPUTS, DamageNet

# Largest difference of a probability between the network with rounded weights and its file.
PARITY = 1e-4


def load(checkpoint: str) -> DamageNet:
    """The network of a checkpoint, its weights rounded to float16 as they are shipped."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=False)
    net = DamageNet(**state["config"])
    net.load_state_dict({name: value.half().float() for name, value in state["weights"].items()})
    return net.eval()


@torch.no_grad()
def calibrate(net: DamageNet, output: str, slope: float, offset: float) -> None:
    """Changes the last layer so that an output's logit becomes slope · logit + offset, and rounds it as shipped."""
    first = 4 * OUTPUTS.index(output)
    assert net.head.bias is not None
    for parameter, shift in ((net.head.weight, 0.0), (net.head.bias, offset)):
        rows = parameter[first : first + 4]
        rows.copy_((slope * rows + shift).half().float())


def export(net: DamageNet, folder: str) -> str:
    """Writes the file and returns its path; `langevin models check FOLDER` checks it with a manifest beside it."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "damage.onnx")
    write_onnx(net, (torch.zeros(1, 3, 64, 96),), Path(path), ["x"], "probability", {"x": FREE, "probability": FREE})
    return path


@torch.no_grad()
def difference(net: DamageNet, path: str) -> float:
    """The largest between the probabilities of the network and of its file, of two noisy pictures of another size."""
    x = torch.rand((2, 3, 80, 112), generator=torch.Generator().manual_seed(0)) * 2 - 1
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    [found] = session.run(None, {"x": x.numpy()})
    return float(np.abs(found - net(x).numpy()).max())


if __name__ == "__main__":
    trained = load(sys.argv[1])
    for argument in sys.argv[3:]:
        name, _, line = argument.partition("=")
        if name not in OUTPUTS or line.count(",") != 1:
            raise SystemExit(f"{argument} is not KIND=SLOPE,OFFSET with a kind of {', '.join(OUTPUTS)}")
        factor, shift = (float(part) for part in line.split(","))
        calibrate(trained, name, factor, shift)
    written = export(trained, sys.argv[2])
    apart = difference(trained, written)
    if apart > PARITY:
        raise SystemExit(f"{written} differs by {apart:.2g} from the network it was made of; at most {PARITY} is right")
    with open(written, "rb") as file:
        print(f"{written}, parity {apart:.1g}, sha256 {hashlib.sha256(file.read()).hexdigest()}")

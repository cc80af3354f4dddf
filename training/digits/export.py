"""
Makes models/digits of trained weights: the networks as ONNX with float16 weights, the manifest with its
calibration table.

    python -m digits.export WEIGHTS_DIR models/digits
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from langevin_training.onnx_file import FREE, NUMBER, write_onnx

from .data import SIDE, digits
from .net import SIGMA_DATA, DigitsClassifier, DigitsDenoiser
from .train import SIGMA_MAX, SIGMA_MIN

CALIBRATED = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2, 3, 5, 8, 15, 30, 80)


def load(net: nn.Module, path: str) -> nn.Module:
    net.load_state_dict(torch.load(path, map_location="cpu", weights_only=False)["weights"])
    return net.eval()


def write(net: nn.Module, path: str, output: str) -> str:
    """Returns the sha256 of the file. Sizes of the denoiser are free, those of the classifier are not."""
    free = FREE if output == "denoised" else NUMBER
    example = (torch.zeros(1, 1, SIDE, SIDE), torch.ones(1))
    write_onnx(net, example, Path(path), ["x", "sigma"], output, {"x": free, "sigma": NUMBER, output: free})
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


@torch.no_grad()
def errors(net: nn.Module) -> list[float]:
    x, _labels = digits(held_out=True)
    generator = torch.Generator().manual_seed(7)
    out = []
    for sigma in CALIBRATED:
        noisy = x + sigma * torch.randn(x.shape, generator=generator)
        out.append(float(f"{float(((net(noisy, torch.full((len(x),), sigma)) - x) ** 2).mean()):.4g}"))
    return out


@torch.no_grad()
def accuracies(net: nn.Module) -> dict[str, float]:
    x, labels = digits(held_out=True)
    generator = torch.Generator().manual_seed(7)

    def right(sigma: float) -> float:
        noisy: Tensor = x + sigma * torch.randn(x.shape, generator=generator)
        return float((net(noisy, torch.full((len(x),), sigma)).argmax(1) == labels).float().mean())

    return {str(sigma): round(right(sigma), 4) for sigma in (0.01, 0.1, 0.5, 1, 2, 5)}


def export(weights: str, folder: str) -> None:
    os.makedirs(folder, exist_ok=True)
    denoiser = load(DigitsDenoiser(), os.path.join(weights, "denoiser.pt"))
    classifier = load(DigitsClassifier(), os.path.join(weights, "classifier.pt"))
    measured = errors(denoiser)
    manifest = {
        "schema": 1,
        "name": "digits",
        "title": "Handwritten digits, 28 x 28, grey, with a classifier",
        "version": "1.1",
        "licence": "CC BY 4.0, as the digits (UCI Optical Recognition of Handwritten Digits, "
        "E. Alpaydin and C. Kaynak)",
        "format": "onnx",
        "file": "denoiser.onnx",
        "sha256": write(denoiser, os.path.join(folder, "denoiser.onnx"), "denoised"),
        "classifier": {
            "file": "classifier.onnx",
            "sha256": write(classifier, os.path.join(folder, "classifier.onnx"), "logits"),
            "classes": [str(k) for k in range(10)],
        },
        "size": [SIDE, SIDE],
        "channels": 1,
        "stride": 4,
        "receptiveField": 90,
        "inputs": {"x": "x", "time": "sigma"},
        "output": "denoised",
        "time": {"kind": "sigma"},
        "prediction": "denoised",
        "sde": {"name": "edm"},
        "sigmaMin": SIGMA_MIN,
        "sigmaMax": SIGMA_MAX,
        "sigmaData": SIGMA_DATA,
        "calibration": {"sigma": list(CALIBRATED), "mse": np.maximum.accumulate(measured).tolist()},
    }
    with open(os.path.join(folder, "manifest.json"), "w", encoding="utf-8") as file:
        json.dump(manifest, file, indent=2)
        file.write("\n")
    sizes = {name: os.path.getsize(os.path.join(folder, name)) for name in ("denoiser.onnx", "classifier.onnx")}
    print(json.dumps({"sizes": sizes, "mse": measured, "accuracy": accuracies(classifier)}))


if __name__ == "__main__":
    export(sys.argv[1], sys.argv[2])

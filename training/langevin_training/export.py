"""A training as a folder that `langevin models import` takes: network, manifest with calibration, card, a sample."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from .corpus import Array
from .evaluation import PSNR_LEVELS, as_batch, calibration, psnr
from .levels import SIGMA_MAX, SIGMA_MIN
from .net import SIGMA_DATA, ScoreUNet
from .onnx_file import FREE, NUMBER, write_onnx

# Largest difference of the exported network from PyTorch's, of values in [-1, 1].
PARITY = 1 / 255


@dataclass(frozen=True)
class About:
    """What the files cannot say of themselves."""

    name: str
    title: str
    licence: str
    data: str
    steps: int


def export(net: ScoreUNet, folder: Path, held_out: list[Array], about: About) -> float:
    """Writes denoiser.onnx (weights stored as float16, computed with as float32), manifest.json, CARD.md and
    reference.npz.

    Returns the largest difference from PyTorch on the reference; raises SystemExit where it is above PARITY.
    """
    folder.mkdir(parents=True, exist_ok=True)
    net = net.cpu().eval()
    channels = net.config["channels"]
    side = net.stride
    generator = torch.Generator().manual_seed(0)
    x = torch.randn((2, channels, 4 * side, 6 * side), generator=generator)
    sigma = torch.tensor([0.3, 4.0])
    file = folder / "denoiser.onnx"
    axes = {"x": FREE, "sigma": NUMBER, "denoised": FREE}
    write_onnx(net, (x, sigma), file, ["x", "sigma"], "denoised", axes)
    with torch.no_grad():
        expected = net(x, sigma).numpy()
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"x": x.numpy(), "sigma": sigma.numpy()})
    difference = float(np.abs(found - expected).max())
    if difference > PARITY:
        raise SystemExit(
            f"The export differs from PyTorch by {difference:.2g} of [-1, 1]; at most {PARITY:.2g} is right."
        )
    np.savez_compressed(folder / "reference.npz", x=x.numpy(), sigma=sigma.numpy(), denoised=expected)
    val = as_batch(held_out, side=256)
    manifest = {
        "schema": 1,
        "name": about.name,
        "title": about.title,
        "version": "1",
        "licence": about.licence,
        "format": "onnx",
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "channels": channels,
        "stride": net.stride,
        "inputs": {"x": "x", "time": "sigma"},
        "output": "denoised",
        "time": {"kind": "sigma"},
        "prediction": "denoised",
        "sde": {"name": "edm"},
        "sigmaMin": SIGMA_MIN,
        "sigmaMax": SIGMA_MAX,
        "sigmaData": SIGMA_DATA,
        "calibration": calibration(net, val),
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    (folder / "CARD.md").write_text(card(net, about, psnr(net, val), len(held_out)))
    return difference


def card(net: ScoreUNet, about: About, quality: dict[int, float], pictures: int) -> str:
    """The model's card; what only its maker knows is asked for in brackets."""
    widths = ", ".join(map(str, net.config["widths"]))
    parameters = sum(p.numel() for p in net.parameters())
    return f"""# {about.name}

{about.title}. An unconditional denoiser D(x; σ).

- **Network**: U-Net without normalisation layers, widths {widths}, {net.config["depth"]} blocks a scale,
  {parameters / 1e6:.1f} million parameters, EDM preconditioning (Karras et al. 2022) with σ_data = {SIGMA_DATA}.
- **File**: `denoiser.onnx`: `x` float32 [n, {net.config["channels"]}, h, w] and `sigma` float32 [n] → `denoised`; h and
  w multiples of {net.stride}. Weights are stored as float16 and computed with as float32.
- **Noise**: σ(t) = t, trained on σ from {SIGMA_MIN} to {SIGMA_MAX:g}.
- **Training data**: {about.data}
- **Training**: {about.steps} steps, `training/langevin_training`.

## Measured quality

Denoising, mean PSNR in dB over {pictures} held-out pictures (256² from their middles), noise σ on the 0…255 scale:

| {" | ".join(str(v) for v in PSNR_LEVELS)} |
| {" | ".join("---:" for _ in PSNR_LEVELS)} |
| {" | ".join(f"{quality[v]:.2f}" for v in PSNR_LEVELS)} |

## Intended use and limits

What the training data shows, the network knows; what it fills in is invented. [What it is for, and where it fails.]

## Licence

{about.licence}
"""

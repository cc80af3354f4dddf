"""A network as an ONNX file whose weights are stored as float16 and computed with as float32."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from .half_weights import halve_weights

OPSET = 17
# Number, height and width of pictures [n, c, h, w]; number alone.
FREE = {0: "n", 2: "h", 3: "w"}
NUMBER = {0: "n"}


def write_onnx(
    net: nn.Module,
    example: tuple[Tensor, ...],
    file: Path,
    inputs: Sequence[str],
    output: str,
    axes: Mapping[str, dict[int, str]],
) -> None:
    """Writes `net`, traced with `example`; `axes` names the sizes of inputs and output that are free, such as FREE.

    Raises onnx.checker.ValidationError for a graph that is none, SystemExit for weights beyond the range of float16.
    """
    torch.onnx.export(
        net,
        example,
        str(file),
        input_names=list(inputs),
        output_names=[output],
        dynamic_axes=dict(axes),
        opset_version=OPSET,
        dynamo=False,
    )
    model = onnx.load(file)
    halve_weights(model)
    onnx.checker.check_model(model)
    onnx.save(model, file)

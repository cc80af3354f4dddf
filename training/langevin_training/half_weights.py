"""python -m langevin_training.half_weights IN.onnx OUT.onnx

Stores large float32 weights as float16, each behind a Cast to float32, so that the network computes in float32 as
before and its file is half as large. Rounding a weight changes it by at most 2^-11 of its value.
"""

from __future__ import annotations

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

# Smaller ones (biases, frequencies of the noise embedding) save nothing and keep their precision.
SMALLEST = 1024


def halve_weights(model: onnx.ModelProto) -> int:
    """Replaces initializers in place; returns how many."""
    graph = model.graph
    casts = []
    for tensor in graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < SMALLEST:
            continue
        values = numpy_helper.to_array(tensor).astype(np.float16)
        if not np.isfinite(values).all():
            raise SystemExit(f"{tensor.name} has values beyond the range of float16")
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values, f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], name=f"{name}.cast", to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    return len(casts)


if __name__ == "__main__":
    source, target = sys.argv[1:]
    network = onnx.load(source)
    count = halve_weights(network)
    onnx.checker.check_model(network)
    onnx.save(network, target)
    print(f"{target}: {count} weights stored as float16")

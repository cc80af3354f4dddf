"""
Judges drawn digits by a classifier that has nothing in common with the networks: a support vector machine
(scikit-learn) on 8 x 8 pixels, trained on the digits themselves.

    python -m digits.judge FOLDER PER_CLASS

FOLDER holds sample-0001.png, ..., PER_CLASS of each class in turn, as `langevin sample --class all` writes them. Prints
one JSON object: accuracy of the machine on held-out digits, and of the drawn ones.
"""

from __future__ import annotations

import json
import os
import sys

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from sklearn.svm import SVC
from torch import Tensor
from torch.nn import functional

from .data import digits, moved


def features(x: Tensor) -> npt.NDArray[np.float32]:
    """[n, 64]: the 24 x 24 pixels within the border, averaged to 8 x 8."""
    out: npt.NDArray[np.float32] = functional.avg_pool2d(x[:, :, 2:26, 2:26], 3).flatten(1).numpy()
    return out


def judge(folder: str, per_class: int) -> dict[str, object]:
    x, labels = digits(held_out=False)
    generator = torch.Generator().manual_seed(123)
    many = torch.cat([x, moved(x, generator), moved(x, generator)])
    machine = SVC(C=10, gamma="scale").fit(features(many), labels.repeat(3).numpy())
    held, held_labels = digits(held_out=True)
    names = sorted(name for name in os.listdir(folder) if name.startswith("sample-") and name.endswith(".png"))
    pictures = [np.asarray(Image.open(os.path.join(folder, name)).convert("L"), "f4") / 127.5 - 1 for name in names]
    wanted = np.arange(len(names)) // per_class
    found = machine.predict(features(torch.from_numpy(np.stack(pictures)[:, None])))
    return {
        "held_out_accuracy": round(float((machine.predict(features(held)) == held_labels.numpy()).mean()), 4),
        "accuracy": round(float((found == wanted).mean()), 4),
        "by_class": [round(float((found == wanted)[wanted == k].mean()), 3) for k in sorted(set(wanted.tolist()))],
        "pictures": len(names),
    }


if __name__ == "__main__":
    print(json.dumps(judge(sys.argv[1], int(sys.argv[2]))))

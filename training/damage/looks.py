"""
python -m damage.looks MODEL.onnx 'SOUND/*.webp' DRAWN…: the second look at lines and cracks (find/second-look.ts).

The detector sees every pixel by itself. This fits how a marked place of any kind looks as a whole to whether it is
damage, by logistic regression: on undamaged photographs, and on folders that damage.drawn_set made of other ones.
Prints weights and bias.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from glob import glob

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from PIL import Image
from scipy import ndimage
from sklearn.linear_model import LogisticRegression

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

NAMES = ("certainty", "contrast", "tone", "texture", "textureAround")
# Logits that a finding has to reach by its kind (src-main/find/findings/thresholds.ts); places up to 2 below are learnt
# from, too.
CERTAIN = np.array([6.2, 6.2, 4.6, 3.5, 6.2])
BELOW, LEAST_MEAN = 2.0, 1.2
LEAST_PIXELS = 8
# Least side that is reduced once more, and longest side of the pictures that are read.
LEAST_SIDE, LONGEST = 192, 700


def logit(p: Floats) -> Floats:
    p = np.clip(p, 3e-4, 1 - 3e-4)
    return np.asarray(np.log(p / (1 - p)), "f4")


def evaluate(net: ort.InferenceSession, picture: Floats) -> Floats:
    """Probabilities [6, h, w] of a picture [h, w, 3] of 0…255: the larger of it and its mirror image."""
    h, w = picture.shape[:2]
    padded = np.pad(picture, ((0, -h % 16), (0, -w % 16), (0, 0)), mode="edge").astype("f4") / 127.5 - 1
    views = (padded, padded[:, ::-1])
    a, b = (net.run(None, {"x": np.ascontiguousarray(v.transpose(2, 0, 1)[None])})[0][0] for v in views)
    return np.asarray(np.maximum(a[:, :h, :w], b[:, :, ::-1][:, :h, :w]), "f4")


Layer = tuple[Floats, npt.NDArray[np.int64]]


def layers(net: ort.InferenceSession, picture: Floats) -> tuple[Layer, Layer]:
    """
    Logits and kinds of a picture and its half: of the surface (0 line, 1 speck, 2 crack; specks count at the picture's
    own size only), and of areas (3 loss, 4 text).
    """
    own = read(evaluate(net, picture), True)
    h, w = picture.shape[:2]
    if min(h, w) < LEAST_SIDE:
        return own
    even = np.pad(picture, ((0, h % 2), (0, w % 2), (0, 0)), mode="edge")
    half = np.asarray((even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4, "f4")
    coarse = read(evaluate(net, half), False)
    return joined(own[0], coarse[0]), joined(own[1], coarse[1])


def read(p: Floats, is_finest: bool) -> tuple[Layer, Layer]:
    line, speck, crack, loss, text = p[1:]
    is_speck = (speck > line) & (speck > crack)
    no_speck = np.where(line > crack, 0, 2)
    surface = (
        (logit(p[0]), np.where(is_speck, 1, no_speck))
        if is_finest
        else (logit(np.where(is_speck, np.maximum(line, crack), p[0])), no_speck)
    )
    return surface, (logit(np.maximum(loss, text)), np.where(loss >= text, 3, 4))


def joined(own: Layer, coarse: Layer) -> Layer:
    h, w = own[0].shape
    logits, kinds = (a.repeat(2, 0).repeat(2, 1)[:h, :w] for a in coarse)
    return np.maximum(own[0], logits), np.where(logits > own[0], kinds, own[1])


def places(
    picture: Floats, logits: Floats, kinds: npt.NDArray[np.int64]
) -> Iterator[tuple[list[float], int, tuple[slice, slice], Bytes]]:
    """Looks, area and pixels of every marked place that the detector is nearly sure of."""
    luma = picture @ np.array([0.299, 0.587, 0.114], "f4")
    labels, _ = ndimage.label(logits >= 0, np.ones((3, 3)))
    for number, (rows, columns) in enumerate(ndimage.find_objects(labels), 1):
        at = (slice(max(0, rows.start - 8), rows.stop + 8), slice(max(0, columns.start - 8), columns.stop + 8))
        own = labels[at] == number
        sure = logits[at][own]
        kind = np.bincount(kinds[at][own], minlength=5).argmax()
        if own.sum() < LEAST_PIXELS or sure.max() <= CERTAIN[kind] - BELOW or sure.mean() <= LEAST_MEAN:
            continue
        away = ndimage.distance_transform_edt(~own)
        around = (away > 2) & (away <= 6) & (logits[at] < 0)
        if around.sum() < 8:
            around = (away > 1) & (away <= 8)
        inside, outside = luma[at][own], luma[at][around]
        look = [sure.mean(), inside.mean() - outside.mean(), inside.mean(), inside.std(), outside.std()]
        yield [float(v) for v in look], int(own.sum()), at, own


def samples(
    net: ort.InferenceSession, sound: str, drawn: list[str]
) -> tuple[list[list[float]], list[bool], list[float]]:
    """Looks, whether damage, and weights."""
    looks: list[list[float]] = []
    damaged: list[bool] = []
    weights: list[float] = []
    pairs = [(path, "") for path in sorted(glob(sound))]
    pairs += [(path, path.replace("-damaged", "-target")) for f in drawn for path in sorted(glob(f + "/*-damaged.png"))]
    for path, target in pairs:
        im = Image.open(path).convert("RGB")
        if im.width > LONGEST:
            im = im.resize((im.width // 2, im.height // 2), Image.Resampling.LANCZOS)
        picture = np.asarray(im, "f4")
        truth = np.zeros(picture.shape[:2], bool)
        if target:
            truth = ndimage.maximum_filter(np.asarray(Image.open(target)) > 0, 7)
        found = [place for layer in layers(net, picture) for place in places(picture, *layer)]
        for look, area, at, own in found:
            share = truth[at][own].mean()
            if 0.2 <= share <= 0.5:
                continue
            looks.append(look)
            damaged.append(bool(share > 0.5))
            weights.append(area**0.5)
    return looks, damaged, weights


def fit(
    looks: npt.NDArray[np.float64], damaged: npt.NDArray[np.bool_], weights: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], float]:
    """Weights of the looks as they are, and bias."""
    mean, std = looks.mean(0), looks.std(0) + 1e-6
    model = LogisticRegression(C=0.3, max_iter=3000)
    model.fit((looks - mean) / std, damaged, sample_weight=weights / weights.mean())
    scaled = model.coef_[0] / std
    return scaled, float(model.intercept_[0] - (scaled * mean).sum())


def main(argv: list[str]) -> int:
    if len(argv) < 3:
        print(__doc__)
        return 2
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    looks, damaged, weights = samples(ort.InferenceSession(argv[0], options), argv[1], argv[2:])
    print(f"{len(damaged)} places, {sum(damaged)} of them damage")
    scaled, bias = fit(np.array(looks), np.array(damaged), np.array(weights))
    print({name: round(float(value), 4) for name, value in zip(NAMES, scaled, strict=True)}, "bias", round(bias, 3))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

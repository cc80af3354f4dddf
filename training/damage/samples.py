"""Training samples: crops of photographs, aged, with damage laid on; or a user's own pairs of picture and mask."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from glob import glob

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from .ageing import scan, style
from .laying import Overlay, Targets, damage, stack
from .mining import HardPlaces
from .overlays import KINDS, Rng, overlay, unit

Bytes = npt.NDArray[np.uint8]
# Picture in [-1, 1] [3, s, s], targets [6, s, s], and 1 where the targets are known [1, s, s].
Sample = tuple[torch.Tensor, torch.Tensor, torch.Tensor]

# Sorts of film damage by FilmDamageSimulator, and the kinds they are.
EXTERNAL = {
    "dirt": 1,
    "hair": 0,
    "hair-short": 0,
    "lint": 0,
    "scratches": 0,
    "smut": 3,
    "spots": 1,
    "sprinkles": 1,
}


def drawn_pool(count: int, rng: Rng, size: int = 320) -> list[Overlay]:
    pool = []
    for _ in range(count):
        alpha, kind = overlay(rng, size)
        pool.append((np.rint(alpha * 255).astype("u1"), kind))
    return pool


def film_pool(folder: str, size: int = 320) -> list[Overlay]:
    """Sheets of 256-pixel tiles, one file SORT.png a sort."""
    pool: list[Overlay] = []
    for name, kind in EXTERNAL.items():
        path = os.path.join(folder, f"{name}.png")
        if not os.path.exists(path):
            continue
        sheet = np.asarray(Image.open(path).convert("L"))
        for y in range(0, sheet.shape[0], 256):
            for x in range(0, sheet.shape[1], 256):
                tile = Image.fromarray(sheet[y : y + 256, x : x + 256])
                alpha = np.asarray(tile.resize((size, size), Image.Resampling.BILINEAR))
                if alpha.any():
                    pool.append((alpha, kind))
    return pool


def pyramid(folder: str, least: int) -> list[Bytes]:
    """Every picture of a folder at three sizes, as far as they are large enough."""
    pictures = []
    for path in sorted(glob(os.path.join(folder, "*"))):
        if os.path.isdir(path):
            continue
        im = Image.open(path).convert("RGB")
        for k in (1, 0.6, 0.35):
            w, h = round(im.size[0] * k), round(im.size[1] * k)
            if min(w, h) >= least:
                pictures.append(np.asarray(im if k == 1 else im.resize((w, h), Image.Resampling.LANCZOS)))
    return pictures


def read_pairs(folder: str, kind: str) -> list[tuple[Bytes, Targets]]:
    """
    A user's own pairs: NAME.png (or .jpg …) beside NAME_mask.png, white where damaged, of the same size.
    @raises SystemExit naming a picture without mask, or a mask of another size.
    """
    pairs = []
    for path in sorted(glob(os.path.join(folder, "*"))):
        stem = os.path.splitext(path)[0]
        if stem.endswith("_mask") or os.path.isdir(path):
            continue
        if not os.path.exists(f"{stem}_mask.png"):
            raise SystemExit(f"{path} has no mask: {stem}_mask.png is missing")
        picture = np.asarray(Image.open(path).convert("RGB"))
        mask = np.asarray(Image.open(f"{stem}_mask.png").convert("L")) > 127
        if mask.shape != picture.shape[:2]:
            raise SystemExit(f"{stem}_mask.png is {mask.shape[::-1]}, but {path} is {picture.shape[1::-1]}")
        target = np.zeros((len(KINDS), *mask.shape), bool)
        target[KINDS.index(kind)] = mask
        pairs.append((picture, target))
    return pairs


def tensors(x: npt.NDArray[np.float32], target: Targets, unsure: Targets) -> Sample:
    picture = torch.from_numpy(np.ascontiguousarray(x.transpose(2, 0, 1))) * 2 - 1
    return picture, torch.from_numpy(stack(target)).float(), torch.from_numpy(~unsure[None]).float()


class DrawnSamples(torch.utils.data.IterableDataset[Sample]):
    """Endless samples; seeded, so that a run can be repeated. A share of them are crops of the user's pairs."""

    def __init__(
        self,
        pictures: list[Bytes],
        overlays: list[Overlay],
        size: int,
        seed: int,
        pairs: list[tuple[Bytes, Targets]] | None = None,
        pair_share: float = 0.3,
        hard: HardPlaces | None = None,
        hard_share: float = 0.4,
    ) -> None:
        self.pictures, self.overlays, self.size, self.seed = pictures, overlays, size, seed
        self.pairs, self.pair_share = pairs or [], pair_share
        self.hard, self.hard_share = hard, hard_share

    def __iter__(self) -> Iterator[Sample]:
        info = torch.utils.data.get_worker_info()
        rng = np.random.default_rng((self.seed, info.id if info else 0))
        weight = np.sqrt([p.shape[0] * p.shape[1] for p in self.pictures])
        weight /= weight.sum()
        while True:
            if self.pairs and rng.random() < self.pair_share:
                yield self._pair(rng)
            elif self.hard and rng.random() < self.hard_share:
                yield self._hard(rng, self.hard)
            else:
                yield self._drawn(rng, self.pictures[rng.choice(len(self.pictures), p=weight)])

    def _drawn(self, rng: Rng, p: Bytes) -> Sample:
        s = self.size
        k = min(*p.shape[:2], round(s * math.exp(rng.uniform(-0.3, 0.35)))) if rng.random() < 0.7 else s
        y, x = rng.integers(0, p.shape[0] - k + 1), rng.integers(0, p.shape[1] - k + 1)
        im = Image.fromarray(p[y : y + k, x : x + k])
        c = unit(im if k == s else im.resize((s, s), Image.Resampling.LANCZOS))
        if rng.random() < 0.5:
            c = c[:, ::-1]
        if rng.random() < 0.2:
            c = np.rot90(c, int(rng.integers(1, 4)))
        laid, target, unsure = damage(rng, *style(rng, np.ascontiguousarray(c)), self.overlays)
        return tensors(scan(rng, laid), target, unsure)

    def _hard(self, rng: Rng, hard: HardPlaces) -> Sample:
        """A crop around something sound that was marked; half of them as it is, half with damage beside it."""
        s = self.size
        index, middle_y, middle_x = hard.choose(rng)
        p = self.pictures[index]
        y, x = (
            int(np.clip(middle - s * rng.uniform(0.15, 0.85), 0, n - s))
            for middle, n in zip((middle_y, middle_x), p.shape[:2], strict=True)
        )
        c = np.asarray(p[y : y + s, x : x + s] / np.float32(255), np.float32)
        if rng.random() < 0.5:
            c = c[:, ::-1]
        c = np.ascontiguousarray(c, "f4")
        if rng.random() < 0.5:
            nothing = np.zeros((len(KINDS), s, s), bool)
            aged = c if rng.random() < 0.6 else scan(rng, style(rng, c)[0])
            return tensors(aged, nothing, nothing[0])
        aged, grain = style(rng, c) if rng.random() < 0.6 else (c, 0.0)
        laid, target, unsure = damage(rng, aged, grain, self.overlays)
        return tensors(scan(rng, laid), target, unsure)

    def _pair(self, rng: Rng) -> Sample:
        s = self.size
        picture, target = self.pairs[rng.integers(len(self.pairs))]
        h, w = picture.shape[:2]
        if min(h, w) < s:
            below, right = max(0, s - h), max(0, s - w)
            picture = np.pad(picture, ((0, below), (0, right), (0, 0)), mode="edge")
            target = np.pad(target, ((0, 0), (0, below), (0, right)))
        y, x = rng.integers(0, picture.shape[0] - s + 1), rng.integers(0, picture.shape[1] - s + 1)
        c, t = picture[y : y + s, x : x + s], target[:, y : y + s, x : x + s]
        if rng.random() < 0.5:
            c, t = c[:, ::-1], t[..., ::-1]
        return tensors(np.asarray(np.asarray(c, "f4") / 255, "f4"), np.ascontiguousarray(t), np.zeros((s, s), bool))

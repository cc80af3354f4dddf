"""Pictures to train on: folders, files or arrays, at several scales; random crops with flips and quarter turns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

Image.MAX_IMAGE_PIXELS = None
Array = npt.NDArray[np.uint8]

SCALES = (1.0, 0.7, 0.5, 0.35)
SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp"}
LONGEST = 1600


def files_in(places: Sequence[str]) -> list[Path]:
    """The pictures, arrays and lists (a path a line) that the names mean; folders are searched to the bottom. Sorted.

    Raises SystemExit where a name does not exist or nothing is found.
    """
    found: list[Path] = []
    for place in map(Path, places):
        if place.is_dir():
            found += [f for f in place.rglob("*") if f.suffix.lower() in SUFFIXES]
        elif not place.exists():
            raise SystemExit(f"{place} does not exist.")
        elif place.suffix == ".txt":
            found += [Path(line.strip()) for line in place.read_text().splitlines() if line.strip()]
        else:
            found.append(place)
    if not found:
        raise SystemExit(
            f"No pictures in {', '.join(places)}: looked for {', '.join(sorted(SUFFIXES))}, .npz and .npy."
        )
    return sorted(found)


def arrays_of(file: Path, channels: int) -> list[Array]:
    """Pictures [h, w, channels] of one file; .npz and .npy hold stacks [n, h, w, channels] of uint8."""
    if file.suffix in (".npz", ".npy"):
        loaded = np.load(file)
        stacks = [loaded[name] for name in loaded.files] if file.suffix == ".npz" else [loaded]
        out = [x if x.ndim == 3 else x[..., None] for stack in stacks for x in stack]
        for x in out:
            if x.dtype != np.uint8 or x.shape[2] != channels:
                raise SystemExit(f"{file} holds {x.dtype} of shape {x.shape}; wanted uint8 with {channels} channels.")
        return out
    try:
        with Image.open(file) as opened:
            picture = opened.convert("RGB" if channels == 3 else "L")
    except OSError as error:
        raise SystemExit(f"{file} cannot be read as a picture: {error}") from error
    if max(picture.size) > LONGEST:
        k = LONGEST / max(picture.size)
        picture = picture.resize((round(picture.width * k), round(picture.height * k)), Image.Resampling.LANCZOS)
    array = np.asarray(picture)
    return [array if array.ndim == 3 else array[..., None]]


def pyramid(array: Array, smallest: int, scales: Sequence[float] = SCALES) -> list[Array]:
    """The picture at every scale that leaves at least `smallest` pixels a side."""
    out = []
    for scale in scales:
        w, h = round(array.shape[1] * scale), round(array.shape[0] * scale)
        if min(w, h) < smallest:
            continue
        if scale == 1:
            out.append(array)
        else:
            plane = Image.fromarray(array if array.shape[2] == 3 else array[..., 0])
            smaller = np.asarray(plane.resize((w, h), Image.Resampling.LANCZOS))
            out.append(smaller if smaller.ndim == 3 else smaller[..., None])
    return out


def hold_out(files: Sequence[Path], every: int = 20) -> tuple[list[Path], list[Path]]:
    """(to train on, to measure with): one file of `every`, at least one; the only file serves for both."""
    held = list(files[every // 2 :: every]) or list(files[-1:])
    return [f for f in files if f not in held] or held, held


class Crops:
    """Random crops; larger pictures are seen more often, by the square root of their area."""

    def __init__(self, arrays: Sequence[Array], seed: int) -> None:
        self.arrays = list(arrays)
        self.seed = seed
        area = np.array([a.shape[0] * a.shape[1] for a in arrays], dtype=np.float64) ** 0.5
        self.cumulative = np.cumsum(area / area.sum())

    def batch(self, step: int, n: int, size: int) -> Array:
        """[n, size, size, channels] of the step: the same for the same seed and step, whatever came before."""
        rng = np.random.default_rng([self.seed, step])
        out = np.empty((n, size, size, self.arrays[0].shape[2]), np.uint8)
        for i in range(n):
            at = int(np.searchsorted(self.cumulative, rng.random()).clip(0, len(self.arrays) - 1))
            picture = self.arrays[at]
            y = rng.integers(0, picture.shape[0] - size + 1)
            x = rng.integers(0, picture.shape[1] - size + 1)
            crop = np.rot90(picture[y : y + size, x : x + size], int(rng.integers(4)))
            out[i] = crop[:, ::-1] if rng.random() < 0.5 else crop
        return out

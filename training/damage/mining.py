"""
Places of sound pictures that the detector takes for damage, so that training can show them again: hard negatives.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from .net import DamageNet

Bytes = npt.NDArray[np.uint8]

# Side of the blocks that are told apart, pixels.
BLOCK = 32
# A mark below this is not worth another look.
LEAST = 0.3
# Values of the largest picture that is run over at once; larger ones are in the list at smaller sizes as well.
MOST = 3 * 700_000


class HardPlaces:
    """Blocks of pictures, each as likely to be chosen as the square root of what is wrongly marked in it."""

    def __init__(self, blocks: npt.NDArray[np.int64], weights: npt.NDArray[np.float64]) -> None:
        """
        @param blocks   [n, 3]: index of the picture, y and x of the block's middle
        @param weights  [n], their sum 1
        """
        self.blocks, self.weights = blocks, weights

    def __len__(self) -> int:
        return len(self.blocks)

    def choose(self, rng: np.random.Generator) -> tuple[int, int, int]:
        picture, y, x = self.blocks[rng.choice(len(self.blocks), p=self.weights)]
        return int(picture), int(y), int(x)


@torch.no_grad()
def mine(net: DamageNet, pictures: list[Bytes], rng: np.random.Generator, megapixels: float) -> HardPlaces:
    """Runs the detector over pictures [h, w, 3] without damage, in random order, and keeps what it marks."""
    net.eval()
    blocks, marked = [], []
    for index in rng.permutation(len(pictures)):
        picture = pictures[index]
        if picture.size > MOST:
            continue
        megapixels -= picture.size / 3e6
        if megapixels < 0:
            break
        h, w = (n // BLOCK * BLOCK for n in picture.shape[:2])
        x = torch.from_numpy(picture[:h, :w].transpose(2, 0, 1)[None].astype("f4")) / 127.5 - 1
        p = net(x.contiguous(memory_format=torch.channels_last))[0].amax(0).numpy()
        wrong = np.where(p > LEAST, p**2, 0).reshape(h // BLOCK, BLOCK, w // BLOCK, BLOCK).sum((1, 3))
        for row, column in np.argwhere(wrong > 1):
            blocks.append((index, row * BLOCK + BLOCK // 2, column * BLOCK + BLOCK // 2))
            marked.append(wrong[row, column])
    net.train()
    weights = np.sqrt(np.array(marked, "f8"))
    return HardPlaces(np.array(blocks, "i8").reshape(-1, 3), weights / max(1e-9, weights.sum()))

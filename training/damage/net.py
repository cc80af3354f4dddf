"""Where is a photograph damaged?"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

OUTPUTS = ("surface", "line", "speck", "crack", "loss", "text")


class Block(nn.Module):
    """A residual block without normalisation, close to the identity at first."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        with torch.no_grad():
            self.conv2.weight.mul_(0.1)
        if self.conv2.bias is not None:
            nn.init.zeros_(self.conv2.bias)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = x + self.conv2(functional.relu(self.conv1(functional.relu(x))))
        return out


class DamageNet(nn.Module):
    """Picture [n, 3, h, w] in [-1, 1], h and w multiples of 16 -> probabilities [n, 6, h, w] as in OUTPUTS."""

    def __init__(self, widths: Sequence[int] = (32, 64, 96, 128), depth: int = 2, outputs: int = len(OUTPUTS)) -> None:
        super().__init__()
        self.config = {"widths": tuple(widths), "depth": depth, "outputs": outputs}
        pairs = list(pairwise(widths))
        self.stem = nn.Conv2d(12, widths[0], 3, padding=1)
        self.enc = nn.ModuleList(nn.Sequential(*(Block(c) for _ in range(depth))) for c in widths)
        self.down = nn.ModuleList(nn.Conv2d(a, b, 2, stride=2) for a, b in pairs)
        self.up = nn.ModuleList(nn.Conv2d(b, 4 * a, 1) for a, b in pairs)
        self.dec = nn.ModuleList(nn.Sequential(*(Block(c) for _ in range(depth))) for c in widths[:-1])
        self.head = nn.Conv2d(widths[0], 4 * outputs, 3, padding=1)
        if self.head.bias is not None:
            nn.init.constant_(self.head.bias, -3)

    def logits(self, x: Tensor) -> Tensor:
        h: Tensor = self.stem(functional.pixel_unshuffle(x, 2))
        skips: list[Tensor] = []
        for i, blocks in enumerate(self.enc):
            h = blocks(h)
            if i < len(self.down):
                skips.append(h)
                h = self.down[i](h)
        for i in reversed(range(len(self.down))):
            h = self.dec[i](functional.pixel_shuffle(self.up[i](h), 2) + skips[i])
        out: Tensor = functional.pixel_shuffle(self.head(functional.relu(h)), 2)
        return out

    def forward(self, x: Tensor) -> Tensor:
        return self.logits(x).sigmoid()

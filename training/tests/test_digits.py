"""The loss that the classifier of digits is trained by."""

from __future__ import annotations

import unittest

import torch
from torch import Tensor, nn
from torch.nn import functional

from digits.train import class_loss, squared_error


class TwoGaussians(nn.Module):
    """Logits of two classes, unit Gaussians around -1 and 1 in every pixel, behind x = x0 + sigma z: exact."""

    def forward(self, x: Tensor, sigma: Tensor) -> Tensor:
        half = x.sum((1, 2, 3)) / (1 + sigma**2)
        return torch.stack([-half, half], dim=1)


class Mixture(nn.Module):
    """The denoiser of both classes together: each pixel's mean, weighted by how probable the classes are."""

    def forward(self, x: Tensor, sigma: Tensor) -> Tensor:
        share = TwoGaussians()(x, sigma).softmax(1)[:, 1] * 2 - 1
        kept = (1 / (1 + sigma**2))[:, None, None, None]
        mean: Tensor = share[:, None, None, None] * (1 - kept)
        return kept * x + mean


class ClassLoss(unittest.TestCase):
    def setUp(self) -> None:
        torch.manual_seed(0)
        self.labels = torch.randint(2, (4000,))
        self.sigma = torch.full((4000,), 0.7)
        self.x = torch.randn(4000, 1, 2, 2) + (2.0 * self.labels - 1)[:, None, None, None]
        self.noisy = self.x + 0.7 * torch.randn(self.x.shape)

    def test_exact_classifier_turns_the_denoiser_into_that_of_one_class(self) -> None:
        net = TwoGaussians()
        entropy = functional.cross_entropy(net(self.noisy, self.sigma), self.labels)
        total = class_loss(net, Mixture(), 1.0)(self.x, self.sigma, self.noisy, self.labels)
        centre = (2.0 * self.labels - 1)[:, None, None, None]
        of_one_class = centre + (self.noisy - centre) / (1 + 0.7**2)
        self.assertAlmostEqual(
            (total - entropy).item(), squared_error(of_one_class, self.x, self.sigma).item(), places=4
        )

    def test_wrong_gradient_costs(self) -> None:
        class Steep(TwoGaussians):
            def forward(self, x: Tensor, sigma: Tensor) -> Tensor:
                return 3 * super().forward(x, sigma)

        costs = []
        for net in (TwoGaussians(), Steep()):
            entropy = functional.cross_entropy(net(self.noisy, self.sigma), self.labels)
            loss = class_loss(net, Mixture(), 1.0)(self.x, self.sigma, self.noisy, self.labels)
            costs.append((loss - entropy).item())
        self.assertLess(costs[0], costs[1])


if __name__ == "__main__":
    unittest.main()

"""Score networks: objectives against known densities, averages, exact resume, export, and what users get wrong."""

from __future__ import annotations

import json
import os
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from PIL import Image
from torch import Tensor, nn

from langevin_training import objectives
from langevin_training.__main__ import arguments
from langevin_training.averages import LENGTHS, Averages, after_the_fact, combination, exponent
from langevin_training.corpus import Array, Crops, arrays_of, files_in, hold_out, pyramid
from langevin_training.evaluation import as_batch, psnr
from langevin_training.export import About, export
from langevin_training.levels import SIGMA_MAX, SIGMA_MIN, Uncertainty, draw_levels, weights
from langevin_training.training import Settings, Trainer
from langevin_training.weights import from_file

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "resources" / "samples"
SMALL = {"widths": (8, 16), "depth": 1, "batch": 4, "size": 32, "threads": 1}

MEANS = torch.tensor([[-1.0, 0.0], [1.0, 0.5]])
DEVIATION = 0.6


def mixture(n: int, generator: torch.Generator) -> Tensor:
    """Two equal Gaussians in the plane."""
    which = torch.randint(0, 2, (n,), generator=generator)
    return MEANS[which] + DEVIATION * torch.randn(n, 2, generator=generator)


def mixture_score(x: Tensor, extra: float = 0.0) -> Tensor:
    """The score of the mixture, convolved with noise of the deviation `extra`."""
    variance = DEVIATION**2 + extra**2
    away = MEANS - x[:, None]
    share = torch.softmax(-(away**2).sum(-1) / (2 * variance), dim=1)
    return (share[..., None] * away / variance).sum(1)


def plane_network(seed: int) -> nn.Sequential:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(2, 48), nn.SiLU(), nn.Linear(48, 48), nn.SiLU(), nn.Linear(48, 2))


def fitted(loss: Callable[[nn.Module, Tensor, torch.Generator], Tensor], steps: int) -> nn.Module:
    net = plane_network(0)
    optimiser = torch.optim.Adam(net.parameters(), lr=5e-3)
    generator = torch.Generator().manual_seed(1)
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 5e-3 * (1 - step / steps)
        optimiser.zero_grad()
        loss(net, mixture(256, generator), generator).mean().backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return net


class ScoreMatching(unittest.TestCase):
    """Each objective recovers the score of a known density: relative error of the field, weighted by the density."""

    def assert_recovers(self, net: nn.Module, extra: float = 0.0) -> None:
        generator = torch.Generator().manual_seed(9)
        x = mixture(2000, generator) + extra * torch.randn(2000, 2, generator=generator)
        with torch.no_grad():
            wrong = ((net(x) - mixture_score(x, extra)) ** 2).sum() / (mixture_score(x, extra) ** 2).sum()
        self.assertLess(float(wrong), 0.03)

    def test_implicit(self) -> None:
        self.assert_recovers(fitted(lambda net, x, _: objectives.implicit(net, x), 700))

    def test_sliced(self) -> None:
        self.assert_recovers(fitted(lambda net, x, g: objectives.sliced(net, x, g), 900))

    def test_denoising(self) -> None:
        sigma = 0.3

        def loss(net: nn.Module, x: Tensor, generator: torch.Generator) -> Tensor:
            noisy = x + sigma * torch.randn(x.shape, generator=generator)
            return objectives.denoising(noisy + sigma**2 * net(noisy), x)

        self.assert_recovers(fitted(loss, 900), sigma)

    def test_sliced_is_implicit_on_average(self) -> None:
        net, generator = plane_network(3), torch.Generator().manual_seed(0)
        x = mixture(1, generator).expand(4000, 2)
        exact = objectives.implicit(net, x[:1]).detach()
        self.assertAlmostEqual(float(objectives.sliced(net, x, generator).mean()), float(exact), delta=0.02)

    def test_implicit_refuses_pictures(self) -> None:
        with self.assertRaisesRegex(ValueError, "sliced score matching"):
            objectives.implicit(lambda x: x, torch.zeros(1, 3, 8, 8))


class Levels(unittest.TestCase):
    def test_stay_in_range_and_follow_the_seed(self) -> None:
        for weighting in ("edm", "uniform", "likelihood", "learned"):
            first, second = (draw_levels(4000, torch.Generator().manual_seed(2), weighting) for _ in range(2))
            self.assertTrue(torch.equal(first, second))
            self.assertGreaterEqual(float(first.min()), SIGMA_MIN)
            self.assertLessEqual(float(first.max()), SIGMA_MAX)

    def test_likelihood_weight_is_g_squared(self) -> None:
        # g^2 ||s - s*||^2 dt with sigma = t: 2 sigma (1/sigma^4) sigma d(ln sigma), halved.
        sigma = torch.tensor([0.01, 1.0, 30.0])
        expected = 2 * sigma / sigma**4 * sigma / 2
        self.assertTrue(torch.allclose(weights(sigma, "likelihood"), expected))

    def test_unknown_weighting_is_named(self) -> None:
        with self.assertRaisesRegex(ValueError, "edm, uniform, likelihood, learned"):
            weights(torch.ones(1), "best")

    def test_uncertainty_learns_the_logarithm_of_the_loss(self) -> None:
        u, generator = Uncertainty(), torch.Generator().manual_seed(0)
        optimiser = torch.optim.Adam(u.parameters(), lr=0.03)
        for _ in range(400):
            sigma = draw_levels(128, generator, "likelihood")
            optimiser.zero_grad()
            (sigma.sqrt() / u(sigma).exp() + u(sigma)).mean().backward()
            optimiser.step()
        at = torch.tensor([0.05, 1.0, 20.0])
        self.assertLess(float((u(at) - at.log() / 2).abs().max().detach()), 0.4)


class PowerFunctions(unittest.TestCase):
    def test_exponents_are_those_of_the_paper(self) -> None:
        self.assertAlmostEqual(exponent(0.05), 16.97, delta=0.01)
        self.assertAlmostEqual(exponent(0.1), 6.94, delta=0.01)

    def test_a_kept_average_is_its_own_combination(self) -> None:
        steps, exponents = [100, 100, 200, 200], [exponent(v) for v in LENGTHS] * 2
        np.testing.assert_allclose(combination(steps, exponents, 200, exponents[1]), [0, 0, 0, 1], atol=1e-6)

    def test_any_length_is_made_afterwards(self) -> None:
        """Weights that walk linearly: the average of another length, kept all along, is met by the combination."""
        net = nn.Linear(1, 1, bias=False)
        averages, gamma = Averages(net, 0.9), exponent(0.15)
        direct = 0.0
        with tempfile.TemporaryDirectory() as folder:
            for step in range(1, 401):
                with torch.no_grad():
                    net.weight.fill_(step / 400)
                averages.update(net, step)
                direct += (1 - (1 - 1 / step) ** (gamma + 1)) * (step / 400 - direct)
                if step % 50 == 0:
                    averages.snapshot(Path(folder), step)
            made = float(after_the_fact(Path(folder), 0.15)["weight"])
        self.assertAlmostEqual(made, direct, delta=4e-3)

    def test_no_snapshots(self) -> None:
        with tempfile.TemporaryDirectory() as folder, self.assertRaisesRegex(SystemExit, "--snapshots"):
            after_the_fact(Path(folder), 0.1)


class Corpus(unittest.TestCase):
    def test_missing_and_empty_places_are_named(self) -> None:
        with self.assertRaisesRegex(SystemExit, "nowhere does not exist"):
            files_in(["nowhere"])
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaisesRegex(SystemExit, "No pictures"):
                files_in([folder])
            broken = Path(folder, "a.png")
            broken.write_text("no picture")
            with self.assertRaisesRegex(SystemExit, r"a\.png cannot be read"):
                arrays_of(broken, 3)

    def test_held_out_pictures_are_not_trained_on(self) -> None:
        files = [Path(f"{i}.png") for i in range(50)]
        train, held = hold_out(files)
        self.assertEqual(len(train) + len(held), 50)
        self.assertFalse(set(train) & set(held))
        self.assertEqual(hold_out(files[:1]), (files[:1], files[:1]))

    def test_a_batch_depends_on_seed_and_step_only(self) -> None:
        picture = np.arange(64 * 64 * 3, dtype=np.uint64).reshape(64, 64, 3).astype(np.uint8)
        crops = [Crops([picture], seed=4) for _ in range(2)]
        crops[0].batch(0, 4, 16)
        np.testing.assert_array_equal(crops[0].batch(7, 4, 16), crops[1].batch(7, 4, 16))
        self.assertEqual([a.shape[0] for a in pyramid(picture, 32)], [64, 45, 32])


class Training(unittest.TestCase):
    def pictures(self) -> list[Array]:
        array = arrays_of(SAMPLES / "chelsea.png", 3)[0]
        return [array[:128, :128], array[100:228, 100:228]]

    def test_going_on_gives_the_same_weights_as_never_having_stopped(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            ends = {}
            for name, stops in {"whole": (6,), "parts": (2, 6)}.items():
                for stop in stops:
                    trainer = Trainer(Path(folder, name), Settings(**SMALL, steps=6, weighting="learned"))  # type: ignore[arg-type]
                    crops = Crops(self.pictures(), 0)
                    while trainer.step < stop:
                        batch = torch.from_numpy(crops.batch(trainer.step, 4, 32)).permute(0, 3, 1, 2).float()
                        trainer.update(batch / 127.5 - 1)
                    trainer.save()
                ends[name] = trainer
            for name, value in ends["whole"].net.state_dict().items():
                self.assertTrue(torch.equal(value, ends["parts"].net.state_dict()[name]), name)
            for name, value in ends["whole"].averages.exponential.items():
                self.assertTrue(torch.equal(value, ends["parts"].averages.exponential[name]), name)

    def test_sliced_trains_a_network_of_pictures_too(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            trainer = Trainer(Path(folder), Settings(**SMALL, steps=3, objective="sliced"))  # type: ignore[arg-type]
            losses = [trainer.update(torch.zeros(2, 3, 32, 32)) for _ in range(3)]
            self.assertTrue(np.isfinite(losses).all())

    def test_a_run_leaves_log_curves_samples_and_an_import(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            run, model = Path(folder, "run"), Path(folder, "model")
            settings = Settings(**SMALL, steps=4, measure_every=2, snapshots=2)  # type: ignore[arg-type]
            Trainer(run, settings).run(self.pictures(), self.pictures()[:1])
            lines = (run / "log.csv").read_text().splitlines()
            self.assertEqual([line.split(",")[0] for line in lines], ["step", "2", "4"])
            with Image.open(run / "samples.png") as samples:
                self.assertEqual(samples.size, (128, 128))
            self.assertTrue((run / "curves.png").stat().st_size > 0)
            net = from_file(run / "state.pt")
            about = About("tiny", "A tiny network", "CC0", "One cat.", 4)
            self.assertLess(export(net, model, self.pictures()[:1], about), 1 / 255)
            manifest = json.loads((model / "manifest.json").read_text())
            self.assertEqual((manifest["stride"], len(manifest["calibration"]["mse"])), (4, 18))
            self.assertIn("A tiny network", (model / "CARD.md").read_text())
            # An export can be trained on.
            again = from_file(model / "denoiser.onnx").eval()
            x, sigma = torch.zeros(1, 3, 16, 16) + 0.1, torch.tensor([0.5])
            session = onnxruntime.InferenceSession(str(model / "denoiser.onnx"), providers=["CPUExecutionProvider"])
            (expected,) = session.run(None, {"x": x.numpy(), "sigma": sigma.numpy()})
            with torch.no_grad():
                np.testing.assert_allclose(again(x, sigma).numpy(), expected, atol=1e-5)

    def test_the_shipped_network_can_be_trained_on(self) -> None:
        net = from_file(ROOT / "models" / "photo" / "denoiser.onnx").eval()
        self.assertGreater(psnr(net, as_batch(self.pictures()[:1], 128))[25], 27)

    def test_files_that_are_no_weights_are_named(self) -> None:
        with self.assertRaisesRegex(SystemExit, "is no file"):
            from_file(Path("nowhere.pt"))
        with self.assertRaisesRegex(SystemExit, "no export of this package's network"):
            from_file(ROOT / "models" / "damage" / "damage.onnx")

    def test_the_command_takes_what_the_readme_says(self) -> None:
        text = "train --data a --out run --from w.onnx --minutes 20 --bf16 --weighting learned --widths 8,16"
        a = arguments().parse_args(text.split())
        self.assertEqual((a.widths, a.start, a.bf16), ((8, 16), Path("w.onnx"), True))


@unittest.skipUnless(os.environ.get("LANGEVIN_SMOKE") == "1", "LANGEVIN_SMOKE=1 trains")
class Smoke(unittest.TestCase):
    def test_500_steps_denoise(self) -> None:
        """From nothing, on half of a sample picture: 24 dB on the other half at sigma 25/255; noisy it has 20.2."""
        picture = arrays_of(SAMPLES / "chelsea.png", 3)[0]
        half = picture.shape[1] // 2
        arrays, held = pyramid(picture[:, :half], 64), [picture[:, half:]]
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(widths=(16, 32), batch=8, size=32, steps=500, measure_every=250, rate=2e-3, ema=0.99)
            found = Trainer(Path(folder), settings).run(arrays, held)
        print(found)
        self.assertGreater(found[25], 24)


if __name__ == "__main__":
    unittest.main()

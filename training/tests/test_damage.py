"""python -m unittest discover -s tests (in training/). LANGEVIN_SMOKE=1 adds a training of two minutes."""

from __future__ import annotations

import os
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from damage.ageing import decoys, scan, style
from damage.export import PARITY, calibrate, difference, export, load
from damage.laying import damage, place, stack
from damage.looks import NAMES, fit, places
from damage.mining import mine
from damage.net import OUTPUTS, DamageNet
from damage.overlays import KINDS, MAKERS, overlay
from damage.samples import DrawnSamples, drawn_pool, read_pairs
from damage.train import arguments, loss_of, train

SAMPLES = Path(__file__).parents[2] / "resources" / "samples"


class Drawing(unittest.TestCase):
    def test_every_maker_draws_alpha(self) -> None:
        for make, kind in MAKERS:
            alpha = make(np.random.default_rng(3), 96)
            self.assertEqual(alpha.shape, (96, 96))
            self.assertTrue(alpha.min() >= 0 and alpha.max() <= 1, make.__name__)
            self.assertLess(kind, len(KINDS))

    def test_the_same_seed_draws_the_same(self) -> None:
        first, second = (overlay(np.random.default_rng(7), 64) for _ in range(2))
        self.assertEqual(first[1], second[1])
        np.testing.assert_array_equal(first[0], second[0])

    def test_damage_is_where_the_picture_changes(self) -> None:
        rng = np.random.default_rng(1)
        pool = drawn_pool(12, rng, 128)
        seen = 0
        for _ in range(30):
            x = np.full((96, 96, 3), 0.4, "f4")
            laid, target, unsure = damage(rng, x, 0.0, pool)
            change = np.abs(laid - x).max(-1)
            marked = target.any(0)
            seen += int(marked.sum())
            # A later overlay may undo an earlier one in a few pixels.
            self.assertLess((change[marked] < 0.01).sum(), 0.1 * marked.sum() + 1)
            self.assertFalse((marked & unsure).any())
            surface = stack(target)[0]
            np.testing.assert_array_equal(surface, target[:3].any(0))
        self.assertGreater(seen, 1000)

    def test_text_keeps_its_direction(self) -> None:
        alpha = np.zeros((64, 64), "u1")
        alpha[:8] = 255
        for seed in range(8):
            a = place(np.random.default_rng(seed), (alpha, KINDS.index("text")), 32)
            self.assertGreaterEqual(a[:16].sum(), a[16:].sum())

    def test_aged_pictures_stay_pictures(self) -> None:
        rng = np.random.default_rng(0)
        for _ in range(12):
            x, grain = style(rng, decoys(rng, np.full((64, 64, 3), 0.5, "f4")))
            y = scan(rng, x)
            self.assertTrue(y.min() >= 0 and y.max() <= 1)
            self.assertGreaterEqual(grain, 0)


class Samples(unittest.TestCase):
    def test_pairs_are_read_and_wrong_ones_are_named(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            Image.new("RGB", (40, 30)).save(f"{folder}/a.png")
            with self.assertRaisesRegex(SystemExit, "has no mask"):
                read_pairs(folder, "crack")
            Image.new("L", (40, 31), 255).save(f"{folder}/a_mask.png")
            with self.assertRaisesRegex(SystemExit, "40, 31"):
                read_pairs(folder, "crack")
            Image.new("L", (40, 30), 255).save(f"{folder}/a_mask.png")
            [(picture, target)] = read_pairs(folder, "crack")
            self.assertEqual(picture.shape, (30, 40, 3))
            self.assertTrue(target[KINDS.index("crack")].all() and not target[0].any())
            samples = DrawnSamples(
                [picture] * 2, drawn_pool(2, np.random.default_rng(0), 64), 32, 0, [(picture, target)], 1
            )
            x, t, sure = next(iter(samples))
            self.assertEqual(
                (tuple(x.shape), tuple(t.shape), tuple(sure.shape)), ((3, 32, 32), (6, 32, 32), (1, 32, 32))
            )


class Mining(unittest.TestCase):
    def test_finds_what_is_marked_and_shows_it_again(self) -> None:
        picture = np.zeros((96, 128, 3), "u1")
        picture[40:50, 70:90] = 255

        class Bright(DamageNet):
            """Takes everything white for damage."""

            def forward(self, x: torch.Tensor) -> torch.Tensor:
                return (x[:, :1] > 0.5).float().expand(-1, len(OUTPUTS), -1, -1)

        rng = np.random.default_rng(0)
        hard = mine(Bright(), [np.zeros_like(picture), picture], rng, 1)
        self.assertEqual({(int(i), int(y), int(x)) for i, y, x in hard.blocks}, {(1, 48, 80)})
        self.assertEqual(hard.choose(rng), (1, 48, 80))
        self.assertEqual(len(mine(Bright(), [picture], rng, 0)), 0)
        samples = DrawnSamples([picture, picture], drawn_pool(2, rng, 64), 64, 0, hard=hard, hard_share=1)
        white = [bool((x > 0.5).any()) for (x, _, _), _ in zip(samples, range(8), strict=False)]
        self.assertGreater(sum(white), 5)


class Looks(unittest.TestCase):
    def test_are_those_of_a_place_and_of_what_is_around(self) -> None:
        picture = np.full((64, 80, 3), 100, "f4")
        picture[20:24] = 220
        picture[50:52] = 60
        logits = np.full((64, 80), -5, "f4")
        logits[20:24], logits[50:52] = 6, 1
        # The second is not sure enough to be looked at.
        [(look, area, _, own)] = places(picture, logits, np.full((64, 80), 2))
        np.testing.assert_allclose(look, [6, 120, 220, 0, 0], atol=1e-3)
        self.assertEqual((area, own.sum()), (320, 320))

    def test_are_weighed_by_what_tells_damage(self) -> None:
        rng = np.random.default_rng(1)
        looks = rng.normal(size=(4000, len(NAMES))) * 3 + 2
        damaged = looks[:, 0] - 0.5 * looks[:, 3] + rng.logistic(size=4000) > 1
        weights, bias = fit(looks, damaged, np.ones(4000))
        np.testing.assert_allclose(weights, [1, 0, 0, -0.5, 0], atol=0.1)
        self.assertAlmostEqual(bias, -1, delta=0.2)


class Network(unittest.TestCase):
    def test_answers_in_probabilities_of_every_output(self) -> None:
        p = DamageNet()(torch.zeros(1, 3, 32, 48))
        self.assertEqual(tuple(p.shape), (1, len(OUTPUTS), 32, 48))
        self.assertTrue(bool(((p > 0) & (p < 1)).all()))

    def test_its_file_answers_the_same(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            net = DamageNet()
            torch.save({"weights": net.state_dict(), "config": net.config}, f"{folder}/damage.pt")
            rounded = load(f"{folder}/damage.pt")
            path = export(rounded, folder)
            self.assertLess(difference(rounded, path), PARITY)
            self.assertLess(os.path.getsize(path), 4_200_000)

    def test_calibration_changes_one_output(self) -> None:
        net = DamageNet()
        x = torch.rand((1, 3, 32, 32), generator=torch.Generator().manual_seed(1)) * 2 - 1
        with torch.no_grad():
            before = net.logits(x)
            calibrate(net, "text", 1.5, 2)
            after = net.logits(x)
        text = OUTPUTS.index("text")
        torch.testing.assert_close(after[:, text], 1.5 * before[:, text] + 2, atol=2e-2, rtol=2e-3)
        torch.testing.assert_close(after[:, :text], before[:, :text], atol=0, rtol=0)

    def test_what_is_unsure_has_no_loss(self) -> None:
        z = torch.randn(1, 6, 16, 16)
        sure = torch.ones(1, 1, 16, 16)
        sure[..., 8:] = 0
        other = z.clone()
        other[..., 8:] += 3
        target = torch.zeros(1, 6, 16, 16)
        self.assertAlmostEqual(loss_of(z, target, sure).item(), loss_of(other, target, sure).item(), places=5)

    @unittest.skipUnless(os.environ.get("LANGEVIN_SMOKE"), "two minutes; LANGEVIN_SMOKE=1 runs it")
    def test_two_minutes_of_training_learn_something(self) -> None:
        with tempfile.TemporaryDirectory() as out:
            common = ["--pictures", str(SAMPLES), "--val", f"{SAMPLES}/chelsea.png", "--out", out, "--workers", "0"]
            quick = ["--minutes", "2", "--size", "96", "--batch", "8", "--count", "120", "--lr", "2e-3"]
            figures = train(arguments().parse_args(common + quick))
        self.assertLess(figures["loss"], 0.6 * figures["first_loss"])
        self.assertGreater(figures["precision"], 0.2)
        self.assertGreater(figures["recall"], 0.05)


if __name__ == "__main__":
    unittest.main()

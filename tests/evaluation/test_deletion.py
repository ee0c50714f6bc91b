"""Deletion curves: by hand, and as the check that occlusion maps show what counts."""

from collections.abc import Callable

import numpy as np
import pytest

import inkdigits
from inkdigits.bundle import PRETRAINED
from inkdigits.datasets import load
from inkdigits.evaluation.deletion import deletion_area
from inkdigits.explanations.digit_network import DigitNetwork
from inkdigits.explanations.occlusion import occlusion_map

BLOCK = np.zeros((28, 28), np.uint8)
BLOCK[4:24, 4:24] = 255  # 400 pixels: 20 go in each step


def seen_through(images: np.ndarray) -> np.ndarray:
    """Class 1 is as likely as a patch of 16 pixels is inked; nothing else counts."""
    share = 0.9 * images[:, 8:12, 13:17].mean(axis=(1, 2)) / 255
    return np.stack([1 - share, share], axis=1).astype(np.float32)


def all_ink(images: np.ndarray) -> np.ndarray:
    share = images[:, 4:24, 4:24].mean(axis=(1, 2)) / 255
    return np.stack([1 - share, share], axis=1).astype(np.float32)


def test_where_all_ink_counts_alike_the_curve_is_a_straight_line():
    importance = np.random.default_rng(0).random((28, 28))
    assert deletion_area(all_ink, BLOCK, 1, importance) == pytest.approx(0.5, abs=1e-6)


def test_the_map_finds_the_patch_that_a_recogniser_looks_at():
    importance = occlusion_map(seen_through, BLOCK, 1)
    first = np.sort(np.argsort(-importance, axis=None)[:16])
    np.testing.assert_array_equal(first, np.sort((np.arange(8, 12)[:, None] * 28 + np.arange(13, 17)).ravel()))
    assert not importance[:4].any()  # no patch covers these and what counts
    # All of the patch goes with the first twenty pixels: 0.9, then 0.
    assert deletion_area(seen_through, BLOCK, 1, importance) == pytest.approx(0.9 / 20 / 2, abs=1e-6)
    # With the last twenty, when it is deleted last.
    assert deletion_area(seen_through, BLOCK, 1, -importance) == pytest.approx(0.9 * (1 - 1 / 20 / 2), abs=1e-6)


@pytest.fixture(scope="module")
def areas() -> dict[str, float]:
    """Mean areas of 100 test images, by what is deleted first."""
    recognizer = inkdigits.Recognizer(PRETRAINED)
    joint = DigitNetwork(recognizer.bundle, 0).joint
    generator = np.random.default_rng(0)
    chosen = generator.choice(10_000, 100, replace=False)
    digit_images = recognizer.digit_images(load("mnist", "test").images[chosen])
    orders: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
        "map": lambda image, label: occlusion_map(joint, image, label),
        "random": lambda image, label: generator.random((28, 28)),
        "darkest": lambda image, label: image.astype(float),
    }
    found: dict[str, list[float]] = {name: [] for name in orders}
    for image, label in zip(digit_images, joint(digit_images).argmax(axis=1), strict=True):
        for name, importance in orders.items():
            found[name].append(deletion_area(joint, image, label, importance(image, label)))
    return {name: float(np.mean(values)) for name, values in found.items()}


def test_without_what_the_map_shows_a_digit_is_lost_sooner(areas: dict[str, float]) -> None:
    assert areas["map"] < 0.6 * areas["random"]
    assert areas["map"] < 0.85 * areas["darkest"]

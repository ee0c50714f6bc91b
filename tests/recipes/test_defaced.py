"""Defaced digits: each change leaves traces of the digit, and none leaves it as it was."""

import cv2
import keras
import numpy as np
import pytest

from inkdigits.datasets import load
from inkdigits.datasets.digit_images import DigitImages
from inkdigits.errors import DatasetError
from inkdigits.recipes.defaced import _CHANGES, WhicheverDigit, defaced_digits


@pytest.fixture(scope="module")
def digits() -> DigitImages:
    return load("mnist", "train").take(np.arange(500))


def test_they_follow_from_digits_count_and_seed(digits):
    (one, labels), (same, same_labels), (other, _) = (defaced_digits(digits, 60, seed) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert (labels == same_labels).all()
    assert not np.array_equal(one, other)


def test_every_class_comes_as_ink_of_the_same_size(digits):
    images, labels = defaced_digits(digits, 300, 0)
    assert {(image.shape, image.dtype.name) for image in images} == {((28, 28), "uint8")}
    assert len(images) == len(labels) == 300
    assert set(labels) == set(range(12, 22))
    assert all(image.any() for image in images)


@pytest.mark.parametrize("change", _CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_what_is_left_is_more_like_the_digit_than_like_another(change, digits):
    generator = np.random.default_rng(0)
    ink = digits.images.astype(np.float32) / 255
    defaced = np.clip([change(generator, image) for image in ink], 0, 1)
    assert (np.abs(defaced - ink).max(axis=(1, 2)) > 0.1).mean() > 0.9
    own, others = (np.array([alike(a, b) for a, b in zip(defaced, of, strict=True)]) for of in (ink, ink[::-1]))
    assert np.median(own) > 0.3
    assert (own > others).mean() > 0.75


def alike(one: np.ndarray, other: np.ndarray) -> float:
    """The correlation of two images, from near or from afar, whichever of ink and paper is the lighter."""
    from_afar = [cv2.GaussianBlur(image, (0, 0), 2) for image in (one, other)]
    return max(abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) for a, b in ((one, other), from_afar))


def test_of_a_defaced_digit_the_digits_alone_are_compared():
    # Two digits, several, none: odds of 1, 3, 4 and 8.
    logits = np.log([[1, 3, 4, 8]] * 4).astype(np.float32)
    loss = WhicheverDigit(reduction=None)(np.array([1, 3, 4, 5]), logits)
    assert keras.ops.convert_to_numpy(loss) == pytest.approx(np.log([16 / 3, 16 / 8, 4 / 1, 4 / 3]), rel=1e-5)


def test_digits_of_another_size_are_refused_in_one_line():
    odd = DigitImages.of("mine", np.zeros((4, 32, 32), np.uint8), np.arange(4))
    with pytest.raises(DatasetError, match="mine: "):
        defaced_digits(odd, 10, 0)

"""Digits that touch, cut as the reader cuts: the labels follow from where the digits' own ink went."""

import numpy as np
import pytest

from inkdigits.datasets import load
from inkdigits.datasets.digit_images import DigitImages
from inkdigits.errors import DatasetError
from inkdigits.recipes.touching import touching_digits
from inkdigits.recognizer import Recognizer

SEVERAL, NEITHER = 10, 11


@pytest.fixture(scope="module")
def digits() -> DigitImages:
    return load("mnist", "train").take(np.arange(3000))


@pytest.fixture(scope="module")
def parts(digits) -> tuple[list[np.ndarray], np.ndarray]:
    return touching_digits(digits, 1500, 3)


def test_they_follow_from_digits_count_and_seed(digits):
    (one, labels), (same, same_labels), (other, _) = (touching_digits(digits, 60, seed) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert (labels == same_labels).all()
    assert any(not np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_digits_numbers_and_wrong_parts_all_come(parts):
    images, labels = parts
    assert len(images) == len(labels) == 1500
    assert all(image.dtype == np.uint8 and image.ndim == 2 for image in images)
    counts = np.bincount(labels, minlength=12)
    assert set(np.flatnonzero(counts)) == set(range(12))
    assert 0.15 < counts[:10].sum() / 1500 < 0.6
    assert counts[SEVERAL] > 150
    assert counts[NEITHER] > 300


def test_a_recogniser_that_saw_clean_digits_alone_agrees_on_the_digits(parts, digits):
    # An independent witness: the labels come from ink, not from any network.
    images, labels = parts
    is_digit = labels < 10
    read = Recognizer().predict([image for image, one in zip(images, is_digit, strict=True) if one])
    assert (read == labels[is_digit]).mean() > 0.95


def test_several_digits_are_wider_than_one_and_wrong_parts_are_not_slim(parts):
    images, labels = parts
    shape = np.array([image.shape for image in images])
    ratio = shape[:, 1] / shape[:, 0]
    assert np.median(ratio[labels == SEVERAL]) > 1.3 * np.median(ratio[labels < 10])
    assert ratio[labels == NEITHER].min() >= 0.4


def test_digits_of_another_size_are_refused_in_one_line():
    odd = DigitImages.of("mine", np.zeros((4, 32, 32), np.uint8), np.arange(4))
    with pytest.raises(DatasetError, match=r"^mine: .* 28 x 28 pixels"):
        touching_digits(odd, 5, 0)


def test_blank_digits_among_others_do_no_harm():
    images = np.zeros((20, 28, 28), np.uint8)
    images[0, 4:24, 6:20] = 255
    images[1, 4:24, 13:15] = 255
    assert len(touching_digits(DigitImages.of("sparse", images, np.arange(20) % 10), 30, 0)[0]) == 30

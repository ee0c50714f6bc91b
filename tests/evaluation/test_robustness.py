"""Accuracy under corruption, of a recogniser that can be seen through."""

from types import SimpleNamespace

import numpy as np
import pytest

from inkdigits.datasets import DigitImages
from inkdigits.errors import DatasetError
from inkdigits.evaluation.corruptions import CORRUPTIONS
from inkdigits.evaluation.robustness import corrupted_examples, robustness


class InkInTheMiddle:
    """Holds what has ink in its middle columns, from the first row to the last, for a 1, all else for a 0."""

    bundle = SimpleNamespace(metadata={})

    def predict_proba(self, ink):
        return np.eye(10)[(ink[:, :, 10:18] > 64).all(axis=(1, 2)).astype(int)]


def zeros(side: int = 28, count: int = 4) -> DigitImages:
    return DigitImages.of("zeros", np.zeros((count, side, side), np.uint8), np.zeros(count, int))


def test_every_corruption_is_scored_and_averaged():
    told = []
    found = robustness(InkInTheMiddle(), zeros(), told.append)
    assert list(found["accuracy"]) == list(CORRUPTIONS)
    # Two bright stripes are most of the border, hence the paper; grey all over is a blank sheet.
    assert found["accuracy"]["stripe"] == 0
    assert found["accuracy"]["brightness"] == found["accuracy"]["translate"] == 1
    assert found["mean"] == pytest.approx(sum(found["accuracy"].values()) / 15)
    assert told == list(range(1, 16))


def test_examples_show_a_digit_of_each_class():
    images = np.zeros((5, 28, 28), np.uint8)
    images[:, 10, 10] = [10, 20, 30, 40, 50]
    examples = corrupted_examples(DigitImages.of("five", images, np.array([3, 3, 7, 0, 7])))
    assert list(examples) == ["clean", *CORRUPTIONS]
    assert examples["clean"][:, 10, 10].tolist() == [40, 10, 30]
    assert {part.shape for part in examples.values()} == {(3, 28, 28)}


def test_other_sizes_are_refused():
    with pytest.raises(DatasetError, match="zeros: corruptions are defined for images of 28 x 28 pixels"):
        robustness(InkInTheMiddle(), zeros(side=32))

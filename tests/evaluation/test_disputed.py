"""Accuracy without the test images whose labels are disputed, counted by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from inkdigits.datasets import DigitImages, load
from inkdigits.datasets.mnist import DISPUTED, TEST_SHA256
from inkdigits.evaluation import evaluate
from inkdigits.evaluation.disputed import without_disputed


@pytest.fixture(scope="module")
def test_images() -> DigitImages:
    return load("mnist", "test")


def test_the_hash_is_that_of_the_test_part(test_images):
    assert test_images.sha256 == TEST_SHA256
    assert len(set(DISPUTED)) == 15


def test_five_other_errors_are_left(test_images):
    predicted = test_images.labels.copy()
    wrong = [*DISPUTED, 0, 1, 948, 5000, 9999]
    predicted[wrong] = (predicted[wrong] + 1) % 10
    found = without_disputed(test_images, predicted)["without_disputed"]
    assert (found["disputed"], found["images"], found["errors"]) == (15, 9985, 5)
    assert found["accuracy"] == 9980 / 9985
    assert found["accuracy_interval"][0] < 9980 / 9985 < found["accuracy_interval"][1]


def test_other_images_have_nothing_disputed(test_images):
    part = test_images.take(np.arange(9999))
    assert without_disputed(part, part.labels) == {}


def test_an_evaluation_of_the_test_part_tells(test_images):
    """A recogniser that takes all for a 5: of 892 it is right on, four are disputed."""

    class Fives:
        bundle = SimpleNamespace(metadata={"sha256": "b" * 64})

        def predict_proba(self, ink):
            return np.tile(np.eye(10, dtype=np.float32)[5], (len(ink), 1))

    found = evaluate(Fives(), test_images)
    assert (test_images.labels[list(DISPUTED)] == 5).sum() == 4
    assert found["accuracy"] == 892 / 10_000
    assert found["without_disputed"]["accuracy"] == 888 / 9985
    assert list(found)[-2:] == ["without_disputed", "seconds"]

"""The bundle that ships scores what its card says, and the pixel contract does not cost it accuracy."""

import numpy as np
import pytest

from inkdigits.bundle import PRETRAINED, load_bundle
from inkdigits.datasets import load
from inkdigits.evaluation import evaluate
from inkdigits.recognizer import Recognizer

INT8 = PRETRAINED / "int8"


@pytest.fixture(scope="module", params=[PRETRAINED, INT8], ids=["float32", "int8"])
def recognizer(request):
    return Recognizer(request.param)


def test_they_are_small_and_of_one_training():
    assert sum(file.stat().st_size for file in PRETRAINED.rglob("*") if file.is_file()) <= 1.5e6
    assert load_bundle(INT8).metadata["quantised_from"] == load_bundle(PRETRAINED).metadata["sha256"]
    assert load_bundle(PRETRAINED).metadata["recipe"]["name"] == "reader"


def test_scores_are_those_on_its_card(recognizer):
    evaluation = evaluate(recognizer, load("mnist", "test"))
    claimed = recognizer.bundle.metadata["scores"]
    assert evaluation["dataset"]["sha256"] == claimed["dataset"]["sha256"]
    # Another processor may round a borderline image the other way.
    assert abs(evaluation["errors"] - claimed["errors"]) <= 2
    assert evaluation["loss"] == pytest.approx(claimed["loss"], abs=1e-3)


def test_place_size_and_a_second_normalisation_keep_the_accuracy(recognizer):
    digits = load("mnist", "test")
    right = (recognizer.predict(digits.images) == digits.labels).mean()
    for changed in (
        np.pad(digits.images, ((0, 0), (3, 40), (17, 0))),
        recognizer.digit_images(digits.images),
        digits.images.repeat(3, axis=1).repeat(3, axis=2),
    ):
        assert (recognizer.predict(changed) == digits.labels).mean() >= right - 0.0005

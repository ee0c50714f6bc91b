"""The bundle that ships, on the picture of a five: MNIST's test image 15, black on white, enlarged 8 times."""

from pathlib import Path

import numpy as np
import pytest

import inkdigits
from inkdigits.bundle import PRETRAINED, load_bundle
from inkdigits.ink import load_ink

FIVE = Path(__file__).parents[2] / "docs" / "pictures" / "five.png"


@pytest.fixture(scope="module")
def recognizer() -> inkdigits.Recognizer:
    return inkdigits.Recognizer()


def test_it_is_a_whole_bundle() -> None:
    assert load_bundle(PRETRAINED).classes == tuple("0123456789")
    assert (PRETRAINED / "README.md").is_file()


def test_it_reads_a_five(recognizer: inkdigits.Recognizer) -> None:
    probabilities, *_, digit_images = recognizer.recognise(load_ink(FIVE))
    assert probabilities[0].argmax() == 5
    assert probabilities[0, 5] > 0.9
    assert probabilities.sum() == pytest.approx(1, abs=1e-5)
    rows, columns = np.nonzero(digit_images[0] > 0)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 in (20, 21, 22)


def test_paper_around_changes_nothing(recognizer: inkdigits.Recognizer) -> None:
    ink = load_ink(FIVE)
    shifted = np.pad(ink, ((31, 200), (7, 90)))
    np.testing.assert_allclose(recognizer.predict_proba(shifted), recognizer.predict_proba(ink), atol=1e-5)


def test_unequal_images_answer_as_each_alone(recognizer: inkdigits.Recognizer) -> None:
    ink = load_ink(FIVE)
    images = [ink, ink[::2, ::2], ink.T, np.pad(ink, 40), ink[:, :112]]
    alone = np.concatenate([recognizer.predict_proba(image) for image in images])
    np.testing.assert_allclose(recognizer.predict_proba(images), alone, atol=1e-5)


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (28, 28), (997, 3)])
def test_any_size_gives_probabilities(recognizer: inkdigits.Recognizer, shape: tuple[int, int]) -> None:
    for level in (0, 1, 255):
        probabilities = recognizer.predict_proba(np.full(shape, level, np.uint8))
        assert np.isfinite(probabilities).all()
        assert probabilities.sum() == pytest.approx(1, abs=1e-5)

"""Explanations on the bare install: maps worked out by hand, neighbours counted by hand, the shipped model cut open."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import inkdigits
from inkdigits.bundle import PRETRAINED, Bundle
from inkdigits.datasets import DigitImages, load
from inkdigits.errors import BundleError
from inkdigits.explanations import Explainer, Explanation
from inkdigits.explanations.digit_network import DigitNetwork
from inkdigits.explanations.onnx_graph import behind_the_contract
from inkdigits.explanations.picture import card, map_picture
from inkdigits.explanations.training_images import training_images
from inkdigits.reading.output.drawing import AMBER, BLUE


def bar(rows: int, column: int, top: int = 10) -> np.ndarray:
    """A bar over columns `column` and `column` + 1."""
    image = np.zeros((28, 28), np.uint8)
    image[top : top + rows, column : column + 2] = 255
    return image


def mean_loss(image: np.ndarray) -> np.ndarray:
    """The mean loss of log probability over the patches that cover each pixel, in a bar of class 3 alone: (28, 28)."""
    padded = np.pad(image, 4) // 255
    ink = int(padded.sum())

    def log_probability(logit: float) -> float:
        return float(logit - np.log(np.exp(logit) + 9))

    left = [[ink - int(padded[y : y + 5, x : x + 5].sum()) for x in range(32)] for y in range(32)]
    lost = log_probability(ink) - np.vectorize(log_probability)(left)
    return np.array([[lost[y : y + 5, x : x + 5].mean() for x in range(28)] for y in range(28)])


def test_the_map_is_what_is_lost_with_the_ink(bars: Path) -> None:
    image = bar(3, 6)
    (found,) = Explainer(inkdigits.Recognizer(bars)).explain(image[np.newaxis])
    assert found.label == 3
    assert found.probability == pytest.approx(np.exp(6) / (np.exp(6) + 9), abs=1e-6)
    np.testing.assert_allclose(found.occlusion, mean_loss(image), atol=1e-5)
    assert found.neighbours == ()  # the bundle does not tell of its training


def test_ink_that_speaks_against_is_negative(bars: Path) -> None:
    image = bar(4, 6) | bar(3, 0, 20)  # 8 for a three, 6 for a nought
    (found,) = Explainer(inkdigits.Recognizer(bars)).explain(image[np.newaxis])
    assert found.label == 3
    gained = [np.log(np.exp(8) + np.exp(6) + 8) - np.log(np.exp(8) + np.exp(6 - lost) + 8) for lost in range(7)]
    # Pixel 24, 4 is covered by patches that begin in rows 20 to 24 and columns 0 to 4: so much of the nought they hold.
    expected = -sum(gained[rows * columns] for rows in (3, 2, 1, 0, 0) for columns in (2, 1, 0, 0, 0)) / 25
    assert found.occlusion[24, 4] == pytest.approx(expected, abs=1e-5)
    assert expected < -0.01


def test_orange_speaks_for_and_blue_against() -> None:
    occlusion = np.zeros((28, 28), np.float32)
    occlusion[5, 5], occlusion[6, 6] = 3, -3
    image = bar(3, 20)
    picture = map_picture(Explanation(image, 3, 0.9, occlusion, ()))
    assert [tuple(picture[place, place].tolist()) for place in (5, 6)] == [AMBER, BLUE]
    assert (picture[0, 0] == 255).all()
    assert 100 < picture[11, 20, 0] < 200  # ink that did not count is grey
    assert len(set(picture[11, 20].tolist())) == 1


def test_the_nearest_images_are_those_of_the_nearest_activations(bars: Path) -> None:
    # The last layer is fed the sums of the columns: a row more or less is 255 in each of two columns.
    heights = [9, 4, 2, 5, 1, 3, 8, 7]
    training = DigitImages.of("bars", np.stack([bar(rows, 6) for rows in heights]), np.arange(8))
    (found,) = Explainer(inkdigits.Recognizer(bars), training).explain(bar(3, 6, 2)[np.newaxis])
    assert [neighbour.label for neighbour in found.neighbours] == [5, 1, 2, 3, 4]
    distances = [neighbour.distance for neighbour in found.neighbours]
    assert distances == pytest.approx([255 * 2**0.5 * apart for apart in (0, 1, 1, 2, 2)], abs=0.5)
    np.testing.assert_array_equal(found.neighbours[0].digit_image, training.images[5])
    alone = replace(found, neighbours=())
    assert card("bars", found, "0123456789").width > card("bars", alone, "0123456789").width + 5 * 112


@pytest.mark.parametrize("folder", [PRETRAINED, PRETRAINED / "int8"], ids=["float32", "int8"])
def test_behind_the_contract_the_network_answers_as_before(folder: Path) -> None:
    recognizer = inkdigits.Recognizer(folder)
    seen = recognizer.recognise(load("mnist", "test").images[:300])
    network = DigitNetwork(recognizer.bundle, 1)
    np.testing.assert_allclose(network.joint(seen.digit_images), seen.joint, atol=1e-6)
    activations = network.activations(seen.digit_images)
    assert activations.dtype == np.float32
    assert activations.shape[0] == 300
    assert 10 < activations.shape[1] < 1000
    # The network parts the digits: nine of ten times, the nearest of the other images is of the same digit.
    distances = np.linalg.norm(activations[:, None] - activations[None], axis=2) + 1e9 * np.eye(300)
    labels = load("mnist", "test").labels[:300]
    assert (labels[distances.argmin(axis=1)] == labels).mean() > 0.9


def test_blank_paper_is_explained_by_nothing() -> None:
    (found,) = Explainer(inkdigits.Recognizer(PRETRAINED), few_images()).explain(np.zeros((1, 28, 28), np.uint8))
    assert not found.occlusion.any()
    assert (map_picture(found) == 255).all()


def few_images() -> DigitImages:
    return load("mnist", "test").take(np.arange(10))


def test_the_training_images_are_known_by_their_hash(bars: Path) -> None:
    bundle = inkdigits.Recognizer(PRETRAINED).bundle
    found = training_images(bundle)
    assert found is not None
    assert found.sha256 == bundle.metadata["data"]["train"]["sha256"]
    assert training_images(inkdigits.Recognizer(bars).bundle) is None


@pytest.mark.parametrize(
    "told",
    [
        {"name": "mnist/standard/train", "images": 55000, "sha256": "of others"},
        {"name": "mnist/no-such-protocol/train", "images": 55000, "sha256": ""},
        {"name": "folder:/etc/standard/train", "images": 1, "sha256": ""},
        {"name": 3, "images": 1, "sha256": ""},
        {},
        None,
    ],
)
def test_what_a_bundle_says_of_strange_images_is_not_followed(told: object) -> None:
    bundle = inkdigits.Recognizer(PRETRAINED).bundle
    strange = Bundle(bundle.path, {**bundle.metadata, "data": {"train": told}})
    assert training_images(strange) is None


def test_a_model_without_a_weighted_layer_is_told_in_one_line(bars: Path) -> None:
    model = (bars / "model.onnx").read_bytes()
    with pytest.raises(BundleError, match=r"^the model cannot be explained: no layer with weights"):
        behind_the_contract(model.replace(b"MatMul", b"MaxMul"))
    with pytest.raises(BundleError, match=r"^not a usable ONNX model"):
        behind_the_contract(model[:-40])

"""Non-digits: a function of digits, count and seed; never what they must not be."""

import cv2
import numpy as np
import pytest

from inkdigits.datasets import load
from inkdigits.datasets.digit_images import DigitImages
from inkdigits.datasets.non_digits import KINDS, non_digits
from inkdigits.datasets.non_digits.canvas import warped
from inkdigits.datasets.non_digits.pieces import fragment, turned
from inkdigits.errors import DatasetError


@pytest.fixture(scope="module")
def digits() -> DigitImages:
    return load("mnist", "train").take(np.arange(3000))


def same(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return len(one) == len(other) and all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_they_follow_from_digits_count_and_seed(digits):
    assert same(non_digits(digits, 200, 5), non_digits(digits, 200, 5))
    assert not same(non_digits(digits, 200, 5), non_digits(digits, 200, 6))
    others = digits.take(np.arange(3000)[::-1])
    assert not same(non_digits(digits, 200, 5, ("fragment",)), non_digits(others, 200, 5, ("fragment",)))
    # What is drawn from nothing needs no digits.
    assert same(non_digits(digits, 50, 5, ("letter", "scribble")), non_digits(others, 50, 5, ("letter", "scribble")))


def test_the_digits_they_are_made_of_stay_as_they_are(digits):
    before = digits.images.copy()
    made = non_digits(digits, 500, 0)
    for image in made:
        image[:] = 7
    assert (digits.images == before).all()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_ink(digits, kind):
    made = non_digits(digits, 150, 3, (kind,))
    assert len(made) == 150
    for image in made:
        assert image.dtype == np.uint8
        assert image.ndim == 2
        assert 20 <= min(image.shape) <= max(image.shape) <= 260
    inked = np.array([(image > 90).sum() for image in made])
    if kind == "blank":
        assert 0.2 < (inked == 0).mean() < 0.9
        assert inked.max() < 16
    else:
        assert (inked >= 5).mean() > (0.96 if kind == "texture" else 0.999)  # a small soft texture may be faint
        assert (inked >= 15).mean() > 0.9
    assert len({image.tobytes() for image in made}) > (2 if kind == "blank" else 140)


def test_kinds_come_in_their_shares_and_only_those_that_are_asked_for(digits):
    # A running line is 64 x 128, a turned digit 28 x 28, a texture 64 x 64.
    shapes = [image.shape for image in non_digits(digits, 400, 1, ("turned", "running"))]
    assert set(shapes) == {(28, 28), (64, 128)}
    assert shapes.count((28, 28)) / 400 == pytest.approx(0.05 / 0.13, abs=0.08)
    assert {image.shape for image in non_digits(digits, 100, 1, ("texture",))} == {(64, 64)}
    assert non_digits(digits, 0, 1) == []


def test_hands_that_turn_and_slant_lose_no_ink():
    canvas = np.zeros((64, 128), np.uint8)
    canvas[0, :], canvas[-1, :], canvas[:, 0], canvas[:, -1] = 255, 255, 255, 255
    generator = np.random.default_rng(0)
    for _ in range(50):
        frame = warped(generator, canvas, 0.5)
        # A closed frame stays closed: what lies outside of it cannot be reached from its middle.
        rows, columns = frame.shape
        flooded = np.pad((frame > 30).astype(np.uint8), 1)
        cv2.floodFill(flooded, None, (columns // 2 + 1, rows // 2 + 1), 2)
        assert flooded[0, 0] == 0


def test_unknown_kinds_are_an_error(digits):
    with pytest.raises(KeyError):
        non_digits(digits, 5, 1, ("cat",))


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((4, 27, 28), np.uint8),
        np.zeros((4, 32, 32), np.uint8),
        [np.zeros((28, n), np.uint8) for n in range(20, 24)],
    ],
)
def test_digits_of_another_size_are_refused_in_one_line(images):
    odd = DigitImages.of("mine", images, np.arange(4))
    with pytest.raises(DatasetError, match=r"^mine: .* 28 x 28 pixels") as caught:
        non_digits(odd, 5, 0)
    assert "\n" not in str(caught.value)


def test_digits_without_any_ink_are_refused_in_one_line():
    blank = DigitImages.of("blank", np.zeros((4, 28, 28), np.uint8), np.arange(4))
    with pytest.raises(DatasetError, match=r"^blank: no image has any ink"):
        non_digits(blank, 5, 0)


def test_blank_digits_among_others_do_no_harm():
    images = np.zeros((20, 28, 28), np.uint8)
    images[0, 4:24, 6:20] = 255
    some = DigitImages.of("sparse", images, np.arange(20) % 10)
    assert len(non_digits(some, 60, 0)) == 60


def ink_of(image: np.ndarray) -> int:
    return int((image.astype(int) * (image > 40)).sum())


def test_a_fragment_is_a_part_of_one_digit_and_no_slim_one(digits):
    generator = np.random.default_rng(0)
    for _ in range(60):
        piece = fragment(generator, digits.images, digits.labels)
        inside = (piece[None] <= digits.images).all(axis=(1, 2)) & ((piece > 0) <= (digits.images == piece)).all(
            axis=(1, 2)
        )
        (whole,) = digits.images[inside]
        assert 0.1 < ink_of(piece) / ink_of(whole) < 0.62
        rows, columns = np.nonzero(piece > 40)
        assert np.ptp(columns) + 1 >= 0.5 * (np.ptp(rows) + 1)


def test_no_nought_and_nothing_that_is_a_digit_either_way_up_is_turned():
    images = np.zeros((10, 28, 28), np.uint8)
    for label in range(10):
        images[label, 2, 2 : 4 + label] = 255  # a mark in the upper left corner tells the label
    generator = np.random.default_rng(0)
    seen = set()
    for _ in range(400):
        image = turned(generator, images, np.arange(10))
        label = int((image > 0).sum()) - 2
        (turns,) = [t for t in (1, 2, 3) if np.array_equal(np.rot90(images[label], t), image)]
        seen.add((label, turns))
    assert {label for label, _ in seen} == set(range(1, 10))
    assert {label for label, turns in seen if turns == 2} == {3, 4, 7}


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"turned", "blank"}))
def test_nothing_slim_that_might_be_a_one(digits, kind):
    for image in non_digits(digits, 100, 8, (kind,)):
        rows, columns = np.nonzero(image > 60)
        if len(np.unique(rows)) > 8:
            assert np.ptp(columns) >= 0.4 * np.ptp(rows)

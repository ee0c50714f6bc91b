"""A frame of 300 x 60 pixels, on paper of 400 x 140, and digits' worth of writing in it."""

import cv2
import numpy as np
import pytest

from inkdigits.reading.forms.print_alignment import aligned

X, Y = np.meshgrid(np.arange(400, dtype=np.float32), np.arange(140, dtype=np.float32))


def frame() -> np.ndarray:
    print_ = np.zeros((140, 400), np.uint8)
    for left in range(50, 350, 50):
        cv2.rectangle(print_, (left, 40), (left + 50, 100), 255, 2)
    return print_


def written() -> np.ndarray:
    picture = 255 - frame()
    for left in range(65, 350, 50):
        cv2.ellipse(picture, (left + 10, 70), (12, 20), 0, 0, 300, 40, 5)
    return picture


def moved(picture: np.ndarray, right: np.ndarray | float, down: np.ndarray | float) -> np.ndarray:
    return cv2.remap(picture, X - np.float32(right), Y - np.float32(down), cv2.INTER_LINEAR, borderValue=255)


def print_left(picture: np.ndarray) -> float:
    """Mean darkness of the picture under the print, 0 to 1."""
    return float((255 - picture)[frame() > 0].mean() / 255)


@pytest.mark.parametrize(("right", "down"), [(0, 0), (12, -7), (-15, 15)])
def test_print_is_laid_where_it_belongs(right: int, down: int) -> None:
    found = aligned(moved(written(), right, down), frame(), 60, 18)
    assert found is not None
    assert print_left(found) > 0.95


def test_a_curve_is_straightened() -> None:
    sag = 6 * (1 - ((X - 200) / 150) ** 2)
    assert print_left(moved(written(), 0, sag)) < 0.5
    found = aligned(moved(written(), 0, sag), frame(), 60, 18)
    assert found is not None
    assert print_left(found) > 0.85


def test_print_that_is_not_there_is_not_seen() -> None:
    assert aligned(np.full((140, 400), 255, np.uint8), frame(), 60, 18) is None
    rng = np.random.default_rng(0)
    scribble = np.full((140, 400), 255, np.uint8)
    for left in range(65, 350, 50):
        middle, axes = (left + 10 + int(rng.integers(-8, 9)), 70 + int(rng.integers(-8, 9))), rng.integers(3, 22, 2)
        cv2.ellipse(scribble, middle, tuple(axes.tolist()), int(rng.integers(180)), 0, 300, 40, 5)
    assert aligned(scribble, frame(), 60, 18) is None


def test_where_nothing_is_printed_there_is_nothing_to_align() -> None:
    assert aligned(written(), np.zeros((140, 400), np.uint8), 60, 18) is None

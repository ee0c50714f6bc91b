"""Cuts through touching digits: every pixel of ink in one slice, no cut across another, each in its place."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from inkdigits.datasets import load
from inkdigits.reading.cuts import slices
from inkdigits.reading.marks import Mark
from inkdigits.reading.result import Box


def mark(ink: np.ndarray, left: int = 0, top: int = 0) -> Mark:
    return Mark(Box(left, top, left + ink.shape[1], top + ink.shape[0]), ink)


def owners(parts: list[Mark], whole: Mark) -> np.ndarray:
    """For every pixel of the mark the number of the part that has its ink, -1 for none; asserts that one has it."""
    owner = np.full(whole.ink.shape, -1)
    for number, part in enumerate(parts):
        left, top = part.box.left - whole.box.left, part.box.top - whole.box.top
        assert part.ink.shape == (part.height, part.width)
        rows, columns = np.nonzero(part.ink)
        assert (owner[rows + top, columns + left] == -1).all()
        owner[rows + top, columns + left] = number
        assert (part.ink[rows, columns] == whole.ink[rows + top, columns + left]).all()
    return owner


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    height=st.integers(1, 90),
    width=st.integers(1, 160),
    blur=st.sampled_from([0.0, 1.0, 3.0]),
    share=st.floats(0.3, 1.5),
)
def test_slices_share_out_the_ink_and_never_cross(seed, height, width, blur, share):
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=(height, width)), blur)
    ink = np.where(noise > 0.2 * noise.std(), 255, 0).astype(np.uint8)
    ink[height // 2, width // 2] = 255
    whole = mark(ink, left=17, top=5)
    owner = owners(slices(whole, share * height), whole)
    assert ((owner >= 0) == (ink > 0)).all()
    for row in owner:
        assert (np.diff(row[row >= 0]) >= 0).all()


def test_the_thinnest_neck_is_cut():
    ink = np.zeros((40, 61), np.uint8)
    ink[5:35, 3:24] = ink[5:35, 37:58] = 255  # two blocks
    ink[18:21, 24:37] = 255  # and a bridge
    whole = mark(ink)
    owner = owners(slices(whole, 30), whole)
    left, right = owner[:, 3:24], owner[:, 37:58]
    assert left[left >= 0].max() < right[right >= 0].min()


def test_overlapping_but_not_touching_strokes_are_parted_by_a_slanting_path():
    ink = np.zeros((40, 60), np.uint8)
    for row in range(40):
        ink[row, 38 - row // 2 : 42 - row // 2] = 255
        ink[row, 46 - row // 2 : 50 - row // 2] = 255
    ink[39, 18:32] = 255  # they touch at the foot
    whole = mark(ink)
    owner = owners(slices(whole, 40), whole)
    first = np.array([owner[row, 39 - row // 2] for row in range(38)])
    second = np.array([owner[row, 47 - row // 2] for row in range(38)])
    assert (second > first).mean() > 0.9


@pytest.mark.parametrize("scale", [1, 4])
def test_touching_digits_are_cut_where_they_touch(scale):
    digits = load("mnist", "test")
    generator = np.random.default_rng(3)
    good = count = 0
    while count < 150:
        pair = [cropped(digits.images[i]) for i in generator.integers(len(digits), size=2)]
        pair = [np.kron(digit, np.ones((scale, scale), np.uint8)) for digit in pair]
        whole, border = side_by_side(*pair)
        if whole is None:
            continue
        count += 1
        owner = owners(slices(whole, 20 * scale), whole)
        good += best_misplaced(owner, border) <= 2 * scale
    assert good >= 0.88 * count  # the rest touch along a stroke's whole length


def cropped(image: np.ndarray) -> np.ndarray:
    rows, columns = np.flatnonzero((image > 90).any(axis=1)), np.flatnonzero((image > 90).any(axis=0))
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def side_by_side(left: np.ndarray, right: np.ndarray) -> tuple[Mark | None, int]:
    """Two digits without a gap, as one mark, and the column where the second begins; None unless they touch."""
    height = max(len(left), len(right))
    ink = np.concatenate([np.pad(d, ((height - len(d), 0), (0, 0))) for d in (left, right)], axis=1)
    _, pieces = ndimage.label(ink > 90, np.ones((3, 3)))
    return (mark(ink) if pieces == 1 else None), left.shape[1]


def best_misplaced(owner: np.ndarray, border: int) -> float:
    """Of all cuts the one that puts ink of either digit least far on the wrong side: by how many columns."""
    columns = np.arange(owner.shape[1])[None, :]
    best = float(owner.shape[1])
    for number in range(owner.max()):
        left, right = (owner >= 0) & (owner <= number), owner > number
        # In rows the cut crosses without meeting ink it may wander.
        too_far = max(np.where(left, columns - border + 1, 0).max(), np.where(right, border - columns, 0).max())
        best = min(best, too_far)
    return best


def test_a_single_column_is_left_whole():
    whole = mark(np.full((30, 2), 255, np.uint8))
    assert slices(whole, 30) == [whole]


def test_a_solid_block_is_left_whole():
    whole = mark(np.full((30, 30), 255, np.uint8))
    assert slices(whole, 30) == [whole]

"""Marks against SciPy's connected components, and what is said to be none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from inkdigits.reading import marks as marks_module
from inkdigits.reading.marks import Mark, find_marks, for_recogniser, together
from inkdigits.reading.paper import ink_of_page
from inkdigits.reading.result import Box


def components(ink: np.ndarray) -> list[np.ndarray]:
    """Masks of the pieces of ink darker than 90, six pixels long and large at least, darker than 140 somewhere."""
    labels, count = ndimage.label(ink > 90, np.ones((3, 3)))
    found = []
    for label, place in zip(range(1, count + 1), ndimage.find_objects(labels), strict=True):
        mask = labels == label
        size = max(side.stop - side.start for side in place)
        if size >= 6 and mask.sum() >= 6 and ink[mask].max() >= 140:
            found.append(mask)
    return found


def painted(marks: list[Mark], shape: tuple[int, ...]) -> np.ndarray:
    page = np.zeros(shape, np.uint8)
    for mark in marks:
        left, top, right, bottom = mark.box
        assert mark.ink.shape == (bottom - top, right - left) == (mark.height, mark.width)
        page[top:bottom, left:right] = np.maximum(page[top:bottom, left:right], mark.ink)
    return page


def first_pixel(mark: Mark) -> tuple[int, int]:
    """The place on the page, row and column, of the mark's first inked pixel."""
    rows, columns = np.nonzero(mark.ink > 90)
    return mark.box.top + int(rows[0]), mark.box.left + int(columns[0])


# Small pages have no rim whose ink is left out.
@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6), height=st.integers(1, 99), width=st.integers(1, 99), blur=st.sampled_from([0.0, 0.8, 2])
)
def test_marks_are_scipys_components(seed, height, width, blur):
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=(height, width)), blur)
    ink = np.clip(128 + 70 * noise / max(noise.std(), 1e-9), 0, 255).astype(np.uint8)
    # Either may number them in its own order: by their first pixel, row by row.
    marks, masks = sorted(find_marks(ink)[0], key=first_pixel), sorted(components(ink), key=lambda mask: mask.argmax())
    assert len(marks) == len(masks)
    for mark, mask in zip(marks, masks, strict=True):
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        # One pixel of soft edge on each side, within the page.
        left, top = max(0, columns[0] - 1), max(0, rows[0] - 1)
        assert mark.box == (left, top, min(width, columns[-1] + 2), min(height, rows[-1] + 2))
        inked = mask[mark.box.top : mark.box.bottom, mark.box.left : mark.box.right]
        place = ink[mark.box.top : mark.box.bottom, mark.box.left : mark.box.right]
        assert ((mark.ink > 90) == inked).all()
        assert (mark.ink[inked] == place[inked]).all()
        assert (mark.ink[(mark.ink > 0)] == place[mark.ink > 0]).all()


def test_the_soft_edge_of_a_stroke_is_its_own():
    ink = np.zeros((40, 40), np.uint8)
    ink[9:31, 14:20] = 80
    ink[10:30, 15:19] = 255
    ((mark,), _) = find_marks(ink)
    assert mark.box == (14, 9, 20, 31)
    assert (mark.ink == ink[9:31, 14:20]).all()


@pytest.mark.parametrize("shape", [(1, 1), (5, 90), (90, 5), (90, 90), (300, 400), (1000, 700)])
def test_blank_and_black_pages_have_no_marks(shape):
    assert find_marks(np.zeros(shape, np.uint8)) == ([], 0)
    for shade in (0, 255):
        assert find_marks(ink_of_page(np.full((*shape, 3), shade, np.uint8))) == ([], 0)


def test_of_too_many_marks_the_largest_are_kept_in_their_order_and_the_others_counted(monkeypatch):
    ink = np.zeros((1000, 1000), np.uint8)
    large = 0
    monkeypatch.setattr(marks_module, "MOST_MARKS", most := 1200)
    for number, (top, left) in enumerate((t, x) for t in range(5, 980, 13) for x in range(5, 980, 13)):
        side = 8 if number % 3 and large < most else 6
        large += side == 8
        ink[top : top + side, left : left + side] = 255
    assert large == most
    marks, left_out = find_marks(ink)
    assert (len(marks), left_out) == (most, 75 * 75 - most)
    assert {mark.box.right - mark.box.left for mark in marks} == {10}
    assert sorted(marks, key=lambda mark: (mark.box.top, mark.box.left)) == marks


def test_what_runs_along_the_rim_is_the_edge_of_the_page_and_a_digit_that_touches_it_is_not():
    ink = np.zeros((400, 400), np.uint8)
    ink[:, :6] = 255  # a desk
    ink[392:, 100:300] = 255  # a shadow
    ink[0:40, 200:230] = 255  # a digit cut by the rim
    ink[200:240, 380:400] = 255
    assert [mark.box for mark in find_marks(ink)[0]] == [(199, 0, 231, 41), (379, 199, 400, 241)]


boxes = st.builds(
    lambda left, top, width, height: Box(left, top, left + width, top + height),
    *[st.integers(0, 50)] * 2,
    *[st.integers(1, 30)] * 2,
)


@settings(max_examples=40, deadline=None)
@given(st.lists(boxes, min_size=1, max_size=6), st.integers(0, 10**6))
def test_marks_together_cover_what_they_covered_apart(places, seed):
    generator = np.random.default_rng(seed)
    marks = [Mark(b, generator.integers(0, 256, (b.bottom - b.top, b.right - b.left), np.uint8)) for b in places]
    joined = together(marks)
    assert joined.box == (
        min(b.left for b in places),
        min(b.top for b in places),
        max(b.right for b in places),
        max(b.bottom for b in places),
    )
    assert (painted([joined], (90, 90)) == painted(marks, (90, 90))).all()


def marked(ink: np.ndarray) -> Mark:
    return Mark(Box(0, 0, ink.shape[1], ink.shape[0]), ink)


@pytest.mark.parametrize("level", [100, 160, 225, 255])
def test_the_recogniser_sees_usual_ink_at_225(level):
    seen = for_recogniser(marked(np.full((20, 10), level, np.uint8)))
    assert seen.shape == (20, 10)
    assert np.abs(seen.astype(int) - 225).max() <= 1


@pytest.mark.parametrize(("shape", "seen"), [((1000, 500), (56, 28)), ((56, 9), (56, 9)), ((1, 5000), (1, 56))])
def test_large_marks_are_shown_at_56_pixels(shape, seen):
    assert for_recogniser(marked(np.full(shape, 255, np.uint8))).shape == seen


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 200), st.integers(1, 200), st.integers(0, 255))
def test_any_mark_can_be_shown(height, width, level):
    shown = for_recogniser(marked(np.full((height, width), level, np.uint8)))
    assert shown.dtype == np.uint8
    assert max(shown.shape) == min(56, max(height, width))

"""A page's ink: independent of the light, of the colours and of which of the two is the lighter."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from inkdigits.reading.paper import ink_of_page

NUMBERS = "0123456789", "314159  265", "2718281828", "5772156649"


@pytest.fixture(scope="module")
def page(draw):
    return draw(*NUMBERS)


def overlap(ink: np.ndarray, truth: np.ndarray) -> float:
    """Intersection over union of what is more than half inked."""
    found, true = ink > 127, truth > 127
    return (found & true).sum() / (found | true).sum()


def coloured(ink: np.ndarray, paper: tuple[int, int, int], pen: tuple[int, int, int]) -> np.ndarray:
    cover = ink[:, :, None] / 255
    return np.rint(np.array(paper) * (1 - cover) + np.array(pen) * cover).astype(np.uint8)


def lit(picture: np.ndarray, angle: float, depth: float) -> np.ndarray:
    """The picture under light that falls off along a direction to 1 - `depth`."""
    rows, columns = np.mgrid[: picture.shape[0], : picture.shape[1]] / np.reshape(picture.shape[:2], (2, 1, 1))
    way = np.cos(angle) * columns + np.sin(angle) * rows
    light = 1 - depth * (way - way.min()) / np.ptp(way)
    return np.rint(picture * light[:, :, None]).astype(np.uint8)


def test_hard_strokes_on_white_are_full_ink_and_all_else_is_none():
    strokes = np.zeros((200, 300), bool)
    strokes[40:160, 50:56] = strokes[40:46, 120:180] = strokes[90:130, 240:244] = True
    found = ink_of_page(np.where(strokes, 0, 255).astype(np.uint8)[:, :, None].repeat(3, axis=2))
    assert (found == np.where(strokes, 255, 0)).all()


def test_a_page_and_its_negative_have_the_same_ink(page):
    assert (ink_of_page(page.picture) == ink_of_page(255 - page.picture)).all()


@settings(max_examples=12, deadline=None)
@given(angle=st.floats(0, 2 * np.pi), depth=st.floats(0, 0.8), negative=st.booleans())
def test_a_smooth_shadow_changes_nothing(page, angle, depth, negative):
    shaded = lit(page.picture, angle, depth)
    found = ink_of_page(255 - shaded if negative else shaded)
    assert overlap(found, page.ink) > 0.95
    assert np.abs(found.astype(int) - ink_of_page(page.picture)).mean() < 0.3
    assert found[page.ink == 0].max() < 90


def test_a_shadow_alone_is_no_ink():
    sheet = np.full((300, 400, 3), 230, np.uint8)
    for angle in (0, 1, 2.5):
        assert ink_of_page(lit(sheet, angle, 0.6)).max() == 0


@pytest.mark.parametrize(
    ("paper", "pen"),
    [
        ((250, 240, 180), (0, 0, 0)),  # cream, black
        ((255, 150, 200), (20, 30, 120)),  # pink, blue
        ((90, 200, 90), (0, 0, 0)),
        ((255, 255, 255), (250, 230, 40)),  # a yellow marker on white shows in blue light alone
        ((225, 225, 220), (190, 190, 190)),  # faint pencil
        ((30, 70, 50), (230, 230, 220)),  # chalk on a board
        ((20, 20, 20), (80, 120, 250)),  # a blue gel pen on black
        ((150, 190, 240), (250, 250, 250)),  # white on light blue
        ((40, 40, 40), (0, 0, 0)),
    ],
)
def test_any_pen_on_any_paper(page, paper, pen):
    assert overlap(ink_of_page(coloured(page.ink, paper, pen)), page.ink) > 0.8


@pytest.mark.parametrize(
    ("paper", "pen"),
    [
        ((250, 228, 90), (30, 50, 160)),  # a yellow note, a blue ballpoint
        ((250, 160, 60), (20, 40, 140)),  # orange, blue
        ((130, 180, 230), (190, 40, 40)),  # light blue, red
        ((102, 102, 102), (200, 60, 60)),  # grey and red of the same lightness
    ],
)
def test_a_pen_that_is_lighter_than_its_paper_in_one_colour(page, paper, pen):
    assert overlap(ink_of_page(coloured(page.ink, paper, pen)), page.ink) > 0.8


@pytest.mark.parametrize("pen", [1, 3, 10, 40])
@pytest.mark.parametrize("negative", [False, True])
def test_strokes_of_1_to_40_pixels_keep_their_core(pen, negative):
    height = 80 if pen < 10 else 400
    picture = np.full((2 * height, 3 * height, 3), 235, np.uint8)
    for left in (height // 2, 3 * height // 2):
        seven = [(left, height // 2), (left + height // 2, height // 2), (left + height // 4, 3 * height // 2)]
        cv2.polylines(picture, [np.array(seven, np.int32)], False, (30, 30, 30), pen, cv2.LINE_AA)
    truth = np.where(picture[:, :, 0] < 132, 255, 0)
    # The ends of a line one pixel wide are half pixels.
    assert overlap(ink_of_page(255 - picture if negative else picture), truth) > (0.97 if pen > 1 else 0.85)


@pytest.mark.parametrize("negative", [False, True])
def test_a_drawing_that_fills_its_canvas(negative):
    picture = np.full((280, 280, 3), 255, np.uint8)
    cv2.ellipse(picture, (140, 140), (80, 110), 0, 0, 360, (0, 0, 0), 34, cv2.LINE_AA)
    truth = np.where(picture[:, :, 0] < 128, 255, 0)
    assert overlap(ink_of_page(255 - picture if negative else picture), truth) > 0.97


@settings(max_examples=25, deadline=None)
@given(st.tuples(*[st.integers(0, 255)] * 3), st.tuples(st.integers(1, 130), st.integers(1, 130)))
def test_a_sheet_of_one_colour_is_blank(colour, shape):
    assert ink_of_page(np.full((*shape, 3), colour, np.uint8)).max() == 0


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (3, 2000), (3000, 2)])
def test_slivers(shape):
    blank = np.full((*shape, 3), 200, np.uint8)
    assert ink_of_page(blank).shape == shape
    assert ink_of_page(blank).max() == 0


@pytest.mark.parametrize("grain", [3, 10, 25])
def test_the_grain_of_a_blank_sheet_is_next_to_no_ink(grain):
    noise = np.random.default_rng(1).normal(190, grain, (400, 500, 1))
    found = ink_of_page(np.clip(np.rint(noise), 0, 255).astype(np.uint8).repeat(3, axis=2))
    assert (found > 90).mean() < 0.02


def test_ink_outlives_grain(page):
    noise = np.random.default_rng(1).normal(0, 8, page.picture.shape)
    found = ink_of_page(np.clip(np.rint(page.picture + noise), 0, 255).astype(np.uint8))
    assert overlap(found, page.ink) > 0.9
    assert (found[page.ink == 0] > 90).mean() < 0.001


def test_a_desk_around_the_page_is_no_ink(page):
    height, width = page.ink.shape
    desk = np.full((height + 200, width + 240, 3), (88, 60, 40), np.uint8)
    desk[100:-100, 120:-120] = page.picture
    found = ink_of_page(desk)
    assert overlap(found[100:-100, 120:-120], page.ink) > 0.95
    found[90:-90, 110:-110] = 0
    assert found.max() == 0


@settings(max_examples=30, deadline=None)
@given(arrays(np.uint8, st.tuples(st.integers(1, 70), st.integers(1, 70), st.just(3))))
def test_any_picture_has_ink_of_its_own_size_and_stays_as_it_is(picture):
    before = picture.copy()
    picture.flags.writeable = False
    found = ink_of_page(picture)
    assert (found.shape, found.dtype) == (picture.shape[:2], np.uint8)
    assert (picture == before).all()

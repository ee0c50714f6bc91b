"""What lies beside the page is found; shadows, cards on the page and light are not taken for it."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from inkdigits.reading.desk import desk

PAGE, TABLE = (225, 222, 210), (110, 70, 40)


def sheet(height: int = 300, width: int = 400, colour: tuple[int, int, int] = PAGE) -> np.ndarray:
    return np.full((height, width, 3), colour, np.uint8)


def on_table(top: int = 40, left: int = 60, bottom: int = 260, right: int = 340) -> np.ndarray:
    picture = sheet(colour=TABLE)
    picture[top:bottom, left:right] = PAGE
    return picture


def test_everything_beside_the_page_is_found_and_nothing_on_it():
    found = desk(on_table())
    assert found.shape == (300, 400)
    assert set(np.unique(found)) == {0, 1}
    assert (found[48:252, 68:332] == 0).all()  # the page's edge may go with the desk, eight pixels at most
    found[40:260, 60:340] = 1
    assert found.all()


@pytest.mark.parametrize("side", [0, 1, 2, 3])
def test_a_desk_on_one_side(side):
    picture = np.ascontiguousarray(np.rot90(on_table(0, 60, 300, 400), side))
    found = np.rot90(desk(picture), -side)
    assert found[:, :60].all()
    assert not found[:, 70:].any()


def test_a_page_that_lies_askew():
    picture = sheet(colour=TABLE)
    cv2.fillPoly(picture, [np.array([(80, 30), (360, 60), (330, 270), (50, 240)], np.int32)], PAGE)
    found = desk(picture).astype(bool)
    page = (picture == PAGE).all(axis=2)
    assert (found[~page]).all()
    assert (found & page).sum() < 0.08 * page.sum()


def test_turning_the_picture_turns_the_desk():
    picture = on_table(30, 50, 280, 320)
    for turns in (1, 2, 3):
        turned = desk(np.ascontiguousarray(np.rot90(picture, turns)))
        assert (turned != np.rot90(desk(picture), turns)).mean() < 0.02


def shadow(soft: bool) -> np.ndarray:
    light = np.ones((300, 400), np.float32)
    light[:, 180:] = 0.5
    light = cv2.GaussianBlur(light, (0, 0), 20) if soft else light
    return np.rint(sheet() * light[:, :, None]).astype(np.uint8)


@pytest.mark.parametrize("soft", [True, False])
def test_a_shadow_over_half_the_page_is_no_desk(soft):
    assert desk(shadow(soft)) is None


def test_a_card_in_the_middle_of_the_page_is_no_desk():
    picture = sheet()
    picture[100:200, 150:250] = (90, 120, 200)
    assert desk(picture) is None


def test_a_narrow_dark_strip_at_the_rim_is_desk():
    picture = sheet()
    picture[:, -5:] = 20
    found = desk(picture)
    assert found[:, -5:].all()
    assert not found[:, :-15].any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (2, 2), (64, 64), (65, 65), (300, 400)])
@pytest.mark.parametrize("level", [1, 31, 255])
def test_one_colour_is_all_page(shape, level):
    assert desk(sheet(*shape, colour=(level,) * 3)) is None


@settings(max_examples=30, deadline=None)
@given(arrays(np.uint8, st.tuples(st.integers(1, 90), st.integers(1, 90), st.just(3)), fill=st.integers(0, 255)))
def test_any_picture_has_a_mask_of_its_size_or_none(picture):
    found = desk(picture)
    assert found is None or (found.shape == picture.shape[:2] and set(np.unique(found)) <= {0, 1})

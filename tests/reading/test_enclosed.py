"""Small marks within another are parts of it; numbers within a circle or a frame are not."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.reading.enclosed import with_enclosed
from inkdigits.reading.marks import Mark
from inkdigits.reading.result import Box


def mark(left: int, top: int, width: int, height: int) -> Mark:
    return Mark(Box(left, top, left + width, top + height), np.full((height, width), 200, np.uint8))


def boxes(marks: list[Mark]) -> set[Box]:
    return {each.box for each in marks}


def test_eyes_and_mouth_belong_to_the_face():
    face, eye, other_eye, mouth = mark(0, 0, 100, 100), mark(30, 30, 8, 8), mark(60, 30, 8, 8), mark(25, 60, 50, 20)
    digit = mark(150, 10, 60, 90)
    found = with_enclosed([eye, face, mouth, digit, other_eye])
    assert boxes(found) == {face.box, digit.box}


def test_a_number_within_a_circle_stays_a_number():
    circle, digits = mark(0, 0, 100, 100), [mark(20, 25, 25, 50), mark(52, 25, 25, 50)]
    assert boxes(with_enclosed([circle, *digits])) == boxes([circle, *digits])


def test_a_frame_around_writing_takes_nothing_in():
    frame, digits = mark(0, 0, 400, 300), [mark(20 + 40 * i, 100, 25, 40) for i in range(8)]
    assert boxes(with_enclosed([frame, *digits])) == boxes([frame, *digits])


def test_what_reaches_out_is_not_enclosed():
    belly, bar = mark(0, 20, 60, 70), mark(30, 10, 60, 15)
    assert boxes(with_enclosed([belly, bar])) == {belly.box, bar.box}


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 30))
def test_no_ink_is_lost(seed, count):
    rng = np.random.default_rng(seed)
    marks = [mark(*(int(v) for v in (*rng.integers(0, 60, 2), *rng.integers(2, 40, 2)))) for _ in range(count)]

    def page(marks: list[Mark]) -> np.ndarray:
        ink = np.zeros((120, 120), np.uint8)
        for each in marks:
            place = ink[each.box.top : each.box.bottom, each.box.left : each.box.right]
            np.maximum(place, each.ink, out=place)
        return ink

    found = with_enclosed(marks)
    assert len(found) <= count
    assert (page(found) == page(marks)).all()

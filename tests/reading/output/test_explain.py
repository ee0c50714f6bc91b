import numpy as np

from inkdigits.reading.output.drawing import AMBER, BLUE, GREEN, INK, RED
from inkdigits.reading.output.explain import explain
from inkdigits.reading.result import Box, Digit, Line
from inkdigits.reading.trace import Trace

HEAD = 48  # pixels of title above the ink and the cuts


def trace(width: int, height: int, candidates: tuple[Box, ...] = (), chosen: tuple[Box, ...] = ()) -> Trace:
    ink = np.zeros((height, width), np.uint8)
    for left, top, right, bottom in chosen:
        ink[top:bottom, left:right] = 255
    return Trace(np.full((height, width, 3), 255, np.uint8), ink, candidates, chosen)


def mark(value: str | None, confidence: float, image: np.ndarray) -> Digit:
    return Digit(value, confidence, Box(0, 0, 9, 9), (("3", 0.01),), image)


def shows(picture, colour) -> bool:
    return bool((np.asarray(picture) == colour).all(axis=2).any())


def test_the_steps_come_in_order():
    assert list(explain(trace(600, 300), ())) == ["ink", "cuts", "digits"]


def test_ink_is_dark_on_white_where_it_is():
    box = Box(100, 100, 130, 144)
    ink = np.asarray(explain(trace(600, 300, (box,), (box,)), ())["ink"])
    assert ink.shape == (HEAD + 300, 600, 3)
    dark = (ink[HEAD:] == 0).all(axis=2)
    assert dark.sum() == 30 * 44
    assert dark[100:144, 100:130].all()


def test_cuts_frame_what_was_weighed_and_what_was_chosen():
    whole, half = Box(100, 100, 140, 144), Box(100, 100, 120, 144)
    cuts = np.asarray(explain(trace(600, 300, (whole, half), (whole,)), ())["cuts"])[HEAD:]
    assert (cuts[120, 98:100] == GREEN).all()
    assert (cuts[120, 140:142] == GREEN).all()
    assert (cuts[120, 120] == BLUE).all()


def test_each_mark_is_shown_as_the_network_saw_it():
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 10:12] = 255
    marks = tuple(mark(value, 0.99, image) for value in ("1", "7", None))
    lines = (Line("17 □", marks, Box(0, 0, 9, 9)),)
    sheet = explain(trace(600, 300), lines)["digits"]
    found = (np.asarray(sheet) == INK).all(axis=2)
    assert found.sum() == 3 * 20 * 2 * 3 * 3  # three marks of 40 pixels, drawn three times as large
    assert shows(sheet, GREEN)
    assert shows(sheet, RED)
    assert not shows(sheet, AMBER)
    assert shows(explain(trace(600, 300), lines, sure=0.995)["digits"], AMBER)


def test_a_number_that_does_not_fit_the_row_begins_the_next():
    image = np.full((28, 28), 255, np.uint8)
    number = tuple(mark("8", 1.0, image) for _ in range(10))
    both = Line("8" * 10 + " " + "8" * 10, number * 2, Box(0, 0, 9, 9))
    apart = (Line("8" * 10, number, Box(0, 0, 9, 9)),)
    assert explain(trace(9, 9), (both,))["digits"].width == explain(trace(9, 9), apart)["digits"].width


def test_very_many_marks_make_no_endless_sheet():
    image = np.full((28, 28), 255, np.uint8)
    lines = [Line("8" * 100, (mark("8", 1.0, image),) * 100, Box(0, 0, 9, 9))] * 50
    sheet = explain(trace(9, 9), lines)["digits"]
    assert sheet.width * sheet.height < 40_000_000


def test_pages_of_any_size():
    for size in ((1, 1), (28, 28), (9000, 20), (6000, 5000)):
        for picture in explain(trace(*size), ()).values():
            assert 480 <= picture.width <= 4000

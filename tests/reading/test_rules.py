"""Rules, squares and boxes go; digits stay, those that are as straight as a rule included."""

import cv2
import numpy as np
import pytest

from inkdigits.reading.rules import without_rules

NUMBERS = "0123456789", "314159  265", "2718281828", "5772156649"


@pytest.fixture(scope="module")
def page(draw):
    return draw(*NUMBERS)


def skewed(lines: list[tuple[float, float, float, float]], slope: float) -> list[tuple[int, int, int, int]]:
    """The lines turned about the page's corner by a small slope, in whole pixels."""
    return [
        (round(x0 - slope * y0), round(y0 + slope * x0), round(x1 - slope * y1), round(y1 + slope * x1))
        for x0, y0, x1, y1 in lines
    ]


def ruled(shape: tuple[int, ...], kind: str, pen: int, slope: float = 0.0) -> np.ndarray:
    """Ink of the rules alone: lines every 44 pixels, squares of 22, or a frame around the page with four fields."""
    height, width = shape
    level = [(0, y, width, y) for y in range(22, height, {"squared": 22}.get(kind, 44))]
    upright = [(x, 0, x, height) for x in range(11, width, 22)]
    lines = {"ruled": level, "squared": level + upright}[kind]
    ink = np.zeros(shape, np.uint8)
    for x0, y0, x1, y1 in skewed(lines, slope):
        cv2.line(ink, (x0, y0), (x1, y1), 220, pen)
    return ink


def check(page, rules: np.ndarray, kept: float, left: float) -> None:
    """Asserts which share of the digits' ink is kept, and which of the rules' is left, away from the digits."""
    found = without_rules(np.maximum(page.ink, rules))
    own = page.ink > 127
    assert (found[own] > 90).mean() >= kept
    away = (rules > 0) & (cv2.dilate(page.ink, np.ones((9, 9))) == 0)
    assert (found[away] > 90).mean() <= left


@pytest.mark.parametrize("kind", ["ruled", "squared"])
@pytest.mark.parametrize("pen", [1, 2])
@pytest.mark.parametrize("slope", [0.0, 0.05])
def test_ruled_and_squared_paper(page, kind, pen, slope):
    # Squares half as high as the digits, as dark as they are, cross them everywhere.
    kept, left = (0.95, 0.05) if kind == "ruled" else (0.9, 0.12)
    check(page, ruled(page.ink.shape, kind, pen, slope), kept, left)


def test_a_box_around_every_digit(page):
    rules = np.zeros_like(page.ink)
    for line in page.boxes:
        for box in line:
            middle = (box.left + box.right) // 2
            cv2.rectangle(rules, (middle - 26, box.top - 8), (middle + 26, box.bottom + 8), 255, 2)
    check(page, rules, kept=0.99, left=0.08)


def test_a_comb_of_boxes_that_share_their_sides(page):
    rules = np.zeros_like(page.ink)
    for line in page.boxes:
        left, top, bottom = 44, line[0].top - 6, line[0].bottom + 6
        cv2.rectangle(rules, (left, top), (rules.shape[1] - 40, bottom), 255, 2)
        for x in range(left + 53, rules.shape[1] - 60, 53):
            cv2.line(rules, (x, top), (x, bottom), 255, 2)
    check(page, rules, kept=0.95, left=0.05)


def test_a_line_on_which_the_digits_stand(page):
    rules = np.zeros_like(page.ink)
    for line in page.boxes:
        cv2.line(rules, (30, line[0].bottom - 2), (rules.shape[1] - 30, line[0].bottom - 2), 255, 2)
    check(page, rules, kept=0.95, left=0.02)


STROKES = {
    "0": [[(0.5 + 0.3 * np.sin(t), 0.5 - 0.45 * np.cos(t)) for t in np.linspace(0, 2 * np.pi, 60)]],
    "1": [[(0.5, 0.05), (0.5, 0.95)]],
    "1 with serifs": [[(0.3, 0.25), (0.5, 0.05), (0.5, 0.95)], [(0.25, 0.95), (0.75, 0.95)]],
    "2": [[(0.2, 0.2), (0.5, 0.05), (0.75, 0.25), (0.2, 0.95), (0.8, 0.95)]],
    "4": [[(0.6, 0.05), (0.1, 0.65), (0.85, 0.65)], [(0.6, 0.3), (0.6, 0.95)]],
    "4 closed": [[(0.6, 0.95), (0.6, 0.05), (0.1, 0.65), (0.9, 0.65)]],
    "4 open": [[(0.2, 0.05), (0.2, 0.55), (0.85, 0.55)], [(0.7, 0.05), (0.7, 0.95)]],
    "5": [[(0.75, 0.05), (0.25, 0.05), (0.25, 0.45), (0.6, 0.42), (0.75, 0.65), (0.6, 0.9), (0.2, 0.93)]],
    "7": [[(0.15, 0.05), (0.85, 0.05), (0.4, 0.95)]],
    "7 crossed": [[(0.15, 0.05), (0.85, 0.05), (0.4, 0.95)], [(0.3, 0.5), (0.8, 0.5)]],
}


@pytest.mark.parametrize("name", STROKES)
@pytest.mark.parametrize("pen", [1, 2, 4, 9])
@pytest.mark.parametrize("side", [28, 100, 280, 900])
def test_one_drawn_digit_loses_nothing(name, pen, side):
    if pen * 7 > side:
        return
    ink = np.zeros((side, side), np.uint8)
    for stroke in STROKES[name]:
        points = np.rint(np.array(stroke) * side * 16).astype(np.int32)
        cv2.polylines(ink, [points], False, 255, pen, cv2.LINE_AA, 4)
    assert (without_rules(ink) == ink).all()


def test_a_page_without_rules_is_left_alone(page):
    before = page.ink.copy()
    assert (without_rules(page.ink) == before).all()
    assert (page.ink == before).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 800), (800, 1), (20, 20), (300, 400)])
@pytest.mark.parametrize("level", [0, 255])
def test_plain_sheets_keep_their_shape(shape, level):
    assert without_rules(np.full(shape, level, np.uint8)).shape == shape

"""Lines of marks: slanting, in columns, in any order; no mark lost, none counted twice."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.reading.layout import find_lines
from inkdigits.reading.marks import Mark
from inkdigits.reading.result import Box


def mark(left: float, top: float, width: float = 24, height: float = 36) -> Mark:
    box = Box(round(left), round(top), round(left + width), round(top + height))
    return Mark(box, np.full((box.bottom - box.top, box.right - box.left), 255, np.uint8))


def grid(rows: int, columns: int, slope: float = 0.0, step: float = 80, seed: int = 0) -> list[list[Mark]]:
    """Rows of marks 36 pixels high, 34 from one to the next, with some play; the rows climb by `slope`."""
    play = np.random.default_rng(seed)
    return [
        [
            mark(50 + 34 * c, 400 + step * r + slope * 34 * c + play.uniform(-4, 4), height=play.uniform(30, 40))
            for c in range(columns)
        ]
        for r in range(rows)
    ]


def boxes(lines) -> list[list[Box]]:
    return [[mark.box for mark in line.marks] for line in lines]


@settings(max_examples=30, deadline=None)
@given(
    rows=st.integers(1, 8),
    columns=st.integers(4, 16),
    slope=st.floats(-0.14, 0.14),
    step=st.floats(64, 120),
    order=st.randoms(use_true_random=False),
)
def test_slanting_lines_are_found_whole_in_whatever_order_the_marks_come(rows, columns, slope, step, order):
    wanted = grid(rows, columns, slope, step)
    marks = [mark for row in wanted for mark in row]
    order.shuffle(marks)
    assert boxes(find_lines(marks)) == [[mark.box for mark in row] for row in wanted]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 600), st.integers(0, 600), st.integers(2, 90), st.integers(2, 90)),
        max_size=40,
        unique=True,
    )
)
def test_no_mark_is_counted_twice_and_no_large_one_lost(places):
    marks = [mark(*place) for place in places]
    found = [mark for line in find_lines(marks) for mark in line.marks]
    assert len({id(mark) for mark in found}) == len(found)
    assert {id(mark) for mark in found} <= {id(mark) for mark in marks}
    largest = max((max(mark.width, mark.height) for mark in marks), default=0)
    missing = {id(mark) for mark in marks} - {id(mark) for mark in found}
    assert all(max(mark.width, mark.height) < 0.3 * largest for mark in marks if id(mark) in missing)


def test_a_line_goes_on_over_a_gap_between_columns():
    left, right = grid(4, 5), grid(4, 5, seed=1)
    moved = [[mark(m.box.left + 400, m.box.top, m.width, m.height) for m in row] for row in right]
    found = find_lines([m for row in left + moved for m in row])
    assert boxes(found) == [[m.box for m in a + b] for a, b in zip(left, moved, strict=True)]


def test_the_height_of_a_line_is_its_usual_marks():
    (line,) = find_lines([mark(34 * i, 100, height=h) for i, h in enumerate([36, 36, 36, 36, 36, 36, 36, 15])])
    assert line.height == 36
    small, large = find_lines(
        [*[mark(20 * i, 10, 14, 20) for i in range(5)], *[mark(60 * i, 200, 40, 60) for i in range(5)]]
    )
    assert (small.height, large.height) == (20, 60)


def test_dots_and_dirt_are_left_out_and_a_stroke_beside_its_digit_is_not():
    row = [mark(50 + 40 * i, 100) for i in range(6)]
    dot = mark(130, 160, 5, 5)  # further than a quarter height from any digit
    speck = mark(77, 118, 3, 3)  # between two digits, too small
    dash = mark(275, 100, 9, 4)  # the bar of a broken five
    (line,) = find_lines([*row, dot, speck, dash])
    assert {m.box for m in line.marks} == {*(m.box for m in row), dash.box}


def test_a_lone_mark_is_a_line_of_any_size():
    for size in (1, 6, 1000):
        (line,) = find_lines([mark(0, 0, size, size)])
        assert line.height == size


def test_nothing_gives_no_lines():
    assert find_lines([]) == []


@pytest.mark.parametrize("width", [30, 200])
def test_a_long_dash_above_a_line_does_not_join_it(width):
    row = [mark(50 + 40 * i, 100) for i in range(6)]
    dash = mark(60, 60, width, 12)
    assert boxes(find_lines([*row, dash])) == [[dash.box], [m.box for m in row]]

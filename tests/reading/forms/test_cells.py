"""Fields of three cells of 20 x 30 pixels, 10 from the picture's left and top, with lines at x = 30 and 50."""

import numpy as np

from inkdigits.reading.forms.cells import cell_pictures
from inkdigits.reading.forms.field_crops import FieldCrop
from inkdigits.reading.forms.form import FieldBox

BOX = FieldBox(10, 10, 60, 30)


def cells_of(*strokes: tuple[int, int, int, int], count: int = 3) -> list[np.ndarray]:
    """The cells of a field with dark strokes (left, top, right, bottom)."""
    picture = np.full((50, 80), 255, np.uint8)
    for left, top, right, bottom in strokes:
        picture[top:bottom, left:right] = 0
    return cell_pictures(FieldCrop(picture, BOX), count)


def ink(cells: list[np.ndarray]) -> list[int]:
    """How many pixels of ink each cell has."""
    return [int((cell < 128).sum()) for cell in cells]


def test_each_cell_has_its_own_ink_and_all_are_of_one_size() -> None:
    cells = cells_of((15, 15, 20, 35), (55, 15, 65, 25))
    assert ink(cells) == [100, 0, 100]
    assert len({cell.shape for cell in cells}) == 1
    assert cells[0].shape[0] == 50


def test_ink_stays_at_its_height() -> None:
    first, _, last = cells_of((15, 15, 20, 35), (55, 12, 65, 22))
    assert np.flatnonzero((first < 128).any(axis=1))[[0, -1]].tolist() == [15, 34]
    assert np.flatnonzero((last < 128).any(axis=1))[[0, -1]].tolist() == [12, 21]


def test_a_digit_that_runs_over_a_line_stays_whole() -> None:
    """15 of its 18 columns are in the first cell."""
    assert ink(cells_of((15, 20, 33, 25))) == [90, 0, 0]


def test_digits_that_touch_are_cut_where_least_ink_joins_them() -> None:
    """Two blocks of 10 x 10, joined by a bridge of 2 rows from x = 27 to 32."""
    assert ink(cells_of((17, 20, 27, 30), (32, 20, 42, 30), (27, 24, 32, 26))) == [100 + 2 * 4, 100 + 2 * 1, 0]


def test_a_stroke_through_all_cells_is_cut_at_their_lines() -> None:
    assert ink(cells_of((10, 20, 70, 22))) == [42, 40, 38]


def test_ink_outside_the_field_and_dirt_are_left_out() -> None:
    assert (
        ink(cells_of((0, 20, 8, 30), (20, 1, 40, 8), (20, 41, 40, 49), (73, 20, 80, 30), (20, 20, 22, 22))) == [0] * 3
    )


def test_neighbours_are_far_apart_when_set_side_by_side() -> None:
    """More than half of the field's height, so that no two are taken for one digit."""
    row = np.hstack(cells_of((15, 15, 29, 35), (31, 15, 49, 35), (51, 15, 69, 35)))
    inked = np.flatnonzero((row < 128).any(axis=0))
    assert sorted(np.diff(inked))[-2] > 15
    assert ink([row]) == [14 * 20 + 18 * 20 * 2]


def test_a_plain_box_is_one_cell() -> None:
    assert ink(cells_of((15, 15, 25, 25), (50, 15, 60, 25), count=1)) == [200]

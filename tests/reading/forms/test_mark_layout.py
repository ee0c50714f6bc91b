import cv2
import numpy as np
import pytest

from inkdigits.reading.forms.corner_marks import Mark
from inkdigits.reading.forms.form import Marks
from inkdigits.reading.forms.mark_layout import lay_out

CENTRES = np.array([[10.0, 10], [190, 10], [190, 110], [10, 110]])
SLANTED = np.array([[1.5, 0.3, 40], [-0.2, 1.6, 90], [0.0004, 0.0003, 1]])


def seen(homography: np.ndarray, centre: tuple[float, float], size: float = 8, hollow: bool = False) -> Mark:
    """A square of the form as it looks in the picture."""
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * size / 2 + centre
    outline = cv2.perspectiveTransform(corners[None], homography)[0].astype(np.float32)
    return Mark(outline, outline.mean(axis=0).astype(float), cv2.contourArea(outline), hollow)


def same(found: np.ndarray, homography: np.ndarray) -> bool:
    """Whether both take the form's marks to the same places, to a hundredth of a mark."""
    places = [cv2.perspectiveTransform(CENTRES[None], matrix)[0] for matrix in (found, homography)]
    return bool(np.allclose(*places, atol=0.15))


@pytest.mark.parametrize("hollow", range(4))
def test_the_hollow_mark_tells_how_the_page_lies(hollow: int) -> None:
    marks = [seen(SLANTED, tuple(centre), hollow=i == hollow) for i, centre in enumerate(CENTRES)]
    (way,) = lay_out(marks[::-1], Marks(CENTRES, 8, hollow))
    assert same(way, SLANTED)


def test_solid_marks_leave_two_ways_on_an_oblong_page_and_four_on_a_square_one() -> None:
    oblong = lay_out([seen(SLANTED, tuple(centre)) for centre in CENTRES], Marks(CENTRES, 8))
    assert [same(way, SLANTED) for way in oblong].count(True) == 1
    assert len(oblong) == 2
    square = CENTRES * [100 / 180, 1]
    assert len(lay_out([seen(np.eye(3), tuple(centre)) for centre in square], Marks(square, 8))) == 4


def test_other_squares_don_t_mislead() -> None:
    rng = np.random.default_rng(0)
    others = [seen(SLANTED, tuple(rng.uniform(20, 100, 2)), rng.uniform(3, 14), bool(i % 3 == 0)) for i in range(20)]
    marks = [seen(SLANTED, tuple(centre), hollow=i == 0) for i, centre in enumerate(CENTRES)]
    (way,) = lay_out(others + marks, Marks(CENTRES, 8, 0))
    assert same(way, SLANTED)


def test_without_four_that_fit_there_is_no_way() -> None:
    marks = [seen(SLANTED, tuple(centre), hollow=i == 0) for i, centre in enumerate(CENTRES)]
    assert lay_out(marks[:3], Marks(CENTRES, 8, 0)) == []
    assert lay_out(marks, Marks(CENTRES, 3, 0)) == []  # far too large for where they are
    assert lay_out([], Marks(CENTRES, 8)) == []

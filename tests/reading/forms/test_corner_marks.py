import numpy as np
import pytest

from inkdigits.reading.forms.corner_marks import find_marks, relative_brightness


def picture_with(*squares: tuple[int, int, int, int], size: tuple[int, int] = (400, 300)) -> np.ndarray:
    """White paper with black rectangles (left, top, right, bottom)."""
    picture = np.full(size[::-1], 250, np.uint8)
    for left, top, right, bottom in squares:
        picture[top:bottom, left:right] = 10
    return picture


def test_solid_and_hollow_squares_are_found_with_their_centres() -> None:
    picture = picture_with((50, 40, 70, 60), (200, 100, 225, 125))
    picture[105:120, 205:220] = 250
    found = sorted(find_marks(picture), key=lambda mark: mark.centre[0])
    assert [mark.hollow for mark in found] == [False, True]
    # Pixels 50 to 69 have their middle at 59.5.
    assert found[0].centre == pytest.approx([59.5, 49.5], abs=0.1)
    assert found[1].centre == pytest.approx([212, 112], abs=0.1)
    assert [mark.area for mark in found] == pytest.approx([20 * 20, 25 * 25], rel=0.03)


def test_places_are_those_of_the_picture_however_large_it_is() -> None:
    (mark,) = find_marks(picture_with((2000, 1200, 2100, 1300), size=(4000, 3000)))
    assert mark.centre == pytest.approx([2049.5, 1249.5], abs=0.5)
    assert mark.area == pytest.approx(100 * 100, rel=0.05)


@pytest.mark.parametrize(
    "shape",
    [(50, 40, 120, 60), (0, 40, 20, 60), (380, 100, 400, 120), (50, 40, 54, 44), (100, 100, 180, 180)],
    ids=["long", "cut off left", "cut off right", "tiny", "huge"],
)
def test_what_is_no_whole_small_square_is_none(shape: tuple[int, int, int, int]) -> None:
    assert find_marks(picture_with(shape)) == []


def test_marks_are_found_on_both_sides_of_a_hard_shadow() -> None:
    picture = picture_with((50, 40, 70, 60), (300, 200, 320, 220), (192, 100, 212, 120)).astype(float)
    picture[:, 200:] *= 0.4
    assert len(find_marks(picture.astype(np.uint8))) >= 2
    centres = [mark.centre.round().tolist() for mark in find_marks(picture.astype(np.uint8))]
    assert [60, 50] in centres or [59, 49] in centres
    assert any(abs(x - 309.5) < 1 and abs(y - 209.5) < 1 for x, y in centres)


def test_light_is_evened_out_and_strokes_stay() -> None:
    falling = np.linspace(1.0, 0.4, 400)
    picture = (picture_with((100, 100, 106, 160), (300, 100, 306, 160)) * falling).astype(np.uint8)
    even = relative_brightness(picture)
    paper = np.delete(even, np.r_[90:120, 290:320], axis=1)
    assert paper.min() > 240
    assert even[110:150, [102, 302]].max() < 20
    assert even.shape == picture.shape


def test_colours_are_evened_out_each_for_itself() -> None:
    picture = np.full((60, 80, 3), (200, 180, 90), np.uint8)
    assert relative_brightness(picture).tolist() == np.full((60, 80, 3), 255).tolist()

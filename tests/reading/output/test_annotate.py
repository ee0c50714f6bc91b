import numpy as np
import pytest
from PIL import Image

from inkdigits.reading.output.annotate import annotate
from inkdigits.reading.output.drawing import AMBER, GREEN, RED
from inkdigits.reading.result import Box, Digit, Line

Span = tuple[int, int, int, int]


def mark(value: str | None, confidence: float, box: Box) -> Digit:
    return Digit(value, confidence, box, (), np.zeros((28, 28), np.uint8))


def line(*digits: Digit) -> Line:
    return Line("".join(digit.character for digit in digits), digits, digits[0].box)


def page(width: int, height: int, *boxes: Box) -> np.ndarray:
    """White paper with a black rectangle for each mark."""
    picture = np.full((height, width, 3), 255, np.uint8)
    for left, top, right, bottom in boxes:
        picture[top:bottom, left:right] = 0
    return picture


def extent(mask: np.ndarray) -> Span:
    """Left, top, right and bottom of what is true, the last two exclusive."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def of_colour(drawn: Image.Image, colour: tuple[int, int, int]) -> np.ndarray:
    """Where the drawing has the colour, the legend at its foot left out."""
    pixels = np.asarray(drawn)
    return (pixels == colour).all(axis=2) & (np.arange(drawn.height) < drawn.height - 40)[:, None]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_frames_stand_around_the_marks_of_the_upright_page(turn):
    upright = np.rot90(page(700, 600, Box(200, 220, 230, 264), Box(400, 300, 430, 344)), turn // 90)
    # Where the two boxes lie in the picture before it is turned clockwise, worked out by hand.
    before = {
        0: (Box(200, 220, 230, 264), Box(400, 300, 430, 344)),
        90: (Box(220, 470, 264, 500), Box(300, 270, 344, 300)),
        180: (Box(470, 336, 500, 380), Box(270, 256, 300, 300)),
        270: (Box(336, 200, 380, 230), Box(256, 400, 300, 430)),
    }[turn]
    digits = (mark("1", 1.0, before[0]), mark(None, 1.0, before[1]))
    drawn = annotate(upright, [line(*digits)], turn=turn)
    # The page is wide enough for digits 44 pixels high to stay as they are; a frame is 2 wide, its name above it.
    left, _, right, bottom = extent(of_colour(drawn, GREEN))
    assert (left, right, bottom) == (198, 232, 266)
    assert extent(of_colour(drawn, RED)) == (398, 298, 432, 346)


def test_colours_and_shapes_tell_how_sure_a_mark_is():
    boxes = [Box(100 + 100 * i, 100, 130 + 100 * i, 144) for i in range(3)]
    digits = [mark("1", 0.95, boxes[0]), mark("1", 0.85, boxes[1]), mark(None, 0.99, boxes[2])]
    drawn = annotate(page(600, 300), [line(*digits)])
    for box, colour in zip(boxes, (GREEN, AMBER, RED), strict=True):
        left, _, right, _ = extent(of_colour(drawn, colour))
        assert (left, right) == (box.left - 2, box.right + 2)
    bottom = 145  # the row of pixels in which all lower edges lie
    assert of_colour(drawn, GREEN)[bottom].sum() == 34
    assert 10 < of_colour(drawn, AMBER)[bottom].sum() < 30  # dashed
    assert of_colour(drawn, RED)[122, 312:318].any()  # crossed out


def test_what_counts_as_sure_can_be_chosen():
    digits = line(mark("1", 0.95, Box(100, 100, 130, 144)))
    assert of_colour(annotate(page(600, 300), [digits], sure=0.95), GREEN).any()
    assert not of_colour(annotate(page(600, 300), [digits], sure=0.951), GREEN).any()


def test_names_at_the_pages_edges_stay_within_the_picture():
    digits = [mark("8", 1.0, Box(0, 0, 4, 44)), mark("8", 1.0, Box(596, 0, 600, 44))]
    drawn = annotate(page(600, 300), [line(*digits)])
    assert drawn.height >= 300 + 34 + 34  # above the page a name's 24 pixels and a margin of 10, below the legend
    names = of_colour(drawn, GREEN)[:30]
    left, _, right, _ = extent(names)
    assert 0 < left < 20
    assert 580 < right < 600


@pytest.mark.parametrize("size", [(1, 1), (28, 28), (9000, 20), (20, 9000), (6000, 5000)])
@pytest.mark.parametrize("digit", [None, "5"])
def test_pages_of_any_size_come_out_fit_to_look_at(size, digit):
    width, height = size
    box = Box(0, 0, max(1, width // 3), max(1, height // 3))
    for lines in ([], [line(mark(digit, 0.5, box))]):
        drawn = annotate(page(width, height), lines)
        assert 480 <= drawn.width <= 4000
        assert drawn.height <= 4200


def test_the_page_given_stays_as_it_is():
    picture = page(60, 60, Box(10, 10, 20, 40))
    picture.flags.writeable = False
    before = picture.copy()
    annotate(picture, [line(mark("1", 1.0, Box(10, 10, 20, 40)))], turn=90)
    assert (picture == before).all()

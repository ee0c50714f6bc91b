"""The reader from end to end: pages of plain MNIST test digits, turned, multiplied, drawn; and what means harm."""

import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

import inkdigits
from inkdigits import Reader
from inkdigits.errors import ImageError, InkdigitsError
from inkdigits.reading.constraint import Constraint
from inkdigits.reading.page import turned_box
from inkdigits.reading.result import REJECTED, Box, Page, Reading

NUMBERS = "0012345678", "904    217", "5556667778"
TEXT = "0012345678\n904 217\n5556667778"


@pytest.fixture(scope="module")
def page(draw):
    return draw(*NUMBERS)


def png(picture: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    both = max(width, 0) * max(height, 0)
    areas = ((box.right - box.left) * (box.bottom - box.top) for box in (one, other))
    return both / (sum(areas) - both)


box_on_page = st.builds(
    lambda x, y: Box(x[0], y[0], x[1] + 1, y[1] + 1),
    *[st.tuples(st.integers(0, 19), st.integers(0, 19)).map(sorted) for _ in range(2)],
)


@given(box_on_page, st.integers(20, 40), st.integers(20, 40), st.sampled_from([0, 90, 180, 270]))
def test_a_turned_box_is_where_numpy_turns_its_paint_and_comes_back(box, width, height, turn):
    painted = np.zeros((height, width), bool)
    painted[box.top : box.bottom, box.left : box.right] = True
    turned = turned_box(box, turn, width, height)
    again = np.zeros_like(np.rot90(painted, -turn // 90))
    again[turned.top : turned.bottom, turned.left : turned.right] = True
    assert (again == np.rot90(painted, -turn // 90)).all()
    assert turned_box(turned, -turn % 360, again.shape[1], again.shape[0]) == box


@pytest.mark.parametrize(("turn", "known"), list(product([0, 90, 180, 270], [False, True])))
def test_boxes_lie_on_the_digits_of_the_picture_as_it_came(reader, page, turn, known):
    lying = np.ascontiguousarray(np.rot90(page.picture, turn // 90))
    reading = reader.read(lying, turn=turn if known else None)
    assert reading.text == TEXT
    assert reading.pages == (Page(lying.shape[1], lying.shape[0], turn),)
    height, width = page.ink.shape
    for line, wanted in zip(reading.lines, page.boxes, strict=True):
        for digit, box in zip(line.digits, wanted, strict=True):
            assert overlap(turned_box(digit.box, turn, lying.shape[1], lying.shape[0]), box) > 0.75
            assert 0 <= digit.box.left < digit.box.right <= lying.shape[1]
            assert 0 <= digit.box.top < digit.box.bottom <= lying.shape[0]
        own = np.array([digit.box for digit in line.digits])
        assert line.box == (*own[:, :2].min(axis=0), *own[:, 2:].max(axis=0))
    assert (height, width) == np.rot90(lying, -turn // 90).shape[:2]


def test_every_digit_is_told_with_its_odds(reader, page):
    reading = reader.read(page.picture)
    assert len(reading.digits) == 26
    for digit in reading.digits:
        assert 0.5 < digit.confidence <= 1
        assert digit.image.shape == (28, 28)
        values, odds = zip(*digit.alternatives, strict=True)
        assert sorted([digit.value, *values]) == list("0123456789")
        assert list(odds) == sorted(odds, reverse=True)
        assert digit.confidence + sum(odds) <= 1 + 1e-5


def test_leading_zeros_live(reader, draw):
    assert reader.read(draw("0007", "0000").picture).text == "0007\n0000"


@pytest.mark.parametrize("picture", [np.full((300, 400), 255, np.uint8), np.zeros((300, 400, 3), np.uint8)])
def test_an_empty_page_is_a_reading_without_lines(reader, picture):
    reading = reader.read(picture)
    assert reading == Reading((), (Page(400, 300, 0),))
    assert (reading.text, reading.digits) == ("", ())


def test_all_kinds_of_sources_read_alike(reader, page, tmp_path):
    path = tmp_path / "page.png"
    path.write_bytes(png(page.picture))
    wanted = reader.read(page.picture)
    for source in (path, str(path), path.read_bytes(), Image.open(path), page.picture[:, :, 0]):
        assert reader.read(source) == wanted
    assert inkdigits.read(path).text == wanted.text


def test_the_negative_reads_alike(reader, page):
    assert reader.read(255 - page.picture) == reader.read(page.picture)


def test_pages_of_a_tiff_are_numbered_and_each_is_turned_on_its_own(reader, page, draw):
    other = draw("31415926", "53589793").picture
    pictures = [page.picture, np.full((50, 60, 3), 255, np.uint8), np.ascontiguousarray(np.rot90(other))]
    first, *rest = [Image.fromarray(picture) for picture in pictures]
    file = io.BytesIO()
    first.save(file, "TIFF", save_all=True, append_images=rest)
    reading = reader.read(file.getvalue())
    assert reading.text == f"{TEXT}\n31415926\n53589793"
    assert [line.page for line in reading.lines] == [0, 0, 0, 2, 2]
    assert [page.turn for page in reading.pages] == [0, 0, 90]
    assert [(page.width, page.height) for page in reading.pages] == [p.shape[1::-1] for p in pictures]


def test_a_constraint_tells_where_it_changed_the_reading(reader, draw):
    picture = draw("504", "123").picture
    free = reader.read(picture)
    assert [line.changed for line in free.lines] == [False, False]
    held = reader.read(picture, constraint=Constraint(pattern="[1-3]+"))
    assert [line.changed for line in held.lines] == [True, False]
    assert set(held.lines[0].text) <= set("123")
    assert held.lines[1].text == "123"
    fitting = reader.read(picture, constraint=Constraint(digits=(3, 3)))
    assert fitting == free
    assert all(line.fits for line in (*free.lines, *held.lines))
    missed = reader.read(picture, constraint=Constraint(digits=(7, 7)))
    assert [(line.text, line.changed, line.fits) for line in missed.lines] == [
        (line.text, False, False) for line in free.lines
    ]


@pytest.mark.parametrize("turn", [45, -90, 360, 1])
def test_a_turn_that_is_none_is_refused_in_one_line(reader, page, turn):
    with pytest.raises(InkdigitsError, match=rf"^turn={turn}: must be one of 0, 90, 180, 270$"):
        reader.read(page.picture, turn=turn)


@pytest.mark.parametrize(
    "source", [b"", b"no image", "missing.png", np.zeros((0, 5), np.uint8), np.zeros((4, 4), np.float32)]
)
def test_what_is_no_picture_is_refused_in_one_line(reader, source):
    with pytest.raises(ImageError) as caught:
        reader.read(source)
    assert "\n" not in str(caught.value)


def test_a_bundle_of_other_classes_is_refused():
    bundle = Path(__file__).parents[1] / "inference" / "fixtures" / "three_classes"
    with pytest.raises(InkdigitsError, match="its classes are not the digits 0 to 9"):
        Reader(bundle)


def test_one_reader_answers_four_threads_as_it_answers_one(reader, draw):
    pictures = [draw(f"{1000 + 137 * i}", f"{i}{i}90").picture for i in range(8)]
    alone = [reader.read(picture) for picture in pictures]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(reader.read, pictures * 3))
    assert together == alone * 3


def test_what_explains_a_reading_is_of_the_same_reading(reader, page):
    lying = np.ascontiguousarray(np.rot90(page.picture))
    reading, (trace,) = reader.explain(lying)
    assert reading == reader.read(lying)
    assert (trace.picture == lying).all()
    assert trace.ink.shape == page.ink.shape
    assert len(trace.chosen) == len(reading.digits)
    assert set(trace.chosen) <= set(trace.candidates)
    for digit, box in zip(reading.digits, trace.chosen, strict=True):
        assert turned_box(digit.box, 90, lying.shape[1], lying.shape[0]) == box
        assert trace.ink[box.top : box.bottom, box.left : box.right].max() == 255


@pytest.mark.parametrize("height", [14, 28, 100, 400])
def test_digits_of_all_sizes(reader, draw, height):
    assert reader.read(draw("1604", "3725", height=height).picture).text == "1604\n3725"


@pytest.mark.parametrize("digit", "0123456789")
@pytest.mark.parametrize("side", [28, 280])
def test_one_digit_on_a_canvas(reader, plain_digits, digit, side):
    canvas = np.zeros((side, side), np.uint8)
    height = round(0.7 * side)
    ink = plain_digits[int(digit)]
    tile = cv2.resize(ink, (round(ink.shape[1] * height / len(ink)), height), interpolation=cv2.INTER_CUBIC)
    top, left = (side - height) // 2, (side - tile.shape[1]) // 2
    canvas[top : top + height, left : left + tile.shape[1]] = tile
    assert reader.read(canvas).text == digit
    assert reader.read(255 - canvas).text == digit


HOSTILE = {
    "black": "picture[:] = 0",
    "specks": "for x, y, w, h in rng.integers((0, 0, 2, 2), (2990, 2990, 9, 9), (50000, 4)): picture[y:y+h, x:x+w] = 0",
    "noise": "picture[:] = rng.integers(0, 256, picture.shape)",
    "squares": "picture[::40] = picture[1::40] = picture[:, ::40] = picture[:, 1::40] = 0",
    "hatching": "for i in range(0, 6000, 30): cv2.line(picture, (i, 0), (i - 3000, 3000), 0, 3)",
    "tangle": "cv2.polylines(picture, [rng.integers(100, 2900, (120, 2)).astype(np.int32)], False, 0, 9)",
}
READ = """
import sys
import cv2
import numpy as np
from inkdigits import Reader
rng = np.random.default_rng(0)
picture = np.full((3000, 3000), 255, np.uint8)
{}
reading = Reader(threads=1).read(picture)
with open("/proc/self/status") as status:
    peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
print(len(reading.lines), len(reading.digits), peak)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell no peak memory")
@pytest.mark.parametrize("kind", HOSTILE)
def test_pages_that_mean_harm_end_within_bounds(kind):
    command = [sys.executable, "-W", "error", "-c", READ.format(HOSTILE[kind])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    lines, digits, peak = map(int, done.stdout.split())
    assert peak < 500_000  # kilobytes
    assert digits <= 3000
    assert (lines == 0) == (digits == 0)
    if kind == "black":
        assert digits == 0


shapes = st.tuples(st.integers(1, 60), st.integers(1, 60))


@settings(max_examples=25, deadline=None)
@given(
    shapes.flatmap(
        lambda s: st.one_of(
            arrays(np.uint8, s, fill=st.integers(0, 255)),
            arrays(np.uint8, (*s, 3), fill=st.integers(0, 255)),
            arrays(np.uint8, (*s, 4), fill=st.integers(0, 255)),
            arrays(np.uint16, s, fill=st.integers(0, 65535)),
            arrays(np.bool_, s),
        )
    ),
    st.sampled_from([None, 0, 90, 180, 270]),
)
def test_any_array_gives_a_reading(reader, array, turn):
    assert_sound(reader.read(array, turn=turn), array.shape[1], array.shape[0])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.tuples(st.integers(1, 250), st.integers(1, 250)), st.integers(1, 60))
def test_any_heap_of_blots_gives_a_reading(reader, seed, shape, count):
    generator = np.random.default_rng(seed)
    picture = np.full((*shape, 3), generator.integers(0, 256, 3), np.uint8)
    for _ in range(count):
        x, y, right, down = generator.integers((-20, -20, 1, 1), (shape[1], shape[0], 60, 60)).tolist()
        draw_one = cv2.ellipse if generator.random() < 0.5 else cv2.rectangle
        colour, pen = generator.integers(0, 256, 3).tolist(), int(generator.choice([-1, 1, 2, 7]))
        if draw_one is cv2.ellipse:
            cv2.ellipse(picture, (x, y), (right, down), 30, 0, 360, colour, pen)
        else:
            cv2.rectangle(picture, (x, y), (x + right, y + down), colour, pen)
    assert_sound(reader.read(picture), shape[1], shape[0])


def assert_sound(reading: Reading, width: int, height: int) -> None:
    (page,) = reading.pages
    assert (page.width, page.height) == (width, height)
    for line in reading.lines:
        assert line.text.replace(" ", "") == "".join(digit.character for digit in line.digits)
        assert line.text.strip() == line.text != ""
        for digit in line.digits:
            assert digit.value is None or digit.value in "0123456789"
            assert 0 <= digit.confidence <= 1 + 1e-6
            assert 0 <= digit.box.left < digit.box.right <= width
            assert 0 <= digit.box.top < digit.box.bottom <= height


def test_a_scribble_is_rejected(reader, draw):
    page = draw("3074   1", "5629   8")
    for row in (0, 1):
        top = page.boxes[row][0].top
        angle = np.linspace(0, 14 * np.pi, 400)
        across = 335 + 40 * np.sin(angle * 1.13) + 8 * np.cos(5 * angle)
        down = top + 22 + 20 * np.sin(angle * 1.71 + 1)
        scribble = np.rint(np.stack([across, down], axis=1) * 8).astype(np.int32)
        cv2.polylines(page.picture, [scribble], False, (40, 40, 40), 2, cv2.LINE_AA, 3)
    reading = reader.read(page.picture, turn=0)
    assert [line.text.replace(" ", "") for line in reading.lines] == [f"3074{REJECTED}1", f"5629{REJECTED}8"]
    assert all(line.digits[4].value is None and line.digits[4].confidence > 0.5 for line in reading.lines)

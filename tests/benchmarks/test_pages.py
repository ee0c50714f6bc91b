"""Drawn pages: their truth is true, whatever the page went through."""

import io
import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pages import make_page, make_pages, write_pages
from reading import load_truth
from synthetic.digits import fonts, printed
from synthetic.marks import KINDS
from synthetic.style import CLEAN, GRADES

QUIET = replace(CLEAN, noise=0.0, quality=97, light=0.0, lines=(5, 6))


def page(style, seed=0):
    return make_page(style, np.random.default_rng(seed))


def grey(drawn) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(drawn.data)).convert("L")).astype(float)


def ink_box(picture: np.ndarray, box, around=6):
    """The box of what is dark in and around a box, found in the picture itself."""
    left, top = max(0, box[0] - around), max(0, box[1] - around)
    part = picture[top : box[3] + around, left : box[2] + around]
    dark = part < (np.percentile(part, 95) + part.min()) / 2
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    return left + columns[0], top + rows[0], left + columns[-1] + 1, top + rows[-1] + 1


def test_a_seed_draws_one_page():
    assert page(CLEAN, 3).data == page(CLEAN, 3).data
    assert page(CLEAN, 3).data != page(CLEAN, 4).data


@pytest.mark.parametrize("grade", [grade for grade in GRADES if grade not in ("fonts", "huge")])
def test_every_grade_draws_what_its_truth_says(grade):
    style = GRADES[grade]
    drawn = page(style)
    assert Image.open(io.BytesIO(drawn.data)).size == (drawn.width, drawn.height)
    assert "".join(drawn.lines).replace(" ", "") == "".join(mark.label for mark in drawn.marks)
    assert all((mark.kind == "digit") == bool(mark.label) for mark in drawn.marks)
    numbers = [number for line in drawn.lines for number in line.split()]
    assert all(style.digits[0] <= len(number) <= style.digits[1] for number in numbers)
    if not style.marks:  # there a line may hold no number
        assert style.lines[0] <= len(drawn.lines) <= style.lines[1]


@pytest.mark.parametrize("gap", [10, 0, -2, -4])
def test_neighbours_keep_their_distance(gap):
    drawn = page(replace(QUIET, gap=(gap, gap)))
    marks = iter(drawn.marks)
    for line in drawn.lines:
        boxes = [next(marks).box for _ in line]
        assert {right[0] - left[2] for left, right in pairwise(boxes)} == {gap}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"skew": 8.0},
        {"perspective": 0.06},
        {"desk": True, "skew": 3.0},
        {"turned": True},
        {"turned": True, "skew": 5.0, "perspective": 0.04},
        {"scale": 2.0},
    ],
)
@pytest.mark.parametrize("seed", [0, 1])
def test_boxes_lie_around_the_ink(changes, seed):
    style = replace(QUIET, gap=(14, 14), **changes)
    drawn = page(style, seed)
    picture = grey(drawn)
    for mark in drawn.marks:
        assert np.abs(np.subtract(ink_box(picture, mark.box), mark.box)).max() <= 2 * style.scale


@pytest.mark.parametrize("seed", range(4))
def test_the_turn_sets_the_page_upright(seed):
    turned, upright = (page(replace(QUIET, turned=turned, scale=0.5), seed) for turned in (True, False))
    set_up = Image.open(io.BytesIO(turned.data)).rotate(-turned.turn, expand=True).convert("L")
    assert np.abs(np.asarray(set_up) - grey(upright)).mean() < 1
    assert turned.lines == upright.lines


def test_all_turns_occur():
    assert {page(replace(QUIET, turned=True, scale=0.4), seed).turn for seed in range(12)} == {0, 90, 180, 270}


def test_pages_of_marks_hold_every_kind():
    kinds = {mark.kind for seed in range(8) for mark in page(GRADES["marks"], seed).marks}
    assert kinds == {"digit", *KINDS}


def test_boards_are_dark_and_paper_is_light():
    assert np.median(grey(page(GRADES["board"]))) < 90
    assert np.median(grey(page(CLEAN))) > 170


def test_faint_ink_is_faint():
    spans = {name: np.ptp(grey(page(replace(GRADES[name], noise=0.0)))) for name in ("clean", "faint")}
    assert spans["faint"] < 0.7 * spans["clean"]


def test_digits_from_fonts_need_fonts(tmp_path):
    with pytest.raises(ValueError, match="apt-get install fonts-comic-neue"):
        make_pages("fonts", 1, 0, tmp_path)
    assert fonts(tmp_path) == []


def test_fonts_are_found_in_a_fixed_order(tmp_path):
    for name in ("b/dkg.ttf", "a/Humor-Sans.ttf", "a/Unknown.ttf"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")
    assert [path.name for path in fonts(tmp_path)] == ["dkg.ttf", "Humor-Sans.ttf"]


def test_capitals_get_the_height():
    assert abs(printed("H", None, 50).shape[0] - 50) <= 2


def test_written_pages_are_what_reading_takes(tmp_path):
    first, second = make_pages("clean", 2, 0), make_pages("turned", 2, 0)
    write_pages(first, tmp_path)
    write_pages(second, tmp_path)
    truth, turns = load_truth(tmp_path)
    assert list(truth) == ["clean-000.jpg", "clean-001.jpg", "turned-000.jpg", "turned-001.jpg"]
    assert truth["turned-001.jpg"] == list(second["turned-001.jpg"].lines)
    assert turns["turned-001.jpg"] == second["turned-001.jpg"].turn
    marks = json.loads(Path(tmp_path, "marks.json").read_text())["clean-000.jpg"]
    assert [mark["label"] for mark in marks] == [mark.label for mark in first["clean-000.jpg"].marks]
    assert Path(tmp_path, "clean-000.jpg").read_bytes() == first["clean-000.jpg"].data

"""Graded sets, scored with readers whose answers are known."""

import io

import numpy as np
import pytest
from PIL import Image

from grades import markdown, row, scored
from hostile import bomb, judged
from inkdigits.errors import ImageError
from inkdigits.reading.result import Box, Line, Page, Reading
from pages import make_page
from synthetic.style import GRADES


def pages(grade, count=2):
    drawn = [make_page(GRADES[grade], np.random.default_rng(seed)) for seed in range(count)]
    return {f"{number}.jpg": page for number, page in enumerate(drawn)}


def perfect(page, make_digit) -> Reading:
    """What a reader without fault makes of a page, marks that are no digits shown as rejected."""
    digits = tuple(make_digit(mark.label or None, mark.box) for mark in page.marks)
    box = Box(0, 0, page.width, page.height)
    lines = tuple(Line(text, digits if number == 0 else (), box) for number, text in enumerate(page.lines))
    return Reading(lines, (Page(page.width, page.height, page.turn),))


@pytest.mark.parametrize("grade", ["clean", "marks", "turned"])
def test_a_perfect_reader(grade, make_digit):
    drawn = pages(grade)
    known = {page.data: perfect(page, make_digit) for page in drawn.values()}
    facts, misread = scored(grade, drawn, known.__getitem__)
    assert (facts["errors"], facts["invented"], misread) == (0, 0, {})
    assert facts["turns_right"] == facts["pages"] == 2
    assert facts["exact_lines"] == facts["lines"]
    marks = facts["marks"]
    assert marks["right"] == marks["kept"] == marks["digits"] == facts["digits"]
    assert marks["shown"] == marks["rejected"] == marks["others"]
    assert ("met" in row(grade, facts)) == (grade != "turned")
    assert facts["error_interval"][0] == 0.0


def test_a_reader_that_rejects_nothing_or_reads_nothing(make_digit):
    drawn = pages("marks")

    def eager(data):
        page = next(page for page in drawn.values() if page.data == data)
        digits = tuple(make_digit(mark.label or "4", mark.box) for mark in page.marks)
        return Reading((Line("", digits, Box(0, 0, 1, 1)),), (Page(page.width, page.height),))

    facts, misread = scored("marks", drawn, eager)
    assert facts["marks"]["kept"] == facts["marks"]["digits"]
    assert facts["marks"]["rejected"] == 0
    assert "missed" in row("marks", facts)
    assert list(misread) == list(drawn)

    def refuse(data):
        raise ImageError("no")

    facts, _ = scored("marks", drawn, refuse)
    assert facts["errors"] == facts["digits"]
    assert facts["marks"]["kept"] == 0
    assert "missed" in row("marks", facts)


def test_the_table_keeps_the_order_of_the_grades(make_digit):
    results = {}
    for grade in ("turned", "clean"):
        drawn = pages(grade, 1)
        known = {page.data: perfect(page, make_digit) for page in drawn.values()}
        results[grade], _ = scored(grade, drawn, known.__getitem__)
    lines = markdown({"grades": results}).splitlines()
    assert [line.split()[1] for line in lines[-2:]] == ["clean", "turned"]
    assert len({line.count("|") for line in lines[-4:]}) == 1


def test_hostile_files_are_judged():
    error = {"failed": "ImageError: /tmp/x/a.png: damaged", "orders": [[]]}
    assert judged(error, "error") == ("a.png: damaged", True)
    assert judged(error, "page")[1] is False
    assert judged({"failed": "ValueError: a.png: boom", "orders": [[]]}, "error")[1] is False
    assert judged({"orders": [[]]}, "nothing")[1] is True
    assert judged({"orders": [["1"]]}, "nothing")[1] is False
    assert judged({"orders": [["1"]]}, "error")[1] is False


def test_the_bomb_is_a_picture_and_small():
    data = bomb(1000)
    assert len(data) < 2000
    with Image.open(io.BytesIO(data)) as image:
        assert (image.size, image.getextrema()) == ((1000, 1000), (0, 0))

"""Pages that fill up, and the table of their reading."""

import json
from pathlib import Path

import pytest

from reading_growth import add, growing_pages, markdown

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def pages():
    return growing_pages()


def test_pages_hold_what_their_grid_says_and_keep_their_size(pages):
    assert list(pages) == ["10", "30", "100", "300", "1008"]  # 2 numbers a line: 1x5, 3x5, 5x10, 15x10, 36x14 digits
    assert {(page.width, page.height) for page in pages.values()} == {(720, 960)}
    assert [len(page.lines) for page in pages.values()] == [1, 3, 5, 15, 36]


def test_rounds_are_put_together_and_shown(pages):
    few = {"10": pages["10"]}
    system = {"seconds": {}, "errors": {}}
    wrong = "".join("1" if digit != "1" else "2" for digit in pages["10"].lines[0] if digit != " ")
    for seconds, lines in ((0.5, [wrong]), (0.25, list(pages["10"].lines))):
        add(system, 2, {"version": "1", "pages": {"10": {"orders": [lines], "seconds": [seconds]}}}, few)
        assert (system["errors"]["10"] > 0) == (lines == [wrong])
    assert system["seconds"] == {"2": {"10": [0.5, 0.25]}}
    machine = {"cores": 2, "processor": "a processor"}
    found = {"machine": machine, "digits": ["10"], "systems": {"inkdigits": system}, "left_out": ["rapidocr"]}
    lines = markdown(found).splitlines()
    assert lines[-2:] == ["| inkdigits (1) | 2 | 375 ms (250 ms to 500 ms) |", "| inkdigits: errors |  | 0 |"]
    assert "Left out, for it was not installed: rapidocr." in lines


def test_the_committed_table_is_of_the_committed_figures():
    found = json.loads((BENCHMARKS / "reading_growth.json").read_text())
    table = (BENCHMARKS / "reading_growth.md").read_text()
    assert table == markdown(found), "run: python benchmarks/reading_growth.py"

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.reading.output.formats import (
    CSV_HEADER,
    numbers,
    to_csv,
    to_dict,
    to_json,
    to_jsonl,
    to_text,
    with_doubts,
)
from inkdigits.reading.result import Box, Digit, Line, Page, Reading

IMAGE = np.zeros((28, 28), np.uint8)


def digit(value: str | None, confidence: float, left: int) -> Digit:
    others = tuple((other, (1 - confidence) / 10) for other in "9876543210" if other != value)
    return Digit(value, confidence, Box(left, 20, left + 10, 40), others, IMAGE)


# "07 1□" on the first page, "4" on the second.
FIRST = Line(
    "07 1□", (digit("0", 0.99, 5), digit("7", 0.6, 20), digit("1", 0.95, 60), digit(None, 0.7, 75)), Box(5, 20, 85, 40)
)
SECOND = Line("4", (digit("4", 0.5, 30),), Box(30, 20, 40, 40), page=1, changed=True, fits=False)
READING = Reading((FIRST, SECOND), (Page(100, 50), Page(60, 80, 90, 3)))
BLANK = Reading((), (Page(100, 50),))


def test_text_is_the_lines():
    assert to_text("a.png", READING) == "07 1□\n4\n"
    assert to_text("a.png", BLANK) == ""


def test_named_text_has_the_image_before_each_line():
    assert to_text("a.png", READING, named=True) == "a.png:07 1□\na.png:4\n"


def test_numbers_have_their_own_marks():
    assert [(text, [d.value for d in digits]) for text, digits in numbers(FIRST)] == [
        ("07", ["0", "7"]),
        ("1□", ["1", None]),
    ]


def test_less_confidence_than_asked_for_is_a_question_mark():
    doubted = with_doubts(READING, 0.95)
    assert doubted.text == "0? 1□\n?"
    assert doubted.digits == READING.digits
    assert with_doubts(READING, 0.0) == READING
    assert with_doubts(READING, 1.0).text == "?? ?□\n?"


def test_json_holds_everything():
    found = json.loads(to_json("ä.png", READING))
    assert found == to_dict("ä.png", READING)
    assert found["image"] == "ä.png"
    assert found["text"] == "07 1□\n4"
    assert found["pages"] == [
        {"width": 100, "height": 50, "turn": 0, "left_out": 0},
        {"width": 60, "height": 80, "turn": 90, "left_out": 3},
    ]
    first, second = found["lines"]
    assert (first["text"], first["page"], first["changed"], first["fits"]) == ("07 1□", 0, False, True)
    assert (second["text"], second["page"], second["changed"], second["fits"]) == ("4", 1, True, False)
    assert first["box"] == {"left": 5, "top": 20, "right": 85, "bottom": 40}
    assert [(d["value"], d["confidence"]) for d in first["digits"]] == [
        ("0", 0.99),
        ("7", 0.6),
        ("1", 0.95),
        (None, 0.7),
    ]
    assert list(first["digits"][0]["alternatives"].items())[:2] == [("9", 0.001), ("8", 0.001)]
    assert len(first["digits"][3]["alternatives"]) == 10


def test_numbers_of_numpy_are_plain_numbers_in_json():
    mark = Digit("3", np.float32(0.1), Box(*np.arange(4)), (("8", np.float32(0.25)),), IMAGE)
    (line,) = to_dict("", Reading((Line("3", (mark,), mark.box),), ()))["lines"]
    (found,) = json.loads(json.dumps(line))["digits"]
    assert found == {
        "value": "3",
        "confidence": 0.1,
        "box": {"left": 0, "top": 1, "right": 2, "bottom": 3},
        "alternatives": {"8": 0.25},
    }


@pytest.mark.parametrize("name", ["a.png", 'with "quotes"\n, line ends\r\x1b[31m', "\u2028\x85\u2029"])
def test_jsonl_is_one_line_whatever_the_name(name):
    line = to_jsonl(name, READING)
    assert line.splitlines() == [line[:-1]]
    assert json.loads(line) == to_dict(name, READING)
    assert line.startswith('{"image":')


def test_csv_has_a_row_for_each_mark():
    assert to_csv("a, b.png", READING).splitlines() == [
        "image,page,line,number,position,value,confidence,left,top,right,bottom",
        '"a, b.png",0,0,0,0,0,0.990000,5,20,15,40',
        '"a, b.png",0,0,0,1,7,0.600000,20,20,30,40',
        '"a, b.png",0,0,1,0,1,0.950000,60,20,70,40',
        '"a, b.png",0,0,1,1,,0.700000,75,20,85,40',
        '"a, b.png",1,1,0,0,4,0.500000,30,20,40,40',
    ]


def test_csv_shows_doubts_and_can_go_without_a_header():
    rows = list(csv.DictReader(io.StringIO(to_csv("", with_doubts(READING, 0.95), header=False)), CSV_HEADER))
    assert [row["value"] for row in rows] == ["0", "?", "1", "", "?"]
    assert to_csv("", BLANK, header=False) == ""


@settings(deadline=None)
@given(st.text(), st.lists(st.text("0123456789□", min_size=1, max_size=5), max_size=4), st.floats(0, 1))
def test_what_is_written_comes_back(name, words, minimum):
    marks = [digit(None if character == "□" else character, 0.5, 0) for word in words for character in word]
    reading = Reading((Line(" ".join(words), tuple(marks), Box(0, 0, 1, 1)),), (Page(9, 9),))
    assert json.loads(to_jsonl(name, reading))["lines"][0]["text"] == " ".join(words)
    shown = with_doubts(reading, minimum)
    assert with_doubts(shown, minimum) == shown
    rows = list(csv.DictReader(io.StringIO(to_csv(name, shown, header=True), newline="")))
    assert all(row["image"] == name for row in rows)
    found: dict[str, str] = {}
    for row in rows:
        found[row["number"]] = found.get(row["number"], "") + (row["value"] or "□")
    assert list(found.values()) == shown.lines[0].text.split()


def test_doubts_follow_changed_lines():
    assert with_doubts(replace(READING, lines=(SECOND,)), 0.9).lines[0].changed

"""Parquet holds what JSON Lines hold."""

import io
import json
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from inkdigits.cluster.rows import to_parquet
from inkdigits.reading.output.formats import error_to_jsonl, to_dict, to_jsonl
from inkdigits.reading.result import Box, Digit, Line, Page, Reading

SEVEN = Digit("7", 0.987654321, Box(1, 2, 9, 12), (("1", 0.0101), ("2", 0.002)), np.zeros((28, 28), np.uint8))
NONE = Digit(None, 0.6, Box(10, 2, 19, 12), (), np.zeros((28, 28), np.uint8))
READING = Reading((Line("7 □", (SEVEN, NONE), Box(1, 2, 19, 12), 1, True),), (Page(20, 30), Page(40, 20, 90)))
EMPTY = Reading((), (Page(5, 5),))


def table_of(*lines: str) -> list[dict[str, Any]]:
    file = io.BytesIO(to_parquet([line.encode() for line in lines]))
    rows: list[dict[str, Any]] = pq.read_table(file).to_pylist(maps_as_pydicts="strict")
    return rows


def test_a_reading_is_the_same_in_both() -> None:
    rows = table_of(to_jsonl("a.png", READING), to_jsonl("ü\u2028.png", EMPTY))
    expected = [{**to_dict("a.png", READING), "error": None}, {**to_dict("ü\u2028.png", EMPTY), "error": None}]
    assert rows == expected


def test_an_image_that_cannot_be_read_has_an_error_and_nothing_else() -> None:
    line = error_to_jsonl("b.png", "b.png: no such file")
    assert json.loads(line) == {"image": "b.png", "error": "b.png: no such file"}
    (row,) = table_of(line)
    assert row == {"image": "b.png", "error": "b.png: no such file", "text": None, "pages": None, "lines": None}


def test_many_rows_keep_their_order() -> None:
    lines = [error_to_jsonl(str(number), "x") for number in range(600)]
    assert [row["image"] for row in table_of(*lines)] == [str(number) for number in range(600)]

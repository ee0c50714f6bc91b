"""A reading as text, JSON and CSV, for people and for programs; ALTO has its own file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from inkdigits.reading.result import Box, Digit, Line, Reading

UNSURE = "?"
"""Stands in a line's text for a digit whose confidence is less than asked for."""

CSV_HEADER = (
    *("image", "page", "line", "number", "position", "value", "confidence"),
    *("left", "top", "right", "bottom"),
)

# Line ends beyond ASCII, which JSON leaves as they are; they can only stand in strings.
_LINE_ENDS = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}

_DECIMALS = 6  # of probabilities; the model's float32 holds no more


def with_doubts(reading: Reading, minimum: float) -> Reading:
    """The reading with `UNSURE` in its text for each digit of less confidence than `minimum`, 0 to 1.

    The digits stay as they are, and a rejected mark keeps its own sign.
    """
    return replace(reading, lines=tuple(_with_doubts(line, minimum) for line in reading.lines))


def numbers(line: Line) -> Iterator[tuple[str, tuple[Digit, ...]]]:
    """The numbers that stand apart on a line: the text of each, and its marks, one for each character."""
    begin = 0
    for text in line.text.split():
        yield text, line.digits[begin : begin + len(text)]
        begin += len(text)


def to_text(image: str, reading: Reading, *, named: bool = False) -> str:
    """Its lines, each with a line end, and with the image's name before it if `named`; "" when nothing is written."""
    before = f"{image}:" if named else ""
    return "".join(f"{before}{line.text}\n" for line in reading.lines)


def to_dict(image: str, reading: Reading) -> dict[str, Any]:
    """All of a reading but the digits' images, as plain lists, dicts, strings and numbers, ready for JSON.

    Keys: `image`, `text`, `pages` (`width`, `height`, `turn`, `left_out`) and `lines` (`text`, `page`, `changed`,
    `fits`, `box`, `digits`).
    A digit has `value` ("0" to "9", None for a mark that is none), `confidence`, `box` and `alternatives`, which gives
    every other digit its probability, the likeliest first. Boxes are `left`, `top`, `right`, `bottom` in pixels of
    the picture as a viewer shows it. Keys may be added to later versions, none will be renamed or removed.
    """
    pages = [asdict(page) for page in reading.pages]
    return {"image": image, "text": reading.text, "pages": pages, "lines": [_line(line) for line in reading.lines]}


def to_json(image: str, reading: Reading) -> str:
    """The reading as one indented JSON object, without a line end."""
    return json.dumps(to_dict(image, reading), indent=2, ensure_ascii=False)


def to_jsonl(image: str, reading: Reading) -> str:
    """The reading as a JSON object on one line, with its line end; the image's name comes first."""
    return _on_one_line(to_dict(image, reading))


def error_to_jsonl(image: str, error: str) -> str:
    """What stands in the place of a reading where there is none: the image's name and why it cannot be read."""
    return _on_one_line({"image": image, "error": error})


def to_csv(image: str, reading: Reading, *, header: bool = True) -> str:
    """A row for each mark, in reading order, under `CSV_HEADER`.

    `page` counts from 0; `line` from 0 on the picture, `number` on the line, `position` in the number. `value` is
    the digit, "" for a mark that is none, or `UNSURE` where the line's text has it.
    """
    rows = [",".join(CSV_HEADER)] if header else []
    name = csv_field(image)
    for index, line in enumerate(reading.lines):
        for number, (text, digits) in enumerate(numbers(line)):
            for position, (character, digit) in enumerate(zip(text, digits, strict=True)):
                value = UNSURE if character == UNSURE else digit.value or ""
                place = f"{name},{line.page},{index},{number},{position}"
                rows.append(f"{place},{value},{digit.confidence:.{_DECIMALS}f},{','.join(map(str, digit.box))}")
    return "".join(f"{row}\n" for row in rows)


def csv_field(text: str) -> str:
    """The text fit for CSV; Python's own writer leaves a lone carriage return bare."""
    return '"' + text.replace('"', '""') + '"' if re.search('[",\r\n]', text) else text


def _on_one_line(row: dict[str, Any]) -> str:
    line = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
    return line.translate(_LINE_ENDS) + "\n"


def _with_doubts(line: Line, minimum: float) -> Line:
    digits = iter(line.digits)
    characters = [" " if character.isspace() else _shown(next(digits), minimum) for character in line.text]
    return replace(line, text="".join(characters))


def _shown(digit: Digit, minimum: float) -> str:
    return UNSURE if digit.value is not None and digit.confidence < minimum else digit.character


def _line(line: Line) -> dict[str, Any]:
    digits = [_digit(digit) for digit in line.digits]
    told = {"changed": line.changed, "fits": line.fits}
    return {"text": line.text, "page": line.page, **told, "box": _box(line.box), "digits": digits}


def _digit(digit: Digit) -> dict[str, Any]:
    return {
        "value": digit.value,
        "confidence": round(float(digit.confidence), _DECIMALS),
        "box": _box(digit.box),
        "alternatives": {value: round(float(probability), _DECIMALS) for value, probability in digit.alternatives},
    }


def _box(box: Box) -> dict[str, int]:
    return {side: int(pixel) for side, pixel in box._asdict().items()}

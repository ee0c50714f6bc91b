"""The forms in which `inkdigits classify` writes its answers to standard output."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from inkdigits.cli.reading.images import on_one_line


class Format(StrEnum):
    """How the answers are written; labels is the JSON of Hugging Face's pipelines."""

    TEXT = "text"
    JSON = "json"
    LABELS = "labels"
    CSV = "csv"


@dataclass(frozen=True)
class Answer:
    """The classes of one image with their probabilities, the likeliest first; before them None where it is no digit.

    No classes where the image cannot be read. `one_of` are those that are to hold the right one as often as was asked,
    in the bundle's order; empty if not asked.
    """

    image: str
    classes: tuple[tuple[str | None, float], ...] = ()
    one_of: tuple[str, ...] = ()


def write(answers: Iterator[Answer], format_: Format, top: int, *, sets: bool) -> None:
    """Writes the answers as they come; `top` is the most classes that any has, `sets` whether they have `one_of`.

    An image that cannot be read is left out, except of labels, which go by their places.
    """
    if format_ is Format.LABELS:
        _write_labels(answers)
        return
    _WRITERS[format_]((answer for answer in answers if answer.classes), top, sets)


def _write_text(answers: Iterator[Answer], top: int, sets: bool) -> None:
    for answer in answers:
        (digit, confidence), *others = answer.classes
        line = f"{answer.image}: {digit or 'no digit'}  {confidence:.1%}"
        if others:
            line += f"  (then {', '.join(f'{other} {share:.1%}' for other, share in others)})"
        if sets:
            line += f"  one of {', '.join(answer.one_of)}"
        print(on_one_line(line))


def _write_json(answers: Iterator[Answer], top: int, sets: bool) -> None:
    rows = []
    for answer in answers:
        named = [{"digit": digit, "confidence": confidence} for digit, confidence in answer.classes]
        row = {"image": answer.image, **named[0], "alternatives": named[1:]}
        rows.append(row | {"one_of": list(answer.one_of)} if sets else row)
    print(json.dumps(rows, indent=2, ensure_ascii=False))


def _write_labels(answers: Iterator[Answer]) -> None:
    """One image gives a list of labels with their scores, several a list of such lists, as the pipelines do."""
    from inkdigits.recognizer import label_scores

    lists = [label_scores(answer.classes) for answer in answers]
    print(json.dumps(lists[0] if len(lists) == 1 else lists, indent=2, ensure_ascii=False))


def _write_csv(answers: Iterator[Answer], top: int, sets: bool) -> None:
    from inkdigits.reading.output.formats import csv_field

    ranks = ["", *(f"_{rank}" for rank in range(2, top + 1))]
    columns = [f"{column}{rank}" for rank in ranks for column in ("digit", "confidence")]
    print(",".join(["image", *columns, *["one_of"] * sets]))
    for answer in answers:
        cells = [cell for digit, share in answer.classes for cell in (digit or "", f"{share:.6f}")]
        print(",".join(map(csv_field, [answer.image, *cells, *[" ".join(answer.one_of)] * sets])))


_WRITERS = {Format.TEXT: _write_text, Format.JSON: _write_json, Format.CSV: _write_csv}

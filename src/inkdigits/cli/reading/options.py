"""What the options of `inkdigits read` mean together; contradictions are told before anything is read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inkdigits.cli.reading.outputs import Format
from inkdigits.errors import InkdigitsError

if TYPE_CHECKING:
    from inkdigits.reading.constraint import Constraint


def refuse_beside(option: str, **others: object) -> None:
    """Raises `InkdigitsError` when one of the others was given, too."""
    for name, value in others.items():
        if value is not None:
            raise InkdigitsError(f"{option} does not go with --{name.replace('_', '-')}; leave one of them out")


def chosen_format(format_: Format | None, *, images: int, resume: str | None, output: str | None) -> Format:
    """The format asked for, or the one that goes with the rest; raises `InkdigitsError` when none does."""
    if format_ is Format.PARQUET:
        raise InkdigitsError("--format parquet is for many images: add --cluster local, and --output DIR")
    if resume is not None:
        refuse_beside("--resume", output=output)
        if format_ not in (None, Format.JSONL):
            raise InkdigitsError(f"--resume writes JSONL; leave --format {format_} out")
        return Format.JSONL
    if format_ is Format.ALTO and images > 1 and output is None:
        raise InkdigitsError("--format alto is a document for each image; add --output DIR for where to write them")
    return format_ or Format.TEXT


def constraint_of(digits: str | None, pattern: str | None) -> Constraint | None:
    """What every number must fit, None when anything goes; raises `InkdigitsError`."""
    if digits is None and pattern is None:
        return None
    from inkdigits.reading.constraint import Constraint

    return Constraint(None if digits is None else _range(digits), pattern)


def _range(digits: str) -> tuple[int, int]:
    """The least and the most of "5..8", or twice the number of "5"."""
    parts = re.fullmatch(r"([0-9]{1,6})(?:\.\.([0-9]{1,6}))?", digits)
    if parts is None:
        raise InkdigitsError(f"--digits {digits}: give a number of digits, or the least and the most: 5..8")
    least = int(parts[1])
    return least, int(parts[2] or least)

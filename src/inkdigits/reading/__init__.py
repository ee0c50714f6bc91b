"""A page -> the numbers on it: paper, marks, orientation, layout, splitting; then formats, pictures and forms."""

from __future__ import annotations

from functools import cache

from inkdigits.reading.constraint import Constraint
from inkdigits.reading.reader import Reader, Source
from inkdigits.reading.result import Box, Digit, Line, Page, Reading

__all__ = ["Box", "Constraint", "Digit", "Line", "Page", "Reader", "Reading", "read"]


def read(source: Source) -> Reading:
    """The numbers on a picture, read with the model that ships; see `Reader.read`."""
    return _reader().read(source)


@cache
def _reader() -> Reader:
    return Reader()

"""Reader: a photograph, scan or drawing -> the numbers on it."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike

import numpy as np

from inkdigits.bundle import Bundle
from inkdigits.errors import InkdigitsError
from inkdigits.pictures import open_pages
from inkdigits.pictures.sources import Source
from inkdigits.reading.constraint import Constraint
from inkdigits.reading.lattice import Segment
from inkdigits.reading.orientation import TURNS
from inkdigits.reading.page import ReadNumber, read_page, turned_box
from inkdigits.reading.result import Box, Digit, Line, Page, Reading
from inkdigits.reading.trace import Trace
from inkdigits.recognizer import Recognizer


class Reader:
    """Reads the numbers that people write; one object may serve several threads at once.

    Args:
        bundle: a bundle, the path of its folder, or None for the one that ships with inkdigits.
        threads: processor threads, 0 for one per usable core; None takes `INKDIGITS_THREADS`.

    Raises `BundleError` when the bundle is missing or damaged, `InkdigitsError` when it knows other classes.
    """

    def __init__(self, bundle: str | PathLike[str] | Bundle | None = None, *, threads: int | None = None) -> None:
        self.recognizer = Recognizer(bundle, threads=threads)
        if tuple(self.recognizer.classes) != tuple("0123456789"):
            raise InkdigitsError(f"{self.recognizer.bundle.path}: its classes are not the digits 0 to 9")

    def read(
        self, source: Source, *, turn: int | None = None, constraint: Constraint | None = None, name: str | None = None
    ) -> Reading:
        """The numbers on every page of `source`, lines from top to bottom.

        `source` is a path, the bytes of a file, a Pillow image, or an array uint8 (H, W) or (H, W, 3), RGB. `turn` is
        the clockwise turn in degrees that sets the writing upright; None finds it. `constraint` picks the likeliest
        reading of each number that fits it. `name` is what errors call a source without a path. Raises `ImageError`
        in one line, `InkdigitsError` for another turn.
        """
        lines: list[Line] = []
        pages: list[Page] = []
        for page, found, _ in self._pages(source, turn, constraint, name):
            pages.append(page)
            lines += found
        return Reading(tuple(lines), tuple(pages))

    def explain(
        self, source: Source, *, turn: int | None = None, constraint: Constraint | None = None, name: str | None = None
    ) -> tuple[Reading, tuple[Trace, ...]]:
        """What `read` gives, and for each page the steps that led there; holds all pages in memory."""
        read = list(self._pages(source, turn, constraint, name))
        lines = tuple(line for _, found, _ in read for line in found)
        return Reading(lines, tuple(page for page, _, _ in read)), tuple(trace for *_, trace in read)

    def _pages(
        self, source: Source, turn: int | None, constraint: Constraint | None, name: str | None
    ) -> Iterator[tuple[Page, list[Line], Trace]]:
        """Page by page, the one before forgotten: a document may be larger than memory."""
        if turn not in (None, *TURNS):
            raise InkdigitsError(f"turn={turn}: must be one of 0, 90, 180, 270")
        for number, picture in enumerate(open_pages(source, name=name)):
            read = read_page(picture, self.recognizer, turn, constraint)
            page = Page(picture.shape[1], picture.shape[0], read.turn, read.left_out)
            yield page, [_line(numbers, page, number) for numbers in read.lines], read.trace
            del picture, read


def _line(numbers: list[ReadNumber], page: Page, page_number: int) -> Line:
    parts = [tuple(_digit(segment, value, page) for segment, value in number.path) for number in numbers]
    digits = tuple(digit for part in parts for digit in part)
    text = " ".join("".join(digit.character for digit in part) for part in parts)
    boxes = np.array([digit.box for digit in digits])
    box = Box(*(int(edge) for edge in (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0))))
    changed, fits = any(number.changed for number in numbers), all(number.fits for number in numbers)
    return Line(text, digits, box, page_number, changed, fits)


def _digit(segment: Segment, value: int | None, page: Page) -> Digit:
    joint = segment.probabilities * segment.digit_probability
    others = tuple((str(i), float(joint[i])) for i in (-joint).argsort(kind="stable") if i != value)
    confidence = 1 - segment.digit_probability if value is None else float(joint[value])
    return Digit(None if value is None else str(value), confidence, _on_page(segment.box, page), others, segment.image)


def _on_page(box: Box, page: Page) -> Box:
    """A box of the upright page, where it lies in the picture as it came."""
    size = (page.width, page.height) if page.turn in (0, 180) else (page.height, page.width)
    return turned_box(box, -page.turn % 360, *size)

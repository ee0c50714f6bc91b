"""One page: picture -> ink -> marks -> upright -> lines -> candidates -> the likeliest digits."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from inkdigits.reading.candidates import SURE
from inkdigits.reading.constraint import Constraint, best_fitting
from inkdigits.reading.enclosed import with_enclosed
from inkdigits.reading.lattice import Lattice, Path, best_path
from inkdigits.reading.layout import find_lines
from inkdigits.reading.marks import Mark, find_marks
from inkdigits.reading.orientation import TURNS, find_turn
from inkdigits.reading.paper import ink_of_page
from inkdigits.reading.result import Box
from inkdigits.reading.rules import without_rules
from inkdigits.reading.splitting import number_lattices
from inkdigits.reading.trace import Trace
from inkdigits.recognizer import Recognizer

_MOST_DOUBTED = 2500  # candidates; a page of more is not read again after another turn, so that time is bounded
_AS_IT_LIES = 1.0  # about three sure digits, by which another turn must be better than none
_DIRT = 0.5  # of a digit's height; a rejected mark that is smaller is dirt


@dataclass(frozen=True, eq=False)
class ReadNumber:
    """A number as it was read; whether a constraint asked for another reading than the likeliest, and was met."""

    path: Path
    changed: bool
    fits: bool


@dataclass(frozen=True, eq=False)
class ReadPage:
    """A page's lines of numbers, boxes in its upright ink (h, w); `turn` set it upright, clockwise, in degrees.

    `left_out` marks were not looked at, for there were too many.
    """

    turn: int
    lines: list[list[ReadNumber]]
    trace: Trace
    left_out: int = 0


def read_page(
    picture: np.ndarray, recognizer: Recognizer, turn: int | None = None, constraint: Constraint | None = None
) -> ReadPage:
    """Reads a picture, uint8 (H, W, 3) RGB."""
    ink = without_rules(ink_of_page(picture))
    marks, left_out = find_marks(ink)
    page = _read_marks(picture, ink, marks, recognizer, turn, constraint)
    return replace(page, left_out=left_out)


def _read_marks(
    picture: np.ndarray,
    ink: np.ndarray,
    marks: list[Mark],
    recognizer: Recognizer,
    turn: int | None,
    constraint: Constraint | None,
) -> ReadPage:
    """Reads the marks after that turn, or after the one in which most of them are sure to be digits."""
    if turn is not None:
        return _read_upright(picture, ink, marks, turn, recognizer, constraint)
    page = _read_upright(picture, ink, marks, find_turn(marks, recognizer), recognizer, constraint)
    if len(page.trace.candidates) > _MOST_DOUBTED or not _is_doubtful(page):
        return page
    # Where all digits touch, no single mark tells the turn; what is read after each of them does.
    rest = [turn for turn in TURNS if turn != page.turn]
    others = [_read_upright(picture, ink, marks, turn, recognizer, constraint) for turn in rest]
    return max([page, *others], key=_belief)


def _joints(page: ReadPage) -> list[float]:
    """Mark by mark, how likely it is the digit it was read as; 0 for rejected ones."""
    return [
        0.0 if value is None else float(segment.probabilities[value]) * segment.digit_probability
        for line in page.lines
        for number in line
        for segment, value in number.path
    ]


def _is_doubtful(page: ReadPage) -> bool:
    """Whether few of its digits are sure, or few of its marks digits."""
    joints = _joints(page)
    sure, read = (sum(joint >= least for joint in joints) for least in (SURE, 1e-9))
    return sure < 0.7 * read or sure < 0.4 * len(joints)


def _belief(page: ReadPage) -> float:
    """Grows with every digit that is likelier than not, shrinks with every doubtful one."""
    return (_AS_IT_LIES if page.turn == 0 else 0.0) + sum(joint - 0.6 for joint in _joints(page) if joint > 0)


def _read_upright(
    picture: np.ndarray,
    ink: np.ndarray,
    marks: list[Mark],
    turn: int,
    recognizer: Recognizer,
    constraint: Constraint | None,
) -> ReadPage:
    """Reads the marks of a page's ink after that turn."""
    height, width = ink.shape
    ink = np.ascontiguousarray(np.rot90(ink, -turn // 90))
    marks = with_enclosed([_turned(mark, turn, width, height) for mark in marks])
    lattices = number_lattices(find_lines(marks), recognizer)
    lines = [[_read(lattice, constraint) for lattice in line] for line in lattices]
    candidates = tuple(segment.box for line in lattices for lattice in line for segment in lattice.segments)
    chosen = tuple(segment.box for line in lines for number in line for segment, _ in number.path)
    return ReadPage(turn, _without_dirt(lines), Trace(picture, ink, candidates, chosen))


def _read(lattice: Lattice, constraint: Constraint | None) -> ReadNumber:
    likeliest = best_path(lattice)
    path = best_fitting(lattice, constraint) if constraint else None
    written = any(value is not None for _, value in likeliest)
    fits = constraint is None or path is not None or not written
    return ReadNumber(path or likeliest, path is not None and path != likeliest, fits)


def _without_dirt(lines: list[list[ReadNumber]]) -> list[list[ReadNumber]]:
    """Leaves out rejected marks that are much smaller than the page's digits, and what is then empty."""
    heights = [s.box.bottom - s.box.top for line in lines for n in line for s, value in n.path if value is not None]
    least = _DIRT * float(np.median(heights)) if heights else 0.0
    cleaned = []
    for line in lines:
        numbers = []
        for number in line:
            path = tuple((s, v) for s, v in number.path if v is not None or _size(s.box) >= least)
            if path:
                numbers.append(replace(number, path=path))
        if numbers:
            cleaned.append(numbers)
    return cleaned


def _size(box: Box) -> int:
    return max(box.right - box.left, box.bottom - box.top)


def _turned(mark: Mark, turn: int, width: int, height: int) -> Mark:
    """The mark on the page (height, width) turned clockwise by `turn` degrees."""
    if turn == 0:
        return mark
    return Mark(turned_box(mark.box, turn, width, height), np.ascontiguousarray(np.rot90(mark.ink, -turn // 90)))


def turned_box(box: Box, turn: int, width: int, height: int) -> Box:
    """Where a box of a picture (height, width) lies once the picture is turned clockwise by `turn` degrees."""
    left, top, right, bottom = box
    if turn == 90:
        return Box(height - bottom, left, height - top, right)
    if turn == 180:
        return Box(width - right, height - bottom, width - left, height - top)
    if turn == 270:
        return Box(top, width - right, bottom, width - left)
    return box

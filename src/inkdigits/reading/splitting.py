"""Lines of marks -> numbers, each a lattice of candidates: marks may be joined, or cut where that reads better."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from inkdigits.reading.candidates import MOST_PIECES, SURE, Candidate, Piece, candidates, pieces
from inkdigits.reading.lattice import Lattice, Segment, best_path
from inkdigits.reading.layout import MarkLine
from inkdigits.reading.marks import Mark, for_recogniser, with_short_tail
from inkdigits.recognizer import Recognition, Recognizer

_SPACE, _SPACES = 0.9, 3.0  # heights, usual gaps: numbers that stand apart are further apart than both
_SLIM = 0.55  # heights; digits that touch are seldom narrower in the mean
_BELIEVED, _IN_NUMBER = -0.6, -2.5  # nats; a mark whose digits have a lower mean is none, the second among sure digits
_CROWDED = 800  # marks on a page; on one of more only what is wider than a digit is cut, so that time is bounded
_NOISE = 0.5  # of a crowded page's marks; where fewer are surely digits there is no writing
_TALL = 2.0  # widths; a digit so tall may have a tail that leaves too little room for the rest
_ENOUGH = 1500  # pieces on a page; where there are more, fewer are joined, for the same reason


def number_lattices(lines: Sequence[MarkLine], recognizer: Recognizer) -> list[list[Lattice]]:
    """For each line its numbers, from left to right, as lattices of candidate digits; recognised in two batches."""
    numbers = [(index, marks) for index, line in enumerate(lines) for marks in _numbers(line)]
    seen = _Seen(recognizer)
    seen.look_at([mark for _, marks in numbers for mark in marks])
    crowded = len(seen.places) > _CROWDED
    if crowded and seen.sure_share() < _NOISE:
        return [[] for _ in lines]
    rows = [
        pieces(marks, [seen.joint(mark) for mark in marks], lines[index].height, only_wide=crowded)
        for index, marks in numbers
    ]
    most = max(1, MOST_PIECES * _ENOUGH // max(_ENOUGH, sum(map(len, rows))))
    chosen = [candidates(row, lines[index].height, most) for (index, _), row in zip(numbers, rows, strict=True)]
    seen.look_at([candidate.mark for found in chosen for candidate in found])
    lattices: list[list[Lattice]] = [[] for _ in lines]
    for (index, _), row, found in zip(numbers, rows, chosen, strict=True):
        digits = tuple(seen.segment(candidate) for candidate in found)
        lattices[index].append(Lattice(len(row), _with_rejections(digits, found, row, lines[index].height)))
    return lattices


def _with_rejections(
    segments: tuple[Segment, ...], chosen: list[Candidate], row: list[Piece], height: float
) -> tuple[Segment, ...]:
    """The segments of one number; those that are whole marks may also be rejected.

    The price of that is what the likeliest digits within the mark would cost if each were only just believed; no more
    of them count than have room in it, or every letter would be a row of ones.
    """
    sure = sum(piece.sure for piece in row)
    marks = sum(piece.index == 0 for piece in row)
    believed = _BELIEVED + (_IN_NUMBER - _BELIEVED) * sure / max(1, marks - 1)
    priced = []
    for segment, candidate in zip(segments, chosen, strict=True):
        if candidate.whole:
            first, last = segment.start, segment.end
            within = [
                replace(part, start=part.start - first, end=part.end - first)
                for part in segments
                if first <= part.start and part.end <= last
            ]
            path = best_path(Lattice(last - first, tuple(within)))
            room = max(1, int(candidate.mark.width / (_SLIM * height) + 0.25))
            segment = replace(segment, rejection=sum(part.prior + believed for part, _ in path[:room]))
        priced.append(segment)
    return tuple(priced)


class _Seen:
    """What the recogniser says of marks, each looked at once."""

    def __init__(self, recognizer: Recognizer) -> None:
        self.recognizer = recognizer
        self.places: dict[int, int] = {}
        self.marks: list[Mark] = []  # kept, so that no other mark can take over an id
        self.answers: Recognition | None = None

    def look_at(self, marks: list[Mark]) -> None:
        new = [mark for mark in marks if id(mark) not in self.places]
        found = self._recognised(new)
        self.places |= {id(mark): len(self.marks) + i for i, mark in enumerate(new)}
        self.marks += new
        before = self.answers
        self.answers = found if before is None else Recognition(*map(np.concatenate, zip(before, found, strict=True)))

    def _recognised(self, marks: list[Mark]) -> Recognition:
        """What each mark is; a tall one is looked at again with its tail drawn in, and the surer answer counts."""
        found = self.recognizer.recognise([for_recogniser(mark) for mark in marks])
        shorter = {i: with_short_tail(mark) for i, mark in enumerate(marks) if mark.height > _TALL * mark.width}
        tailed = [i for i, mark in shorter.items() if mark is not marks[i]]
        if not tailed:
            return found
        again = self.recognizer.recognise([for_recogniser(shorter[i]) for i in tailed])
        better = again.joint.max(axis=1) > found.joint.max(axis=1)[tailed]
        for before, after in zip(found, again, strict=True):
            before[np.array(tailed)[better]] = after[better]
        return found

    def joint(self, mark: Mark) -> float:
        """The probability of the mark being its likeliest digit."""
        likely, is_digit, _ = self._answer(mark)
        return float(likely.max() * is_digit)

    def sure_share(self) -> float:
        """Which part of the marks looked at so far are surely digits."""
        return float((self.answers.joint.max(axis=1) >= SURE).mean()) if self.answers else 0.0

    def segment(self, candidate: Candidate) -> Segment:
        likely, is_digit, image = self._answer(candidate.mark)
        place = (candidate.start, candidate.end, candidate.mark.box)
        return Segment(*place, image, likely, float(is_digit), candidate.prior)

    def _answer(self, mark: Mark) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        assert self.answers is not None
        likely, is_digit, images = self.answers
        place = self.places[id(mark)]
        return likely[place], is_digit[place], images[place]


def _numbers(line: MarkLine) -> list[list[Mark]]:
    """The line's marks, parted where the gap is wide."""
    gaps, right = [], -math.inf
    for mark in line.marks:
        gaps.append(mark.box.left - right)
        right = max(right, mark.box.right)
    usual = float(np.median(gaps[1:])) if len(gaps) > 2 else 0.0
    wide = max(_SPACE * line.height, _SPACES * usual)
    numbers: list[list[Mark]] = []
    for mark, gap in zip(line.marks, gaps, strict=True):
        if gap > wide:
            numbers.append([])
        numbers[-1].append(mark)
    return numbers

"""Lines of marks -> numbers, each a lattice of candidates: marks may be joined, or cut where that reads better."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from inkdigits.reading.candidates import MOST_PIECES, SURE, Belief, Candidate, candidates, pieces
from inkdigits.reading.lattice import Lattice, Segment
from inkdigits.reading.layout import MarkLine
from inkdigits.reading.marks import Mark, for_recogniser, with_short_tail
from inkdigits.reading.rejection import with_rejections
from inkdigits.recognizer import Recognition, Recognizer

_SPACE, _SPACES = 0.9, 3.0  # heights, usual gaps: numbers that stand apart are further apart than both
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
    rows = [pieces(marks, seen.beliefs(marks), lines[index].height, only_wide=crowded) for index, marks in numbers]
    most = max(1, MOST_PIECES * _ENOUGH // max(_ENOUGH, sum(map(len, rows))))
    chosen = [candidates(row, lines[index].height, most) for (index, _), row in zip(numbers, rows, strict=True)]
    seen.look_at([candidate.mark for found in chosen for candidate in found])
    lattices: list[list[Lattice]] = [[] for _ in lines]
    for (index, _), row, found in zip(numbers, rows, chosen, strict=True):
        segments = with_rejections([seen.segment(candidate) for candidate in found], found, row, lines[index].height)
        lattices[index].append(Lattice(len(row), segments))
    return lattices


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

    def beliefs(self, marks: list[Mark]) -> list[Belief]:
        """What each mark as a whole is likely to be."""
        assert self.answers is not None
        places = [self.places[id(mark)] for mark in marks]
        seen = Recognition(*(part[places] for part in self.answers))
        told = (seen.joint.max(axis=1), seen.several_probability, seen.other_probability)
        return [Belief(*each) for each in zip(*(part.tolist() for part in told), strict=True)]

    def sure_share(self) -> float:
        """Which part of the marks looked at so far are surely digits."""
        return float((self.answers.joint.max(axis=1) >= SURE).mean()) if self.answers else 0.0

    def segment(self, candidate: Candidate) -> Segment:
        assert self.answers is not None
        likely, is_digit, several, images = self.answers
        at = self.places[id(candidate.mark)]
        return Segment(
            start=candidate.start,
            end=candidate.end,
            box=candidate.mark.box,
            image=images[at],
            probabilities=likely[at],
            digit_probability=float(is_digit[at]),
            several_probability=float(several[at]),
            prior=candidate.prior,
        )


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

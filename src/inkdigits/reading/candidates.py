"""The marks of one number -> every run of their pieces that may be one digit, with what speaks for and against it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from inkdigits.reading.cuts import slices
from inkdigits.reading.marks import Mark, reduced, together

SURE = 0.9  # a mark of this probability of being one digit is not cut
_NONE = 0.98  # nor one of this probability of being neither one digit nor several, if it is
_LEGIBLE, _ILLEGIBLE = 2.0, 4.0  # heights wide: the network sees all its marks small, and at last nothing of them
MOST_PIECES = 9  # of one digit
_NARROW, _WIDEST = 0.5, 1.35  # heights of the line; what is narrower is no two digits, what is wider no single one
_GAP = 0.22  # heights; pieces of one digit are not further apart
# Nats: what speaks against a cut, a join, and a digit much smaller than its neighbours.
_CUT, _JOIN, _SMALL = -0.25, -0.5, -4.0
_MORE = 1.0  # nats; marks on a page are more often several digits than in training
_AGAINST = 4.0  # nats; the most that the look of a whole mark may say against its being several digits


class Belief(NamedTuple):
    """How probable it is that a mark is its likeliest digit, several digits, or neither one digit nor several."""

    digit: float
    several: float
    other: float


@dataclass(frozen=True, eq=False)
class Piece:
    """Ink that is not cut further: number `index` of the `count` pieces of the mark `of`.

    `sure` if the mark is a digit; `other` how probable it is that it is neither one digit nor several; `split` is what
    its look says, in nats, for its being several.
    """

    mark: Mark
    of: Mark
    index: int
    count: int
    sure: bool
    other: float
    split: float


@dataclass(frozen=True, eq=False)
class Candidate:
    """The pieces from `start` to `end` as one mark, a `whole` one or not; `prior` as in `Segment`."""

    start: int
    end: int
    mark: Mark
    prior: float
    whole: bool


def pieces(marks: list[Mark], beliefs: list[Belief], height: float, *, only_wide: bool) -> list[Piece]:
    """The marks of a number, those cut that may be several digits.

    `beliefs` go with the marks; `height` is that of the line, in pixels. `only_wide` leaves whole what is no wider
    than a digit.
    """
    found = []
    for mark, belief in zip(marks, beliefs, strict=True):
        width = mark.width / height
        sure, none = belief.digit >= SURE, belief.other >= _NONE
        whole = sure or (none and width < _LEGIBLE) or width < (_WIDEST if only_wide else _NARROW)
        parts = [mark] if whole else slices(mark, height)
        split = _evidence(belief, width)
        found += [Piece(part, mark, i, len(parts), sure, belief.other, split) for i, part in enumerate(parts)]
    return found


def _evidence(belief: Belief, width: float) -> float:
    """What the look of a mark, `width` heights wide, says for its being several digits: nats, 0 or less."""
    if belief.several <= 0:  # said of everything by a model that does not know
        return 0.0
    legible = min(1.0, max(0.0, (_ILLEGIBLE - width) / (_ILLEGIBLE - _LEGIBLE)))
    least = math.log(max(belief.other, 1e-6)) - _AGAINST * legible
    return min(0.0, _MORE + max(math.log(belief.several), least))


def candidates(row: list[Piece], height: float, most: int) -> list[Candidate]:
    """Every run of at most `most` pieces that may be one digit, and every mark as a whole."""
    found = []
    for start in range(len(row)):
        run: list[Piece] = []
        for end in range(start + 1, len(row) + 1):
            run.append(row[end - 1])
            whole = run[0].index == 0 and len(run) == run[0].count and run[-1].index == len(run) - 1
            if whole or _may_be_one(run, height, most):
                found.append(_candidate(start, end, run, whole, height))
            elif len(run) > max(most, run[0].count):
                break
    return found


def _candidate(start: int, end: int, run: list[Piece], whole: bool, height: float) -> Candidate:
    mark = run[0].of if whole else run[0].mark if len(run) == 1 else reduced(together([piece.mark for piece in run]))
    wide = whole and mark.width > _WIDEST * max(mark.height, height)
    return Candidate(start, end, mark, -math.inf if wide else _prior(run, mark, height), whole)


def _may_be_one(run: list[Piece], height: float, most: int) -> bool:
    if len(run) == 1:
        return True
    if len(run) > most or all(piece.sure for piece in run):
        return False
    left, top, right, bottom = run[0].mark.box
    for piece in run[1:]:
        box = piece.mark.box
        if box.left - right > _GAP * height:
            return False
        left, right = min(left, box.left), max(right, box.right)
        top, bottom = min(top, box.top), max(bottom, box.bottom)
    return right - left <= _WIDEST * max(height, bottom - top)


def _stacked(one: Piece, other: Piece) -> bool:
    """Whether the two lie above each other, as the bar of a 5 lies above its belly."""
    first, second = one.mark.box, other.mark.box
    shared = min(first.right, second.right) - max(first.left, second.left)
    return shared >= 0.5 * min(one.mark.width, other.mark.width)


def _prior(run: list[Piece], mark: Mark, height: float) -> float:
    cuts = (run[0].index > 0) + (run[-1].index < run[-1].count - 1)
    joins = sum(later.index == 0 and not _stacked(before, later) for before, later in pairwise(run))
    # Of every way to split a mark, one run alone holds its first piece and not its last.
    last = run[-1]
    split = last.split if last.index < last.count - 1 and len(run) > last.index else 0.0
    return _CUT * cuts + _JOIN * joins + _SMALL * max(0.0, 0.5 - mark.height / height) + split

"""A line of marks -> lattices of candidate digits: marks may be joined, and cut where that makes better digits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inkdigits.reading.cuts import slices
from inkdigits.reading.lattice import Lattice, Segment
from inkdigits.reading.layout import MarkLine
from inkdigits.reading.marks import Mark, for_recogniser, together
from inkdigits.recognizer import Recognizer

_SURE = 0.9  # a mark of this probability of being one digit is not cut
_WIDEST = 1.35  # heights of the line; no digit is wider
_MOST_ATOMS = 7  # pieces of one digit
_CROWDED = 800  # marks on a page; on one of more only what is wider than a digit is cut, so that time is bounded
_ENOUGH = 1500  # pieces on a page; where there are more, fewer are joined, for the same reason
_GAP = 0.22  # heights; pieces of one digit are not further apart
_SPACE, _SPACES = 0.9, 3.0  # heights, usual gaps: numbers that stand apart are further apart than both

# Nats: what speaks against a cut, a join, a digit much smaller than its neighbours, and against no digit at all.
_CUT, _JOIN, _SMALL, _REJECTION = -0.7, -0.5, -4.0, -3.5
_NARROW = 0.5  # heights; what is wider may be several digits


@dataclass(frozen=True, eq=False)
class _Atom:
    """The smallest piece of ink that is not cut further: piece `index` of `count` of a mark."""

    mark: Mark
    index: int
    count: int
    sure: bool


@dataclass(frozen=True, eq=False)
class _Candidate:
    start: int
    end: int
    mark: Mark
    prior: float
    rejection: float


def number_lattices(lines: Sequence[MarkLine], recognizer: Recognizer) -> list[list[Lattice]]:
    """For each line its numbers, from left to right, as lattices of candidate digits; recognised in two batches."""
    words = [word for line in lines for word in _words(line)]
    alone = recognizer.recognise([for_recogniser(mark) for _, marks in words for mark in marks])
    joint = iter((alone.probabilities.max(axis=1) * alone.digit_probability).tolist())
    crowded = len(alone.probabilities) > _CROWDED
    atoms = [_atoms(marks, [next(joint) for _ in marks], line.height, crowded) for line, marks in words]
    most = max(_MOST_ATOMS * _ENOUGH // max(_ENOUGH, sum(map(len, atoms))), 1)
    candidates = [_candidates(row, line.height, most) for (line, _), row in zip(words, atoms, strict=True)]
    known = {id(mark): i for i, mark in enumerate(mark for _, marks in words for mark in marks)}
    new = [c.mark for row in candidates for c in row if id(c.mark) not in known]
    found_new = recognizer.recognise([for_recogniser(mark) for mark in new])
    seen = [np.concatenate(parts) for parts in zip(alone, found_new, strict=True)]
    known |= {id(mark): len(alone.probabilities) + i for i, mark in enumerate(new)}
    found: dict[int, list[Lattice]] = {id(line): [] for line in lines}
    for (line, _), row, chosen in zip(words, atoms, candidates, strict=True):
        segments = []
        for candidate in chosen:
            likely, is_digit, image = (part[known[id(candidate.mark)]] for part in seen)
            segments.append(_segment(candidate, likely, float(is_digit), image))
        found[id(line)].append(Lattice(len(row), tuple(segments)))
    return [found[id(line)] for line in lines]


def _segment(candidate: _Candidate, likely: np.ndarray, is_digit: float, image: np.ndarray) -> Segment:
    ends = (candidate.start, candidate.end, candidate.mark.box)
    return Segment(*ends, image, likely, is_digit, candidate.prior, candidate.rejection)


def _words(line: MarkLine) -> list[tuple[MarkLine, list[Mark]]]:
    """The line's marks, parted where the gap is wide."""
    gaps, right = [], -math.inf
    for mark in line.marks:
        gaps.append(mark.box.left - right)
        right = max(right, mark.box.right)
    usual = float(np.median(gaps[1:])) if len(gaps) > 2 else 0.0
    wide = max(_SPACE * line.height, _SPACES * usual)
    words: list[tuple[MarkLine, list[Mark]]] = []
    for mark, gap in zip(line.marks, gaps, strict=True):
        if gap > wide:
            words.append((line, []))
        words[-1][1].append(mark)
    return words


def _atoms(marks: list[Mark], joint: list[float], height: float, crowded: bool) -> list[_Atom]:
    atoms = []
    for mark, probability in zip(marks, joint, strict=True):
        sure = probability >= _SURE
        wide = mark.width >= (_WIDEST if crowded else _NARROW) * height
        pieces = slices(mark, height) if wide and not sure else [mark]
        atoms += [_Atom(piece, i, len(pieces), sure) for i, piece in enumerate(pieces)]
    return atoms


def _candidates(atoms: list[_Atom], height: float, most: int) -> list[_Candidate]:
    """Every run of at most `most` atoms that may be one digit, and every mark as a whole."""
    found = []
    for start in range(len(atoms)):
        run: list[_Atom] = []
        for end in range(start + 1, len(atoms) + 1):
            run.append(atoms[end - 1])
            whole = run[0].index == 0 and len(run) == run[0].count and run[-1].index == len(run) - 1
            if not whole and not _may_be_one(run, height, most):
                if len(run) > max(most, run[0].count):
                    break
                continue
            mark = together([atom.mark for atom in run])
            prior = _prior(run, mark, height)
            rejection = -math.inf
            if whole:
                rejection = _REJECTION * max(0.0, mark.width / height - _NARROW)
                prior = prior if mark.width <= _WIDEST * max(mark.height, height) else -math.inf
            found.append(_Candidate(start, end, mark, prior, rejection))
    return found


def _may_be_one(run: list[_Atom], height: float, most: int) -> bool:
    if len(run) == 1:
        return True
    if len(run) > most or all(atom.sure for atom in run):
        return False
    left, right = run[0].mark.box.left, run[0].mark.box.right
    top, bottom = run[0].mark.box.top, run[0].mark.box.bottom
    for atom in run[1:]:
        box = atom.mark.box
        if box.left - right > _GAP * height:
            return False
        left, right = min(left, box.left), max(right, box.right)
        top, bottom = min(top, box.top), max(bottom, box.bottom)
    return right - left <= _WIDEST * max(height, bottom - top)


def _prior(run: list[_Atom], mark: Mark, height: float) -> float:
    cuts = (run[0].index > 0) + (run[-1].index < run[-1].count - 1)
    joins = sum(later.index == 0 for later in run[1:])
    small = max(0.0, 0.5 - mark.height / height)
    return _CUT * cuts + _JOIN * joins + _SMALL * small

"""What a number is known to look like beforehand, and the most probable reading of a lattice that fits it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nlargest
from typing import NamedTuple

from inkdigits.reading.lattice import Lattice, Path, Segment
from inkdigits.reading.pattern import ConstraintError, DigitPattern

__all__ = ["Constraint", "ConstraintError", "best_fitting"]

_ANY_NUMBER = "[0-9]+"
_MOST_REMEMBERED = 4096  # states whose successors are kept; bounds the memory whatever the pattern


@dataclass(frozen=True)
class Constraint:
    """What every number must fit: `digits`, the least and the most of them, and `pattern`, matched in full.

    The pattern is a regular expression as `re` reads it, over digits. Raises `ConstraintError` for an impossible
    range, and for a pattern that is invalid, too large, or matches no digits at all (see `DigitPattern`).
    """

    digits: tuple[int, int] | None = None
    pattern: str | None = None
    automaton: DigitPattern = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.digits is not None and not 1 <= self.digits[0] <= self.digits[1]:
            least, most = self.digits
            raise ConstraintError(f"digits {least}..{most}: no number has so many; give 1 or more, the smaller first")
        automaton = DigitPattern(_ANY_NUMBER if self.pattern is None else self.pattern)
        object.__setattr__(self, "automaton", automaton)


class _Chain(NamedTuple):
    """A reading from cut 0 to where `segment` ends, as its last digit and the chain before it."""

    total: float
    segment: Segment | None = None
    value: int = 0
    before: _Chain | None = None

    def path(self) -> Path:
        steps = []
        chain: _Chain | None = self
        while chain is not None and chain.segment is not None:
            steps.append((chain.segment, chain.value))
            chain = chain.before
        return tuple(reversed(steps))


_Chains = dict[tuple[int, int], _Chain]
"""At one cut, the likeliest chain for each number of digits so far and state of the pattern."""


def best_fitting(lattice: Lattice, constraint: Constraint, *, beam: int = 256) -> Path | None:
    """The chain of greatest total log-probability whose digits fit, all ten digits of every segment weighed.

    Every mark is read as a digit: a path with a rejected one fits nothing. Dynamic programming over cut, number of
    digits and state of the pattern, hence exact, unless there is a pattern and more than `beam` of those meet at one
    cut; then the least probable are dropped, which bounds the work whatever the pattern. None when nothing fits.
    """
    counted = int(constraint.digits is not None)
    open_counts = _open_counts(lattice, constraint)
    width = lattice.length + 1 if constraint.pattern is None else beam  # counts alone are never more than the cuts
    successors = lru_cache(_MOST_REMEMBERED)(constraint.automaton.successors)
    leaving = _leaving(lattice)
    arriving: list[_Chains] = [{} for _ in leaving]
    arriving[0][0, constraint.automaton.start] = _Chain(0.0)
    for cut in range(lattice.length):
        kept = nlargest(width, arriving[cut].items(), key=lambda item: item[1].total)
        arriving[cut].clear()
        for segment in leaving[cut]:
            wanted = open_counts[segment.end]
            going = [(n + counted, state, chain) for (n, state), chain in kept if wanted >> n + counted & 1]
            _extend(arriving[segment.end], going, segment, successors)
    accepts = constraint.automaton.accepts
    fitting = [chain for (_, state), chain in arriving[-1].items() if chain.segment and accepts(state)]
    return max(fitting, key=lambda chain: chain.total).path() if fitting else None


def _extend(
    arriving: _Chains,
    going: list[tuple[int, int, _Chain]],
    segment: Segment,
    successors: Callable[[int], dict[int, list[int]]],
) -> None:
    """Takes chains, given with their number of digits and state, across `segment`; `arriving` keeps the likeliest."""
    gains = [segment.log_probability(digit) for digit in range(10)]
    for count, state, chain in going:
        for after, digits in successors(state).items():
            value = max(digits, key=gains.__getitem__)
            total = chain.total + gains[value]
            known = arriving.get((count, after))
            if known is None or total > known.total:
                arriving[count, after] = _Chain(total, segment, value, chain)


def _leaving(lattice: Lattice) -> list[list[Segment]]:
    """The segments that start at each cut."""
    leaving: list[list[Segment]] = [[] for _ in range(lattice.length + 1)]
    for segment in lattice.segments:
        leaving[segment.start].append(segment)
    return leaving


def _open_counts(lattice: Lattice, constraint: Constraint) -> list[int]:
    """For each cut the numbers of digits, as bits, from which a chain to the last cut ends with a wanted number.

    Where the number does not matter none are counted, and bit 0 tells whether the last cut is reached at all.
    """
    counted = int(constraint.digits is not None)
    least, most = constraint.digits or (0, 0)
    most = min(most, lattice.length)
    open_counts = [0] * (lattice.length + 1)
    open_counts[-1] = sum(1 << count for count in range(least, most + 1))
    for segment in sorted(lattice.segments, key=lambda s: s.start, reverse=True):
        open_counts[segment.start] |= open_counts[segment.end] >> counted
    return open_counts

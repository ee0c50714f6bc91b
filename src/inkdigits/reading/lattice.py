"""The candidate readings of one number: segments of ink between possible cuts, each with its probabilities."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from inkdigits.reading.result import Box

_DOUBT = 1e-6  # granted to every outcome, so that one bad segment cannot rule out a whole path; keeps their order
_OUTCOMES = 11  # ten digits and no digit


@dataclass(frozen=True, eq=False)
class Segment:
    """The ink between the cuts `start` and `end`, taken for one mark.

    `probabilities` float32 (10,) of the digits, given that it is one; `digit_probability` that it is one at all,
    `several_probability` that it is more than one; `image` uint8 (28, 28), what the network saw. Cuts are numbered
    from 0 at the number's left end. `prior` and `rejection`, in nats, are added where the segment is read as a digit
    and as none; by default it must be a digit.
    """

    start: int
    end: int
    box: Box
    image: np.ndarray
    probabilities: np.ndarray
    digit_probability: float
    prior: float = 0.0
    rejection: float = -math.inf
    several_probability: float = 0.0

    @property
    def other_probability(self) -> float:
        """That it is neither one digit nor several."""
        return max(0.0, 1.0 - self.digit_probability - self.several_probability)

    def log_probability(self, value: int | None) -> float:
        """Nats for the mark being this digit 0..9, or, for None, no digit: log-probability and what is added to it."""
        if value is None:
            probability, added = self.other_probability, self.rejection
        else:
            probability, added = float(self.digit_probability) * float(self.probabilities[value]), self.prior
        return math.log((probability + _DOUBT) / (1 + _OUTCOMES * _DOUBT)) + added


@dataclass(frozen=True, eq=False)
class Lattice:
    """Candidate segments of one number; its readings are the chains of segments from cut 0 to cut `length`."""

    length: int
    segments: tuple[Segment, ...]


Path = tuple[tuple[Segment, int | None], ...]
"""A chain of segments from the first cut to the last, each with the digit it is read as, or None when rejected."""


def log_probability(path: Path) -> float:
    """The path's total log-probability."""
    return sum(segment.log_probability(value) for segment, value in path)


def best_path(lattice: Lattice) -> Path:
    """The chain of greatest total log-probability, by dynamic programming over the cuts; () if there is none."""
    totals = [0.0] + [-math.inf] * lattice.length
    arrivals: dict[int, tuple[Segment, int | None]] = {}
    for segment in sorted(lattice.segments, key=lambda s: (s.start, s.end)):
        value = max((int(segment.probabilities.argmax()), None), key=segment.log_probability)
        total = totals[segment.start] + segment.log_probability(value)
        if total > totals[segment.end]:
            totals[segment.end] = total
            arrivals[segment.end] = (segment, value)
    steps = []
    cut = lattice.length
    while cut in arrivals:
        steps.append(arrivals[cut])
        cut = arrivals[cut][0].start
    return tuple(reversed(steps))

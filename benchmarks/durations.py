"""Durations as people read them, and the spread of those that were measured."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

_UNITS = ((1e-6, "µs"), (1e-3, "ms"))


def shown(seconds: float) -> str:
    """Three digits and a unit: 0.000143 is "143 µs", 1.5 is "1.50 s"."""
    for size, unit in _UNITS:
        figure = _three_digits(seconds / size)
        if float(figure) < 1000:
            return f"{figure} {unit}"
    return f"{_three_digits(seconds)} s"


def spread(seconds: Sequence[float]) -> str:
    """The median, with the least and the most if there are several: "143 µs (141 µs to 150 µs)"."""
    middle = shown(statistics.median(seconds))
    return middle if len(seconds) == 1 else f"{middle} ({shown(min(seconds))} to {shown(max(seconds))})"


def _three_digits(value: float) -> str:
    decimals = 2 if value < 9.995 else 1 if value < 99.95 else 0
    return f"{value:.{decimals}f}"

"""How numbers are written, the same in every table, page and picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def percent(share: float, decimals: int = 2) -> str:
    """0.99243 as "99.24 %"."""
    return f"{100 * share:.{decimals}f} %"


def interval(low: float, high: float) -> str:
    """(0.9905, 0.9939) as "99.05 to 99.39 %"."""
    return f"{100 * low:.2f} to {100 * high:.2f} %"


def loss(value: float) -> str:
    """0.02354 as "0.0235"."""
    return f"{value:.4f}"


def count(number: int) -> str:
    """34826 as "34,826"."""
    return f"{number:,}"


def times(number: int) -> str:
    """1 as "once", 11 as "11 times"."""
    return "once" if number == 1 else f"{count(number)} times"


def duration(seconds: float) -> str:
    """51.2 as "51 s", 725 as "12 min 5 s", 7500 as "2 h 5 min"."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def review(found: Mapping[str, Any]) -> str:
    """How many digits a person must look at, in a sentence; `found` is the "review" of an evaluation."""
    left = f"1 error in {count(round(1 / found['errors_left']))}"
    if found["threshold"] is None:
        return f"For {left}, a person must look at every digit"
    if found["share"] == 0:
        return f"For {left}, nobody need look at any digit"
    return f"For {left}, a person must look at the {percent(found['share'])} least sure"

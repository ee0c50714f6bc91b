"""The axis of validation accuracy that all pictures of a search share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, MaxNLocator

Rows = Sequence[Mapping[str, Any]]
LABEL = "validation accuracy"


def complete(rows: Rows) -> list[Mapping[str, Any]]:
    """The trials that ran to their end."""
    return [row for row in rows if row["state"] == "complete"]


def limits(rows: Rows) -> tuple[float, float]:
    """From where to where the axis runs: a trial far behind the middle one does not press the others together."""
    accuracies = [row["accuracy"] for row in complete(rows)]
    best = max(accuracies)
    low = max(min(accuracies), best - 3 * (best - median(accuracies)))
    margin = 0.06 * (best - low) or 0.002
    return low - margin, best + margin


def in_percent(axis: Axis) -> None:
    """Writes the shares of `axis` in percent."""
    axis.set_major_locator(MaxNLocator(5))
    axis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.4g} %"))

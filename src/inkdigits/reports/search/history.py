"""The history of a search: each trial's validation accuracy in its turn, and the best so far."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from inkdigits.reports import wording
from inkdigits.reports.search.accuracy_axis import LABEL, Rows, complete, in_percent, limits
from inkdigits.reports.style import LIGHT, Theme, dress, legend, new_figure


def history_finding(rows: Rows, best: Mapping[str, Any]) -> str:
    """Which trial was the best, in a sentence."""
    return f"Trial {best['trial']} of {len(rows)} is the best: {wording.percent(best['accuracy'])}"


def plot_history(rows: Rows, best: Mapping[str, Any], theme: Theme = LIGHT) -> Figure:
    """Complete trials as dots, pruned ones as crosses where they were given up, failed ones on the ground."""
    figure = new_figure(history_finding(rows, best), 3.6, theme)
    axes = figure.subplots()
    dress(axes, theme, xlabel="trial", ylabel=LABEL)
    low, high = limits(rows)
    axes.set_ylim(low, high)
    done = complete(rows)
    numbers = [row["trial"] for row in done]
    axes.step(
        numbers,
        list(accumulate((row["accuracy"] for row in done), max)),
        where="post",
        color=theme.accent,
        linewidth=2,
        label="best so far",
    )
    _dots(axes, done, low, "o", theme.accent, "complete")
    _dots(axes, [row for row in rows if row["state"] == "pruned"], low, "x", theme.muted, "pruned")
    _dots(axes, [row for row in rows if row["state"] == "failed"], low, "^", theme.ink, "failed")
    axes.plot(best["trial"], best["accuracy"], "o", markersize=9, color=theme.accent, markeredgecolor=theme.surface)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=10))
    in_percent(axes.yaxis)
    legend(axes, theme, "best")
    return figure


def _dots(axes: Axes, rows: Rows, low: float, marker: str, colour: str, label: str) -> None:
    if rows:
        # What lies below the axis is shown on its edge.
        heights = [low if row["state"] == "failed" else max(row["accuracy"] or 0.0, low) for row in rows]
        numbers = [row["trial"] for row in rows]
        axes.plot(numbers, heights, marker, markersize=4.5, color=colour, label=label, clip_on=False)

"""Slices: validation accuracy against one choice at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from inkdigits.reports.search.accuracy_axis import LABEL, Rows, complete, in_percent, limits
from inkdigits.reports.search.choice_scale import written
from inkdigits.reports.style import LIGHT, Theme, dress, new_figure

COLUMNS = 2


def slices_finding(best: Mapping[str, Any]) -> str:
    """What the best trial chose, in a sentence."""
    chosen = ", ".join(f"{name} {written(value)}" for name, value in best["choices"].items())
    return f"The best trial, ringed, chose {chosen}"


def plot_slices(rows: Rows, best: Mapping[str, Any], scales: Mapping[str, Any], theme: Theme = LIGHT) -> Figure:
    """A small picture per choice, a dot per complete trial; far worse ones lie on the lower edge."""
    tried = [name for name in scales if any(name in row["choices"] for row in complete(rows))]
    lines = -(-len(tried) // COLUMNS)
    figure = new_figure(slices_finding(best), 1.2 + 1.75 * lines, theme)
    grid = figure.subplots(lines, COLUMNS, squeeze=False)
    for number, axes in enumerate(grid.flat):
        if number < len(tried):
            _slice(axes, tried[number], scales[tried[number]], rows, best, theme)
            axes.set_ylabel(LABEL if number % COLUMNS == 0 else "", fontsize=8)
        else:
            axes.set_axis_off()
    return figure


def _slice(axes: Axes, name: str, kind: Any, rows: Rows, best: Mapping[str, Any], theme: Theme) -> None:
    dress(axes, theme, xlabel=name)
    low, high = limits(rows)
    axes.set_ylim(low, high)
    in_percent(axes.yaxis)
    done = [row for row in complete(rows) if name in row["choices"]]
    place = kind.index if isinstance(kind, list) else lambda value: value
    heights = [max(row["accuracy"], low) for row in done]
    axes.plot(
        [place(row["choices"][name]) for row in done],
        heights,
        "o",
        markersize=4,
        color=theme.accent,
        alpha=0.6,
        clip_on=False,
    )
    if name in best["choices"]:
        at = place(best["choices"][name]), best["accuracy"]
        axes.plot(*at, "o", markersize=9, markerfacecolor="none", markeredgecolor=theme.ink)
    if isinstance(kind, list):
        axes.set_xticks(range(len(kind)), [written(value) for value in kind])
        axes.set_xlim(-0.5, len(kind) - 0.5)
    elif kind == "log":
        axes.set_xscale("log")
        axes.tick_params(which="minor", length=0, labelsize=7, labelcolor=theme.muted)
    else:
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=all(isinstance(row["choices"][name], int) for row in done)))

"""Parallel coordinates: every complete trial a line through its choices to its accuracy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from inkdigits.reports.search.accuracy_axis import LABEL, Rows, complete, limits
from inkdigits.reports.search.choice_scale import ChoiceScale
from inkdigits.reports.style import FONT, LIGHT, Theme, dress, new_figure

TOP = 10  # one in so many is drawn in colour


def parallel_finding(rows: Rows) -> str:
    """How many lines there are, in a sentence."""
    count = len(complete(rows))
    best = -(-count // TOP)
    return f"The choices of {count} complete trials, in colour the best {best if best > 1 else 'one'}"


def plot_parallel_coordinates(rows: Rows, scales: Mapping[str, Any], theme: Theme = LIGHT) -> Figure:
    """An upright axis per choice and one for the accuracy; a choice that a trial did not have leaves a gap."""
    figure = new_figure(parallel_finding(rows), 4.2, theme)
    axes = figure.subplots()
    dress(axes, theme)
    axes.grid(False)
    done = sorted(complete(rows), key=lambda row: row["accuracy"])
    tried = {name: [row["choices"][name] for row in done if name in row["choices"]] for name in scales}
    axis_of = {name: ChoiceScale(scales[name], values) for name, values in tried.items() if values}
    low, high = limits(rows)
    accuracy = ChoiceScale("linear", [low, high])
    best = len(done) - -(-len(done) // TOP)
    for rank, row in enumerate(done):
        chosen = row["choices"]
        line = [scale.place(chosen[name]) if name in chosen else float("nan") for name, scale in axis_of.items()]
        line.append(max(0.0, accuracy.place(row["accuracy"])))
        colour, width, alpha = (theme.accent, 1.8, 1.0) if rank >= best else (theme.muted, 0.9, 0.4)
        axes.plot(range(len(line)), line, color=colour, linewidth=width, alpha=alpha)
    _label(axes, axis_of, (low, high), theme)
    return figure


def _label(axes: Axes, axis_of: Mapping[str, ChoiceScale], accuracies: tuple[float, float], theme: Theme) -> None:
    marks = [scale.marks() for scale in axis_of.values()]
    marks.append({place: f"{100 * share:.4g} %" for place, share in zip((0.0, 1.0), accuracies, strict=True)})
    axes.vlines(range(len(marks)), 0, 1, color=theme.grid, linewidth=1.2, zorder=0)
    paper = {"facecolor": theme.surface, "edgecolor": "none", "alpha": 0.8, "pad": 0.8}
    for number, written in enumerate(marks):
        for place, text in written.items():
            beside = {0.0: (0, -9), 1.0: (0, 4)}.get(place, (0, -3))
            axes.annotate(
                text,
                (number, place),
                beside,
                textcoords="offset points",
                ha="center",
                fontsize=7,
                color=theme.ink,
                fontfamily=FONT,
                bbox=paper if 0 < place < 1 else None,
            )
    axes.set_xticks(range(len(marks)), [*axis_of, LABEL], rotation=30, ha="right")
    axes.set_yticks([])
    axes.set(ylim=(-0.09, 1.08), xlim=(-0.4, len(marks) - 0.6))

"""Learning curves: accuracy and loss over the epochs, of training and of validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from inkdigits.reports import wording
from inkdigits.reports.style import LIGHT, Theme, dress, legend, new_figure


def curve_finding(history: Sequence[Mapping[str, Any]], quantity: str) -> str:
    """What the learning curve of `quantity` ("accuracy" or "loss") shows, in a sentence."""
    epochs, values = _series(history, f"val_{quantity}")
    if not values:
        return f"Training {quantity} over {len(history)} epochs"
    if quantity == "accuracy":
        best, written = int(np.argmax(values)), wording.percent(max(values))
        return f"Validation accuracy is highest in epoch {epochs[best]}: {written}"
    best = int(np.argmin(values))
    return f"Validation loss is lowest in epoch {epochs[best]}: {wording.loss(values[best])}"


def plot_curve(history: Sequence[Mapping[str, Any]], quantity: str, theme: Theme = LIGHT) -> Figure:
    """`quantity` ("accuracy" or "loss") of training and validation over the epochs of `history`."""
    figure = new_figure(curve_finding(history, quantity), 3.6, theme)
    axes = figure.subplots()
    dress(axes, theme, xlabel="epoch", ylabel=quantity)
    for name, key, colour in (
        ("training", quantity, theme.muted),
        ("validation", f"val_{quantity}", theme.accent),
    ):
        epochs, values = _series(history, key)
        if values:
            axes.plot(epochs, values, color=colour, linewidth=2, label=name, marker="o", markersize=3.5)
    _mark_best(axes, history, quantity, theme)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=10))
    if quantity == "accuracy":
        axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.4g} %"))
    legend(axes, theme, "lower right" if quantity == "accuracy" else "upper right")
    return figure


def _series(history: Sequence[Mapping[str, Any]], key: str) -> tuple[list[int], list[float]]:
    # A history.csv gives text, and leaves out what was not measured.
    rows = [row for row in history if row.get(key) not in (None, "")]
    return [int(row["epoch"]) for row in rows], [float(row[key]) for row in rows]


def _mark_best(axes: Axes, history: Sequence[Mapping[str, Any]], quantity: str, theme: Theme) -> None:
    epochs, values = _series(history, f"val_{quantity}")
    if values:
        best = int(np.argmax(values) if quantity == "accuracy" else np.argmin(values))
        axes.plot(epochs[best], values[best], "o", markersize=9, color=theme.accent, markeredgecolor=theme.surface)

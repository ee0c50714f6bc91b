"""Pictures of scores: the confusion matrix and the reliability diagram."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, PowerNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from inkdigits.reports import wording
from inkdigits.reports.style import FONT, LIGHT, Theme, dress, legend, new_figure, tint

LONG_NAME = 3  # letters; longer class names are written upright below the matrix


def confusion_finding(evaluation: Mapping[str, Any]) -> str:
    """Which confusion is the most frequent, in a sentence."""
    if not evaluation["top_confusions"]:
        return "No image was taken for another class"
    top = evaluation["top_confusions"][0]
    names = [row["label"] for row in evaluation["per_class"]]
    return (
        f"Most frequent confusion: {names[top['truth']]} read as {names[top['predicted']]}, "
        f"{wording.times(top['count'])}"
    )


def plot_confusion_matrix(evaluation: Mapping[str, Any], theme: Theme = LIGHT) -> Figure:
    """Counts of truth (rows) against prediction (columns).

    Colour belongs to the mistakes, by the root of their number, so single ones show; the diagonal is grey.
    """
    matrix = np.asarray(evaluation["confusion_matrix"])
    names = [row["label"] for row in evaluation["per_class"]]
    figure = new_figure(confusion_finding(evaluation), 5.6, theme)
    axes = figure.subplots()
    dress(axes, theme, xlabel="predicted", ylabel="truth")
    axes.grid(False)
    mistakes = matrix * (1 - np.eye(len(matrix), dtype=int))
    axes.imshow(mistakes, cmap=tint(theme), norm=PowerNorm(0.5, 0, max(1, mistakes.max())))
    diagonal = np.where(np.eye(len(matrix), dtype=bool), 1.0, np.nan)
    axes.imshow(diagonal, cmap=LinearSegmentedColormap.from_list("grey", [theme.grid, theme.grid]))
    _annotate(axes, matrix, mistakes.max(), theme)
    upright = max(map(len, names)) > LONG_NAME
    axes.set_xticks(range(len(names)), names, rotation=90 if upright else 0)
    axes.set_yticks(range(len(names)), names)
    edges = np.arange(len(names) - 1) + 0.5
    axes.vlines(edges, -0.5, len(names) - 0.5, color=theme.surface, linewidth=1.5)
    axes.hlines(edges, -0.5, len(names) - 0.5, color=theme.surface, linewidth=1.5)
    return figure


def _annotate(axes: Axes, matrix: np.ndarray, most: int, theme: Theme) -> None:
    size = 9 if matrix.max() < 10_000 else 7
    for row, column in np.argwhere(matrix):
        number = int(matrix[row, column])
        # On the root scale a quarter of the greatest count is halfway from surface to accent.
        filled = row != column and number > 0.25 * most
        axes.text(
            column,
            row,
            str(number),
            ha="center",
            va="center",
            fontsize=size,
            fontfamily=FONT,
            color=theme.muted if row == column else theme.surface if filled else theme.ink,
        )


def calibration_finding(evaluation: Mapping[str, Any]) -> str:
    """How far confidence can be trusted, in a sentence."""
    error = wording.percent(evaluation["expected_calibration_error"])
    return f"Confidence and accuracy differ by {error} on average"


def plot_calibration(evaluation: Mapping[str, Any], theme: Theme = LIGHT) -> Figure:
    """Accuracy against confidence, one dot a bin, zoomed to where the bins are."""
    curve = evaluation["reliability"]
    confidence = np.array([entry["confidence"] for entry in curve])
    accuracy = np.array([entry["accuracy"] for entry in curve])
    figure = new_figure(calibration_finding(evaluation), 5.6, theme)
    axes = figure.subplots()
    dress(axes, theme, xlabel="mean confidence of the bin", ylabel="accuracy in the bin")
    low = min(confidence.min(), accuracy.min())
    margin = max(0.004, 0.06 * (1 - low))
    low = max(0.0, low - margin)
    axes.plot([low, 1], [low, 1], color=theme.muted, linewidth=1, linestyle=(0, (4, 3)), label="perfect")
    axes.vlines(confidence, confidence, accuracy, color=theme.accent, alpha=0.35, linewidth=3)
    axes.plot(
        confidence,
        accuracy,
        "o",
        markersize=6.5,
        color=theme.accent,
        markeredgecolor=theme.surface,
        clip_on=False,
        label=_bins_named(curve),
    )
    axes.set(xlim=(low, 1 + margin / 3), ylim=(low, 1 + margin / 3), aspect=1)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(6))
        axis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.4g} %"))
    # Dots above the diagonal leave the lower right free, dots below it the upper left.
    legend(axes, theme, "lower right" if accuracy.mean() > confidence.mean() else "upper left")
    return figure


def _bins_named(curve: list[dict[str, Any]]) -> str:
    # Equal confidences share a bin, so a very sure model has fewer bins, of unequal size.
    counts = [entry["count"] for entry in curve]
    size = " of equally many images" if max(counts) - min(counts) <= 1 else ", larger where confidences are equal"
    return f"{len(curve)} bin{'s' if len(curve) > 1 else ''}{size if len(curve) > 1 else ''}"

"""The mistakes as a picture: what the network saw, what it was, and how sure the network was of what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from inkdigits.reports import wording
from inkdigits.reports.style import FONT, LIGHT, Theme

SHOWN = 24
COLUMNS = 6
CELL = 1.5  # inches
CELL_HEIGHT = 2.35
HEADER = 0.75


def gallery_finding(evaluation: Mapping[str, Any], shown: int) -> str:
    """How many of the mistakes are shown, in a sentence."""
    errors = evaluation["errors"]
    if shown == errors:
        return "The only mistake" if errors == 1 else f"All {errors} mistakes, the most confident first"
    return f"The {shown} most confident of {wording.count(errors)} mistakes"


def plot_mistakes(
    evaluation: Mapping[str, Any], mistake_images: np.ndarray, theme: Theme = LIGHT, limit: int = SHOWN
) -> Figure:
    """Up to `limit` mistakes; `mistake_images` uint8 (M, 28, 28) belong to the first M of them."""
    mistakes = evaluation["mistakes"][: min(limit, len(mistake_images))]
    names = [row["label"] for row in evaluation["per_class"]]
    columns = max(3, min(COLUMNS, len(mistakes)))
    rows = max(1, -(-len(mistakes) // columns))
    size = (columns * CELL + 0.2, rows * CELL_HEIGHT + HEADER)
    figure = Figure(figsize=size, facecolor=theme.surface)
    FigureCanvasAgg(figure)
    _headings(figure, gallery_finding(evaluation, len(mistakes)), theme)
    for number, mistake in enumerate(mistakes):
        left = 0.1 + (number % columns) * CELL
        top = size[1] - HEADER - (number // columns) * CELL_HEIGHT
        _draw_digit(_box(figure, left, top, 0.25, 1.1), mistake_images[number], theme)
        figure.text(
            (left + CELL / 2) / size[0],
            (top - 0.14) / size[1],
            f"{names[mistake['truth']]}, read as {names[mistake['predicted']]}",
            ha="center",
            fontsize=8.5 if max(map(len, names)) < 4 else 6,
            color=theme.ink,
            fontfamily=FONT,
        )
        _draw_probabilities(_box(figure, left, top, 1.4, 0.6), mistake, names, theme)
    return figure


def _headings(figure: Figure, title: str, theme: Theme) -> None:
    height = figure.get_size_inches()[1]
    words = {"x": 0.2 / figure.get_size_inches()[0], "fontfamily": FONT, "ha": "left"}
    figure.text(y=1 - 0.3 / height, s=title, fontsize=11, fontweight="bold", color=theme.ink, **words)
    note = "bars: probability of each class; coloured, what was read; dark, the truth"
    figure.text(y=1 - 0.52 / height, s=note, fontsize=8.5, color=theme.muted, **words)


def _box(figure: Figure, left: float, top: float, drop: float, height: float) -> Axes:
    """Axes of `height` inches, `drop` inches below the cell's upper edge `top`."""
    total_width, total_height = figure.get_size_inches()
    return figure.add_axes(
        (
            (left + 0.15) / total_width,
            (top - drop - height) / total_height,
            (CELL - 0.3) / total_width,
            height / total_height,
        )
    )


def _draw_digit(axes: Axes, image: np.ndarray, theme: Theme) -> None:
    axes.set_axis_off()
    paper = LinearSegmentedColormap.from_list("paper", [theme.grid, theme.ink])
    axes.imshow(image, cmap=paper, vmin=0, vmax=255, interpolation="nearest")


def _draw_probabilities(axes: Axes, mistake: Mapping[str, Any], names: list[str], theme: Theme) -> None:
    colours = [theme.grid] * len(names)
    colours[mistake["truth"]] = theme.ink
    colours[mistake["predicted"]] = theme.accent
    axes.set_facecolor(theme.surface)
    axes.bar(range(len(names)), mistake["probabilities"], color=colours, width=0.8)
    axes.set_ylim(0, 1)
    axes.spines[["left", "right", "top"]].set_visible(False)
    axes.spines["bottom"].set_color(theme.grid)
    axes.set_yticks([])
    short = [name if len(name) == 1 else str(number) for number, name in enumerate(names)]
    axes.set_xticks(range(len(names)), short)
    axes.tick_params(length=0, labelsize=6.5, labelcolor=theme.muted, labelfontfamily=FONT)

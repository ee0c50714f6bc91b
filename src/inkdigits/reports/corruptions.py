"""How a recogniser stands corrupted images: a table, and a sheet of what they look like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from rich.table import Table

from inkdigits.reports import wording
from inkdigits.reports.style import FONT, LIGHT, Theme

CELL, GAP = 28, 4  # pixels of a digit, and between two
PER_INCH = 50  # of these pixels
LEFT, RIGHT = 110, 60  # pixels for the names and the accuracies


def corruption_table(evaluation: Mapping[str, Any]) -> Table:
    """Accuracy without corruption, under each one, and the mean of these."""
    table = Table(title="corruptions of MNIST-C", title_justify="left", box=None)
    table.add_column("corruption", no_wrap=True)
    table.add_column("accuracy", justify="right", no_wrap=True)
    table.add_row("clean", wording.percent(evaluation["accuracy"]))
    for name, accuracy in evaluation["corruptions"]["accuracy"].items():
        table.add_row(name, wording.percent(accuracy))
    table.add_section()
    table.add_row("mean of the corruptions", wording.percent(evaluation["corruptions"]["mean"]), style="bold")
    return table


def plot_corruptions(examples: Mapping[str, np.ndarray], evaluation: Mapping[str, Any], theme: Theme = LIGHT) -> Figure:
    """A row of digits for each of `examples`, uint8 (n, 28, 28) by name, the accuracy on all such digits beside it."""
    accuracy = {"clean": evaluation["accuracy"], **evaluation["corruptions"]["accuracy"]}
    sheet = _sheet(list(examples.values()))
    height, width = sheet.shape
    total = LEFT + width + RIGHT
    figure = Figure(figsize=(total / PER_INCH, height / PER_INCH), facecolor=theme.surface)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((LEFT / total, 0, width / total, 1))
    axes.set_axis_off()
    paper = LinearSegmentedColormap.from_list("paper", [theme.surface, theme.grid, theme.ink])
    axes.imshow(sheet, cmap=paper, vmin=-255, vmax=255, interpolation="nearest", aspect="auto")
    words: dict[str, Any] = {"va": "center", "fontsize": 9, "fontfamily": FONT, "color": theme.ink}
    for row, name in enumerate(examples):
        middle = 1 - (GAP + row * (CELL + GAP) + CELL / 2) / height
        figure.text((LEFT - 8) / total, middle, name.replace("_", " "), ha="right", **words)
        figure.text((total - 8) / total, middle, wording.percent(accuracy[name]), ha="right", **words)
    return figure


def _sheet(rows: list[np.ndarray]) -> np.ndarray:
    """The images side by side and row below row: int16, -255 between them."""
    step = CELL + GAP
    sheet = np.full((GAP + len(rows) * step, GAP + max(map(len, rows)) * step), -255, np.int16)
    for row, images in enumerate(rows):
        for column, image in enumerate(images):
            top, left = GAP + row * step, GAP + column * step
            sheet[top : top + CELL, left : left + CELL] = image
    return sheet

"""Rows of digits, each with a name and a share beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from inkdigits.reports import wording
from inkdigits.reports.style import FONT, LIGHT, Theme

CELL, GAP = 28, 4  # pixels of a digit, and between two
PER_INCH = 50  # of these pixels
LEFT, RIGHT = 110, 60  # pixels for the names and the shares


def plot_digit_rows(rows: Mapping[str, np.ndarray], shares: Mapping[str, float], theme: Theme = LIGHT) -> Figure:
    """A row of digits for each of `rows`, uint8 (n, 28, 28) by name, the share of that name beside it."""
    sheet = _sheet(list(rows.values()))
    height, width = sheet.shape
    total = LEFT + width + RIGHT
    figure = Figure(figsize=(total / PER_INCH, height / PER_INCH), facecolor=theme.surface)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((LEFT / total, 0, width / total, 1))
    axes.set_axis_off()
    paper = LinearSegmentedColormap.from_list("paper", [theme.surface, theme.grid, theme.ink])
    axes.imshow(sheet, cmap=paper, vmin=-255, vmax=255, interpolation="nearest", aspect="auto")
    words: dict[str, Any] = {"va": "center", "fontsize": 9, "fontfamily": FONT, "color": theme.ink}
    for row, name in enumerate(rows):
        middle = 1 - (GAP + row * (CELL + GAP) + CELL / 2) / height
        figure.text((LEFT - 8) / total, middle, name, ha="right", **words)
        figure.text((total - 8) / total, middle, wording.percent(shares[name]), ha="right", **words)
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

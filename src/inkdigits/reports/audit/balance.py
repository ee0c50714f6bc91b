"""How many images each class has, as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from inkdigits.reports import wording
from inkdigits.reports.audit.wording import balance
from inkdigits.reports.style import LIGHT, Theme, dress, legend, new_figure

LONG_NAME = 3  # letters; longer class names are written upright


def plot_balance(found: Mapping[str, Any], theme: Theme = LIGHT) -> Figure:
    """A bar for each class, the parts of the set one on another."""
    names = found["dataset"]["classes"]
    figure = new_figure(balance(found), 3.6, theme)
    axes = figure.subplots()
    dress(axes, theme, ylabel="images")
    axes.grid(visible=False, axis="x")
    below = np.zeros(len(names))
    for (part, counts), colour in zip(found["class_counts"].items(), (theme.accent, theme.muted), strict=False):
        axes.bar(range(len(names)), counts, bottom=below, width=0.75, color=colour, label=part)
        below += counts
    axes.set_xticks(range(len(names)), names, rotation=90 if max(map(len, names)) > LONG_NAME else 0)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda number, _: wording.count(int(number))))
    axes.set_ylim(0, 1.3 * below.max() if len(found["class_counts"]) > 1 else None)
    if len(found["class_counts"]) > 1:
        legend(axes, theme, "upper right")
    return figure

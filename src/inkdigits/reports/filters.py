"""The patterns that the first layer looks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from inkdigits.reports.style import LIGHT, WIDTH, Theme, new_figure

FILTERS = 64  # more would be specks


def filters_finding(network: Mapping[str, Any]) -> str:
    """How many filters of which size the first layer has, in a sentence."""
    filters = np.asarray(network["filters"])
    some = f", {FILTERS} of them shown" if len(filters) > FILTERS else ""
    size = f"{filters.shape[1]} × {filters.shape[2]} pixels"
    return f"The first layer looks for {len(filters)} patterns of {size}{some}"


def plot_filters(network: Mapping[str, Any], theme: Theme = LIGHT) -> Figure:
    """The first layer's weights, [K][h][w]: accent where ink speaks for the pattern, dark where against."""
    filters = np.asarray(network["filters"], dtype=float)[:FILTERS]
    columns = min(8, len(filters))
    rows = -(-len(filters) // columns)
    figure = new_figure(filters_finding(network), 0.75 + rows * (WIDTH - 0.3) / columns, theme)
    axes = figure.subplots()
    axes.set_axis_off()
    reach = max(np.abs(filters).max(), 1e-12)
    colours = LinearSegmentedColormap.from_list("signed", [theme.ink, theme.surface, theme.accent])
    height, width = filters.shape[1:]
    gap = 0.08 * max(height, width)
    for number, weights in enumerate(filters):
        left, top = (number % columns) * (width + gap), (number // columns) * (height + gap)
        extent = (left, left + width, top + height, top)
        axes.imshow(weights, cmap=colours, vmin=-reach, vmax=reach, extent=extent, interpolation="nearest")
        axes.plot(*_outline(left, top, width, height), color=theme.grid, linewidth=0.8)
    margin = gap / 2
    axes.set(
        xlim=(-margin, columns * (width + gap) - margin),
        ylim=(rows * (height + gap) - margin, -margin),
        aspect=1,
    )
    return figure


def _outline(left: float, top: float, width: float, height: float) -> tuple[list[float], list[float]]:
    return (
        [left, left + width, left + width, left, left],
        [top, top, top + height, top + height, top],
    )

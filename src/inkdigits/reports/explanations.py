"""The surest mistakes explained: the ink that counted, and the training images that are nearest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from inkdigits.explanations import Explanation
from inkdigits.explanations.picture import map_picture
from inkdigits.reports.style import FONT, LIGHT, Theme

CELL, WORDS, HEADER = 1.05, 0.28, 0.75  # inches


def explanations_finding(evaluation: Mapping[str, Any], explanations: Sequence[Explanation]) -> str:
    """How often most of the nearest training images are of the class that was read, in a sentence."""
    pairs = list(zip(evaluation["mistakes"], explanations, strict=False))
    if not all(explanation.neighbours for _, explanation in pairs):
        return f"The ink that counted in the {len(pairs)} surest mistakes"
    misled = sum(
        2 * sum(one.label == mistake["predicted"] for one in explanation.neighbours) > len(explanation.neighbours)
        for mistake, explanation in pairs
    )
    return f"{misled} of the {len(pairs)} surest mistakes lie among training images of what they were read as"


def plot_explanations(
    evaluation: Mapping[str, Any], explanations: Sequence[Explanation], theme: Theme = LIGHT
) -> Figure:
    """A row for each of `explanations`, of the first mistakes: the digit, its map, and its neighbours."""
    names = [row["label"] for row in evaluation["per_class"]]
    columns = 2 + max(len(explanation.neighbours) for explanation in explanations)
    size = (columns * CELL + 0.3, len(explanations) * (CELL + WORDS) + HEADER)
    figure = Figure(figsize=size, facecolor=theme.surface)
    FigureCanvasAgg(figure)
    title = explanations_finding(evaluation, explanations)
    words: dict[str, Any] = {"x": 0.2 / size[0], "ha": "left", "fontfamily": FONT}
    figure.text(y=1 - 0.3 / size[1], s=title, fontsize=11, fontweight="bold", color=theme.ink, **words)
    note = "orange: ink that speaks for what was read; blue: against; then the nearest training images"
    figure.text(y=1 - 0.52 / size[1], s=note, fontsize=8.5, color=theme.muted, **words)
    for row, (mistake, found) in enumerate(zip(evaluation["mistakes"], explanations, strict=False)):
        read = f"{names[mistake['truth']]}, read as {names[mistake['predicted']]}"
        cells = [(255 - found.digit_image, read), (map_picture(found), "what counted")]
        cells += [(255 - one.digit_image, names[one.label]) for one in found.neighbours]
        for column, (picture, caption) in enumerate(cells):
            top = size[1] - HEADER - row * (CELL + WORDS)
            axes = _cell(figure, 0.15 + column * CELL, top)
            axes.imshow(picture, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
            axes.set_title(caption, fontsize=8, color=theme.ink, fontfamily=FONT, y=-0.24)
    return figure


def _cell(figure: Figure, left: float, top: float) -> Axes:
    """Axes of a digit, in inches from the figure's left and lower edge."""
    width, height = figure.get_size_inches()
    side = CELL - 0.1
    axes = figure.add_axes((left / width, (top - side) / height, side / width, side / height))
    axes.set_axis_off()
    return axes

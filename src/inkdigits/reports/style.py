"""One look for every picture: quiet greys, one accent colour, titles that say the finding."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

DPI = 160
WIDTH = 5.6  # inches; half a page of the report, a whole phone
PAD = 0.12  # inches around the contents
FONT = "DejaVu Sans"  # comes with matplotlib, so pictures are alike everywhere


@dataclass(frozen=True)
class Theme:
    """The colours of a picture."""

    surface: str
    ink: str
    muted: str
    grid: str
    accent: str


LIGHT = Theme(surface="#ffffff", ink="#1d2530", muted="#687384", grid="#e4e8ed", accent="#3b55d9")
DARK = Theme(surface="#1b2028", ink="#e8ebf0", muted="#98a2b3", grid="#333b47", accent="#8fa2ff")


def new_figure(title: str, height: float, theme: Theme) -> Figure:
    """An empty figure `WIDTH` inches wide whose `title`, at its upper left, is wrapped to fit."""
    layout = ConstrainedLayoutEngine(w_pad=PAD, h_pad=PAD)
    figure = Figure(figsize=(WIDTH, height), layout=layout, facecolor=theme.surface)
    FigureCanvasAgg(figure)
    figure.suptitle(
        fill(title, 57),
        x=PAD / WIDTH,
        ha="left",
        fontsize=11,
        fontweight="bold",
        color=theme.ink,
        fontfamily=FONT,
    )
    return figure


def dress(axes: Axes, theme: Theme, *, xlabel: str = "", ylabel: str = "") -> None:
    """Leaves of the frame what is read: a faint grid, small labels, no box."""
    axes.set_facecolor(theme.surface)
    axes.spines[:].set_visible(False)
    axes.grid(color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=8.5, labelcolor=theme.muted, labelfontfamily=FONT)
    axes.set_xlabel(xlabel, fontsize=9, color=theme.muted, fontfamily=FONT)
    axes.set_ylabel(ylabel, fontsize=9, color=theme.muted, fontfamily=FONT)


def legend(axes: Axes, theme: Theme, corner: str) -> None:
    """A legend without a frame in the `corner`, such as "upper left", or where it is "best"."""
    found = axes.legend(loc=corner, frameon=False, labelcolor=theme.ink)  # type: ignore[call-overload]
    for text in found.get_texts():
        text.set(fontfamily=FONT, fontsize=9)


def tint(theme: Theme) -> LinearSegmentedColormap:
    """From the surface to the accent colour."""
    return LinearSegmentedColormap.from_list("tint", [theme.surface, theme.accent])


def png(figure: Figure) -> bytes:
    """The figure as a PNG file."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, facecolor=figure.get_facecolor(), metadata={"Software": None})
    return buffer.getvalue()

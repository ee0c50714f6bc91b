"""What matters: the share of the variance of validation accuracy that each choice explains."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from inkdigits.reports import wording
from inkdigits.reports.style import FONT, LIGHT, Theme, dress, new_figure


def importances_finding(importances: Mapping[str, float]) -> str:
    """Which choice matters most, in a sentence."""
    name, share = max(importances.items(), key=lambda item: item[1])
    return f"{name} matters most: {wording.percent(share, 0)} of the variance"


def plot_importances(importances: Mapping[str, float], theme: Theme = LIGHT) -> Figure:
    """A bar per choice, the greatest on top."""
    figure = new_figure(importances_finding(importances), 0.9 + 0.32 * len(importances), theme)
    axes = figure.subplots()
    dress(axes, theme, xlabel="share of the variance of validation accuracy (fANOVA)")
    axes.grid(False)
    names = sorted(importances, key=importances.__getitem__)
    bars = axes.barh(names, [importances[name] for name in names], color=theme.muted, height=0.62)
    bars[-1].set_color(theme.accent)
    written = [wording.percent(importances[name], 0) for name in names]
    axes.bar_label(bars, written, padding=4, color=theme.ink, fontsize=8.5, fontfamily=FONT)
    axes.set_xlim(0, 1.12 * max(importances.values()))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.0f} %"))
    return figure

"""How many digits a person must look at: the risk-coverage curve and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from inkdigits.reports import wording
from inkdigits.reports.style import LIGHT, Theme, dress, new_figure


def plot_review(evaluation: Mapping[str, Any], theme: Theme = LIGHT) -> Figure:
    """The share of errors among the digits that nobody looks at, over the share that somebody does."""
    curve = evaluation["risk_coverage"]
    figure = new_figure(wording.review(evaluation["review"]), 3.6, theme)
    axes = figure.subplots()
    dress(axes, theme, xlabel="digits that a person looks at, the least sure first", ylabel="errors among the others")
    looked = 1 - np.array([point["coverage"] for point in curve])
    risk = np.array([point["risk"] for point in curve])
    axes.plot(looked, risk, color=theme.accent, linewidth=2)
    share = evaluation["review"]["share"]
    if evaluation["review"]["threshold"] is not None:
        axes.axvline(share, color=theme.muted, linewidth=1, linestyle=(0, (4, 3)))
    axes.set(xlim=(0, min(1.0, max(0.05, 3 * share))), ylim=(0, max(1e-4, 1.08 * risk.max())))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(6))
        axis.set_major_formatter(FuncFormatter(lambda part, _: f"{100 * part:.4g} %"))
    return figure

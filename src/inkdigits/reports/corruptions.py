"""How a recogniser stands corrupted images: a table, and a sheet of what they look like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from rich.table import Table

from inkdigits.reports import wording
from inkdigits.reports.digit_rows import plot_digit_rows
from inkdigits.reports.style import LIGHT, Theme


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
    rows = {name.replace("_", " "): images for name, images in examples.items()}
    return plot_digit_rows(rows, {name.replace("_", " "): share for name, share in accuracy.items()}, theme)

"""How a network stands adversaries: a table, what speaks against its figures, and a sheet of what deceived it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from rich.table import Table

from inkdigits.reports import wording
from inkdigits.reports.digit_rows import plot_digit_rows
from inkdigits.reports.style import LIGHT, Theme

SIGNS = {
    "larger epsilon weaker": "{attack} up to {epsilon} fools fewer images than below",
    "single step stronger": "at {epsilon}, one step of {attack} fools more images than a hundred",
    "no gradient stronger": "at {epsilon}, {attack}, without the network's gradients, fools more images than with them",
    "unbounded withstood": "{attack} without bounds leaves images right",
}


def adversary_table(found: Mapping[str, Any]) -> Table:
    """Accuracy in per cent under each attack, its 95 % interval, and whether gradients seem to be masked."""
    images = wording.count(found["dataset"]["images"])
    table = Table(title=f"accuracy in % on {images} images (95 % interval)", title_justify="left", box=None)
    table.add_column("attack", no_wrap=True)
    for epsilon in found["epsilons"]:
        table.add_column(f"up to {epsilon:g} a pixel", justify="right", no_wrap=True)
    table.add_row("none", *[_cell(found["clean"])] * len(found["epsilons"]))
    *attacks, last = found["attacks"].items()
    for name, shares in attacks:
        table.add_row(name, *map(_cell, shares))
    table.add_section()
    table.add_row(last[0], *map(_cell, last[1]), style="bold")
    table.caption = "\n".join([_unbounded(found), *masking_findings(found)])
    table.caption_justify = "left"
    return table


def masking_findings(found: Mapping[str, Any]) -> list[str]:
    """Whether gradients seem to be masked, and why, a sentence each."""
    if not found["masking"]:
        return ["no sign that gradients are masked"]
    return [f"gradients may be masked: {SIGNS[sign['sign']].format(**sign)}" for sign in found["masking"]]


def plot_adversaries(
    examples: Mapping[tuple[str, float], np.ndarray], found: Mapping[str, Any], theme: Theme = LIGHT
) -> Figure:
    """A row of digits for each attack and epsilon, uint8 (n, 28, 28), and the accuracy on all digits so attacked."""
    shares = {("clean", 0.0): found["clean"]["accuracy"]}
    for name, scores in found["attacks"].items():
        shares |= {(name, epsilon): score["accuracy"] for epsilon, score in zip(found["epsilons"], scores, strict=True)}
    shown = {place: _row_name(*place) for place in examples if place in shares}
    return plot_digit_rows(
        {name: examples[place] for place, name in shown.items()},
        {name: shares[place] for place, name in shown.items()},
        theme,
    )


def _row_name(attack: str, epsilon: float) -> str:
    return f"{attack}, {epsilon:g}" if epsilon else attack


def _cell(score: Mapping[str, Any]) -> str:
    """Such as "97.1 (95.9 to 98.0)"."""
    low, high = (100 * bound for bound in score["interval"])
    return f"{100 * score['accuracy']:.1f} ({low:.1f} to {high:.1f})"


def _unbounded(found: Mapping[str, Any]) -> str:
    return f"without bounds {wording.percent(found['unbounded']['accuracy'])} stay right"

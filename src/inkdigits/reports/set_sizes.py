"""How large sets of digits must be to hold the right one as often as was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from inkdigits.reports import wording


def coverage_table(conformal: Mapping[str, Any]) -> Table:
    """Coverage, size and single classes of the sets: calibrated on the validation images, and on halves of the set."""
    title = f"sets of classes that are to hold the right one {100 * conformal['coverage']:g} % of the time"
    table = Table(title=title, title_justify="left", box=None)
    for heading in ("calibrated on", "coverage", "mean size", "single classes"):
        table.add_column(heading, justify="left" if heading == "calibrated on" else "right", no_wrap=True)
    if conformal["validation"] is not None:
        table.add_row("the bundle's validation images", *_cells(conformal["validation"]))
    if conformal["halves"] is not None:
        halves = conformal["halves"]
        table.add_row(f"a random half of these images, {wording.times(halves['splits'])}", *_cells(halves))
        table.caption = f"95 % of the halvings cover {wording.interval(*halves['coverage_interval'])}"
        table.caption_justify = "left"
    return table


def _cells(found: Mapping[str, Any]) -> tuple[str, str, str]:
    return wording.percent(found["coverage"], 3), f"{found['size']:.3f}", wording.percent(found["single"])

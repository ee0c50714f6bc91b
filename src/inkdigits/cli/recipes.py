"""`inkdigits recipes`: what can be trained, and what became of it."""

from __future__ import annotations

from pathlib import Path

from inkdigits.cli.console import output
from inkdigits.cli.extras import needs_extra
from inkdigits.cli.quiet import quiet_start


def recipes() -> None:
    """List the recipes: network, parameters, plan, what was published and what was measured.

    Example:

        inkdigits recipes
    """
    with needs_extra("train"), quiet_start():
        from inkdigits.experiments.results import collect
        from inkdigits.experiments.survey import survey
        from inkdigits.recipes.catalog import all_recipes
    from rich.table import Table

    results = collect(Path("results")) if Path("results").is_dir() else []
    table = Table(box=None, pad_edge=False)
    for heading, justify in (
        ("recipe", "left"),
        ("network", "left"),
        ("parameters", "right"),
        ("plan", "left"),
        ("published", "right"),
        ("measured", "right"),
    ):
        table.add_column(heading, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for row in survey(all_recipes().values(), results):
        table.add_row(*row)
    console = output()
    console.print(table)

"""`inkdigits compare`: all results beside what was published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from inkdigits.cli.console import output
from inkdigits.cli.extras import needs_extra
from inkdigits.cli.quiet import quiet_start
from inkdigits.errors import InkdigitsError


def compare(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(help="Folders of results or runs; results/ or your runs if not given."),
    ] = None,
    form: Annotated[Literal["table", "markdown", "json"], typer.Option("--format", help="How to print it.")] = "table",
) -> None:
    """Compare what was measured, mean and spread over seeds, with what was published, and say who is ahead.

    Examples:

        inkdigits compare

        inkdigits compare runs --format markdown
    """
    with needs_extra("train"), quiet_start():
        from inkdigits.experiments.results import collect, comparison
        from inkdigits.reports.tables import comparison_markdown, comparison_table

    from inkdigits.settings import settings

    committed = Path("results")
    chosen = folders or [committed if committed.is_dir() else settings().runs_dir]
    results = [result for folder in chosen for result in collect(folder)]
    if not results:
        raise InkdigitsError(f"{chosen[0]}: no finished run here; start one: inkdigits train cnn-dropout")
    rows = comparison(results)
    if form == "json":
        import json

        typer.echo(json.dumps(rows, indent=1))
    elif form == "markdown":
        typer.echo(comparison_markdown(rows))
    else:
        console = output()
        console.print(comparison_table(rows))

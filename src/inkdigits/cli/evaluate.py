"""`inkdigits evaluate`: a bundle's scores on labelled images."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from inkdigits.cli.console import output
from inkdigits.cli.extras import needs_extra
from inkdigits.errors import InkdigitsError


def evaluate(
    bundle: Annotated[Path | None, typer.Argument(help="A bundle's folder; the one that ships if not given.")] = None,
    data: Annotated[str, typer.Option(help="mnist, fashion-mnist, folder:DIR, csv:FILE or idx:DIR.")] = "mnist",
    part: Annotated[Literal["test", "train", "all"] | None, typer.Option(help="Which part of the set.")] = None,
    form: Annotated[Literal["table", "json"], typer.Option("--format", help="How to print the scores.")] = "table",
    report: Annotated[Path | None, typer.Option(help="Write report.html and its pictures into this folder.")] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="With --report, write it as PDF, too.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave out unreadable images instead.")] = False,
) -> None:
    """Score BUNDLE on labelled images: accuracy, loss, per-class figures, confusions, calibration, mistakes.

    Examples:

        inkdigits evaluate runs/cnn-dropout/seed-0/bundle

        inkdigits evaluate --data folder:my_digits --report my_report --format json
    """
    if pdf and report is None:
        raise InkdigitsError("--pdf writes the report as PDF, too: give --report DIR with it")
    with needs_extra("train"):
        from inkdigits.experiments.assessment import assess

        evaluation = assess(bundle, data, part, report, pdf=pdf, skip_bad=skip_bad)
    if form == "json":
        import json

        typer.echo(json.dumps(evaluation, indent=1))
        return

    from inkdigits.reports.tables import scores_table

    console = output()
    console.print(scores_table(evaluation))
    if report is not None:
        console.print(f"report  {report / 'report.html'}", soft_wrap=True, highlight=False)

"""`inkdigits evaluate`: a bundle's scores on labelled images."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from inkdigits.bundle import METADATA_FILE
from inkdigits.cli.completion import DATA_HELP, data_begun
from inkdigits.cli.console import output
from inkdigits.cli.extras import needs_extra
from inkdigits.errors import InkdigitsError


def evaluate(
    bundle: Annotated[Path | None, typer.Argument(help="A bundle's folder; the one that ships if not given.")] = None,
    data: Annotated[str, typer.Option(help=DATA_HELP, autocompletion=data_begun)] = "mnist",
    part: Annotated[Literal["test", "train", "all"] | None, typer.Option(help="Which part of the set.")] = None,
    form: Annotated[Literal["table", "json"], typer.Option("--format", help="How to print the scores.")] = "table",
    report: Annotated[Path | None, typer.Option(help="Write report.html and its pictures into this folder.")] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="With --report, write it as PDF, too.")] = False,
    save: Annotated[
        bool, typer.Option("--save", help="Keep the scores in BUNDLE, for the service's page about the model.")
    ] = False,
    coverage: Annotated[
        float | None,
        typer.Option(min=0.5, max=0.99999, metavar="SHARE", help="Tell of sets that hold the right class so often."),
    ] = None,
    corruptions: Annotated[
        bool,
        typer.Option("--corruptions", help="Score the 15 corruptions of MNIST-C, too; show some as corruptions.png."),
    ] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave out unreadable images instead.")] = False,
) -> None:
    """Score BUNDLE on labelled images: accuracy, loss, per-class figures, confusions, calibration, mistakes.

    Examples:

        inkdigits evaluate runs/cnn-dropout/seed-0/bundle

        inkdigits evaluate my_bundle --coverage 0.999 --save

        inkdigits evaluate --corruptions

        inkdigits evaluate --data folder:my_digits --report my_report --format json
    """
    if pdf and report is None:
        raise InkdigitsError("--pdf writes the report as PDF, too: give --report DIR with it")
    if save and bundle is None:
        raise InkdigitsError("--save keeps the scores in a bundle of your own: name its folder before it")
    sheet = (report or Path()) / "corruptions.png" if corruptions else None
    with needs_extra("train"):
        from inkdigits.experiments.assessment import assess

        evaluation = assess(
            *(bundle, data, part, report), pdf=pdf, skip_bad=skip_bad, save=save, coverage=coverage, corruptions=sheet
        )
    if form == "json":
        import json

        typer.echo(json.dumps(evaluation, indent=1))
        return
    _print(evaluation)
    written = {
        "scores": bundle / METADATA_FILE if save and bundle else None,
        "report": report / "report.html" if report else None,
        "picture": sheet,
    }
    for what, file in written.items():
        if file is not None:
            output().print(f"{what}  {file}", soft_wrap=True, highlight=False)


def _print(evaluation: dict[str, Any]) -> None:
    """Prints the tables of all that was scored."""
    from inkdigits.reports.corruptions import corruption_table
    from inkdigits.reports.set_sizes import coverage_table
    from inkdigits.reports.tables import scores_table

    console = output()
    console.print(scores_table(evaluation))
    if "conformal" in evaluation:
        console.print(coverage_table(evaluation["conformal"]))
    if "corruptions" in evaluation:
        console.print(corruption_table(evaluation))

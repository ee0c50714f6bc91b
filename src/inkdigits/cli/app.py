"""The `inkdigits` application: its verbs and the options they share."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from inkdigits.cli.attack import attack
from inkdigits.cli.classify import classify
from inkdigits.cli.compare import compare
from inkdigits.cli.data import data_app
from inkdigits.cli.evaluate import evaluate
from inkdigits.cli.export import export_app
from inkdigits.cli.read import read
from inkdigits.cli.recipes import recipes
from inkdigits.cli.serve import serve
from inkdigits.cli.train import train
from inkdigits.cli.tune import tune

app = typer.Typer(
    name="inkdigits",
    help="Train, explain and use handwritten digit recognisers.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from inkdigits.cli.versions import version_lines

        typer.echo("\n".join(version_lines()))
        raise typer.Exit


@app.callback()
def start(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Print the versions: of this, and what it computes with.",
        ),
    ] = False,
) -> None:
    # Here and not at import: reading the settings takes pydantic, and help should be quick.
    from inkdigits.settings import settings

    logging.basicConfig(level=settings().log_level, format="%(levelname)s %(name)s: %(message)s")


app.command()(read)
app.command()(classify)
app.add_typer(data_app, name="data")
app.command()(train)
app.command()(tune)
app.command()(evaluate)
app.command()(attack)
app.command()(compare)
app.command()(recipes)
app.command()(serve)
app.add_typer(export_app, name="export")

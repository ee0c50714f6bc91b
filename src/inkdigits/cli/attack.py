"""`inkdigits attack`: how many images a trained network still takes for what they are when somebody changes them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from inkdigits.cli.console import output
from inkdigits.cli.extras import needs_extra
from inkdigits.cli.quiet import quiet_start


def attack(
    run: Annotated[Path, typer.Argument(help="The folder of a finished run, with its manifest.json and checkpoint.")],
    images: Annotated[int, typer.Option(min=1, help="Attack the first so many test images.")] = 500,
    queries: Annotated[int, typer.Option(min=1, help="What the Square attack may ask about an image.")] = 1000,
    transfer_from: Annotated[
        Path | None, typer.Option(metavar="RUN", help="Try images that deceive the network of this run, too.")
    ] = None,
    form: Annotated[Literal["table", "json"], typer.Option("--format", help="How to print the scores.")] = "table",
) -> None:
    """Attack the network of RUN: FGSM, PGD and Square, up to 0.1, 0.2 and 0.3 a pixel; tell if gradients are masked.

    The attacks change the 28 x 28 image that the network sees. Writes adversaries.json and adversaries.png into RUN.

    Examples:

        inkdigits attack runs/cnn-dropout/seed-0

        inkdigits attack runs/robust/seed-0 --images 1000 --queries 5000 --transfer-from runs/cnn-tuned/seed-0
    """
    with needs_extra("train"), quiet_start():
        from inkdigits.experiments import attack as attacking
        from inkdigits.reports.adversaries import adversary_table

    found = attacking.attack(run, images=images, queries=queries, transfer_from=transfer_from)
    if form == "json":
        import json

        typer.echo(json.dumps(found, indent=1))
        return
    output().print(adversary_table(found))
    for what, file in (("scores", attacking.SCORES), ("picture", attacking.PICTURE)):
        output().print(f"{what}  {run / file}", soft_wrap=True, highlight=False)

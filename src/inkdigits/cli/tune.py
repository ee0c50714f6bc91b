"""`inkdigits tune`: a search over a recipe's own space."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

import typer

from inkdigits.cli.clusters import trials_on
from inkdigits.cli.completion import DATA_HELP, data_begun, recipes_begun
from inkdigits.cli.extras import needs_extra
from inkdigits.cli.quiet import quiet_start
from inkdigits.errors import InkdigitsError


def tune(
    recipe: Annotated[
        str | None,
        typer.Argument(
            help="A recipe's name, or the path of your own .py file; it has a search_space.",
            autocompletion=recipes_begun,
        ),
    ] = None,
    trials: Annotated[int | None, typer.Option(min=1, help="How many trials the study is to have in all; 60.")] = None,
    time_limit: Annotated[
        str | None, typer.Option(metavar="2h|90m|1h30m", help="Stop after this time, to be resumed.")
    ] = None,
    sampler: Annotated[
        Literal["tpe", "random"] | None, typer.Option(help="How choices are made: tpe learns from trials before; tpe.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**32 - 1, help="Decides split, choices, first weights and order; 0.")
    ] = None,
    data: Annotated[str | None, typer.Option(help=DATA_HELP, autocompletion=data_begun)] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Instead of the recipe's own number.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Train on this many images, for a quick try.")] = None,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave out unreadable images instead.")] = False,
    storage: Annotated[
        str | None, typer.Option(metavar="URL", help="A server that keeps the study, for several machines to share.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="The search's folder; runs/RECIPE/SAMPLER-seed-N if not given.")
    ] = None,
    resume: Annotated[
        Path | None, typer.Option(help="Go on with the search in this folder, or take part in it.")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS|local", help="Carry out the trials on this Ray cluster.")
    ] = None,
) -> None:
    """Search RECIPE's own space for the highest validation accuracy; no trial sees the test set.

    Leaves best.py, which 'inkdigits train' takes, trials.csv and report.html.

    A search that was stopped goes on with --resume; the running trial is all it can lose.

    Examples:

        inkdigits tune cnn-tuned --trials 60

        inkdigits tune cnn-tuned --sampler random --time-limit 2h

        inkdigits tune my_recipe.py --trials 20 --epochs 3 --limit 10000

        inkdigits tune --resume runs/cnn-tuned/tpe-seed-0 --trials 100

        inkdigits tune cnn-tuned --storage postgresql+psycopg://me@server/studies

        inkdigits tune cnn-tuned --cluster auto
    """
    if (recipe is None) == (resume is None):
        raise InkdigitsError("give a recipe to tune or --resume FOLDER, one of the two; 'inkdigits recipes' lists them")
    chosen = (sampler, seed, data, epochs, limit, skip_bad or None, output)
    if resume is not None and any(option is not None for option in chosen):
        raise InkdigitsError(
            "--resume goes on with the search's own options; of the others --trials, --time-limit and --storage fit"
        )
    seconds = _seconds(time_limit) if time_limit else None
    if recipe is None:
        with needs_extra("train"):
            from inkdigits.cli.searches import resume_search

        assert resume is not None
        with trials_on(cluster) as supervision:
            resume_search(resume, trials, storage, seconds, **supervision)
        return
    with needs_extra("train"), quiet_start():
        from inkdigits.cli.new_search import start_search

    with trials_on(cluster) as supervision:
        start_search(
            recipe,
            trials or 60,
            storage,
            seconds,
            output,
            sampler=sampler or "tpe",
            seed=seed or 0,
            data=data,
            epochs=epochs,
            limit=limit,
            skip_bad=skip_bad,
            **supervision,
        )


def _seconds(text: str) -> float:
    """ "1h30m" as 5400."""
    found = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", text)
    parts = [int(part or 0) for part in found.groups()] if found else [0]
    if not any(parts):
        raise InkdigitsError(f"--time-limit {text}: must be a time such as 2h, 90m or 1h30m")
    hours, minutes, seconds = parts
    return 3600 * hours + 60 * minutes + seconds

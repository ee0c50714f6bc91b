"""`inkdigits train`: a recipe becomes a trained, exported, scored and explained recogniser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inkdigits.cli.extras import needs_extra
from inkdigits.cli.quiet import quiet_start
from inkdigits.errors import InkdigitsError


def train(
    recipe: Annotated[str | None, typer.Argument(help="A recipe's name, or the path of your own .py file.")] = None,
    data: Annotated[str | None, typer.Option(help="mnist, fashion-mnist, folder:DIR, csv:FILE or idx:DIR.")] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**32 - 1, help="Decides split, first weights, order and augmentation; 0.")
    ] = None,
    seeds: Annotated[str | None, typer.Option(help="Several runs, such as 0..4; finished ones are left out.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Instead of the recipe's own number.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Train on this many images, for a quick try.")] = None,
    output: Annotated[Path | None, typer.Option(help="The run's folder; runs/RECIPE/seed-N if not given.")] = None,
    resume: Annotated[Path | None, typer.Option(help="Go on with the interrupted run in this folder.")] = None,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave out unreadable images instead.")] = False,
    tensorboard: Annotated[bool, typer.Option("--tensorboard", help="Write TensorBoard logs, too.")] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="Write the report as PDF, too.")] = False,
) -> None:
    """Train RECIPE, export its bundle, score it on the test set and write a report.

    Examples:

        inkdigits train cnn-dropout

        inkdigits train cnn-basic --epochs 1 --limit 5000 --output /tmp/try

        inkdigits train my_recipe.py --data folder:my_digits

        inkdigits train --resume runs/cnn-dropout/seed-0
    """
    if (recipe is None) == (resume is None):
        raise InkdigitsError("give a recipe to train or --resume RUN, one of the two; 'inkdigits recipes' lists them")
    if seeds is not None and (output is not None or seed is not None):
        raise InkdigitsError("--seeds names its folders and seeds itself: it goes with neither --output nor --seed")
    chosen = (data, seed, seeds, epochs, limit, output, skip_bad or None)
    if resume is not None and any(option is not None for option in chosen):
        raise InkdigitsError(
            "--resume goes on with the run's own options; of the others only --tensorboard and --pdf fit"
        )
    with needs_extra("train"), quiet_start():
        from inkdigits.cli.training_runs import resume_shown, train_seed

    if recipe is None:
        assert resume is not None
        resume_shown(resume, tensorboard=tensorboard, pdf=pdf)
        return
    for number in _seed_numbers(seeds) if seeds else [seed or 0]:
        train_seed(
            recipe,
            number,
            output,
            data=data,
            epochs=epochs,
            limit=limit,
            skip_bad=skip_bad,
            tensorboard=tensorboard,
            pdf=pdf,
            go_on=seeds is not None,
        )


def _seed_numbers(text: str) -> list[int]:
    first, dots, last = text.partition("..")
    if not first.isdecimal() or not (last if dots else first).isdecimal():
        raise InkdigitsError(f"--seeds {text}: must be a number or a range such as 0..4")
    numbers = list(range(int(first), int(last if dots else first) + 1))
    if not numbers:
        raise InkdigitsError(f"--seeds {text}: the range is empty; write the smaller number first")
    return numbers

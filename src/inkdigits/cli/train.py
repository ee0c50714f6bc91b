"""`inkdigits train`: a recipe becomes a trained, exported, scored and explained recogniser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inkdigits.cli.clusters import train_on_cluster
from inkdigits.cli.completion import DATA_HELP, data_begun, recipes_begun
from inkdigits.cli.extras import needs_extra
from inkdigits.cli.mlflow_copies import copier
from inkdigits.cli.quiet import quiet_start
from inkdigits.errors import InkdigitsError

_LARGEST_SEED = 2**32 - 1


def train(
    recipe: Annotated[
        str | None,
        typer.Argument(help="A recipe's name, or the path of your own .py file.", autocompletion=recipes_begun),
    ] = None,
    data: Annotated[str | None, typer.Option(help=DATA_HELP, autocompletion=data_begun)] = None,
    seed: Annotated[
        int | None,
        typer.Option(min=0, max=_LARGEST_SEED, help="Decides split, first weights, order and augmentation; 0."),
    ] = None,
    seeds: Annotated[str | None, typer.Option(help="Several runs, such as 0..4; finished ones are left out.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Instead of the recipe's own number.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Train on this many images, for a quick try.")] = None,
    output: Annotated[Path | None, typer.Option(help="The run's folder; runs/RECIPE/seed-N if not given.")] = None,
    resume: Annotated[Path | None, typer.Option(help="Go on with the interrupted run in this folder.")] = None,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave out unreadable images instead.")] = False,
    tensorboard: Annotated[bool, typer.Option("--tensorboard", help="Write TensorBoard logs, too.")] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="Write the report as PDF, too.")] = False,
    mlflow: Annotated[
        str | None, typer.Option(metavar="URI", help="Copy the finished run to this MLflow server or store, too.")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS|local", help="Train the seeds of --seeds on this Ray cluster.")
    ] = None,
) -> None:
    """Train RECIPE, export its bundle, score it on the test set and write a report.

    Examples:

        inkdigits train cnn-dropout

        inkdigits train cnn-basic --epochs 1 --limit 5000 --output /tmp/try

        inkdigits train my_recipe.py --data folder:my_digits

        inkdigits train --resume runs/cnn-dropout/seed-0

        inkdigits train cnn-dropout --seeds 0..19 --cluster auto

        inkdigits train cnn-dropout --mlflow sqlite:///mlflow.db
    """
    if (recipe is None) == (resume is None):
        raise InkdigitsError("give a recipe to train or --resume RUN, one of the two; 'inkdigits recipes' lists them")
    if seeds is not None and (output is not None or seed is not None):
        raise InkdigitsError("--seeds names its folders and seeds itself: it goes with neither --output nor --seed")
    chosen = (data, seed, seeds, epochs, limit, output, skip_bad or None)
    if resume is not None and any(option is not None for option in chosen):
        raise InkdigitsError(
            "--resume goes on with the run's own options; of the others only --tensorboard, --pdf and --mlflow fit"
        )
    if cluster is not None and seeds is None:
        raise InkdigitsError("--cluster trains several seeds at a time: give them, such as --seeds 0..19")
    with needs_extra("train"), quiet_start():
        from inkdigits.cli.training_runs import refuse_needy, resume_shown, train_seed
        from inkdigits.experiments.asked_run import AskedRun, usual_folder

    copy = copier(mlflow)
    if recipe is None:
        assert resume is not None
        resume_shown(resume, tensorboard=tensorboard, pdf=pdf)
        copy(resume)
        return
    asked = AskedRun(recipe, data, epochs, limit, skip_bad, tensorboard, pdf)
    numbers = _seed_numbers(seeds) if seeds is not None else range(seed or 0, (seed or 0) + 1)
    if cluster is not None:
        refuse_needy(asked.plan(numbers[0]))
        train_on_cluster(cluster, asked, numbers)
    for number in numbers:
        if cluster is None:
            train_seed(asked, number, output, go_on=seeds is not None)
        copy(output or usual_folder(asked.plan(number)))


def _seed_numbers(text: str) -> range:
    first, dots, last = text.partition("..")
    if not first.isdecimal() or not (last if dots else first).isdecimal():
        raise InkdigitsError(f"--seeds {text}: must be a number or a range such as 0..4")
    if max(len(first), len(last)) > len(str(_LARGEST_SEED)) or int(last if dots else first) > _LARGEST_SEED:
        raise InkdigitsError(f"--seeds {text}: the largest seed is {_LARGEST_SEED}")
    numbers = range(int(first), int(last if dots else first) + 1)
    if not numbers:
        raise InkdigitsError(f"--seeds {text}: the range is empty; write the smaller number first")
    return numbers

"""Runs shown on the terminal: their progress, their scores, where their report lies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from inkdigits.cli.console import output
from inkdigits.cli.progress import TrainingProgress
from inkdigits.errors import RunError
from inkdigits.experiments.run import Plan, resume_run, same_plan, start_run
from inkdigits.experiments.run_folder import RunFolder
from inkdigits.recipes.catalog import find_recipe
from inkdigits.reports.tables import scores_table
from inkdigits.settings import settings


def train_seed(
    name: str,
    seed: int,
    output: Path | None,
    *,
    data: str | None,
    epochs: int | None,
    limit: int | None,
    skip_bad: bool,
    tensorboard: bool,
    pdf: bool,
    go_on: bool,
) -> None:
    """Trains one recipe with one seed; with `go_on`, leaves out a finished run and resumes an interrupted one."""
    recipe = find_recipe(name)
    if data is not None:
        kind, colon, place = data.partition(":")
        data = f"{kind}:{Path(place).expanduser().resolve()}" if colon and place else data
        # Another data set has no published figure to be held against.
        recipe = replace(recipe, data=data, published=recipe.published if data == recipe.data else None)
    if epochs is not None:
        recipe = replace(recipe, epochs=epochs)
    path = output or settings().runs_dir / recipe.name / f"seed-{seed}"
    plan = Plan(recipe, seed, epochs, limit, skip_bad, tensorboard, pdf)
    folder = RunFolder(path)
    manifest = folder.read_manifest() if go_on else None
    if manifest is not None and not same_plan(plan, manifest):
        raise RunError(f"{path}: holds a run with other options; remove it, or choose --output for a single run")
    evaluation = folder.read_evaluation() if go_on else None
    if manifest is not None and evaluation is not None and manifest.get("status") == "finished":
        _show(path, evaluation, pdf)
        return
    if manifest is not None:
        resume_shown(path, tensorboard=tensorboard, pdf=pdf)
        return
    with TrainingProgress(recipe.epochs) as progress:
        progress.stage(f"{recipe.name}, seed {seed}, into {path}")
        with _interruptible(path):
            evaluation = start_run(plan, path, progress)
    _show(path, evaluation, pdf)


def resume_shown(path: Path, *, tensorboard: bool, pdf: bool) -> None:
    """Goes on with the run in `path`."""
    recipe = (RunFolder(path).read_manifest() or {}).get("recipe")
    epochs = recipe.get("epochs") if isinstance(recipe, dict) else None
    with TrainingProgress(epochs if isinstance(epochs, int) else 1) as progress:
        progress.stage(f"resuming {path}")
        with _interruptible(path):
            evaluation = resume_run(path, progress, tensorboard=tensorboard, pdf=pdf)
    _show(path, evaluation, pdf)


@contextmanager
def _interruptible(path: Path) -> Iterator[None]:
    """Ctrl-C becomes one line that says how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        begun = RunFolder(path).manifest_file.exists()
        raise RunError(
            f"interrupted; go on with: inkdigits train --resume {path}" if begun else "interrupted"
        ) from None


def _show(path: Path, evaluation: dict[str, Any], pdf: bool) -> None:
    console = output()
    console.print(scores_table(evaluation))
    console.print(f"bundle  {path / 'bundle'}", soft_wrap=True, highlight=False)
    console.print(f"report  {path / 'report.html'}", soft_wrap=True, highlight=False)
    if pdf:
        console.print(f"        {path / 'report.pdf'}", soft_wrap=True, highlight=False)

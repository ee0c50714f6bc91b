"""Runs shown on the terminal: their progress, their scores, where their report lies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from inkdigits.cli.console import output
from inkdigits.cli.progress import TrainingProgress
from inkdigits.experiments.run import Plan, resume_run, start_run
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
        # Another data set has no published figure to be held against.
        recipe = replace(recipe, data=data, published=recipe.published if data == recipe.data else None)
    if epochs is not None:
        recipe = replace(recipe, epochs=epochs)
    path = output or settings().runs_dir / recipe.name / f"seed-{seed}"
    folder = RunFolder(path)
    manifest = folder.read_manifest() if go_on else None
    evaluation = folder.read_evaluation()
    if manifest is not None and evaluation is not None and manifest.get("status") == "finished":
        _show(path, evaluation, pdf)
        return
    if manifest is not None:
        resume_shown(path, tensorboard=tensorboard, pdf=pdf)
        return
    plan = Plan(recipe, seed, limit, skip_bad, tensorboard, pdf)
    with TrainingProgress(recipe.epochs) as progress:
        progress.stage(f"{recipe.name}, seed {seed}, into {path}")
        evaluation = start_run(plan, path, progress)
    _show(path, evaluation, pdf)


def resume_shown(path: Path, *, tensorboard: bool, pdf: bool) -> None:
    """Goes on with the run in `path`."""
    manifest = RunFolder(path).read_manifest() or {}
    with TrainingProgress(manifest.get("recipe", {}).get("epochs", 1)) as progress:
        progress.stage(f"resuming {path}")
        evaluation = resume_run(path, progress, tensorboard=tensorboard, pdf=pdf)
    _show(path, evaluation, pdf)


def _show(path: Path, evaluation: dict[str, Any], pdf: bool) -> None:
    console = output()
    console.print(scores_table(evaluation))
    console.print(f"bundle  {path / 'bundle'}", soft_wrap=True, highlight=False)
    console.print(f"report  {path / 'report.html'}", soft_wrap=True, highlight=False)
    if pdf:
        console.print(f"        {path / 'report.pdf'}", soft_wrap=True, highlight=False)

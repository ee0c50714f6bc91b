"""Runs shown on the terminal: their progress, their scores, where their report lies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inkdigits.cli.console import output
from inkdigits.cli.progress import TrainingProgress
from inkdigits.errors import RunError
from inkdigits.experiments.asked_run import AskedRun, Status, status, usual_folder
from inkdigits.experiments.needed_runs import check_needs, needed_runs
from inkdigits.experiments.run import refuse_occupied, resume_run, start_run
from inkdigits.experiments.run_folder import RunFolder
from inkdigits.experiments.run_plan import Plan, recorded_run
from inkdigits.reports.tables import scores_table


class _Interrupted(RunError):
    """Somebody pressed Ctrl-C."""


def train_seed(asked: AskedRun, seed: int, output: Path | None, *, go_on: bool) -> None:
    """Trains one recipe with one seed; with `go_on`, leaves out a finished run and resumes an interrupted one."""
    plan = asked.plan(seed)
    path = output or usual_folder(plan)
    _train(plan, path, status(plan, path) if go_on else "new")


def _train(plan: Plan, path: Path, found: Status) -> None:
    lacks_pdf = found == "finished" and plan.pdf and not (path / "report.pdf").exists()
    if found == "interrupted" or lacks_pdf:
        resume_shown(path, tensorboard=plan.tensorboard, pdf=plan.pdf)
        return
    if found == "new":
        refuse_occupied(RunFolder(path))
        check_needs(plan, path)
        _see_to_needed(plan, path)
        with TrainingProgress(plan.recipe.epochs) as progress:
            progress.stage(f"{plan.recipe.name}, seed {plan.seed}, into {path}")
            with _interruptible(path):
                start_run(plan, path, progress)
    show(path, pdf=plan.pdf)


def _see_to_needed(plan: Plan, path: Path) -> None:
    """Trains what the run of `plan` in `path` stands on and is not finished."""
    for needed, place in needed_runs(plan, path):
        found = status(needed, place)
        if found != "finished":
            try:
                _train(needed, place, found)
            except _Interrupted:
                raise _Interrupted("interrupted; the same command goes on") from None


def resume_shown(path: Path, *, tensorboard: bool, pdf: bool) -> None:
    """Goes on with the run in `path`."""
    folder = RunFolder(path)
    manifest = folder.read_manifest() or {}
    recipe = manifest.get("recipe")
    epochs = recipe.get("epochs") if isinstance(recipe, dict) else None
    if recipe is not None and manifest.get("status") != "finished" and "members" not in manifest:
        _see_to_needed(recorded_run(folder)[0], path)
    with TrainingProgress(epochs if isinstance(epochs, int) else 1) as progress:
        progress.stage(f"resuming {path}")
        with _interruptible(path):
            resume_run(path, progress, tensorboard=tensorboard, pdf=pdf)
    show(path, pdf=pdf)


def refuse_needy(plan: Plan) -> None:
    """Raises `RunError` for a run that stands on others, which a node of a cluster does not have."""
    needed = needed_runs(plan, usual_folder(plan))
    if needed:
        theirs = needed[0][0].recipe.name
        raise RunError(f"{plan.recipe.name}: stands on runs of {theirs}, which no node has; train it without --cluster")


@contextmanager
def _interruptible(path: Path) -> Iterator[None]:
    """Ctrl-C becomes one line that says how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        begun = RunFolder(path).manifest_file.exists()
        raise _Interrupted(
            f"interrupted; go on with: inkdigits train --resume {path}" if begun else "interrupted"
        ) from None


def show(path: Path, *, pdf: bool) -> None:
    """The scores of the finished run in `path`, and where its files lie."""
    console = output()
    console.print(scores_table(RunFolder(path).read_evaluation() or {}))
    console.print(f"bundle  {path / 'bundle'}", soft_wrap=True, highlight=False)
    console.print(f"report  {path / 'report.html'}", soft_wrap=True, highlight=False)
    if pdf:
        console.print(f"        {path / 'report.pdf'}", soft_wrap=True, highlight=False)

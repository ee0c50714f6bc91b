"""Searches shown on the terminal: their trials as they go, what they found, where it lies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import optuna

from inkdigits.cli.console import errors, output
from inkdigits.cli.search_table import SearchTable
from inkdigits.errors import RunError
from inkdigits.experiments.search.folder import Search, SearchFolder
from inkdigits.experiments.search.outputs import write_outputs
from inkdigits.experiments.search.study import open_study, storage_errors, without_password
from inkdigits.experiments.search.supervision import supervise
from inkdigits.experiments.search.trials import Row, best_row, ended, trial_rows

Supervision = Callable[[SearchFolder, optuna.Study, str, Callable[[], None], float | None], bool]
"""Has the trials carried out, as `supervise` does in a process of this machine."""


def resume_search(
    path: Path,
    trials: int | None,
    storage: str | None,
    seconds: float | None,
    supervision: Supervision = supervise,
) -> None:
    """Goes on with the search in `path`, towards `trials` in all where that is given."""
    folder = SearchFolder(path)
    search = folder.read()
    if search.storage != (without_password(storage) if storage else None):
        remedy = f"give --storage {search.storage}" if search.storage else "leave out --storage"
        raise RunError(f"{path}: its study lies in {search.storage or 'this folder'}; {remedy}")
    if trials is not None:
        search = replace(search, trials=trials)
        folder.write(search)
    address = storage or folder.own_storage
    carry_out(folder, search, open_study(address, search.plan), address, seconds, supervision)


def carry_out(
    folder: SearchFolder,
    search: Search,
    study: optuna.Study,
    storage: str,
    seconds: float | None,
    supervision: Supervision,
) -> None:
    """Has the trials carried out, shows them, writes what they found; on Ctrl-C `RunError` says how to go on."""
    with storage_errors(storage):
        stopped = _watch(folder, search, study, storage, seconds, supervision)
        rows = trial_rows(study)
        found = best_row(rows) is not None
        if found or not stopped:
            _show(folder, write_outputs(folder, search, study))
    go_on = f"inkdigits tune --resume {folder.path}" + (" --storage URL" if search.storage else "")
    told = f"{stopped} after {ended(rows)} of {search.trials} trials; go on with: {go_on}"
    if stopped == "interrupted" or (stopped and not found):
        raise RunError(told)
    if stopped:
        errors().print(told)
    elif any(row["state"] == "running" for row in rows):
        errors().print(f"some trials are still under way elsewhere; once they have ended, see them all by: {go_on}")


def _watch(
    folder: SearchFolder,
    search: Search,
    study: optuna.Study,
    storage: str,
    seconds: float | None,
    supervision: Supervision,
) -> str:
    """Why the search stopped before all trials were taken; empty where it did not."""
    try:
        with SearchTable(search.trials, seconds) as table:
            table.note(f"study {search.plan.study_name}, in {folder.path}")
            done = supervision(folder, study, storage, lambda: table.show(trial_rows(study)), seconds)
            table.show(trial_rows(study))
    except KeyboardInterrupt:
        return "interrupted"
    return "" if done else "time is up"


def _show(folder: SearchFolder, best: Row) -> None:
    console = output()
    chosen = ", ".join(f"{name} {value}" for name, value in best["choices"].items())
    lines = [
        f"best trial {best['trial']}: validation accuracy {best['accuracy']:.4f}, loss {best['loss']:.4f}: {chosen}",
        f"recipe  {folder.best_file}",
        f"study   {folder.trials_file}",
        f"report  {folder.path / 'report.html'}",
        f"train it over seeds: inkdigits train {folder.best_file} --seeds 0..4",
    ]
    for line in lines:
        console.print(line, soft_wrap=True, highlight=False, markup=False)

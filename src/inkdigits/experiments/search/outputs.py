"""What a search leaves behind: the study as CSV, the best recipe as a file, the report."""

from __future__ import annotations

from dataclasses import asdict

import optuna

from inkdigits.errors import RunError
from inkdigits.experiments.run_folder import write_whole
from inkdigits.experiments.search.folder import Search, SearchFolder
from inkdigits.experiments.search.trials import Row, as_csv, best_row, ended, importances, scales, trial_rows
from inkdigits.experiments.search.winner import recipe_file
from inkdigits.reports.search.page import write_search_report


def write_outputs(folder: SearchFolder, search: Search, study: optuna.Study) -> Row:
    """Writes trials.csv, best.py and report.html of what there is so far; returns the best trial.

    Raises `RunError` when no trial has been completed; trials.csv is there all the same.
    """
    rows = [row for row in trial_rows(study) if row["state"] != "running"]
    write_whole(folder.trials_file, as_csv(rows))
    best = best_row(rows)
    if best is None:
        first = next((row["failure"] for row in rows if row["state"] == "failed"), None)
        reason = f"; the first failure: {first}" if first else ""
        raise RunError(f"{folder.path}: none of {ended(rows)} trials was completed{reason}")
    write_whole(folder.best_file, recipe_file(search.plan, best, ended(rows), search.own_data))
    write_search_report(
        folder.path,
        search=asdict(search),
        rows=rows,
        best=best,
        importances=importances(study),
        scales=scales(study),
    )
    return best

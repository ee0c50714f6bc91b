"""What became of a study's trials, in plain data: rows, the best of them, what mattered."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import optuna
from optuna.distributions import CategoricalDistribution
from optuna.importance import FanovaImportanceEvaluator, get_param_importances
from optuna.trial import FrozenTrial, TrialState

from inkdigits.experiments.search.study import is_interrupted

Row = dict[str, Any]
FIELDS = ("trial", "state", "accuracy", "loss", "epochs", "planned", "parameters", "seconds", "failure")
STATES = {TrialState.COMPLETE: "complete", TrialState.PRUNED: "pruned", TrialState.RUNNING: "running"}


def trial_rows(study: optuna.Study) -> list[Row]:
    """A row per trial: the FIELDS, and "choices", what the trial chose of the space.

    "state" is complete, pruned, failed, interrupted or running; "accuracy" and "loss" are of the validation images,
    after "epochs" of "planned" epochs; what is not known is None.
    """
    return [_row(trial) for trial in study.get_trials(deepcopy=False) if "place" in trial.user_attrs]


def best_row(rows: Sequence[Row]) -> Row | None:
    """The complete trial of highest validation accuracy, among equals that of lowest loss; None without any."""
    complete = [row for row in rows if row["state"] == "complete"]
    return max(complete, key=lambda row: (row["accuracy"], -row["loss"]), default=None)


def ended(rows: Sequence[Row]) -> int:
    """How many of the trials are over and done with."""
    return sum(row["state"] in ("complete", "pruned", "failed") for row in rows)


def as_csv(rows: Sequence[Row]) -> str:
    """A line per trial; what it chose stands in columns called params_..., as Optuna's own tables have them."""
    names = list(dict.fromkeys(name for row in rows for name in row["choices"]))
    text = io.StringIO()
    columns = [*FIELDS, *(f"params_{name}" for name in names)]
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, **{f"params_{name}": value for name, value in row["choices"].items()}} for row in rows)
    return text.getvalue()


def importances(study: optuna.Study) -> dict[str, float]:
    """The share of the variance of validation accuracy that each choice explains (fANOVA), greatest first.

    Empty where there are too few different trials to tell.
    """
    complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    if len({trial.value for trial in complete}) < 2:
        return {}
    return get_param_importances(study, evaluator=FanovaImportanceEvaluator(seed=0))


def scales(study: optuna.Study) -> dict[str, Any]:
    """How each choice is drawn: "log", "linear", or the list of its values."""
    found: dict[str, Any] = {}
    for trial in study.get_trials(deepcopy=False):
        for name, distribution in trial.distributions.items():
            if isinstance(distribution, CategoricalDistribution):
                found[name] = list(distribution.choices)
            else:
                found[name] = "log" if getattr(distribution, "log", False) else "linear"
    return found


def _row(trial: FrozenTrial) -> Row:
    facts = trial.user_attrs
    reported = trial.intermediate_values
    seconds = trial.duration.total_seconds() if trial.duration else None
    return {
        "trial": trial.number,
        "state": STATES.get(trial.state) or ("interrupted" if is_interrupted(trial) else "failed"),
        "accuracy": trial.value if trial.value is not None else reported.get(trial.last_step or 0),
        "loss": facts.get("loss"),
        "epochs": len(reported),
        "planned": facts.get("epochs"),
        "parameters": facts.get("parameters"),
        "seconds": seconds and round(max(0.0, seconds), 1),  # the clock may have been set back
        "failure": facts.get("failure"),
        "choices": dict(trial.params),
    }

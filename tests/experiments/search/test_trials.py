"""The trials as plain data: rows, the best of them, CSV, what mattered."""

import csv
import io

import optuna
import pytest
from optuna.trial import TrialState

from inkdigits.experiments.search.trials import as_csv, best_row, ended, importances, scales, trial_rows


def told(study: optuna.Study, accuracy: float | None, loss: float | None = None, **facts) -> None:
    trial = study.ask()
    trial.suggest_float("rate", 0.01, 1.0, log=True)
    trial.suggest_int("width", 4, 32)
    trial.suggest_categorical("kind", ["a", "b"])
    for key, value in {"place": trial.number, "loss": loss, **facts}.items():
        trial.set_user_attr(key, value)
    if accuracy is not None:
        trial.report(accuracy, 1)
    if "failure" in facts:
        study.tell(trial, state=TrialState.FAIL)
    else:
        study.tell(trial, accuracy, state=None if accuracy is not None else TrialState.FAIL)


@pytest.fixture
def study() -> optuna.Study:
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=0))
    told(study, 0.97, 0.10)
    told(study, 0.98, 0.09)
    told(study, None, failure="epoch 1: the loss is nan")
    told(study, 0.98, 0.07)
    told(study, None)
    return study


def test_of_equally_accurate_trials_the_one_of_lower_loss_is_the_best(study):
    rows = trial_rows(study)
    assert best_row(rows)["trial"] == 3
    assert best_row([row for row in rows if row["state"] != "complete"]) is None


def test_an_interrupted_trial_has_not_ended(study):
    rows = trial_rows(study)
    assert [row["state"] for row in rows] == ["complete", "complete", "failed", "complete", "interrupted"]
    assert ended(rows) == 4


def test_csv_has_a_line_per_trial_and_a_column_per_choice(study):
    lines = list(csv.DictReader(io.StringIO(as_csv(trial_rows(study)))))
    assert [line["accuracy"] for line in lines] == ["0.97", "0.98", "", "0.98", ""]
    assert lines[2]["failure"] == "epoch 1: the loss is nan"
    for line, trial in zip(lines, study.trials, strict=True):
        assert float(line["params_rate"]) == trial.params["rate"]
        assert line["params_kind"] == trial.params["kind"]


def test_a_choice_may_be_called_as_a_column_is():
    study = optuna.create_study()
    trial = study.ask()
    trial.suggest_int("epochs", 5, 5)
    trial.set_user_attr("place", 0)
    line = next(csv.DictReader(io.StringIO(as_csv(trial_rows(study)))))
    assert (line["epochs"], line["params_epochs"]) == ("0", "5")


def test_scales_are_those_of_the_space(study):
    assert scales(study) == {"rate": "log", "width": "linear", "kind": ["a", "b"]}


def test_what_decides_the_score_is_the_most_important():
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1) + 0.05 * trial.suggest_float("y", 0, 1), n_trials=60)
    found = importances(study)
    assert found["x"] > 0.9  # of the variance, x has 1 part and y 0.0025
    assert sum(found.values()) == pytest.approx(1)


def test_one_trial_tells_nothing_of_importance():
    study = optuna.create_study(direction="maximize")
    told(study, 0.9)
    assert importances(study) == {}

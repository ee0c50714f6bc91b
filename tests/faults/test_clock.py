"""A clock that is set back: no wait, no deadline and no order goes by it."""

import ast
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import inkdigits

SOURCES = sorted(Path(inkdigits.__file__).parent.rglob("*.py"))
TIMESTAMPS = {"mlflow_tracking.py", "json_log.py"}  # say when something was; nothing is reckoned from it


def asks_the_time_of_day(tree: ast.AST) -> bool:
    asked = {(node.value.id, node.attr) for node in ast.walk(tree) if is_attribute(node)}
    return bool(asked & {("time", "time"), ("time", "time_ns"), ("datetime", "now"), ("datetime", "fromtimestamp")})


def is_attribute(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)


def test_durations_and_deadlines_go_by_clocks_that_nobody_can_set() -> None:
    asking = {path.name for path in SOURCES if asks_the_time_of_day(ast.parse(path.read_text(encoding="utf-8")))}
    assert asking == TIMESTAMPS


def test_a_study_whose_clock_goes_back_hands_out_every_place_once(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("optuna")
    from optuna.storages._rdb import storage

    from inkdigits.experiments.search.plan import SearchPlan
    from inkdigits.experiments.search.study import next_trial, open_study
    from inkdigits.experiments.search.trials import trial_rows

    hours = iter(range(10_000))

    class Backward(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2026, 1, 1) - timedelta(hours=next(hours))

    monkeypatch.setattr(storage, "datetime", Backward)
    plan = SearchPlan("mine", "mine", "mnist", 0, "tpe", None, None, False, "float32", images="")
    study = open_study(f"sqlite:///{tmp_path / 'study.db'}", plan)
    while (trial := next_trial(study, plan, 4, "here")) is not None:
        for key, value in (("loss", 0.1), ("epochs", 1), ("planned", 1), ("parameters", 1)):
            trial.set_user_attr(key, value)
        study.tell(trial, trial.suggest_float("rate", 0, 1))
    assert next(hours) == 8  # it was asked for each beginning and each end
    rows = trial_rows(study)
    assert [row["trial"] for row in rows] == [0, 1, 2, 3]
    assert {row["state"] for row in rows} == {"complete"}
    assert all(row["seconds"] is None or row["seconds"] >= 0 for row in rows)

"""Repeats and trials as Ray tasks, one of which is killed: the same runs and the same study as without a cluster."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from inkdigits.cluster.repeats import SilentObserver
from inkdigits.experiments.asked_run import AskedRun
from inkdigits.experiments.run import start_run
from inkdigits.experiments.search.outputs import write_outputs
from inkdigits.experiments.search.plan import SearchPlan
from inkdigits.experiments.search.start import begin
from inkdigits.experiments.search.worker import work
from inkdigits.recipes.catalog import find_recipe
from inkdigits.training.backend import best_precision


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """As tasks have it."""
    monkeypatch.setenv("INKDIGITS_THREADS", "1")


def json_in(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text())
    return read


def scores(run: Path) -> dict[str, Any]:
    """All but the time they took and the hash of the model, in which Keras numbers its layers."""
    found = json_in(run / "evaluation.json")
    return {name: value for name, value in found.items() if name not in ("seconds", "bundle")}


def files(run: Path) -> set[str]:
    return {str(path.relative_to(run)) for path in run.rglob("*")}


def trials(folder: Path) -> list[dict[str, str]]:
    """The trials that were not interrupted, without their numbers and times, in an order of their own."""
    with (folder / "trials.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["state"] != "interrupted"]
    return sorted([{name: row[name] for name in row if name not in ("trial", "seconds")} for row in rows], key=str)


def test_repeats_are_what_they_are_without_a_cluster(nodes: Any, recipe_path: Path, data: str, tmp_path: Path) -> None:
    command = ["train", recipe_path, "--data", data, "--seeds", "0..1", "--cluster", nodes.address]
    process = nodes.inkdigits(*command, cwd=tmp_path)
    nodes.wait_until(lambda: nodes.working("_train"), process)
    nodes.kill(nodes.working("_train")[0])
    code, out, errors = nodes.finish(process)
    assert code == 0, errors

    runs = [tmp_path / "runs" / "tiny" / f"seed-{seed}" for seed in (0, 1)]
    for run in runs:
        assert json_in(run / "manifest.json")["status"] == "finished"
        assert f"report  {run.relative_to(tmp_path) / 'report.html'}" in out
    alone = tmp_path / "alone"
    start_run(AskedRun(str(recipe_path), data).plan(1), alone, SilentObserver())
    assert scores(runs[1]) == scores(alone) != scores(runs[0])
    assert files(runs[1]) == files(alone)


def test_a_search_finds_what_it_finds_without_a_cluster(
    nodes: Any, recipe_path: Path, data: str, tmp_path: Path
) -> None:
    command = ["tune", recipe_path, "--data", data, "--trials", 3, "--output", "search", "--cluster", nodes.address]
    process = nodes.inkdigits(*command, cwd=tmp_path)
    nodes.wait_until(lambda: nodes.working("_carry_out"), process)
    nodes.kill(nodes.working("_carry_out")[0])
    code, out, errors = nodes.finish(process)
    assert code == 0, errors
    assert "recipe  search/best.py" in out

    plan = SearchPlan(str(recipe_path), "tiny", data, 0, "tpe", None, None, False, best_precision(), images="")
    folder, search, study = begin(find_recipe(str(recipe_path)), plan, 3, None, tmp_path / "plain")
    work(folder, search, folder.own_storage, "here")
    write_outputs(folder, search, study)
    assert trials(tmp_path / "search") == trials(folder.path)
    assert len(trials(folder.path)) == 3
    assert "interrupted" in (tmp_path / "search" / "trials.csv").read_text()

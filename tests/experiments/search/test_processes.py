"""Searches as a user types them: whole, with deadly trials, Ctrl-C, kill -9, two processes on one study."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import optuna
import pytest

from inkdigits.experiments.search.folder import SearchFolder
from inkdigits.experiments.search.plan import SearchPlan
from inkdigits.experiments.search.start import begin
from inkdigits.experiments.search.study import open_study
from inkdigits.experiments.search.trials import ended, trial_rows
from inkdigits.recipes.catalog import find_recipe
from inkdigits.training.backend import best_precision

# What is deadly about a trial goes by its place, so that it stays with it when another trial was interrupted.
DEADLY = """

import os
import signal
from functools import wraps

harmless = search_space


def killed():
    os.kill(os.getpid(), signal.SIGKILL)


@wraps(harmless)
def search_space(trial):
    chosen = harmless(trial)
    place = trial.user_attrs.get("place")
    if place == 1:
        return replace(chosen, optimizer=lambda steps: keras.optimizers.SGD(1e30))
    return replace(chosen, build=killed) if place == 2 else chosen


RECIPE = replace(RECIPE, search_space=search_space)
"""

# The first network of each process is built when the other process builds one, too.
MEETING = """

import os
import time
from pathlib import Path

place = Path({place!r})


def meet(width=16):
    (place / str(os.getpid())).touch()
    until = time.monotonic() + 120
    while len(list(place.iterdir())) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    return build(width)


harmless = search_space
RECIPE = replace(RECIPE, search_space=lambda trial: replace(harmless(trial), build=meet))
"""


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "inkdigits", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def begun(recipe: Path, data: str, trials: int, folder: Path) -> Path:
    """A search that nobody has gone on with yet."""
    plan = SearchPlan(str(recipe), "tiny", data, 0, "tpe", None, None, False, best_precision(), images="")
    begin(find_recipe(str(recipe)), plan, trials, None, folder)
    return folder


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, errors = process.communicate(timeout=300)
    assert "Traceback" not in errors
    return process.returncode, out, errors


def run(*arguments: object) -> tuple[int, str, str]:
    return finish(start(*arguments))


def lines(folder: Path) -> list[dict[str, str]]:
    """The trials of trials.csv that were not interrupted, without their numbers and times."""
    with (folder / "trials.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["state"] != "interrupted"]
    return [{name: value for name, value in row.items() if name not in ("trial", "seconds")} for row in rows]


def study_of(folder: Path) -> optuna.Study:
    place = SearchFolder(folder)
    return open_study(place.own_storage, place.read().plan)


def wait_until(true: Callable[[], bool], process: subprocess.Popen[str] | None = None) -> None:
    until = time.monotonic() + 120
    while not true():
        assert process is None or process.poll() is None, "ended before it was interrupted"
        assert time.monotonic() < until
        time.sleep(0.1)


def under_way(study: optuna.Study, after: int) -> bool:
    """Whether a trial is being trained, and `after` trials have ended before it."""
    rows = trial_rows(study)
    return ended(rows) >= after and any(row["state"] == "running" and row["epochs"] for row in rows)


def processes_of(folder: Path) -> list[str]:
    """The living processes that name `folder`."""
    lines = subprocess.run(
        ["ps", "-A", "-ww", "-o", "args"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return [line for line in lines if str(folder) in line]


@pytest.fixture(scope="module")
def deadly(recipe_path, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("deadly") / "deadly.py"
    path.write_text(recipe_path.read_text() + DEADLY)
    return path


@pytest.fixture(scope="module")
def whole(deadly, data, tmp_path_factory) -> tuple[Path, str, str]:
    """A search of four trials that nobody interrupts; what it printed."""
    folder = tmp_path_factory.mktemp("whole") / "search"
    code, out, errors = run("tune", deadly, "--trials", 4, "--data", data, "--output", folder)
    assert code == 0, errors
    return folder, out, errors


def test_a_search_leaves_its_study_its_best_recipe_and_a_report(whole, data, tmp_path):
    folder, out, errors = whole
    rows = lines(folder)
    assert len(rows) == 4
    complete = [row for row in rows if row["state"] == "complete"]
    best = max(float(row["accuracy"]) for row in complete)
    assert f"validation accuracy {best:.4f}" in out
    assert out.splitlines()[1:4] == [
        f"recipe  {folder / 'best.py'}",
        f"study   {folder / 'trials.csv'}",
        f"report  {folder / 'report.html'}",
    ]
    assert f"{100 * best:.2f} %" in (folder / "report.html").read_text()
    assert "oneDNN" not in errors
    assert len([line for line in errors.splitlines() if line.startswith("trial ")]) == 4
    code, _, errors = run("train", folder / "best.py", "--output", tmp_path / "run")
    assert code == 0, errors
    with (tmp_path / "run" / "history.csv").open() as file:
        last = list(csv.DictReader(file))[-1]
    assert float(last["val_accuracy"]) == pytest.approx(best, abs=1e-6)
    recipe = json.loads((tmp_path / "run" / "manifest.json").read_text())["recipe"]
    assert (recipe["name"], recipe["variant_of"], recipe["data"]) == ("tiny-best", "tiny", data)


def test_deadly_trials_are_recorded_and_the_search_goes_on(whole):
    rows = lines(whole[0])
    assert rows[1]["state"] == rows[2]["state"] == "failed"
    assert rows[1]["failure"] == "epoch 1: the loss is nan; lower the learning rate"
    assert rows[2]["failure"] == "its process was killed by SIGKILL, as when memory runs out"
    assert {row["state"] for row in [rows[0], *rows[3:]]} <= {"complete", "pruned"}


def test_killed_and_interrupted_searches_end_as_if_nothing_had_been(deadly, data, whole, tmp_path):
    folder = begun(deadly, data, 4, tmp_path / "search")
    study = study_of(folder)
    process = start("tune", "--resume", folder)
    wait_until(lambda: under_way(study, after=0), process)
    process.send_signal(signal.SIGINT)
    code, _, errors = finish(process)
    assert code == 2
    count = ended(trial_rows(study))
    last = f"inkdigits: interrupted after {count} of 4 trials; go on with: inkdigits tune --resume {folder}"
    assert errors.strip().splitlines()[-1] == last

    process = start("tune", "--resume", folder)
    wait_until(lambda: under_way(study, after=1), process)
    assert len(processes_of(folder)) == 2
    before = [row for row in trial_rows(study) if row["state"] != "running"]
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    wait_until(lambda: not processes_of(folder))

    code, _, errors = run("tune", "--resume", folder)
    assert code == 0, errors
    after = trial_rows(study)
    assert after[: len(before)] == before
    assert 1 <= sum(row["state"] == "interrupted" for row in after) <= 2
    assert lines(folder) == lines(whole[0])


def test_two_processes_share_one_study(recipe_path, data, tmp_path):
    (tmp_path / "met").mkdir()
    recipe = tmp_path / "meeting.py"
    recipe.write_text(recipe_path.read_text() + MEETING.format(place=str(tmp_path / "met")))
    folder = begun(recipe, data, 3, tmp_path / "search")
    first, second = start("tune", "--resume", folder), start("tune", "--resume", folder)
    for code, _, errors in (finish(first), finish(second)):
        assert code == 0, errors
    assert len(list((tmp_path / "met").iterdir())) == 2
    trials = study_of(folder).trials
    assert sorted(trial.user_attrs["place"] for trial in trials) == [0, 1, 2]
    assert len({trial.user_attrs["worker"] for trial in trials}) == 2
    assert len({tuple(trial.params.values()) for trial in trials}) == 3
    assert len(lines(folder)) == 3

"""On a real cluster whose drivers, nodes and processes are killed: what comes without a cluster, row for row."""

import csv
import json
import signal
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import optuna
import pytest
import typer
from typer.testing import CliRunner

from inkdigits.cli.read import read
from inkdigits.datasets import load
from inkdigits.experiments.asked_run import AskedRun
from inkdigits.experiments.run_plan import Plan, load_parts
from inkdigits.experiments.search.folder import SearchFolder
from inkdigits.experiments.search.plan import SearchPlan
from inkdigits.experiments.search.start import begin
from inkdigits.experiments.search.study import open_study
from inkdigits.experiments.search.trials import Row, trial_rows
from inkdigits.experiments.search.worker import work
from inkdigits.recipes.catalog import build_network, find_recipe
from inkdigits.training.backend import best_precision, prepare
from inkdigits.training.fitting import fit
from inkdigits.training.images import as_samples, training_samples

# Ray leaves files of its own open, and says so whenever they are collected.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

PART = 64  # images in each of the first parts
PARTS = 5
TRIALS = 2
POISON = {"bad.png": b"no image", "deadly.png": b"DEADLY", "empty.png": b"", "slow.png": b"SLOW"}


def pictures() -> dict[str, bytes]:
    """MNIST's first test digits, black on white, as PNG; in their order after the poisoned ones."""
    digits = 255 - np.asarray(load("mnist", "test").images[: PARTS * PART - len(POISON)])
    coded = [cv2.imencode(".png", np.pad(digit, 8, constant_values=255))[1].tobytes() for digit in digits]
    return {f"{number}.png": content for number, content in enumerate(coded)}


def read_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the command reads in one process."""
    (folder / "scans").mkdir(parents=True)
    for name, content in pictures().items():
        (folder / "scans" / name).write_bytes(content)
    monkeypatch.chdir(folder)
    app = typer.Typer()
    app.command()(read)
    done = CliRunner().invoke(app, ["scans", "--format", "jsonl", "--workers", "1"], catch_exceptions=False)
    assert done.exit_code == 0
    return [json.loads(line) for line in done.stdout.splitlines()]


def rows(output: Path) -> list[dict[str, Any]]:
    lines = [line for part in sorted(output.glob("part-*")) for line in part.read_text().splitlines()]
    return [json.loads(line) for line in lines]


def history_of(run: Path) -> list[dict[str, str]]:
    """What its network was after each epoch; without the seconds."""
    with (run / "history.csv").open() as file:
        return [{name: row[name] for name in row if name != "seconds"} for row in csv.DictReader(file)]


def trained_alone(plan: Plan) -> list[dict[str, str]]:
    """The same, of a network that is trained here."""
    prepare(plan.seed, best_precision())
    parts = load_parts(plan)
    train = training_samples(plan.recipe, parts.train, plan.seed)
    network = build_network(plan.recipe, 10)
    history = fit(plan.recipe, network, train, as_samples(parts.validation), seed=plan.seed)
    return [{name: str(row[name]) for name in row if name != "seconds"} for row in history]


def trials(study: optuna.Study) -> list[Row]:
    """The trials that were not interrupted, without their numbers and times, in an order of their own."""
    rows = [row for row in trial_rows(study) if row["state"] != "interrupted"]
    return sorted([{name: row[name] for name in row if name not in ("trial", "seconds")} for row in rows], key=str)


@pytest.fixture
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """As tasks have it."""
    monkeypatch.setenv("INKDIGITS_THREADS", "1")


def test_nothing_is_lost_when_the_driver_and_a_node_are_killed(
    nodes: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scans, output = tmp_path / "scans", tmp_path / "readings"
    scans.mkdir()
    # From the third part on, each has one image that waits for the gate.
    waiting = {f"{PART * part}.png" for part in range(2, PARTS)}
    for name, content in (pictures() | POISON).items():
        (scans / name).write_bytes(b"WAIT" + content if name in waiting else content)
    doomed = nodes.start()
    command = ["read", "scans", "--cluster", nodes.address, "--format", "jsonl", "--workers", 2]

    driver = nodes.inkdigits(*command, "--output", "readings", cwd=tmp_path)
    nodes.wait_until(lambda: len(list(output.glob("part-*"))) >= 2, driver)
    driver.send_signal(signal.SIGKILL)
    driver.communicate()
    before = {part.name: part.stat().st_mtime_ns for part in output.glob("part-*")}
    assert sorted(before) == ["part-0000000.jsonl", "part-0000001.jsonl"]

    driver = nodes.inkdigits(*command, "--resume", "readings", cwd=tmp_path)
    nodes.wait_until(lambda: any((nodes.gate / str(pid)).exists() for pid in nodes.family(doomed.pid)), driver)
    nodes.end(doomed)
    (nodes.gate / "open").touch()
    told = f"{PARTS * PART} images read, {2 * PART} of them before: readings\n"
    assert nodes.finish(driver) == (0, "", told)
    after = {part.name: part.stat().st_mtime_ns for part in output.glob("part-*")}
    assert len(after) == PARTS
    assert {name: after[name] for name in before} == before
    found = rows(output)
    assert found[len(POISON) :] == read_alone(tmp_path / "alone", monkeypatch)
    assert [row["image"] for row in found] == [f"scans/{name}" for name in [*POISON, *pictures()]]
    assert [row["error"] for row in found[: len(POISON)]] == [
        "scans/bad.png: not an image that can be read (PNG, JPEG, TIFF, WebP, ...)",
        "scans/deadly.png: the process that reads it was ended by SIGKILL, 2 times; look at this image apart",
        "scans/empty.png: not an image: the file is empty; save or send it again",
        "scans/slow.png: takes more than 300 s to read; split the file or make it smaller",
    ]


@pytest.mark.usefixtures("one_thread")
def test_repeats_are_what_they_are_without_a_cluster(nodes: Any, recipe_path: Path, data: str, tmp_path: Path) -> None:
    command = ["train", recipe_path, "--data", data, "--seeds", "0..1", "--cluster", nodes.address]
    process = nodes.inkdigits(*command, cwd=tmp_path)
    nodes.wait_until(lambda: nodes.working("_train"), process)
    nodes.kill(nodes.working("_train")[0])
    code, out, errors = nodes.finish(process)
    assert code == 0, errors

    for seed in (0, 1):
        run = Path("runs", "tiny", f"seed-{seed}")
        assert f"bundle  {run / 'bundle'}\nreport  {run / 'report.html'}\n" in out
        assert json.loads((tmp_path / run / "manifest.json").read_text())["status"] == "finished"
        assert (tmp_path / run / "report.html").exists()
        assert history_of(tmp_path / run) == trained_alone(AskedRun(str(recipe_path), data).plan(seed))


@pytest.mark.usefixtures("one_thread")
def test_a_search_finds_what_it_finds_without_a_cluster(
    nodes: Any, recipe_path: Path, data: str, tmp_path: Path
) -> None:
    command = [
        "tune",
        recipe_path,
        "--data",
        data,
        "--trials",
        TRIALS,
        "--output",
        "search",
        "--cluster",
        nodes.address,
    ]
    process = nodes.inkdigits(*command, cwd=tmp_path)
    nodes.wait_until(lambda: nodes.working("_carry_out"), process)
    nodes.kill(nodes.working("_carry_out")[0])
    code, out, errors = nodes.finish(process)
    assert code == 0, errors
    assert "recipe  search/best.py" in out

    plan = SearchPlan(str(recipe_path), "tiny", data, 0, "tpe", None, None, False, best_precision(), images="")
    alone, search, study = begin(find_recipe(str(recipe_path)), plan, TRIALS, None, tmp_path / "alone")
    work(alone, search, alone.own_storage, "here")
    folder = SearchFolder(tmp_path / "search")
    found = open_study(folder.own_storage, folder.read().plan)
    assert trials(found) == trials(study)
    assert len(trials(study)) == TRIALS
    assert sum(row["state"] == "interrupted" for row in trial_rows(found)) == 1

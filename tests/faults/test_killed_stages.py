"""A run that is killed in each of its stages, one after the other, ends as if nothing had been."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from inkdigits.bundle import load_bundle

pytest.importorskip("tensorflow")

RECIPE = """
import keras
from inkdigits.recipes.recipe import Recipe, adam, cross_entropy, slight_affine

def build():
    layers = keras.layers
    return keras.Sequential([layers.Input((28, 28, 1)), layers.AveragePooling2D(4), layers.Flatten(),
                             layers.Dropout(0.2), layers.Dense(10, dtype="float32")])

RECIPE = Recipe(name="tiny", title="tiny", build=build, optimizer=adam, loss=cross_entropy, epochs=3, batch_size=32,
                augment=slight_affine)
"""
# Stage: the file, and which of its versions, that is not put in its place any more.
STAGES = {
    "load": ("manifest.json", 1),
    "train": ("state.npz", 2),
    "export": ("bundle", 1),
    "evaluate": ("model.json", 1),
    "report": ("report.html", 1),
    "end": ("manifest.json", 2),
}
# Each run is a process of its own, forked after the slow imports. The clock of each stands an hour before the last's.
RUNS = """
import json, os, signal, sys, time
from dataclasses import replace
from pathlib import Path
from inkdigits.experiments.run import resume_run, start_run
from inkdigits.experiments.run_plan import Plan
from inkdigits.recipes.catalog import find_recipe

recipe, data, folder, clock, stages = *sys.argv[1:4], time.time, json.loads(sys.argv[4])


class Observer:
    def __getattr__(self, name):
        return lambda *given: None


def kill_at(name, count):
    seen = []
    def hooked(move):
        def moved(source, target):
            seen.append(Path(target).name)
            if seen.count(name) == count and seen[-1] == name:
                os.kill(os.getpid(), signal.SIGKILL)
            return move(source, target)
        return moved
    Path.replace, Path.rename = hooked(Path.replace), hooked(Path.rename)


def run(path, hour):
    time.time = lambda: clock() - 3600 * hour
    if (path / "manifest.json").exists():
        return resume_run(path, Observer())
    return start_run(Plan(replace(find_recipe(recipe), data=data), seed=0), path, Observer())


for hour, (stage, place) in enumerate([("whole", None), *stages.items(), ("finish", None)]):
    path = Path(folder, "whole" if stage == "whole" else "run")
    if (child := os.fork()) == 0:
        try:
            if place:
                kill_at(*place)
            run(path, hour)
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    hidden = [str(file.relative_to(path)) for file in path.rglob(".*")]
    seen = [str(file.relative_to(path)) for file in path.rglob("*") if file.is_file()]
    seen = [name for name in seen if not any(part.startswith(".") for part in Path(name).parts)]
    texts = {name: (path / name).read_text() for name in seen if name.endswith((".json", ".html", ".csv"))}
    print(json.dumps([stage, code, hidden, seen, texts]), flush=True)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("killed")


@pytest.fixture(scope="module")
def runs(folder: Path, some_digits: str) -> dict[str, tuple[int, list[str], list[str], dict[str, str]]]:
    """Of each stage: the exit code, hidden files, the others, and the texts among them."""
    (folder / "tiny.py").write_text(RECIPE)
    done = subprocess.run(
        [sys.executable, "-c", RUNS, str(folder / "tiny.py"), some_digits, str(folder), json.dumps(STAGES)],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    assert [code for _, code, *_ in found] == [0, *[-9] * len(STAGES), 0], done.stderr
    return {stage: tuple(rest) for stage, *rest in found}


@pytest.mark.parametrize("stage", STAGES)
def test_what_a_killed_stage_leaves_in_sight_is_whole(stage: str, runs) -> None:
    _, hidden, seen, texts = runs[stage]
    assert [name for name in hidden if name != ".lock"] != []  # it was killed while it wrote
    assert not [name for name in seen if "partial" in name]
    for name, text in texts.items():
        if name.endswith(".json"):
            json.loads(text)
        if name.endswith(".html"):
            assert text.rstrip().endswith("</html>")
    assert json.loads(texts.get("manifest.json", "{}")).get("status") in (None, "training")
    assert ("bundle/model.json" in seen) == ("bundle/model.onnx" in seen)
    assert ("report.html" in seen) == (stage == "end")
    assert ("scores" in json.loads(texts.get("bundle/model.json", "{}"))) == (stage in ("report", "end"))


def test_it_ends_as_if_nothing_had_been(folder: Path, runs) -> None:
    _, hidden, seen, texts = runs["finish"]
    assert hidden == [".lock"]
    assert sorted(seen) == sorted(runs["whole"][2])
    assert json.loads(texts["manifest.json"])["status"] == "finished"
    whole, run = folder / "whole", folder / "run"
    assert load_bundle(whole / "bundle").metadata["temperature"] == load_bundle(run / "bundle").metadata["temperature"]
    with np.load(whole / "checkpoint/state.npz") as first, np.load(run / "checkpoint/state.npz") as second:
        assert all((first[name] == second[name]).all() for name in first.files if name != "history")
    scores = [json.loads(runs[name][3]["evaluation.json"]) for name in ("whole", "finish")]
    assert scores[0]["confusion_matrix"] == scores[1]["confusion_matrix"]
    assert scores[0]["loss"] == scores[1]["loss"]


def test_no_time_is_negative_though_the_clock_went_back(runs) -> None:
    seconds = json.loads(runs["finish"][3]["manifest.json"])["seconds"]
    rows = [line.split(",") for line in runs["finish"][3]["history.csv"].splitlines()]
    column = rows[0].index("seconds")
    assert min(seconds.values()) > 0
    assert min(float(row[column]) for row in rows[1:]) > 0

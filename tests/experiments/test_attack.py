"""`inkdigits attack`: a run of nearest class means, written by hand, and what its folder and the terminal tell."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from inkdigits.cli import main
from inkdigits.cli.app import app
from inkdigits.datasets import load
from inkdigits.experiments import attack as experiment
from inkdigits.experiments.run_folder import RunFolder
from inkdigits.experiments.trained_run import TrainedRun, trained_run
from inkdigits.recipes.catalog import find_recipe
from inkdigits.training import checkpoint
from inkdigits.training.images import as_samples

RECIPE = """
import keras
from inkdigits.recipes.recipe import Recipe, adam, cross_entropy

def build():
    return keras.Sequential([keras.layers.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10)])

RECIPE = Recipe(name="means", title="means", build=build, optimizer=adam, loss=cross_entropy, epochs=1, batch_size=9)
"""


def write_run(path: Path, images: slice, **changes: object) -> Path:
    """A finished run whose network takes an image for the class whose mean, over these training images, is nearest."""
    digits = as_samples(load("mnist", "train").take(np.arange(60_000)[images]))
    pixels = digits.images.reshape(len(digits.labels), -1) / 255
    means = np.stack([pixels[digits.labels == label].mean(axis=0) for label in range(10)])
    (path / "recipe.py").parent.mkdir(parents=True)
    (path / "recipe.py").write_text(RECIPE)
    folder = RunFolder(path)
    data = {"test": {"sha256": load("mnist", "test").sha256}}
    manifest = {"recipe": find_recipe(str(path / "recipe.py")).plan(100), "seed": 4, "limit": None, "skip_bad": False}
    folder.write_json(
        folder.manifest_file, {**manifest, "precision": "float32", "data": data, "status": "finished", **changes}
    )
    weights = [(2 * means.T).astype(np.float32), -(means**2).sum(axis=1).astype(np.float32)]
    checkpoint.save(folder.state_file, checkpoint.State(variables=weights))
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    return write_run(tmp_path_factory.mktemp("runs") / "one", slice(0, 1000))


@pytest.fixture(scope="module")
def other(tmp_path_factory) -> Path:
    return write_run(tmp_path_factory.mktemp("runs") / "other", slice(1000, 2000))


def test_scores_and_a_picture_are_left_in_the_folder(run, other):
    words = ["attack", str(run), "--images", "120", "--queries", "60", "--transfer-from", str(other)]
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    found = json.loads((run / "adversaries.json").read_text())
    assert found["dataset"]["images"] == 120
    assert found["run"] == found["transfer_from"] == {"recipe": "means", "seed": 4}
    assert found["clean"]["accuracy"] > 0.7
    assert list(found["attacks"]) == ["FGSM", "PGD-40", "PGD-100", "Square", "transfer", "all together"]
    together = [score["accuracy"] for score in found["attacks"]["all together"]]
    assert together[2] <= together[1] <= together[0] < found["clean"]["accuracy"]
    assert found["attacks"]["PGD-100"][0]["accuracy"] < found["attacks"]["Square"][0]["accuracy"]
    assert found["unbounded"]["accuracy"] <= 0.05
    assert found["masking"] == []
    lines = done.stdout.splitlines()
    assert lines[0].strip() == "accuracy in % on 120 images (95 % interval)"
    assert "no sign that gradients are masked" in done.stdout
    assert lines[-1] == f"picture  {run / 'adversaries.png'}"
    with Image.open(run / "adversaries.png") as sheet:
        assert sheet.height > 16 * 32  # an untouched row, and five attacks at three strengths


def test_the_same_attack_gives_the_same_scores(run):
    words = ["attack", str(run), "--images", "40", "--queries", "10", "--format", "json"]
    first, again = (json.loads(CliRunner().invoke(app, words, catch_exceptions=False).stdout) for _ in range(2))
    assert first == again == json.loads((run / "adversaries.json").read_text())
    assert "transfer" not in first["attacks"]


def complaint(monkeypatch, capsys, *words: object) -> str:
    monkeypatch.setattr("sys.argv", ["inkdigits", "attack", *map(str, words)])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    return capsys.readouterr().err.strip().splitlines()[-1]


def test_what_is_no_finished_run_is_named(monkeypatch, capsys, tmp_path):
    found = complaint(monkeypatch, capsys, tmp_path)
    assert found == (
        f"inkdigits: {tmp_path}: no run here (no manifest.json); a bundle has no gradients, name the folder of the run "
        "it is from"
    )
    begun = write_run(tmp_path / "begun", slice(0, 100), status="training")
    assert f"go on with: inkdigits train --resume {begun}" in complaint(monkeypatch, capsys, begun)
    moved = write_run(tmp_path / "moved", slice(0, 100), data={"test": {"sha256": "0" * 64}})
    assert f"{moved}: the data set has changed since this run" in complaint(monkeypatch, capsys, moved)
    broken = write_run(tmp_path / "broken", slice(0, 100), recipe={"name": 3})
    assert "manifest.json: damaged" in complaint(monkeypatch, capsys, broken)


def test_a_network_that_has_changed_is_named(monkeypatch, capsys, tmp_path):
    changed = write_run(tmp_path / "changed", slice(0, 100))
    text = (changed / "recipe.py").read_text()
    (changed / "recipe.py").write_text(text.replace("Flatten()", "AveragePooling2D(2), keras.layers.Flatten()"))
    assert "the checkpoint belongs to another network" in complaint(monkeypatch, capsys, changed)


def test_networks_of_other_classes_cannot_be_deceived_for_it(monkeypatch, capsys, run, other):
    def loaded(path: Path) -> TrainedRun:
        found = trained_run(path)
        return found if path == run else replace(found, test=replace(found.test, class_names=tuple("abcdefghij")))

    monkeypatch.setattr(experiment, "trained_run", loaded)
    found = complaint(monkeypatch, capsys, run, "--transfer-from", other)
    assert f"{other}: tells other classes apart than {run}; choose a run on the same classes" in found

"""`inkdigits train` as a user types it: whole runs, kill -9, Ctrl-C, two at once, full disks, wrong words."""

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from inkdigits.bundle import load_bundle
from inkdigits.recipes.catalog import all_recipes

RECIPE = """
import keras
from inkdigits.recipes.recipe import Recipe, adam, cross_entropy, slight_affine

def build():
    layers = keras.layers
    return keras.Sequential([layers.Input((28, 28, 1)), layers.AveragePooling2D(2), layers.Flatten(),
                             layers.Dropout(0.2), layers.Dense(32, activation="relu"),
                             layers.Dense(10, dtype="float32")])

RECIPE = Recipe(name="mine", title="my own", build=build, optimizer=adam, loss=cross_entropy, epochs=6, batch_size=64,
                augment=slight_affine)
"""


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "inkdigits", *map(str, arguments)]


def train(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command("train", *arguments),
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def recipe(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("recipe") / "my_recipe.py"
    path.write_text(RECIPE)
    return path


@pytest.fixture(scope="module")
def whole(recipe, tmp_path_factory) -> Path:
    """An uninterrupted run."""
    run = tmp_path_factory.mktemp("whole") / "run"
    done = train(recipe, "--limit", 3000, "--output", run, "--seed", 3, "--pdf")
    assert done.returncode == 0, done.stderr
    assert "accuracy" in done.stdout
    assert str(run / "report.html") in done.stdout
    assert "TensorFlow" not in done.stderr
    assert "oneDNN" not in done.stderr
    return run


def wait_for_epoch(process: subprocess.Popen, run: Path, epochs: int) -> None:
    until = time.monotonic() + 120
    while not (run / "history.csv").exists() or len((run / "history.csv").read_text().splitlines()) <= epochs:
        assert process.poll() is None, "ended before it was interrupted"
        assert time.monotonic() < until
        time.sleep(0.02)


def start(*arguments: object) -> subprocess.Popen:
    return subprocess.Popen(command("train", *arguments), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def test_a_run_is_a_folder(whole):
    names = {path.name for path in whole.iterdir()}
    assert names >= {"manifest.json", "history.csv", "network.json", "checkpoint", "bundle", "evaluation.json"}
    assert names >= {"report.html", "report.pdf", "pictures"}
    assert not [name for name in names if "partial" in name]
    manifest = json.loads((whole / "manifest.json").read_text())
    assert (manifest["status"], manifest["seed"], manifest["epochs"]) == ("finished", 3, 6)
    assert manifest["data"]["train"]["images"] == 3000
    assert manifest["data"]["test"]["images"] == 10_000
    evaluation = json.loads((whole / "evaluation.json").read_text())
    assert evaluation["dataset"]["images"] == 10_000
    assert evaluation["accuracy"] > 0.8
    scores = load_bundle(whole / "bundle").metadata["scores"]
    for kept in ("accuracy", "confusion_matrix", "reliability"):
        assert scores[kept] == evaluation[kept]
    assert len(scores["mistakes"]) == 24
    with (whole / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2", "3", "4", "5", "6"]
    assert float(rows[-1]["val_accuracy"]) > float(rows[0]["val_accuracy"])


def test_killed_then_resumed_equals_uninterrupted(recipe, whole, tmp_path):
    run = tmp_path / "run"
    process = start(recipe, "--limit", 3000, "--output", run, "--seed", 3)
    wait_for_epoch(process, run, 2)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert not (run / "bundle").exists()
    again = train(recipe, "--output", run)
    assert again.returncode == 2
    assert again.stderr.strip().splitlines()[-1].startswith(f"inkdigits: {run}: holds an interrupted run; go on with")
    resumed = train("--resume", run)
    assert resumed.returncode == 0, resumed.stderr
    with np.load(whole / "checkpoint/state.npz") as first, np.load(run / "checkpoint/state.npz") as second:
        learned = [name for name in first.files if name != "history"]
        assert all((first[name] == second[name]).all() for name in learned)
    temperatures = [load_bundle(folder / "bundle").metadata["temperature"] for folder in (whole, run)]
    assert temperatures[0] == temperatures[1]
    scores = [json.loads((folder / "evaluation.json").read_text()) for folder in (whole, run)]
    assert scores[0]["confusion_matrix"] == scores[1]["confusion_matrix"]
    assert scores[0]["loss"] == scores[1]["loss"]


def test_a_history_that_was_not_written_any_more_is_written_again(whole, tmp_path):
    shutil.copytree(whole, tmp_path / "run")
    (tmp_path / "run" / "history.csv").unlink()
    assert train("--resume", tmp_path / "run").returncode == 0
    assert (tmp_path / "run" / "history.csv").read_text() == (whole / "history.csv").read_text()


def test_ctrl_c_ends_tidily_and_a_second_writer_is_refused(recipe, tmp_path):
    run = tmp_path / "run"
    process = start(recipe, "--epochs", 500, "--limit", 2000, "--output", run)
    wait_for_epoch(process, run, 1)
    second = train("--resume", run)
    assert second.returncode == 2
    assert second.stderr.strip().splitlines()[-1].startswith(f"inkdigits: {run}: another run is writing here")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "Traceback" not in errors
    assert errors.strip().splitlines()[-1] == (f"inkdigits: interrupted; go on with: inkdigits train --resume {run}")


def test_a_finished_run_is_not_overwritten(recipe, whole):
    done = train(recipe, "--output", whole)
    assert done.returncode == 2
    assert done.stderr.strip().splitlines()[-1] == f"inkdigits: {whole}: holds a finished run; choose --output"


def test_an_unwritable_place_shows_at_once(recipe, tmp_path):
    (tmp_path / "file").write_text("")
    done = train(recipe, "--output", tmp_path / "file" / "run")
    assert done.returncode == 2
    assert done.stderr.strip().splitlines()[-1].endswith("Not a directory")
    assert "Traceback" not in done.stderr


def test_jax_trains_and_exports_too(recipe, tmp_path):
    run = tmp_path / "run"
    done = train(recipe, "--epochs", 2, "--limit", 500, "--output", run, KERAS_BACKEND="jax")
    assert done.returncode == 0, done.stderr
    manifest = json.loads((run / "manifest.json").read_text())
    assert manifest["versions"]["backend"] == "jax"
    assert json.loads((run / "evaluation.json").read_text())["accuracy"] > 0.3
    assert load_bundle(run / "bundle").metadata["parity"] <= 1e-4


EVERY_RECIPE = """
import numpy as np
from inkdigits.recipes.catalog import all_recipes, build_network
from inkdigits.training import backend
from inkdigits.training.fitting import Samples, fit
labels = np.arange(20) % 10
images = np.random.default_rng(0).integers(0, 256, (20, 28, 28)).astype("uint8")
for recipe in all_recipes().values():
    if recipe.members:  # of which nothing is trained but its members
        continue
    backend.prepare(0, "float32")
    network = build_network(recipe, 10)
    before = network.get_weights()
    samples = Samples(images, labels)
    teacher = recipe.build if recipe.teacher else None  # any network teaches
    row = fit(replace(recipe, epochs=1), network, samples, samples, seed=0, teacher=teacher)[-1]
    moved = any((a != b).any() for a, b in zip(before, network.get_weights()))
    print(recipe.name, "learns" if moved and np.isfinite(row["val_loss"]) else row)
"""


def test_jax_trains_every_recipe():
    done = subprocess.run(
        [sys.executable, "-c", "from dataclasses import replace" + EVERY_RECIPE],
        env={**os.environ, "KERAS_BACKEND": "jax"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    trained = [name for name, recipe in all_recipes().items() if not recipe.members]
    assert dict(line.split(" ", 1) for line in done.stdout.splitlines()) == dict.fromkeys(trained, "learns")


def test_a_backend_that_is_none_is_named(recipe):
    done = train(recipe, KERAS_BACKEND="abacus")
    assert (done.returncode, done.stderr) == (2, "inkdigits: KERAS_BACKEND=abacus: must be tensorflow or jax\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["cnn-dropuot"], "there is no recipe 'cnn-dropuot': did you mean cnn-dropout?"),
        (["no/such.py"], "no/such.py: no such recipe file"),
        ([], "give a recipe to train or --resume RUN"),
        (["cnn-basic", "--seeds", "4..1"], "--seeds 4..1: the range is empty"),
        (["cnn-basic", "--seeds", "many"], "--seeds many: must be a number or a range"),
        (["cnn-basic", "--seeds", ""], "--seeds : must be a number or a range"),
        (["cnn-basic", "--seeds", "4294967296"], "--seeds 4294967296: the largest seed is 4294967295"),
        (["cnn-basic", "--seeds", "0..99999999999"], "--seeds 0..99999999999: the largest seed is 4294967295"),
        (["--resume", "no/such/run"], "no/such/run: no run to resume here"),
        (["cnn-basic", "--data", "folder:no/such"], "no/such: no such folder"),
        (["cnn-basic", "--data", "folder:~nobody-here/x"], "folder:~nobody-here/x: whose home directory is not known"),
        (["cnn-basic", "--data", "nonsense"], "nonsense: no such data set; choose mnist"),
        (["--resume", "x", "--epochs", "3"], "--resume goes on with the run's own options"),
        (["cnn-basic", "--seeds", "0..1", "--output", "x"], "--seeds names its folders and seeds itself"),
    ],
)
def test_mistakes_are_told_in_one_line(arguments, message):
    done = train(*arguments)
    assert done.returncode == 2
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("inkdigits: ")
    assert message in last
    assert "Traceback" not in done.stderr


def test_tensorboard_logs_are_written(recipe, tmp_path):
    done = train(recipe, "--epochs", 1, "--limit", 200, "--output", tmp_path / "[red]run[/b]", "--tensorboard")
    assert done.returncode == 0, done.stderr
    assert str(tmp_path / "[red]run[/b]" / "bundle") in done.stdout
    assert len(re.findall(r"^epoch .* validation loss .* accuracy .*$", done.stderr, re.MULTILINE)) == 1
    assert list((tmp_path / "[red]run[/b]" / "tensorboard").rglob("events.out.tfevents.*"))


def test_a_full_disk_is_told_at_once_and_leaves_nothing_half_written(recipe, tmp_path):
    run = tmp_path / "run"
    # No file may grow beyond 32 KiB: to the program this is what a full disk is, an error while it writes.
    limited = f"ulimit -f 64; exec {' '.join(command('train', recipe, '--limit', 200, '--output', run))}"
    done = subprocess.run(["sh", "-c", limited], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 2
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("inkdigits: ")
    assert "File too large" in last
    assert "epoch" not in done.stderr
    assert list((run / "checkpoint").iterdir()) == []


def test_a_run_that_never_began_leaves_no_folder(recipe, tmp_path):
    done = train(recipe, "--data", f"folder:{tmp_path}/nowhere", "--output", tmp_path / "runs" / "run")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == f"inkdigits: {tmp_path}/nowhere: no such folder; check the path"
    assert list(tmp_path.iterdir()) == []


def test_seeds_leave_out_what_is_finished_and_refuse_other_options(recipe, tmp_path):
    options = (recipe, "--seeds", "0..1", "--epochs", 1)
    place = {"INKDIGITS_RUNS_DIR": str(tmp_path)}
    first = train(*options, "--limit", 200, **place)
    assert first.returncode == 0, first.stderr
    assert {path.name for path in (tmp_path / "mine").iterdir()} == {"seed-0", "seed-1"}
    again = train(*options, "--limit", 200, **place)
    assert again.stdout == first.stdout
    assert "epoch" not in again.stderr
    bundles = [(tmp_path / "mine" / name / "bundle" / "model.onnx").read_bytes() for name in ("seed-0", "seed-1")]
    printed = train(*options, "--limit", 200, "--pdf", **place)
    assert printed.returncode == 0, printed.stderr
    for name, model in zip(("seed-0", "seed-1"), bundles, strict=True):
        assert (tmp_path / "mine" / name / "report.pdf").is_file()
        assert (tmp_path / "mine" / name / "bundle" / "model.onnx").read_bytes() == model
    other = train(*options, "--limit", 300, **place)
    assert other.returncode == 2
    assert "seed-0: holds a run with other options" in other.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        ("1 / 0", "build() fails: ZeroDivisionError: division by zero"),
        (
            "keras.Sequential([keras.layers.Input((32, 32, 1)), keras.layers.Flatten()])",
            "not from (32, 32, 1) to (1024,)",
        ),
        (
            "keras.Sequential([keras.layers.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(7)])",
            "from (28, 28, 1) to 10 logits, not from (28, 28, 1) to (7,)",
        ),
    ],
)
def test_an_unfit_network_is_told_before_anything_is_written(tmp_path, build, message):
    file = tmp_path / "unfit.py"
    file.write_text(
        "import keras\nfrom dataclasses import replace\nfrom inkdigits.recipes.cnn_basic import RECIPE\n"
        f"RECIPE = replace(RECIPE, name='unfit', build=lambda: {build})\n"
    )
    done = train(file, "--output", tmp_path / "run")
    assert done.returncode == 2
    assert message in done.stderr.strip().splitlines()[-1]
    assert not (tmp_path / "run" / "manifest.json").exists()


@pytest.mark.parametrize("damage", ["{}", "[]", "nonsense", '{"recipe": 3}', '{"recipe": {"epochs": "x"}}'])
def test_a_damaged_manifest_is_named(tmp_path, damage):
    (tmp_path / "manifest.json").write_text(damage)
    done = train("--resume", tmp_path)
    assert done.returncode == 2
    assert "manifest.json: damaged" in done.stderr.strip().splitlines()[-1]


def test_a_recipe_may_have_a_name_that_is_no_unicode(tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xe9.py")
    path.write_text(RECIPE)
    done = subprocess.run(
        [*command("train"), path, "--limit", "200", "--epochs", "1", "--output", tmp_path / "run", "--pdf"],
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert load_bundle(tmp_path / "run" / "bundle").metadata["recipe"]["origin"] == str(path)
    assert (tmp_path / "run" / "report.pdf").is_file()

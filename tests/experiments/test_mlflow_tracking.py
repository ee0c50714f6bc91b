"""Runs copied to a local MLflow store, read back through MLflow's own client."""

import contextlib
import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from mlflow import MlflowClient
from typer.testing import CliRunner, Result

from inkdigits.bundle import load_bundle
from inkdigits.cli.train import train
from inkdigits.errors import RunError
from inkdigits.experiments.mlflow_tracking import MlflowTracking

RECIPE = """
import keras
from inkdigits.recipes.recipe import Recipe, adam, cross_entropy

def build():
    layers = keras.layers
    return keras.Sequential([layers.Input((28, 28, 1)), layers.AveragePooling2D(4), layers.Flatten(), layers.Dense(10)])

RECIPE = Recipe(name="mine", title="mine", build=build, optimizer=adam, loss=cross_entropy, epochs=2, batch_size=64)
"""


pytestmark = pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy")  # MLflow's own, of SQLAlchemy 2.1

app = typer.Typer()
app.command()(train)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run in `run`, copied to `store.db` as it ended."""
    folder = tmp_path_factory.mktemp("mlflow")
    (folder / "mine.py").write_text(RECIPE)
    with contextlib.chdir(folder):  # where MLflow puts the files of a store in SQLite
        done = run("mine.py", "--limit", 500, "--output", "run", "--mlflow", "sqlite:///store.db")
    assert done.stdout.splitlines()[-1].startswith("mlflow  run ")
    return folder


def copied(client: MlflowClient) -> list:
    experiment = client.get_experiment_by_name("inkdigits")
    return list(client.search_runs([experiment.experiment_id]))


def test_a_run_is_there_with_its_plan_curves_scores_and_files(place: Path) -> None:
    client = MlflowClient(f"sqlite:///{place / 'store.db'}")
    (run,) = copied(client)
    assert (run.info.run_name, run.info.status) == ("mine, seed 0", "FINISHED")
    assert run.data.params["epochs"] == "2"
    assert json.loads(run.data.params["optimizer"])["class"] == "Adam"
    manifest = json.loads((place / "run" / "manifest.json").read_text())
    assert run.data.tags["version.keras"] == manifest["versions"]["keras"]
    assert run.info.end_time - run.info.start_time >= 1000 * manifest["seconds"]["total"] - 1
    evaluation = json.loads((place / "run" / "evaluation.json").read_text())
    assert run.data.metrics["test_accuracy"] == evaluation["accuracy"]
    assert run.data.metrics["test_macro_recall"] == evaluation["macro"]["recall"]
    with (place / "run" / "history.csv").open() as file:
        wanted = [(int(row["epoch"]), float(row["val_loss"])) for row in csv.DictReader(file)]
    history = client.get_metric_history(run.info.run_id, "val_loss")
    assert [(point.step, point.value) for point in history] == wanted
    assert history[0].timestamp < history[1].timestamp
    (bundle,) = place.glob(f"mlruns/*/{run.info.run_id}/artifacts/bundle")
    assert load_bundle(bundle).metadata["sha256"] == load_bundle(place / "run" / "bundle").metadata["sha256"]
    assert {"report.html", "manifest.json", "pictures"} <= {path.name for path in bundle.parent.iterdir()}


def test_a_run_without_a_history_is_copied_too(place: Path, tmp_path: Path) -> None:
    ensemble = Path(shutil.copytree(place / "run", tmp_path / "run"))
    (ensemble / "history.csv").unlink()
    tracking = MlflowTracking(f"file:{tmp_path / 'store'}")
    copy = tracking.client.get_run(tracking.copy(ensemble))
    assert copy.info.status == "FINISHED"
    assert "val_loss" not in copy.data.metrics
    assert copy.data.metrics["test_accuracy"] > 0


def test_a_folder_is_a_store_too_and_no_run_is_copied_twice(place: Path, tmp_path: Path) -> None:
    tracking = MlflowTracking(f"file:{tmp_path / 'store'}")
    first = tracking.copy(place / "run")
    assert MlflowTracking(f"file:{tmp_path / 'store'}").copy(place / "run") == first
    (run,) = copied(tracking.client)
    assert run.info.run_id == first
    assert [file.path for file in tracking.client.list_artifacts(first, "bundle")] == [
        "bundle/model.json",
        "bundle/model.onnx",
    ]


def test_a_copy_cut_short_is_marked_and_made_again(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tracking = MlflowTracking("sqlite:///torn.db")  # MLflow remembers stores by name
    with monkeypatch.context() as broken:
        broken.setattr(tracking.client, "log_artifact", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(
            RunError, match=r"disk full; the run is whole; copy it with: inkdigits train --resume .*run"
        ):
            tracking.copy(place / "run")
    assert [run.info.status for run in copied(tracking.client)] == ["FAILED"]
    tracking.copy(place / "run")
    assert sorted(run.info.status for run in copied(tracking.client)) == ["FAILED", "FINISHED"]


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("nonsense://x", r"^--mlflow nonsense://x: .*unsupported URI 'nonsense://x'"),
        ("sqlite:///{here}", r"file is not a database; give a server's address that runs, sqlite:///FILE or file:DIR$"),
        (
            "http://me:secret@127.0.0.1:1",
            r"^--mlflow http://me:\*\*\*@127\.0\.0\.1:1: API request to .* failed; give a",
        ),
        ("http://[::1", r"^--mlflow http://\[::1: Invalid IPv6 URL; give a server's address"),
        ("http://me:secret@[::1", r"^--mlflow http://me:\*\*\*@\[::1: Invalid IPv6 URL; give a server's address"),
    ],
)
def test_a_store_that_cannot_be_used_is_one_line(
    uri: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    (tmp_path / "notes.txt").write_text("no database" * 100)
    with pytest.raises(RunError, match=message) as caught:
        MlflowTracking(uri.format(here=tmp_path / "notes.txt"))
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_it_is_refused_before_anything_is_trained(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"^--mlflow nonsense://x: "):
        run("cnn-basic", "--output", tmp_path / "run", "--mlflow", "nonsense://x")
    assert not (tmp_path / "run").exists()


def test_mlflow_reports_to_nobody() -> None:
    # It would keep still in CI and under pytest of itself.
    known = ("CI", "PYTEST_", "GITHUB_", "DO_NOT_TRACK", "MLFLOW_")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(known)}
    code = (
        "import inkdigits.experiments.mlflow_tracking\n"
        "from mlflow.telemetry import get_telemetry_client, utils\n"
        "print(utils._IS_IN_CI_ENV_OR_TESTING, utils.is_telemetry_disabled(), get_telemetry_client())"
    )
    done = subprocess.run([sys.executable, "-c", code], env=plain, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "None"]

"""Several runs as one bundle: the mean of what their own bundles say, and nothing that does not belong together."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from inkdigits import Recognizer
from inkdigits.cli.app import app
from inkdigits.datasets import export_folder, load
from inkdigits.errors import BundleError, RunError
from inkdigits.experiments.assessment import assess
from inkdigits.experiments.ensemble_bundle import write_ensemble
from inkdigits.experiments.run import start_run
from inkdigits.experiments.run_plan import Plan
from inkdigits.recipes.catalog import find_recipe


@pytest.fixture(scope="module")
def trained(small_recipe, observer):
    """Trains a seed of the small recipe on `data`, and returns the folder of the run."""

    def train(folder: Path, data: str, seed: int) -> Path:
        folder.mkdir(exist_ok=True)
        (folder / "mine.py").write_text(small_recipe.format(data=data))
        start_run(Plan(find_recipe(str(folder / "mine.py")), seed=seed), folder / f"seed-{seed}", observer)
        return folder / f"seed-{seed}"

    return train


@pytest.fixture(scope="module")
def runs(trained, tmp_path_factory, mnist_folder) -> list[Path]:
    data = mnist_folder(300)
    folder = tmp_path_factory.mktemp("runs")
    return [trained(folder, data, seed) for seed in (0, 1, 2)]


@pytest.fixture(scope="module")
def ensemble(runs, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("ensembles") / "three"
    done = CliRunner().invoke(app, ["export", "ensemble", str(folder), *map(str, runs)])
    assert done.exit_code == 0, done.output
    assert "3 networks" in done.output
    return folder


def test_says_the_mean_of_what_its_members_say(runs, ensemble):
    images = load("mnist", "test").images[:200]
    said = [Recognizer(run / "bundle").predict_proba(images) for run in runs]
    assert np.abs(said[0] - said[1]).max() > 0.05
    np.testing.assert_allclose(Recognizer(ensemble).predict_proba(images), np.mean(said, axis=0), atol=1e-5)


def test_tells_of_its_members(runs, ensemble):
    told = json.loads((ensemble / "model.json").read_text())
    hashes = [json.loads((run / "bundle" / "model.json").read_text())["sha256"] for run in runs]
    members = [{key: member[key] for key in ("recipe", "seed", "sha256")} for member in told["members"]]
    assert members == [{"recipe": "mine", "seed": n, "sha256": hashes[n]} for n in range(3)]
    assert told["parameters"] == 3 * 500 + 3  # weights, and a temperature for each network
    assert told["temperature"] == 1.0


def test_is_evaluated_like_any_bundle(runs, ensemble, tmp_path):
    data = json.loads((runs[0] / "manifest.json").read_text())["recipe"]["data"]
    test = load(data, "test")
    said = np.mean([Recognizer(run / "bundle").predict_proba(test.images) for run in runs], axis=0)
    scores = assess(ensemble, data, "test", tmp_path / "report")
    assert scores["accuracy"] == pytest.approx((said.argmax(axis=1) == test.labels).mean())
    assert (tmp_path / "report" / "report.html").exists()


def test_needs_two_different_runs(runs, tmp_path):
    for given in ([], runs[:1], [runs[0], runs[0] / ".." / runs[0].name]):
        with pytest.raises(RunError, match="two runs or more"):
            write_ensemble(given, tmp_path / "ensemble")


def test_members_were_not_trained_on_one_anothers_test_images(trained, tmp_path):
    export_folder(load("mnist", "test").take(np.arange(300)), tmp_path / "digits")
    pair = [trained(tmp_path / "runs", f"folder:{tmp_path / 'digits'}", seed) for seed in (0, 1)]
    with pytest.raises(RunError, match="other test images"):
        write_ensemble(pair, tmp_path / "ensemble")
    assert not (tmp_path / "ensemble").exists()


def test_a_bundle_without_a_temperature_is_named(runs, tmp_path):
    copy = Path(shutil.copytree(runs[1], tmp_path / "seed-1"))
    told = json.loads((copy / "bundle" / "model.json").read_text())
    del told["temperature"]
    (copy / "bundle" / "model.json").write_text(json.dumps(told))
    with pytest.raises(BundleError, match="tells no temperature"):
        write_ensemble([runs[0], copy], tmp_path / "ensemble")

"""Runs that stand on others: which those are, where they lie, and what comes of them."""

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from inkdigits import Recognizer
from inkdigits.cli import training_runs
from inkdigits.cli.app import app
from inkdigits.datasets import export_folder, load
from inkdigits.errors import RecipeError, RunError
from inkdigits.experiments.asked_run import AskedRun
from inkdigits.experiments.needed_runs import needed_runs
from inkdigits.experiments.run import resume_run, start_run
from inkdigits.experiments.run_plan import Plan
from inkdigits.recipes.catalog import build_network, find_recipe
from inkdigits.training import checkpoint

STANDING_ON_OTHERS = """
from dataclasses import replace
from inkdigits.layers import Ensemble
from inkdigits.recipes.catalog import find_recipe
import keras

mine = find_recipe("{mine}")

def build():
    return keras.Sequential([keras.layers.Input((28, 28, 1)), Ensemble([mine.build() for _ in range({built})])])

RECIPE = replace(mine, origin="", {changes})
"""


OF_ITS_OWN_NAME = """
from dataclasses import replace
from inkdigits.recipes.best_ensemble import RECIPE

RECIPE = replace(RECIPE, members=("best-ensemble", 2))
"""


@pytest.fixture(scope="module")
def recipes(small_recipe, mnist_folder, tmp_path_factory) -> Path:
    """A folder with recipes: mine, two.py of two runs of it, wrong.py that builds three, pupil.py taught by two.py."""
    folder = tmp_path_factory.mktemp("recipes")
    (folder / "mine.py").write_text(small_recipe.format(data=mnist_folder(300)))
    mine = folder / "mine.py"
    two = f'name="two", build=build, members=("{mine}", 2)'
    (folder / "two.py").write_text(STANDING_ON_OTHERS.format(mine=mine, built=2, changes=two))
    (folder / "wrong.py").write_text(STANDING_ON_OTHERS.format(mine=mine, built=3, changes=two))
    pupil = f'name="pupil", teacher="{folder / "two.py"}", epochs=12'
    (folder / "pupil.py").write_text(STANDING_ON_OTHERS.format(mine=mine, built=2, changes=pupil))
    strange = 'name="strange", teacher="reader"'
    (folder / "reader_pupil.py").write_text(STANDING_ON_OTHERS.format(mine=mine, built=2, changes=strange))
    return folder


@pytest.fixture(scope="module")
def runs(recipes, tmp_path_factory) -> Path:
    """The runs folder after `train pupil.py`, which trains its teacher and the teacher's members before it."""
    folder = tmp_path_factory.mktemp("runs")
    train(folder, str(recipes / "pupil.py"))
    return folder


def train(runs: Path, *words: str):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKDIGITS_RUNS_DIR", str(runs))
        done = CliRunner().invoke(app, ["train", *words])
    assert done.exit_code == 0, done.output
    return done


def probabilities(run: Path, images: np.ndarray) -> np.ndarray:
    return Recognizer(run / "bundle").predict_proba(images)


def test_ensembles_of_different_seeds_share_no_member(tmp_path, monkeypatch):
    monkeypatch.setenv("INKDIGITS_RUNS_DIR", str(tmp_path))
    asked = AskedRun("best-ensemble", epochs=2, limit=100)
    found = [needed_runs(asked.plan(seed), tmp_path / "best-ensemble" / f"seed-{seed}") for seed in (0, 1)]
    places = [[place.relative_to(tmp_path).as_posix() for _, place in each] for each in found]
    assert places == [[f"best/seed-{seed}" for seed in five] for five in (range(5), range(5, 10))]
    for plan, _ in found[1]:
        assert (plan.recipe.name, plan.recipe.epochs, plan.epochs_asked, plan.limit) == ("best", 2, 2, 100)


def test_a_teacher_has_the_pupils_seed_and_lies_in_a_run_of_another_place(tmp_path):
    ((plan, place),) = needed_runs(AskedRun("best-distilled").plan(3), tmp_path / "try")
    assert (plan.recipe.name, plan.seed, place) == (
        "best-ensemble",
        3,
        tmp_path / "try" / "needed" / "best-ensemble" / "seed-3",
    )
    assert plan == AskedRun("best-ensemble").plan(3)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("{here}/runs/best-distilled/seed-3", "{here}/runs/best-ensemble/seed-3"),
        ("seed-3", "{here}/runs/best-ensemble/seed-3"),
        ("elsewhere", "elsewhere/needed/best-ensemble/seed-3"),
        ("{here}/runs/best-distilled/seed-4", "{here}/runs/best-distilled/seed-4/needed/best-ensemble/seed-3"),
    ],
)
def test_they_lie_beside_a_run_that_lies_by_its_name_and_seed(tmp_path, monkeypatch, path, place):
    (tmp_path / "runs" / "best-distilled").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "runs" / "best-distilled")
    ((_, found),) = needed_runs(AskedRun("best-distilled").plan(3), Path(path.format(here=tmp_path)))
    assert found == Path(place.format(here=tmp_path))


def test_other_recipes_stand_on_nothing(tmp_path):
    assert needed_runs(AskedRun("best").plan(0), tmp_path) == []


def test_what_a_run_needs_is_trained_before_it(runs):
    assert sorted(file.parent.relative_to(runs).as_posix() for file in runs.rglob("manifest.json")) == [
        "mine/seed-0",
        "mine/seed-1",
        "pupil/seed-0",
        "two/seed-0",
    ]


def test_an_ensemble_says_the_mean_of_what_its_members_say(runs):
    images = load("mnist", "test").images[300:500]
    said = [probabilities(runs / "mine" / f"seed-{seed}", images) for seed in (0, 1)]
    assert np.abs(said[0] - said[1]).max() > 0.05
    np.testing.assert_allclose(probabilities(runs / "two" / "seed-0", images), np.mean(said, axis=0), atol=1e-5)


def test_an_ensemble_tells_of_its_members_and_of_their_seconds(runs):
    manifest = json.loads((runs / "two" / "seed-0" / "manifest.json").read_text())
    theirs = [json.loads((runs / "mine" / f"seed-{seed}" / "manifest.json").read_text()) for seed in (0, 1)]
    assert [(member["recipe"], member["seed"]) for member in manifest["members"]] == [("mine", 0), ("mine", 1)]
    assert manifest["seconds"]["training"] == pytest.approx(sum(t["seconds"]["training"] for t in theirs), abs=0.01)
    told = json.loads((runs / "two" / "seed-0" / "bundle" / "model.json").read_text())
    assert told["members"] == manifest["members"]
    assert told["temperature"] == 1.0


def test_a_pupil_is_held_to_its_teachers_answers_while_it_trains(runs, recipes, tmp_path, observer):
    alone = replace(find_recipe(str(recipes / "pupil.py")), name="alone", teacher=None)
    start_run(Plan(alone, seed=0), tmp_path / "alone", observer)
    taught, plain = (_rows(run) for run in (runs / "pupil" / "seed-0", tmp_path / "alone"))
    # The same first weights, images and order: what is added is the divergence. Validation knows no teacher.
    assert float(taught[0]["loss"]) > float(plain[0]["loss"]) + 0.01
    assert float(taught[0]["val_loss"]) == pytest.approx(float(plain[0]["val_loss"]), rel=0.2)
    manifest = json.loads((runs / "pupil" / "seed-0" / "manifest.json").read_text())
    assert manifest["recipe"]["teacher"] == str(recipes / "two.py")
    assert manifest["parameters"] == 500


def _rows(run: Path) -> list[dict[str, str]]:
    with (run / "history.csv").open() as file:
        return list(csv.DictReader(file))


def test_members_that_are_finished_are_not_trained_again(runs, recipes, tmp_path):
    copy = Path(shutil.copytree(runs / "mine", tmp_path / "mine")).parent
    states = sorted(copy.rglob("state.npz"))
    before = [file.stat().st_mtime_ns for file in states]
    train(copy, str(recipes / "two.py"))
    assert len(before) == 2
    assert [file.stat().st_mtime_ns for file in states] == before
    images = load("mnist", "test").images[300:400]
    ours, theirs = (probabilities(folder / "two" / "seed-0", images) for folder in (copy, runs))
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize("name", ["two", "pupil"])
def test_a_finished_run_needs_the_others_no_more(runs, tmp_path, name):
    copy = Path(shutil.copytree(runs / name, tmp_path / name))
    images = load("mnist", "test").images[300:400]
    before = probabilities(copy / "seed-0", images)
    train(tmp_path, "--resume", str(copy / "seed-0"))
    assert [folder.name for folder in tmp_path.iterdir()] == [name]
    np.testing.assert_allclose(probabilities(copy / "seed-0", images), before, atol=1e-6)
    told, manifest = (
        json.loads((copy / "seed-0" / file).read_text()) for file in ("bundle/model.json", "manifest.json")
    )
    assert told.get("members") == manifest.get("members")
    assert ("members" in told) == (name == "two")


class Stopped(Exception):
    """Pulls the plug."""


def test_a_pupil_that_was_stopped_ends_bit_for_bit_where_it_would_have(runs, recipes, observer, tmp_path):
    copy = Path(shutil.copytree(runs, tmp_path / "runs"))
    shutil.rmtree(copy / "pupil")
    path = copy / "pupil" / "seed-0"

    class Impatient(type(observer)):
        def epoch(self, row):
            if row["epoch"] == 5:
                raise Stopped

    with pytest.raises(Stopped):
        start_run(Plan(find_recipe(str(recipes / "pupil.py")), seed=0), path, Impatient())
    train(copy, str(recipes / "pupil.py"), "--seeds", "0")
    ours, theirs = (checkpoint.load(folder / "pupil/seed-0/checkpoint/state.npz").variables for folder in (copy, runs))
    assert all((one == other).all() for one, other in zip(ours, theirs, strict=True))


def test_another_teacher_than_at_first_is_refused(runs, recipes, tmp_path, observer):
    copy = Path(shutil.copytree(runs, tmp_path / "runs"))
    for file in copy.rglob("manifest.json"):
        told = json.loads(file.read_text())
        if file.parts[-3] == "pupil":
            assert set(told["teacher"]) == {"recipe", "seed", "sha256"}
            told["teacher"]["sha256"] = "0" * 64
            file.write_text(json.dumps(told | {"status": "training"}))
    state = copy / "pupil/seed-0/checkpoint/state.npz"
    begun = checkpoint.load(state)
    begun.history.pop()
    checkpoint.save(state, begun)
    with pytest.raises(RunError, match=r"its teacher in .*two/seed-0 has changed since"):
        resume_run(copy / "pupil" / "seed-0", observer)


def test_what_is_sure_to_be_refused_is_refused_before_anything_is_trained(runs, recipes, tmp_path):
    (tmp_path / "taken").mkdir()
    shutil.copy(runs / "two" / "seed-0" / "manifest.json", tmp_path / "taken")
    export_folder(load("mnist", "test").take(np.arange(300)), tmp_path / "digits")
    (tmp_path / "itself.py").write_text(OF_ITS_OWN_NAME)
    for words, told in (
        ([recipes / "two.py", "--output", tmp_path / "taken"], "taken: holds a finished run; choose --output"),
        ([recipes / "wrong.py", "--output", tmp_path / "new"], "must end in an Ensemble of 2 networks"),
        (
            [recipes / "two.py", "--data", f"folder:{tmp_path}/digits", "--output", tmp_path / "new"],
            "has no test part of its own",
        ),
        ([tmp_path / "itself.py", "--output", tmp_path / "new"], "stands on a recipe of the same name"),
        ([recipes / "reader_pupil.py", "--output", tmp_path / "new"], "has 10 outcomes, and reader 12"),
    ):
        done = CliRunner().invoke(app, ["train", *map(str, words)])
        assert told in str(done.exception)
    assert not (tmp_path / "new").exists()
    assert [file.name for file in (tmp_path / "taken").iterdir()] == ["manifest.json"]


def test_interrupted_before_it_the_same_command_goes_on(recipes, tmp_path, monkeypatch):
    def interrupted(*given):
        raise KeyboardInterrupt

    monkeypatch.setenv("INKDIGITS_RUNS_DIR", str(tmp_path))
    monkeypatch.setattr(training_runs, "start_run", interrupted)
    done = CliRunner().invoke(app, ["train", str(recipes / "pupil.py")])
    assert str(done.exception) == "interrupted; the same command goes on"


def test_a_run_whose_needed_runs_are_gone_names_them(recipes, tmp_path, observer):
    with pytest.raises(RunError, match=r"mine/seed-0: no run here"):
        start_run(Plan(find_recipe(str(recipes / "two.py")), seed=0), tmp_path / "run", observer)


def test_an_ensemble_of_another_number_is_refused(recipes):
    with pytest.raises(RecipeError, match=r"must end in an Ensemble of 2 networks"):
        build_network(find_recipe(str(recipes / "wrong.py")), 10)


def test_the_ways_to_learn_exclude_each_other():
    with pytest.raises(RecipeError, match="exclude each other"):
        replace(find_recipe("best-distilled"), members=("best", 5))


def test_a_cluster_does_not_have_what_they_stand_on():
    done = CliRunner().invoke(app, ["train", "best-ensemble", "--seeds", "0..1", "--cluster", "local"])
    assert isinstance(done.exception, RunError)
    assert "best-ensemble: stands on runs of best, which no node has; train it without --cluster" in str(done.exception)

"""A run is taken for the one that is asked for only where its whole recipe is the same; resumed, it counts its time."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from inkdigits.datasets import export_folder, load
from inkdigits.errors import RunError
from inkdigits.experiments.asked_run import AskedRun, status
from inkdigits.experiments.results import collect
from inkdigits.experiments.run import resume_run, start_run
from inkdigits.experiments.run_folder import RunFolder
from inkdigits.experiments.run_plan import Plan, check_same, described
from inkdigits.recipes.catalog import find_recipe
from inkdigits.training import checkpoint

RESULTS = Path(__file__).parents[2] / "results" / "mnist"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, small_recipe: str, observer) -> Path:
    """A folder with mine.py and the run of it in `run`."""
    folder = tmp_path_factory.mktemp("whole")
    export_folder(load("mnist", "test").take(np.arange(300)), folder / "digits")
    write(folder, small_recipe)
    start_run(asked(folder), folder / "run", observer)
    return folder


@pytest.fixture
def place(whole: Path, small_recipe: str) -> Path:
    """The same, the run as if its last stage had been interrupted; the recipe as it was."""
    write(whole, small_recipe)
    shutil.rmtree(whole / "interrupted", ignore_errors=True)
    shutil.copytree(whole / "run", whole / "interrupted")
    manifest = json.loads((whole / "run" / "manifest.json").read_text())
    (whole / "interrupted" / "manifest.json").write_text(json.dumps({**manifest, "status": "training"}))
    return whole


def write(folder: Path, recipe: str) -> None:
    (folder / "mine.py").write_text(recipe.format(data=f"folder:{folder / 'digits'}"))


def asked(folder: Path) -> Plan:
    return AskedRun(str(folder / "mine.py"), limit=100).plan(0)


def test_an_unchanged_run_is_recognised(place: Path, small_recipe: str) -> None:
    words = small_recipe.replace('title="mine"', 'title="my own", published=Published("a paper", accuracy=0.5)')
    for recipe in (small_recipe, words):
        write(place, recipe)
        assert status(asked(place), place / "run") == "finished"
        assert status(asked(place), place / "interrupted") == "interrupted"


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("optimizer=adam", "optimizer=one_cycle", "optimizer"),
        ("batch_size=64", "batch_size=32", "batch_size"),
        ("epochs=1", "epochs=1, augment=slight_affine", "augmentation"),
        ("AveragePooling2D(4)", "AveragePooling2D(7)", "parameters"),
    ],
)
def test_a_run_of_an_edited_recipe_is_neither_taken_for_it_nor_gone_on_with(
    place: Path, small_recipe: str, observer, old: str, new: str, named: str
) -> None:
    assert old in small_recipe
    write(place, small_recipe.replace(old, new))
    told = rf"holds a run with other options \({named}\); remove it, or choose --output for a single run$"
    with pytest.raises(RunError, match=f"^{place / 'run'}: {told}"):
        status(asked(place), place / "run")
    before = (place / "interrupted" / "manifest.json").read_bytes()
    with pytest.raises(RunError, match=f"^{place / 'interrupted'}: {told}"):
        resume_run(place / "interrupted", observer)
    assert (place / "interrupted" / "manifest.json").read_bytes() == before


@pytest.mark.parametrize("damage", [{"recipe": 3}, {"data": 3}, {"precision": "rough"}])
def test_a_damaged_manifest_is_named(place: Path, observer, damage: dict[str, object]) -> None:
    manifest = place / "interrupted" / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), **damage}))
    with pytest.raises(RunError, match=r"manifest\.json: damaged"):
        status(asked(place), place / "interrupted")
    if "precision" not in damage:
        with pytest.raises(RunError, match=r"manifest\.json: damaged"):
            resume_run(place / "interrupted", observer)


def test_the_seconds_of_earlier_sessions_count(place: Path, observer) -> None:
    run = RunFolder(place / "interrupted")
    state = checkpoint.load(run.state_file)
    state.history[0]["seconds"] = 3600.0
    checkpoint.save(run.state_file, state)
    resume_run(run.path, observer)
    seconds = (run.read_manifest() or {})["seconds"]
    assert seconds["training"] == 3600
    assert seconds["total"] > 3600


@pytest.mark.parametrize("name", sorted(folder.name for folder in RESULTS.iterdir()))
def test_recorded_runs_are_of_the_recipes_as_they_are(name: str) -> None:
    for result in collect(RESULTS / name):
        recorded = result.manifest
        plan = Plan(find_recipe(name), recorded["seed"])
        now = described(plan, recorded["data"]["train"]["images"])
        check_same(RunFolder(RESULTS / name), {**recorded, **now}, recorded)

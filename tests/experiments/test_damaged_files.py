"""Files of a run or a bundle that somebody edited: one line names the file."""

import json
from pathlib import Path

import pytest

from inkdigits.bundle import PRETRAINED, load_bundle, write_bundle
from inkdigits.errors import BundleError, RunError
from inkdigits.experiments.assessment import assess
from inkdigits.experiments.run_folder import RunFolder
from inkdigits.experiments.run_plan import recorded_run
from inkdigits.experiments.trained_run import trained_run
from inkdigits.recipes.catalog import find_recipe

SOUND = {"seed": 4, "limit": None, "epochs_asked": None, "skip_bad": False, "precision": "float32", "data": {}}


def manifest_with(folder: Path, changes: str) -> RunFolder:
    """A finished run's folder with nothing but its manifest, to which the JSON object `changes` is applied."""
    content = {**SOUND, "status": "finished", "recipe": find_recipe("cnn-basic").plan(100)}
    changed = json.loads(changes)
    recipe = {**content["recipe"], **changed.pop("recipe", {})}
    (folder / "manifest.json").write_text(json.dumps({**content, **changed, "recipe": recipe}))
    return RunFolder(folder)


def test_the_manifest_itself_is_sound(tmp_path):
    plan, precision, _ = recorded_run(manifest_with(tmp_path, '{"limit": 100, "epochs_asked": 2}'))
    assert (plan.seed, plan.limit, plan.epochs_asked, precision) == (4, 100, 2, "float32")


@pytest.mark.parametrize(
    "changes",
    [
        *(f'{{"seed": {seed}}}' for seed in ("1099511627776", "-1", "1e999", "true", '"1"')),
        *(f'{{"limit": {limit}}}' for limit in ('"abc"', "1.5", "0")),
        '{"epochs_asked": "2"}',
        '{"skip_bad": 1}',
        '{"precision": "nonsense"}',
        *(f'{{"recipe": {recipe}}}' for recipe in ('{"data": 5}', '{"protocol": 5}', '{"epochs": 1.5}')),
    ],
)
def test_an_entry_that_no_run_writes_is_named(tmp_path, changes):
    with pytest.raises(RunError, match=r"manifest\.json: damaged \(.* remove the folder and start anew$"):
        recorded_run(manifest_with(tmp_path, changes))


@pytest.mark.parametrize("data", ["{}", '{"test": 5}'])
def test_a_run_that_does_not_tell_its_test_images_is_named(tmp_path, data):
    manifest_with(tmp_path, f'{{"data": {data}}}')
    with pytest.raises(RunError, match=r"manifest\.json: damaged"):
        trained_run(tmp_path)


@pytest.mark.parametrize(
    "recipe", ["x", None, {"title": 5}, {"data": 5}, {"published": "99"}, {"published": {"accuracy": "99"}}]
)
def test_a_bundle_whose_recipe_no_report_can_tell_is_named(tmp_path, recipe):
    shipped = load_bundle(PRETRAINED)
    write_bundle(tmp_path / "bundle", shipped.read_model(), {**shipped.metadata, "recipe": recipe})
    with pytest.raises(BundleError, match=r"model\.json: damaged: its recipe is none; export or copy it again$"):
        assess(tmp_path / "bundle", "mnist", "test", tmp_path / "report")

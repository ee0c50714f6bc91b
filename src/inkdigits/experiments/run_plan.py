"""What one run is to do, and what the run in a folder was to do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from inkdigits.errors import RunError
from inkdigits.experiments.run_folder import RunFolder
from inkdigits.recipes.catalog import find_recipe
from inkdigits.recipes.recipe import Recipe


@dataclass(frozen=True)
class Plan:
    """What one run is to do; `recipe` carries the data set and the number of epochs that are really used."""

    recipe: Recipe
    seed: int
    epochs_asked: int | None = None
    limit: int | None = None
    skip_bad: bool = False
    tensorboard: bool = False
    pdf: bool = False


def same_plan(plan: Plan, manifest: dict[str, Any]) -> bool:
    """Whether the run of `manifest` is what `plan` asks for."""
    recorded = manifest.get("recipe", {})
    asked = [plan.recipe.name, plan.recipe.origin, plan.recipe.data, plan.recipe.epochs, plan.limit, plan.skip_bad]
    found = [recorded.get(key) for key in ("name", "origin", "data", "epochs")]
    return asked == [*found, manifest.get("limit"), manifest.get("skip_bad")]


def recorded_run(
    folder: RunFolder, *, tensorboard: bool = False, pdf: bool = False
) -> tuple[Plan, str, dict[str, Any]]:
    """Plan, precision and images of the run in `folder`; raises `RunError` naming the manifest where it is damaged."""
    manifest = folder.read_manifest() or {}
    try:
        return _recorded_plan(manifest, tensorboard, pdf), str(manifest["precision"]), dict(manifest["data"])
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise RunError(f"{folder.manifest_file}: damaged ({error!r}); remove the folder and start anew") from error


def _recorded_plan(manifest: dict[str, Any], tensorboard: bool, pdf: bool) -> Plan:
    recorded = manifest["recipe"]
    recipe = find_recipe(recorded["origin"] or recorded["name"])
    recipe = replace(recipe, **{key: recorded[key] for key in ("epochs", "data", "protocol")})
    if recorded["published"] is None:
        recipe = replace(recipe, published=None)
    asked = manifest.get("epochs_asked"), manifest["limit"], manifest["skip_bad"]
    return Plan(recipe, int(manifest["seed"]), *asked, tensorboard, pdf)

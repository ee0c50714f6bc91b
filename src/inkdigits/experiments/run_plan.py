"""What one run is to do, and what the run in a folder was to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from inkdigits.datasets import Split, split
from inkdigits.errors import RunError
from inkdigits.experiments.recorded import check_entries
from inkdigits.experiments.run_folder import RunFolder
from inkdigits.recipes.catalog import find_recipe
from inkdigits.recipes.recipe import Recipe
from inkdigits.recipes.slips import is_count

_PRECISIONS = ("float32", "mixed_bfloat16")  # those that a run chooses between


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


def load_parts(plan: Plan) -> Split:
    """The plan's images; `limit` draws that many of the training images with the plan's seed."""
    recipe = plan.recipe
    parts = split(recipe.data, recipe.protocol, seed=plan.seed, skip_bad=plan.skip_bad)
    if plan.limit is None:
        return parts
    chosen = np.random.default_rng(plan.seed).permutation(len(parts.train))[: plan.limit]
    return replace(parts, train=parts.train.take(np.sort(chosen)))


def described(plan: Plan, images: int) -> dict[str, Any]:
    """What the manifest tells of the plan of a run with that many training images."""
    return {
        "recipe": plan.recipe.plan(images),
        "seed": plan.seed,
        "epochs_asked": plan.epochs_asked,
        "limit": plan.limit,
        "skip_bad": plan.skip_bad,
    }


def check_same(folder: RunFolder, asked: dict[str, Any], recorded: dict[str, Any]) -> None:
    """Raises `RunError` naming what the manifest `recorded` in `folder` tells otherwise than the one `asked` for."""
    with damage_named(folder):
        wanted, found = _decisive(asked), _decisive(recorded)
    other = [name for name in {**wanted, **found} if wanted.get(name) != found.get(name)]
    if other:
        raise RunError(
            f"{folder.path}: holds a run with other options ({', '.join(other)}); "
            "remove it, or choose --output for a single run"
        )


def recorded_run(
    folder: RunFolder, *, tensorboard: bool = False, pdf: bool = False
) -> tuple[Plan, str, dict[str, Any]]:
    """Plan, precision and manifest of the run in `folder`; raises `RunError` naming a manifest that is damaged."""
    manifest = folder.read_manifest() or {}
    with damage_named(folder):
        manifest["data"] = dict(manifest["data"])
        return _recorded_plan(manifest, tensorboard, pdf), str(manifest["precision"]), manifest


@contextmanager
def damage_named(folder: RunFolder) -> Iterator[None]:
    """What the manifest lacks becomes one line."""
    try:
        yield
    except (LookupError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise RunError(f"{folder.manifest_file}: damaged ({error!r}); remove the folder and start anew") from error


def _decisive(manifest: dict[str, Any]) -> dict[str, Any]:
    """What makes a run another one, by name."""
    recipe = {name: value for name, value in manifest["recipe"].items() if name not in ("title", "published")}
    return recipe | {name: manifest[name] for name in ("limit", "skip_bad", "parameters")}


def _recorded_plan(manifest: dict[str, Any], tensorboard: bool, pdf: bool) -> Plan:
    check_entries(_sound_entries(manifest), "run")
    recorded = manifest["recipe"]
    recipe = find_recipe(recorded["origin"] or recorded["name"])
    recipe = replace(recipe, **{key: recorded[key] for key in ("epochs", "data", "protocol")})
    if recorded["published"] is None:
        recipe = replace(recipe, published=None)
    asked = manifest.get("epochs_asked"), manifest["limit"], manifest["skip_bad"]
    return Plan(recipe, manifest["seed"], *asked, tensorboard, pdf)


def _sound_entries(manifest: dict[str, Any]) -> dict[str, bool]:
    """Whether each entry is one that a run can have."""
    recipe, seed = manifest["recipe"], manifest["seed"]
    return {
        "seed": type(seed) is int and 0 <= seed < 2**32,
        "limit": manifest["limit"] is None or is_count(manifest["limit"]),
        "epochs_asked": manifest.get("epochs_asked") is None or is_count(manifest["epochs_asked"]),
        "skip_bad": isinstance(manifest["skip_bad"], bool),
        "precision": manifest["precision"] in _PRECISIONS,
        "epochs": is_count(recipe["epochs"]),
        "data": isinstance(recipe["data"], str),
        "protocol": isinstance(recipe["protocol"], str),
    }

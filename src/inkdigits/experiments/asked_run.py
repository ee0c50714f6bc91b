"""What is asked of a run in plain words, which travel to other machines, and whether it has been done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from inkdigits.datasets.loading import resolved
from inkdigits.experiments.run_folder import RunFolder
from inkdigits.experiments.run_plan import Plan, check_same, damage_named, described
from inkdigits.recipes.catalog import build_network, find_recipe
from inkdigits.settings import settings
from inkdigits.training import backend

Status = Literal["new", "interrupted", "finished"]


@dataclass(frozen=True)
class AskedRun:
    """`recipe` is a name or a file's path; `data`, `epochs` and `limit` None are the recipe's own."""

    recipe: str
    data: str | None = None
    epochs: int | None = None
    limit: int | None = None
    skip_bad: bool = False
    tensorboard: bool = False
    pdf: bool = False

    def plan(self, seed: int) -> Plan:
        """The plan with this seed; raises `RecipeError` and `DatasetError`."""
        recipe = find_recipe(self.recipe)
        if self.data is not None:
            data = resolved(self.data)
            # Another data set has no published figure to be held against.
            recipe = replace(recipe, data=data, published=recipe.published if data == recipe.data else None)
        if self.epochs is not None:
            recipe = replace(recipe, epochs=self.epochs)
        return Plan(recipe, seed, self.epochs, self.limit, self.skip_bad, self.tensorboard, self.pdf)


def usual_folder(plan: Plan) -> Path:
    """Where a run lies unless another place was named."""
    return settings().runs_dir / plan.recipe.name / f"seed-{plan.seed}"


def status(plan: Plan, path: Path) -> Status:
    """How far the run of this plan is in the folder `path`; raises `RunError` where that holds another."""
    folder = RunFolder(path)
    manifest = folder.read_manifest()
    if manifest is None:
        return "new"
    evaluation = folder.read_evaluation() if manifest.get("status") == "finished" else None
    with damage_named(folder):
        images = int(manifest["data"]["train"]["images"])
        classes = len(evaluation["confusion_matrix"]) if evaluation is not None else 0
        backend.prepare(plan.seed, str(manifest["precision"]))  # Keras settles its threads as it computes
    asked = {**manifest, **described(plan, images)}
    if classes:
        asked["parameters"] = build_network(plan.recipe, classes).count_params()
    check_same(folder, asked, manifest)
    return "finished" if classes else "interrupted"

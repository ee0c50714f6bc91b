"""What is asked of a run in plain words, which travel to other machines, and whether it has been done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from inkdigits.errors import RunError
from inkdigits.experiments.run_folder import RunFolder
from inkdigits.experiments.run_plan import Plan, same_plan
from inkdigits.recipes.catalog import find_recipe
from inkdigits.settings import settings

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
        """The plan with this seed; raises `RecipeError`."""
        recipe = find_recipe(self.recipe)
        if self.data is not None:
            kind, colon, place = self.data.partition(":")
            data = f"{kind}:{Path(place).expanduser().resolve()}" if colon and place else self.data
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
    if not same_plan(plan, manifest):
        raise RunError(f"{path}: holds a run with other options; remove it, or choose --output for a single run")
    finished = manifest.get("status") == "finished" and folder.read_evaluation() is not None
    return "finished" if finished else "interrupted"

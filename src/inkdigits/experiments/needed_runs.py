"""The runs that a run stands on: an ensemble's members, a network's teacher."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from inkdigits.experiments.asked_run import usual_folder
from inkdigits.experiments.run_plan import Plan
from inkdigits.recipes.catalog import find_recipe
from inkdigits.recipes.recipe import Recipe


def needed_runs(plan: Plan, path: Path) -> list[tuple[Plan, Path]]:
    """Plans and folders of the runs that must be finished before the run of `plan` in the folder `path`.

    A teacher has the same seed; the ensembles of seeds 0, 1, ... share no member. They lie at their usual places, or,
    where `path` is another than the usual one, in it. Raises `RecipeError` for a recipe that there is not.
    """
    name, seeds = _needed(plan.recipe, plan.seed)
    if name is None:
        return []
    recipe = _for_the_same(plan, find_recipe(name))
    plans = [replace(plan, recipe=recipe, seed=seed, tensorboard=False, pdf=False) for seed in seeds]
    at_home = path.resolve() == usual_folder(plan).resolve()
    return [
        (needed, usual_folder(needed) if at_home else path / "needed" / recipe.name / f"seed-{needed.seed}")
        for needed in plans
    ]


def _needed(recipe: Recipe, seed: int) -> tuple[str | None, range]:
    if recipe.members is not None:
        name, count = recipe.members
        return name, range(seed * count, (seed + 1) * count)
    return recipe.teacher, range(seed, seed + 1)


def _for_the_same(plan: Plan, recipe: Recipe) -> Recipe:
    """The recipe on the plan's images, for as many epochs as were asked for."""
    published = recipe.published if plan.recipe.data == recipe.data else None
    recipe = replace(recipe, data=plan.recipe.data, protocol=plan.recipe.protocol, published=published)
    return recipe if plan.epochs_asked is None else replace(recipe, epochs=plan.epochs_asked)

"""The runs that a run stands on: an ensemble's members, a network's teacher."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from inkdigits.errors import RecipeError, RunError
from inkdigits.experiments.run_plan import Plan, load_parts
from inkdigits.recipes.catalog import build_network, find_recipe
from inkdigits.recipes.recipe import Recipe

FOLDER = "needed"
_SEEDS = 2**32  # NumPy's


def needed_runs(plan: Plan, path: Path) -> list[tuple[Plan, Path]]:
    """Plans and folders of the runs that must be finished before the run of `plan` in the folder `path`.

    A teacher has the same seed; the ensembles of seeds 0, 1, ... share no member. They lie beside a run that lies in
    RECIPE/seed-N, and in a folder `needed` of any other. Raises `RecipeError` for a recipe that there is not.
    """
    name, seeds = _needed(plan)
    if name is None:
        return []
    recipe = _for_the_same(plan, find_recipe(name))
    if recipe.name == plan.recipe.name:
        raise RecipeError(f"recipe {recipe.name}: stands on a recipe of the same name; give it one of its own")
    root = _root(plan, path)
    plans = [replace(plan, recipe=recipe, seed=seed, tensorboard=False, pdf=False) for seed in seeds]
    return [(needed, root / recipe.name / f"seed-{needed.seed}") for needed in plans]


def check_needs(plan: Plan, path: Path) -> None:
    """Raises `RecipeError` or `RunError` where `plan` cannot be carried out, whatever comes of the runs it needs."""
    needed = [other for other, _ in needed_runs(plan, path)]
    if not needed:
        return
    test = load_parts(plan).test
    network, other = (build_network(recipe, len(test.class_names)) for recipe in (plan.recipe, needed[0].recipe))
    if network.output_shape != other.output_shape:
        raise RecipeError(
            f"recipe {plan.recipe.name}: has {network.output_shape[-1]} outcomes, "
            f"and {needed[0].recipe.name} {other.output_shape[-1]}"
        )
    if plan.recipe.members is not None and load_parts(needed[-1]).test.sha256 != test.sha256:
        raise RunError(
            f"{plan.recipe.data}: has no test part of its own, so a member would be trained on another's test images"
        )


def _root(plan: Plan, path: Path) -> Path:
    place = path.resolve()
    if place.parts[-2:] != (plan.recipe.name, f"seed-{plan.seed}"):
        return path / FOLDER
    return path.parents[1] if len(path.parts) > 2 else place.parents[1]


def _needed(plan: Plan) -> tuple[str | None, range]:
    recipe, seed = plan.recipe, plan.seed
    if recipe.members is None:
        return recipe.teacher, range(seed, seed + 1)
    name, count = recipe.members
    if (seed + 1) * count > _SEEDS:
        raise RunError(f"seed {seed}: the seeds of its {count} members would go beyond 2^32; choose a smaller one")
    return name, range(seed * count, (seed + 1) * count)


def _for_the_same(plan: Plan, recipe: Recipe) -> Recipe:
    """The recipe on the plan's images, for as many epochs as were asked for."""
    published = recipe.published if plan.recipe.data == recipe.data else None
    recipe = replace(recipe, data=plan.recipe.data, protocol=plan.recipe.protocol, published=published)
    return recipe if plan.epochs_asked is None else replace(recipe, epochs=plan.epochs_asked)

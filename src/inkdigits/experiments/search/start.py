"""A search begins, or joins the one that others have begun."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import optuna

from inkdigits.errors import RecipeError, RunError
from inkdigits.experiments.search.folder import Search, SearchFolder
from inkdigits.experiments.search.objective import choose, fingerprint, load_split
from inkdigits.experiments.search.plan import SearchPlan
from inkdigits.experiments.search.study import open_study, without_password
from inkdigits.recipes.recipe import Recipe
from inkdigits.training import backend


def begin(
    recipe: Recipe, plan: SearchPlan, trials: int, storage: str | None, path: Path
) -> tuple[SearchFolder, Search, optuna.Study]:
    """Makes the folder and the study of a new search, or joins the study that others began in `storage`.

    Finds out the plan's `images` itself. Raises `InkdigitsError` before anything is written where recipe, data or
    `storage` are unfit, and for an occupied folder.
    """
    check_space(recipe)
    plan = replace(plan, images=fingerprint(load_split(recipe, plan)))
    shared = open_study(storage, plan) if storage else None  # before anything is written here
    folder = SearchFolder(path)
    path.mkdir(parents=True, exist_ok=True)
    with folder.turn():
        if folder.search_file.exists():
            raise RunError(f"{path}: holds a search; go on with: inkdigits tune --resume {path}, or choose --output")
        study = open_study(folder.own_storage, plan) if shared is None else shared
        plan = replace(plan, precision=study.user_attrs["plan"]["precision"])
        search = Search(
            plan,
            trials,
            without_password(storage) if storage else None,
            plan.data != recipe.data,
            backend.describe_versions(),
            backend.describe_machine(),
        )
        folder.write(search)
    return folder, search, study


def check_space(recipe: Recipe) -> None:
    """Raises `RecipeError` when the recipe has no space, or one that fails or asks for nothing."""
    trial = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0)).ask()
    try:
        choose(recipe, trial, None)
    except RecipeError:
        raise
    except Exception as error:  # a user's search_space() can raise anything
        raise RecipeError(f"recipe {recipe.name}: search_space() fails: {type(error).__name__}: {error}") from error
    if not trial.params:
        raise RecipeError(f"recipe {recipe.name}: search_space() asks the trial for nothing, so there is no choice")

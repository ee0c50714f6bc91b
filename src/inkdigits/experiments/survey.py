"""The recipes at a glance, with what was measured of each."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator

from inkdigits.experiments.results import Result, label
from inkdigits.recipes.recipe import Recipe
from inkdigits.reports.wording import percent


def survey(recipes: Iterable[Recipe], results: list[Result]) -> Iterator[tuple[str, ...]]:
    """Yields name, network, parameters, plan, published and measured accuracy of each recipe, as text."""
    for recipe in recipes:
        scores = [r.score("accuracy") for r in results if label(r) == recipe.name]
        yield (
            recipe.name,
            recipe.title,
            f"{recipe.build().count_params():,}",
            _plan(recipe),
            percent(recipe.published.accuracy) if recipe.published and recipe.published.accuracy else "",
            _measured(scores),
        )


def _plan(recipe: Recipe) -> str:
    if recipe.members is not None:
        return f"{recipe.members[1]} seeds of {recipe.members[0]}"
    optimizer = recipe.optimizer(recipe.steps(recipe.batch_size))
    parts = [f"{recipe.epochs} epochs of {recipe.batch_size}", type(optimizer).__name__]
    parts += ["falling rate"] if isinstance(optimizer.get_config()["learning_rate"], dict) else []
    parts += ["augmented"] if recipe.augment else []
    parts += [f"taught by {recipe.teacher}"] if recipe.teacher else []
    parts += [f"patience {recipe.early_stopping}"] if recipe.early_stopping is not None else []
    return ", ".join(parts)


def _measured(scores: list[float]) -> str:
    if not scores:
        return ""
    return f"{percent(statistics.fmean(scores))} ({len(scores)} {'seeds' if len(scores) > 1 else 'seed'})"

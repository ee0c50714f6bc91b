"""A new search; apart from those resumed, which need no Keras in the process that watches them."""

from __future__ import annotations

from pathlib import Path

from inkdigits.cli.searches import Supervision, carry_out
from inkdigits.datasets.loading import resolved
from inkdigits.experiments.search.plan import SearchPlan
from inkdigits.experiments.search.start import begin
from inkdigits.experiments.search.supervision import supervise
from inkdigits.recipes.catalog import find_recipe
from inkdigits.settings import settings
from inkdigits.training.backend import best_precision


def start_search(
    name: str,
    trials: int,
    storage: str | None,
    seconds: float | None,
    folder: Path | None,
    *,
    sampler: str,
    seed: int,
    data: str | None,
    epochs: int | None,
    limit: int | None,
    skip_bad: bool,
    supervision: Supervision = supervise,
) -> None:
    """Begins a search, or joins the one in `storage`, and carries it out."""
    recipe = find_recipe(name)
    plan = SearchPlan(
        recipe.origin or recipe.name,
        recipe.name,
        resolved(data) if data else recipe.data,
        seed,
        sampler,
        epochs,
        limit,
        skip_bad,
        best_precision(),
        images="",
    )
    path = folder or settings().runs_dir / recipe.name / f"{sampler}-seed-{seed}"
    begun, search, study = begin(recipe, plan, trials, storage, path)
    carry_out(begun, search, study, storage or begun.own_storage, seconds, supervision)

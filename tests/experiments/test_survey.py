"""What is told of a recipe that was measured in more than one way."""

from dataclasses import replace
from typing import Any

from inkdigits.experiments.results import Result
from inkdigits.experiments.survey import survey
from inkdigits.recipes.catalog import find_recipe


def test_only_runs_as_planned_are_told_of() -> None:
    recipe = replace(find_recipe("fast"), published=None)

    def scored(accuracy: float, limit: int | None = None, **changed: Any) -> Result:
        manifest = {"recipe": {**recipe.plan(55_000), **changed}, "limit": limit}
        return Result(manifest, {"accuracy": accuracy})

    results = [
        scored(0.75),
        scored(0.25),
        scored(0.9, limit=100),
        scored(0.9, data="idx:/other"),
        scored(0.9, origin="x"),
    ]
    (row,) = survey([recipe], results)
    assert row[-1] == "50.00 % (2 seeds)"

"""The best trial as a recipe's file, for `inkdigits train`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from inkdigits.experiments.search.plan import SearchPlan

FORM = '''"""{name} as a search chose it: trial {trial}, of {trials} the best, validation accuracy {accuracy:.4f}.

Sampler {sampler}, seed {seed}. The same network again: inkdigits train best.py --seed {seed}{options}
"""

from dataclasses import replace

from optuna.trial import FixedTrial

from inkdigits.recipes.catalog import find_recipe

CHOICES = {{
{choices}}}

SEARCHED = find_recipe({recipe})
RECIPE = replace(
    SEARCHED.search_space(FixedTrial(CHOICES)),
    name="{name}-best",
    title="{name} as a search chose it",
    variant_of=SEARCHED.name,
{changes})
'''


def recipe_file(plan: SearchPlan, best: Mapping[str, Any], trials: int, own_data: bool) -> str:
    """Python that defines RECIPE as the trial `best` of `trials` chose it.

    With `own_data` the recipe is for the data of the plan, for which nothing is published.
    """
    changes = f"    epochs={plan.epochs},\n" if plan.epochs else ""
    changes += f"    data={_source(plan.data)},\n    published=None,\n" if own_data else ""
    return FORM.format(
        name=plan.name,
        accuracy=best["accuracy"],
        trial=best["trial"],
        trials=trials,
        sampler=plan.sampler,
        seed=plan.seed,
        options=(f" --limit {plan.limit}" if plan.limit else "") + (" --skip-bad" if plan.skip_bad else ""),
        choices="".join(f"    {_source(key)}: {_source(value)},\n" for key, value in best["choices"].items()),
        recipe=_source(plan.recipe),
        changes=changes,
    )


def _source(value: Any) -> str:
    return json.dumps(value, ensure_ascii=not value.isprintable()) if isinstance(value, str) else repr(value)

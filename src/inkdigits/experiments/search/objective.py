"""One trial: the recipe that it chooses, trained on the training images and scored on the validation images."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import keras
import optuna
from optuna.trial import BaseTrial, TrialState

from inkdigits.datasets import Split
from inkdigits.errors import InkdigitsError, RecipeError, RunError
from inkdigits.experiments.run_plan import Plan, load_parts
from inkdigits.experiments.search.plan import SearchPlan
from inkdigits.recipes.catalog import build_network, find_recipe
from inkdigits.recipes.recipe import Recipe
from inkdigits.training import backend
from inkdigits.training.checkpoint import Row
from inkdigits.training.fitting import Samples, best_epoch, fit
from inkdigits.training.images import as_samples, training_samples

DECIMALS = 6  # more is the noise of float32
LONGEST_FAILURE = 300  # characters


@dataclass(frozen=True)
class Setting:
    """What every trial of a search shares; there are no test images here."""

    recipe: Recipe
    train: Samples
    validation: Samples
    classes: int


def load_setting(plan: SearchPlan) -> Setting:
    """Loads the recipe and its images; raises `InkdigitsError`, also when they are no longer those of the plan."""
    recipe = find_recipe(plan.recipe)
    parts = load_split(recipe, plan)
    if fingerprint(parts) != plan.images:
        raise RunError(f"{plan.data}: the images have changed since study {plan.study_name} began; start a new search")
    return Setting(
        recipe,
        training_samples(recipe, parts.train, plan.seed),
        as_samples(parts.validation),
        len(parts.train.class_names),
    )


def load_split(recipe: Recipe, plan: SearchPlan) -> Split:
    """The images of the plan."""
    return load_parts(Plan(replace(recipe, data=plan.data), plan.seed, limit=plan.limit, skip_bad=plan.skip_bad))


def fingerprint(parts: Split) -> str:
    """Tells training and validation images from others."""
    return f"{parts.train.sha256[:16]}-{parts.validation.sha256[:16]}"


def carry_out(study: optuna.Study, trial: optuna.Trial, plan: SearchPlan, setting: Setting) -> None:
    """Trains what `trial` chooses and tells the study of it; whatever goes wrong in there is its failure."""
    try:
        accuracy = _validation_accuracy(trial, plan, setting)
    except optuna.TrialPruned:
        study.tell(trial, state=TrialState.PRUNED)
    except Exception as error:  # a network too large, a loss that is no number, a slip in the user's file
        trial.set_user_attr("failure", _first_line(error)[:LONGEST_FAILURE])
        study.tell(trial, state=TrialState.FAIL)
    else:
        study.tell(trial, accuracy)


def choose(recipe: Recipe, trial: BaseTrial, epochs: int | None) -> Recipe:
    """The recipe that `trial` chooses of the space of `recipe`; its data, split and extra ink stay.

    Raises `RecipeError` when there is no space or it gives something else.
    """
    if recipe.search_space is None:
        raise RecipeError(f"recipe {recipe.name}: has no search_space to search; cnn_tuned.py shows the form")
    chosen = recipe.search_space(trial)
    if not isinstance(chosen, Recipe):
        raise RecipeError(f"recipe {recipe.name}: search_space() must return a Recipe, not {type(chosen).__name__}")
    chosen.check_stands_alone()
    kept: dict[str, Any] = {key: getattr(recipe, key) for key in ("data", "protocol", "extra_ink")}
    return replace(chosen, epochs=epochs or chosen.epochs, **kept)


def _validation_accuracy(trial: optuna.Trial, plan: SearchPlan, setting: Setting) -> float:
    recipe = choose(setting.recipe, trial, plan.epochs)
    trial.set_user_attr("epochs", recipe.epochs)
    keras.utils.clear_session()
    # The seed is that of the search, so that training the best recipe with it gives the very same network.
    backend.prepare(plan.seed, plan.precision)
    network = build_network(recipe, setting.classes)
    trial.set_user_attr("parameters", network.count_params())
    history = fit(recipe, network, setting.train, setting.validation, seed=plan.seed, observer=_Reporter(trial, recipe))
    kept = history[-1 if recipe.early_stopping is None else best_epoch(history)]
    trial.set_user_attr("loss", kept["val_loss"])
    return round(kept["val_accuracy"], DECIMALS)


def _first_line(error: Exception) -> str:
    told = str(error) if isinstance(error, InkdigitsError) else f"{type(error).__name__}: {error}"
    return told.partition("\n")[0]


class _Reporter:
    """Reports each epoch's validation accuracy, and ends a trial that falls behind."""

    def __init__(self, trial: optuna.Trial, recipe: Recipe) -> None:
        self.trial, self.epochs = trial, recipe.epochs

    def step(self, epoch: int, done: int, total: int, logs: dict[str, float]) -> None:
        """Nothing is told between epochs."""

    def epoch(self, row: Row) -> None:
        """Raises `TrialPruned` when the median of the trials before was better after as many epochs; not at the end."""
        epoch = int(row["epoch"])
        self.trial.report(round(row["val_accuracy"], DECIMALS), epoch)
        if epoch < self.epochs and self.trial.should_prune():
            raise optuna.TrialPruned

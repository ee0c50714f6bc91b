"""One trial: what it scores, what it never sees, when it is given up, and that its failure is only its own."""

import csv
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import optuna
import pytest

from inkdigits.errors import RecipeError, RunError
from inkdigits.experiments.run_plan import load_parts
from inkdigits.experiments.search import objective
from inkdigits.experiments.search.objective import Setting, carry_out, choose, load_setting
from inkdigits.experiments.search.start import check_space
from inkdigits.experiments.search.trials import trial_rows
from inkdigits.experiments.search.winner import recipe_file
from inkdigits.recipes.catalog import all_recipes, find_recipe
from inkdigits.recipes.recipe import Recipe
from inkdigits.training import backend
from inkdigits.training.fitting import fit


@pytest.fixture
def study() -> optuna.Study:
    pruner = optuna.pruners.MedianPruner(n_startup_trials=1, n_warmup_steps=2)
    return optuna.create_study(direction="maximize", pruner=pruner)


@pytest.fixture
def setting(plan) -> Setting:
    return load_setting(plan)


def tried(study: optuna.Study, plan, setting: Setting, **choices) -> dict:
    """A trial that makes these choices."""
    study.enqueue_trial({"rate": 0.3, "width": 16, "batch_size": 16} | choices)
    trial = study.ask()
    trial.set_user_attr("place", trial.number)
    carry_out(study, trial, plan, setting)
    return trial_rows(study)[-1]


def with_build(setting: Setting, build) -> Setting:
    """The setting, but a network of width 5 is built so."""
    space = setting.recipe.search_space

    def search_space(trial) -> Recipe:
        chosen = space(trial)
        return replace(chosen, build=build) if trial.params["width"] == 5 else chosen

    return replace(setting, recipe=replace(setting.recipe, search_space=search_space))


def test_other_images_than_the_search_began_with_are_refused(plan):
    with pytest.raises(RunError, match="the images have changed since study tiny-tpe-seed-0 began"):
        load_setting(replace(plan, limit=100))


def test_the_score_is_the_share_of_validation_images_read_right_and_the_test_images_are_never_touched(
    plan, study, monkeypatch
):
    monkeypatch.setattr(objective, "load_parts", lambda asked: replace(load_parts(asked), test=None))
    setting = load_setting(plan)
    assert len(setting.train.labels) + len(setting.validation.labels) == 480
    row = tried(study, plan, setting)
    backend.prepare(plan.seed, plan.precision)
    chosen = choose(setting.recipe, optuna.trial.FixedTrial(row["choices"]), None)
    network = chosen.build()
    fit(chosen, network, setting.train, setting.validation, seed=plan.seed)
    logits = network.predict(setting.validation.images[..., None] / np.float32(255), verbose=0)
    right = (logits.argmax(axis=1) == setting.validation.labels).mean()
    assert row["accuracy"] == pytest.approx(right, abs=1e-6)
    assert (row["state"], row["epochs"], row["planned"]) == ("complete", 3, 3)
    assert row["parameters"] == 49 * 16 + 16 + 16 * 10 + 10


def test_the_best_trial_is_a_file_that_gives_its_recipe(plan, tmp_path):
    best = {"trial": 4, "accuracy": 0.9, "choices": {"rate": 0.123456789, "width": 24, "batch_size": 16}}
    file = tmp_path / "best.py"
    file.write_text(recipe_file(replace(plan, epochs=7), best, 9, own_data=True))
    recipe = find_recipe(str(file))
    assert (recipe.name, recipe.variant_of, recipe.data, recipe.epochs) == ("tiny-best", "tiny", plan.data, 7)
    assert (recipe.batch_size, float(recipe.optimizer(1).learning_rate)) == (16, pytest.approx(0.123456789))
    assert recipe.build().count_params() == 49 * 24 + 24 + 24 * 10 + 10
    file.write_text(recipe_file(plan, best, 9, own_data=False))
    assert (find_recipe(str(file)).data, find_recipe(str(file)).epochs) == ("mnist", 3)


def test_a_trial_behind_the_median_is_given_up_and_one_ahead_is_not(plan, study, setting):
    assert tried(study, plan, setting, rate=1.0)["state"] == "complete"
    behind = tried(study, plan, setting, rate=0.01)
    assert (behind["state"], behind["epochs"]) == ("pruned", 2)
    before = study.trials[0].intermediate_values
    assert behind["accuracy"] < before[2]
    assert tried(study, plan, setting, rate=1.0, width=32)["epochs"] == 3


def test_a_trial_is_not_given_up_once_it_is_trained(plan, study, setting):
    short = replace(plan, epochs=2)
    tried(study, short, setting, rate=1.0)
    assert tried(study, short, setting, rate=0.01)["state"] == "complete"


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (partial(np.ones, (10**7, 10**7)), "recipe tiny: build() fails: MemoryError: Unable to allocate 728. TiB"),
        (lambda: keras.Sequential([keras.layers.Input((28, 28, 1)), keras.layers.Flatten()]), "to 10 logits, not from"),
    ],
)
def test_a_network_that_cannot_be_built_is_a_failed_trial(plan, study, setting, build, message):
    row = tried(study, plan, with_build(setting, build), width=5)
    assert row["state"] == "failed"
    assert message in row["failure"]


def test_a_loss_that_is_no_number_is_a_failed_trial(plan, study, setting):
    spoilt = with_build(setting, setting.recipe.build)
    space = spoilt.recipe.search_space
    recipe = replace(
        setting.recipe,
        search_space=lambda trial: replace(space(trial), optimizer=lambda steps: keras.optimizers.SGD(1e30)),
    )
    row = tried(study, plan, replace(setting, recipe=recipe))
    assert (row["state"], row["failure"]) == ("failed", "epoch 1: the loss is nan; lower the learning rate")


def test_a_choice_keeps_data_and_split(setting):
    other = replace(setting.recipe, data="fashion-mnist", protocol="pooled-15")
    chosen = choose(replace(setting.recipe, search_space=lambda trial: other), optuna.trial.FixedTrial({}), 7)
    assert (chosen.data, chosen.protocol, chosen.epochs) == ("mnist", "standard", 7)


@pytest.mark.parametrize(
    ("space", "message"),
    [
        (None, "recipe tiny: has no search_space to search; cnn_tuned.py shows the form"),
        (lambda trial: SimpleNamespace(), "search_space() must return a Recipe, not SimpleNamespace"),
        (lambda trial: find_recipe("best-ensemble"), "recipe best-ensemble: stands on runs of other recipes"),
        (lambda trial: trial.suggest_nothing(), "search_space() fails: AttributeError"),
        ("itself", "search_space() asks the trial for nothing"),
    ],
)
def test_a_space_that_cannot_be_searched_is_told_at_once(setting, space, message):
    recipe = setting.recipe
    with pytest.raises(RecipeError) as caught:
        check_space(replace(recipe, search_space=(lambda trial: recipe) if space == "itself" else space))
    assert message in str(caught.value)


def test_every_corner_of_the_space_of_cnn_tuned_gives_a_network():
    recipe = all_recipes()["cnn-tuned"]
    usual = {"dense": 128, "dropout": 0.4, "learning_rate": 5e-3, "augmentation": 1.0, "batch_size": 128}
    for filters in (16, 40):
        for kernel in (3, 5):
            for depth in (1, 2, 3):
                sizes = {"filters": filters, "kernel": kernel, "depth": depth}
                network = recipe.search_space(optuna.trial.FixedTrial(usual | sizes)).build()
                assert network.output_shape == (None, 10)
                kernels = [layer.kernel_size for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
                assert kernels == [(kernel, kernel)] * 2 * depth


def test_cnn_tuned_is_the_winner_of_its_committed_search_rounded():
    with (Path(__file__).parents[3] / "benchmarks" / "search-tpe.csv").open() as file:
        trials = list(csv.DictReader(file))
    assert len(trials) >= 60
    best = max((trial for trial in trials if trial["state"] == "complete"), key=lambda trial: float(trial["accuracy"]))
    found = {name.removeprefix("params_"): float(value) for name, value in best.items() if name.startswith("params_")}
    rounded = {name: int(value) if value.is_integer() else float(f"{value:.2g}") for name, value in found.items()}
    recipe = all_recipes()["cnn-tuned"]
    chosen = recipe.search_space(optuna.trial.FixedTrial(rounded))
    rates = [layer.rate for layer in recipe.build().layers if isinstance(layer, keras.layers.Dropout)]
    assert rates == [rounded["dropout"]]
    assert chosen.build().count_params() == recipe.build().count_params() == int(best["parameters"])
    assert chosen.plan(55_000) == recipe.plan(55_000)

"""A set of a few hundred real digits, and recipes small enough to be searched in seconds."""

from dataclasses import replace
from pathlib import Path

import pytest

from inkdigits.experiments.search.objective import fingerprint, load_split
from inkdigits.experiments.search.plan import SearchPlan
from inkdigits.recipes.catalog import find_recipe

RECIPE = """
from dataclasses import replace
from functools import partial

import keras

from inkdigits.recipes.recipe import Recipe, cross_entropy


def build(width=16):
    layers = keras.layers
    return keras.Sequential([layers.Input((28, 28, 1)), layers.AveragePooling2D(4), layers.Flatten(),
                             layers.Dense(width, activation="relu"), layers.Dense(10, dtype="float32")])


def search_space(trial):
    rate = trial.suggest_float("rate", 0.01, 1.0, log=True)
    return replace(RECIPE, build=partial(build, trial.suggest_int("width", 4, 32)),
                   optimizer=lambda steps: keras.optimizers.SGD(rate),
                   batch_size=trial.suggest_categorical("batch_size", [16, 32]))


RECIPE = Recipe(name="tiny", title="tiny", build=build, optimizer=lambda steps: keras.optimizers.SGD(0.1),
                loss=cross_entropy, epochs=3, batch_size=32, search_space=search_space)
"""


@pytest.fixture(scope="session")
def data(mnist_folder) -> str:
    """MNIST's first 480 training and 60 test images, as "idx:DIR"."""
    return mnist_folder(480)


@pytest.fixture(scope="session")
def recipe_path(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("recipe") / "tiny.py"
    path.write_text(RECIPE)
    return path


@pytest.fixture
def plan(recipe_path, data) -> SearchPlan:
    plan = SearchPlan(str(recipe_path), "tiny", data, 0, "tpe", None, None, False, "float32", images="")
    return replace(plan, images=fingerprint(load_split(find_recipe(plan.recipe), plan)))

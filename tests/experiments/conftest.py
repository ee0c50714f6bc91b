"""A recipe that is trained in a second, and an observer that lets it."""

import pytest

RECIPE = """
import keras
from inkdigits.recipes.recipe import Published, Recipe, adam, cross_entropy, one_cycle, slight_affine

def build():
    layers = keras.layers
    return keras.Sequential([layers.Input((28, 28, 1)), layers.AveragePooling2D(4), layers.Flatten(), layers.Dense(10)])

RECIPE = Recipe(name="mine", title="mine", build=build, optimizer=adam, loss=cross_entropy, epochs=1, batch_size=64,
                data="{data}")
"""


class Observer:
    """Watches nothing."""

    def __getattr__(self, name: str):
        return lambda *given: None


@pytest.fixture(scope="session")
def small_recipe() -> str:
    """The text of a recipe named "mine", with {data} where its data set's name belongs."""
    return RECIPE


@pytest.fixture(scope="session")
def observer() -> Observer:
    """Is told of a run, and does nothing about it."""
    return Observer()

"""Slips in a recipe's file: each is one line that names the recipe and its part."""

import json
from dataclasses import replace
from functools import partial

import keras
import numpy as np
import pytest

from inkdigits.errors import RecipeError
from inkdigits.layers import RandomAffine
from inkdigits.recipes.cnn_basic import RECIPE
from inkdigits.recipes.recipe import Published, cross_entropy, slight_affine


def fails(*_: object) -> None:
    raise ValueError("my slip\nand more of it")


class Secretive(keras.Layer):
    def __init__(self, secret: object) -> None:
        super().__init__()


COUNT = "must be a whole number from 1 on"
FUNCTION = "must be a function, not what it makes"
MEMBERS = "members must be a recipe's name and a whole number from 1 on, such as ('best', 5)"


@pytest.mark.parametrize(
    ("slip", "message"),
    [
        ({"name": 5}, "name must be text"),
        ({"one_hot": np.True_}, "one_hot must be True or False"),
        ({"title": None}, "title must be text"),
        ({"data": 5}, "data must be text"),
        ({"protocol": ["pooled-15"]}, "protocol must be text"),
        ({"teacher": 5}, "teacher must be text or None"),
        ({"variant_of": RECIPE}, "variant_of must be text or None"),
        ({"build": 5}, f"build {FUNCTION}"),
        ({"optimizer": None}, f"optimizer {FUNCTION}"),
        ({"loss": cross_entropy()}, f"loss {FUNCTION}"),
        ({"augment": slight_affine()}, f"augment {FUNCTION}, or None"),
        ({"extra_ink": []}, f"extra_ink {FUNCTION}, or None"),
        ({"epochs": 1.5}, f"epochs {COUNT}"),
        ({"epochs": "3"}, f"epochs {COUNT}"),
        ({"batch_size": 64.5}, f"batch_size {COUNT}"),
        ({"batch_size": 0}, f"batch_size {COUNT}"),
        ({"early_stopping": "3"}, f"early_stopping {COUNT}, or None"),
        ({"early_stopping": -1}, f"early_stopping {COUNT}, or None"),
        ({"early_stopping": True}, f"early_stopping {COUNT}, or None"),
        ({"members": "ab"}, MEMBERS),
        ({"members": ("fast",)}, MEMBERS),
        ({"members": ("fast", 0)}, MEMBERS),
        ({"members": (5, "fast")}, MEMBERS),
        ({"published": "0.99"}, "published must be a Published(...) or None"),
    ],
)
def test_a_field_of_another_kind_is_named(slip, message):
    with pytest.raises(RecipeError) as caught:
        replace(RECIPE, **slip)
    assert str(caught.value) == f"recipe {slip.get('name', 'cnn-basic')}: {message}"


def test_a_published_figure_is_a_number():
    with pytest.raises(RecipeError, match=r"^published: accuracy must be a number such as 0\.99, or None$"):
        Published(source="a paper", accuracy="99%")
    with pytest.raises(RecipeError, match=r"^published: accuracy must be a number"):
        Published(source="a paper", accuracy=float("nan"))
    with pytest.raises(RecipeError, match=r"^published: source must be text$"):
        Published(source=None)


def test_numpy_numbers_become_plain_data():
    recipe = replace(
        RECIPE,
        published=Published(source="a paper", accuracy=np.float32(0.5)),
        augment=lambda: RandomAffine(rotation=np.float32(8), shear=0.1, zoom=0.1, shift=1.0),
        optimizer=lambda steps: keras.optimizers.AdamW(weight_decay=np.float32(0.25)),
        epochs=np.int64(3),
        batch_size=np.int32(64),
        early_stopping=np.uint8(2),
        members=("best", np.int64(5)),
    )
    plan = json.loads(json.dumps(recipe.plan(1000)))
    assert (plan["epochs"], plan["batch_size"], plan["early_stopping"]) == (3, 64, 2)
    assert plan["members"] == ["best", 5]
    assert (plan["published"]["accuracy"], plan["augmentation"]["rotation"]) == (0.5, 8)
    assert plan["optimizer"]["weight_decay"] == 0.25


def test_a_number_that_is_none_is_named():
    recipe = replace(RECIPE, optimizer=lambda steps: keras.optimizers.Adam(float("nan")))
    with pytest.raises(RecipeError, match=r"^recipe cnn-basic: a number of its plan fails: ValueError: Out of range"):
        recipe.plan(1000)


def test_averages_after_the_validation_are_refused():
    recipe = replace(RECIPE, optimizer=lambda steps: keras.optimizers.SGD(use_ema=True))
    with pytest.raises(RecipeError, match=r"^recipe cnn-basic: optimizer\(\) must not use_ema"):
        recipe.plan(1000)


@pytest.mark.parametrize(
    ("slip", "message"),
    [
        ({"optimizer": fails}, "optimizer() fails: ValueError: my slip"),
        ({"optimizer": lambda: keras.optimizers.Adam()}, "optimizer() fails: TypeError: <lambda>() takes 0 positional"),
        ({"optimizer": lambda steps: "adam"}, "optimizer() fails: must return a Keras Optimizer, not str"),
        ({"loss": fails}, "loss() fails: ValueError: my slip"),
        ({"loss": lambda: "mse"}, "loss() fails: must return a Keras Loss, not str"),
        ({"augment": fails}, "augment() fails: ValueError: my slip"),
        ({"augment": lambda: None}, "augment() fails: must return a Keras Layer, not NoneType"),
        ({"augment": partial(Secretive, object())}, "augment() fails: NotImplementedError: "),
        ({"extra_ink": partial(fails)}, "extra_ink() fails: AttributeError: "),
        ({"adversarial": fails}, "adversarial() fails: ValueError: my slip"),
        ({"adversarial": lambda network: None}, "adversarial() fails: must return a Keras Layer, not NoneType"),
    ],
)
def test_a_function_that_fails_or_returns_something_else_is_named(slip, message):
    with pytest.raises(RecipeError) as caught:
        replace(RECIPE, **slip).plan(1000)
    assert str(caught.value).startswith(f"recipe cnn-basic: {message}")
    assert "\n" not in str(caught.value)

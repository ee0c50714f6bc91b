"""What a network trains on: the digits through the pixel contract, then the recipe's extra ink with its own labels."""

import keras
import numpy as np
import pytest

from inkdigits.datasets import load
from inkdigits.layers import CentreInk
from inkdigits.recipes.catalog import find_recipe
from inkdigits.training.images import as_samples, training_samples


@pytest.fixture(scope="module")
def digits():
    return load("mnist", "train").take(np.arange(300))


def test_plain_recipes_train_on_the_digits_alone(digits):
    samples = training_samples(find_recipe("cnn-dropout"), digits, seed=0)
    assert (samples.images == keras.ops.convert_to_numpy(CentreInk()(digits.images))).all()
    assert (samples.labels == digits.labels).all()


def test_the_readers_extra_ink_comes_after_the_digits(digits):
    recipe = find_recipe("reader")
    samples, plain = training_samples(recipe, digits, seed=4), as_samples(digits)
    images, labels = recipe.extra_ink(digits, 4)
    assert len(samples.images) == len(samples.labels) == 300 + len(images)
    assert samples.images.shape[1:] == (28, 28)
    assert samples.images.dtype == np.uint8
    assert (samples.images[:300] == plain.images).all()
    assert (samples.labels == np.concatenate([digits.labels, labels])).all()
    # Sizes differ, so that they are centred in batches out of order: each must come back to its own label.
    for index in range(0, len(images), 17):
        alone = keras.ops.convert_to_numpy(CentreInk()(images[index][None]))[0]
        assert np.abs(samples.images[300 + index].astype(int) - alone).max() <= 1
    assert set(labels.tolist()) == set(range(22))
    assert 0.3 < (labels == 11).mean() < 0.9
    assert (labels == 10).any()


def test_the_extra_ink_follows_from_the_seed(digits):
    recipe = find_recipe("reader")
    one, same, other = (training_samples(recipe, digits, seed) for seed in (1, 1, 2))
    assert (one.images == same.images).all()
    assert (one.labels == same.labels).all()
    assert not np.array_equal(one.images, other.images)

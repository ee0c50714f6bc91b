"""TRADES: the worst neighbours of an image, the loss they add, and nothing of it outside training."""

import keras
import numpy as np
import pytest
from scipy.special import softmax

from inkdigits.layers import Trades

EPSILON = 0.25


@pytest.fixture(scope="module")
def network() -> keras.Model:
    """Two logits, linear in 6 x 6 pixels."""
    linear = keras.Sequential([keras.layers.Input((6, 6, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
    generator = np.random.default_rng(0)
    linear.set_weights([generator.normal(size=(36, 2)), generator.normal(size=2)])
    return linear


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    pixels = np.random.default_rng(1).uniform(-0.3, 1.3, (9, 6, 6, 1))
    return np.clip(pixels, 0, 1).astype(np.float32)


def trades(network, **settings) -> Trades:
    return Trades(network, **{"epsilon": EPSILON, "steps": 12, "step_size": 0.1, "beta": 2.0, **settings})


def neighbours(layer, images) -> np.ndarray:
    """The neighbours that the layer's next call will find."""
    state = keras.ops.convert_to_numpy(layer.seed_generator.state)
    found = keras.ops.convert_to_numpy(layer._neighbours(images))
    layer.seed_generator.state.assign(state)
    return found


def test_outside_training_it_is_the_network(network, images):
    layer = trades(network)
    np.testing.assert_array_equal(layer(images), network(images))
    assert layer.losses == []
    assert layer.compute_output_shape((None, 6, 6, 1)) == (None, 2)


def test_neighbours_are_the_worst_ones(network, images):
    """Of two linear logits, answers change most where every pixel goes as far as it may, with its weight or against."""
    found = neighbours(trades(network), images)
    slope = np.sign(np.diff(network.get_weights()[0], axis=1)).reshape(1, 6, 6, 1)
    ends = [np.clip(images + sign * EPSILON * slope, 0, 1) for sign in (-1, 1)]
    distance = np.min([np.abs(found - end).max(axis=(1, 2, 3)) for end in ends], axis=0)
    np.testing.assert_allclose(distance, 0, atol=1e-6)


def test_the_start_is_random_and_within_bounds(network, images):
    layer = trades(network, steps=0)
    first = keras.ops.convert_to_numpy(layer._neighbours(images))
    second = keras.ops.convert_to_numpy(layer._neighbours(images))
    assert (first != second).any()
    for found in (first, second):
        assert np.abs(found - images).max() <= EPSILON + 1e-6
        assert found.min() >= 0
        assert found.max() <= 1


def test_the_loss_is_the_divergence_of_the_answers(network, images):
    layer = trades(network)
    found = neighbours(layer, images)
    logits = layer(images, training=True)
    np.testing.assert_allclose(logits, network(images), atol=1e-5)
    answers, moved = (softmax(keras.ops.convert_to_numpy(network(x)), axis=1) for x in (images, found))
    wanted = 2.0 * (answers * np.log(answers / moved)).sum(axis=1).mean()
    (loss,) = layer.losses
    assert float(loss) == pytest.approx(wanted, rel=1e-4)


def test_training_moves_weights_for_fixed_neighbours(network, images):
    """The weights' gradient is that of the loss with the neighbours held still; the search is no part of it."""
    import tensorflow as tf

    layer = trades(network)
    found = neighbours(layer, images)
    weights = [variable.value for variable in network.trainable_variables]
    with tf.GradientTape(persistent=True) as tape:
        layer(images, training=True)
        (loss,) = layer.losses
        answers, moved = (tf.nn.log_softmax(network(x)) for x in (images, found))
        wanted = 2.0 * tf.reduce_mean(tf.reduce_sum(tf.exp(answers) * (answers - moved), axis=1))
    for one, other in zip(tape.gradient(loss, weights), tape.gradient(wanted, weights), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-6)


def test_a_saved_configuration_tells_what_the_adversary_may(network):
    config = trades(network).get_config()
    assert {name: config[name] for name in ("epsilon", "steps", "step_size", "beta")} == {
        "epsilon": EPSILON,
        "steps": 12,
        "step_size": 0.1,
        "beta": 2.0,
    }

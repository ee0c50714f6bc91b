"""Training against an adversary: it makes robust, and resumes bit for bit as any other."""

from dataclasses import replace
from functools import partial

import keras
import numpy as np
import pytest
from scipy.special import softmax
from sklearn.metrics import log_loss

from inkdigits.datasets import load
from inkdigits.errors import RunError
from inkdigits.evaluation.adversaries.gradient_attacks import pgd
from inkdigits.evaluation.adversaries.victim import Victim
from inkdigits.layers import Trades
from inkdigits.recipes.catalog import build_network, find_recipe
from inkdigits.recipes.recipe import Recipe, slight_affine
from inkdigits.training import backend, checkpoint
from inkdigits.training.fitting import Samples, fit
from inkdigits.training.images import as_samples

ROBUST = find_recipe("robust")


@pytest.fixture(scope="module")
def samples() -> tuple[Samples, Samples]:
    """500 training and 150 other digits."""
    train, test = load("mnist", "train"), load("mnist", "test")
    return as_samples(train.take(np.arange(500))), as_samples(test.take(np.arange(150)))


def trained(recipe: Recipe, parts: tuple[Samples, Samples], state=None, save=lambda state: None):
    backend.prepare(0, "float32")
    network = build_network(recipe, 10)
    history = fit(recipe, network, *parts, seed=0, state=state, save=save)
    return network, history


def accuracy_under_attack(network: keras.Model, pixels: np.ndarray, labels: np.ndarray) -> float:
    victim = Victim(network, 10)
    generator = np.random.default_rng(0)
    moved = pgd(victim, pixels, labels, 0.2, steps=20, step_size=0.025, generator=generator)
    return float((victim.predict(moved) == labels).mean())


def same(first: list[np.ndarray], second: list[np.ndarray]) -> bool:
    return all((one == other).all() for one, other in zip(first, second, strict=True))


def test_few_images_and_steps_make_it_robust(samples):
    adversary = partial(Trades, epsilon=0.3, steps=3, step_size=0.2, beta=1.0)
    short = replace(ROBUST, adversarial=adversary, epochs=8, batch_size=50)
    states = []
    robust, history = trained(short, samples, save=states.append)
    plain, plain_history = trained(replace(short, adversarial=None), samples)
    pixels, labels = (samples[1].images / np.float32(255))[..., None], samples[1].labels
    assert accuracy_under_attack(robust, pixels, labels) > accuracy_under_attack(plain, pixels, labels) + 0.25
    assert history[0]["loss"] > plain_history[0]["loss"]
    # No adversary takes part in validation.
    assert history[-1]["val_loss"] == pytest.approx(log_loss(labels, softmax(robust.predict(pixels), axis=1)), rel=1e-3)
    assert same(checkpoint.network_weights(states[-1], robust), robust.get_weights())


def small() -> keras.Model:
    layers = keras.layers
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.AveragePooling2D(4),
            layers.Flatten(),
            layers.Dense(16, activation="relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(10, dtype="float32"),
        ]
    )


def test_resumed_equals_uninterrupted(samples, tmp_path):
    adversary = partial(Trades, epsilon=0.2, steps=3, step_size=0.1, beta=1.0)
    recipe = replace(ROBUST, build=small, augment=slight_affine, adversarial=adversary, epochs=4, early_stopping=9)
    states = []
    whole, history = trained(recipe, samples, save=states.append)
    assert same(checkpoint.network_weights(states[-1], whole), whole.get_weights())

    class Stop(Exception):
        pass

    def save_then_stop(state):
        checkpoint.save(tmp_path / "state.npz", state)
        if len(state.history) == 2:
            raise Stop

    with pytest.raises(Stop):
        trained(recipe, samples, save=save_then_stop)
    resumed, resumed_history = trained(recipe, samples, state=checkpoint.load(tmp_path / "state.npz"))
    assert same(whole.get_weights(), resumed.get_weights())
    assert [row["loss"] for row in history] == [row["loss"] for row in resumed_history]


def test_weights_of_another_network_are_refused():
    state = checkpoint.State(variables=[np.zeros((3, 3))])
    with pytest.raises(RunError, match="another network: the recipe has changed since"):
        checkpoint.network_weights(state, small())

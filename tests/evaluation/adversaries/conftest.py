"""Networks whose worst cases can be worked out by hand."""

import keras
import numpy as np
import pytest

from inkdigits.evaluation.adversaries.victim import Victim

SIDE = 8


def logits(count: int) -> keras.Model:
    """In float32, whatever precision another test has set."""
    dense = keras.layers.Dense(count, use_bias=False, dtype="float32")
    return keras.Sequential([keras.layers.Input((SIDE, SIDE, 1)), keras.layers.Flatten(dtype="float32"), dense])


@pytest.fixture(scope="session")
def linear() -> tuple[Victim, np.ndarray]:
    """Three logits, linear in 8 x 8 pixels, and their weights (64, 3)."""
    network = logits(3)
    weights = np.random.default_rng(0).normal(size=(SIDE * SIDE, 3)).astype(np.float32)
    network.set_weights([weights])
    return Victim(network, 3), weights


@pytest.fixture(scope="session")
def two_classes() -> tuple[Victim, np.ndarray]:
    """Two logits, 0 and linear in 8 x 8 pixels, and the weights of the second, (64,)."""
    network = logits(2)
    weights = np.random.default_rng(1).normal(size=SIDE * SIDE).astype(np.float32)
    network.set_weights([np.stack([np.zeros_like(weights), weights], axis=1)])
    return Victim(network, 2), weights


@pytest.fixture
def images() -> np.ndarray:
    """37 images of 8 x 8 random pixels, some of them 0 or 1."""
    pixels = np.random.default_rng(2).uniform(-0.2, 1.2, (37, SIDE, SIDE, 1))
    return np.clip(pixels, 0, 1).astype(np.float32)

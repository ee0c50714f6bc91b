"""Signs of masked gradients, planted one by one; and a network that really masks its gradients."""

import keras
import numpy as np
import pytest

from inkdigits.evaluation.adversaries.gradient_attacks import pgd
from inkdigits.evaluation.adversaries.masking import masking_signs
from inkdigits.evaluation.adversaries.square_attack import square_attack
from inkdigits.evaluation.adversaries.victim import Victim

WHITE_BOX = ("one step", "many steps")


def right(count: int) -> np.ndarray:
    return np.arange(200) < count


def sound() -> dict[str, dict[float, np.ndarray]]:
    return {
        "one step": {0.1: right(190), 0.2: right(150)},
        "many steps": {0.1: right(180), 0.2: right(90)},
        "black box": {0.1: right(185), 0.2: right(88)},
    }


def signs(outcomes, unbounded=0) -> list[tuple[str, str, float]]:
    found = masking_signs(outcomes, WHITE_BOX, right(unbounded))
    return [(sign["sign"], sign["attack"], sign["epsilon"]) for sign in found]


def test_two_images_more_are_chance():
    assert signs(sound()) == []


def test_each_sign_is_told():
    outcomes = sound()
    outcomes["many steps"][0.2] = right(195)
    assert signs(outcomes) == [
        ("larger epsilon weaker", "many steps", 0.2),
        ("single step stronger", "one step", 0.2),
        ("no gradient stronger", "black box", 0.2),
    ]
    assert signs(sound(), unbounded=11) == [("unbounded withstood", "many steps", 1.0)]
    assert signs(sound(), unbounded=10) == []


def test_the_sign_test_by_hand():
    """Of seven images on which two attacks differ, all seven: 1 / 128 is below 0.01; six of six, 1 / 64, is not."""
    outcomes = sound()
    outcomes["black box"][0.2] = right(90 - 7)
    assert signs(outcomes) == [("no gradient stronger", "black box", 0.2)]
    outcomes["black box"][0.2] = right(90 - 6)
    assert signs(outcomes) == []


@pytest.fixture
def rounding() -> Victim:
    """Bright images against dark ones, seen in steps of 0.1: the gradient is zero almost everywhere."""
    pixels = keras.layers.Input((8, 8, 1))
    steps = keras.layers.Lambda(lambda x: keras.ops.round(10 * x), output_shape=(8, 8, 1))(pixels)
    mean = keras.layers.GlobalAveragePooling2D()(steps)
    dense = keras.layers.Dense(2, use_bias=False)
    network = keras.Model(pixels, dense(mean - 5.0))
    dense.set_weights([np.array([[-1.0, 1.0]])])
    return Victim(network, 2)


def test_a_network_that_rounds_is_found_out(rounding):
    images = np.random.default_rng(0).uniform(0.3, 0.7, (60, 8, 8, 1)).astype(np.float32)
    labels = rounding.predict(images)
    outcomes = {}
    for name, steps in (("one step", 1), ("many steps", 20)):
        moved = pgd(rounding, images, labels, 0.2, steps=steps, step_size=0.05, generator=np.random.default_rng(0))
        outcomes[name] = {0.2: rounding.predict(moved) == labels}
    moved = square_attack(rounding, images, labels, 0.2, queries=200, generator=np.random.default_rng(0))
    outcomes["black box"] = {0.2: rounding.predict(moved) == labels}
    assert outcomes["many steps"][0.2].mean() > 0.5
    assert outcomes["black box"][0.2].mean() < 0.1
    assert ("no gradient stronger", "black box", 0.2) in signs(outcomes, unbounded=0)

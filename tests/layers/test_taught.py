"""A taught network learns its teacher's answers: the loss by SciPy, the teacher left as it was."""

import keras
import numpy as np
import pytest
from scipy.special import rel_entr, softmax

from inkdigits.layers import Taught


def dense() -> keras.Model:
    layers = [keras.layers.Input((2, 2, 1)), keras.layers.Flatten(), keras.layers.Dense(3)]
    return keras.Sequential(layers)


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(0).uniform(0, 1, (5, 2, 2, 1)).astype("float32")


@pytest.mark.parametrize("temperature", [1.0, 3.0])
def test_its_loss_is_the_divergence_from_the_teachers_softened_answers(images, temperature):
    keras.utils.set_random_seed(1)
    network, teacher = dense(), dense()
    taught = Taught(network, teacher, temperature)
    logits = keras.ops.convert_to_numpy(taught(images, training=True))
    np.testing.assert_allclose(logits, network.predict(images, verbose=0), atol=1e-6)
    wanted, given = (softmax(m.predict(images, verbose=0) / temperature, axis=1) for m in (teacher, network))
    (loss,) = taught.losses
    assert float(loss) == pytest.approx(temperature**2 * rel_entr(wanted, given).sum(axis=1).mean(), rel=1e-4)
    assert float(loss) > 0.01


def test_outside_training_it_is_the_network_alone(images):
    taught = Taught(dense(), dense())
    taught(images)
    assert taught.losses == []


def test_no_weight_of_the_teacher_is_its_own(images):
    network, teacher = dense(), dense()
    taught = Taught(network, teacher)
    taught(images, training=True)
    assert {v.path for v in taught.variables} == {v.path for v in network.variables}


def test_training_brings_it_to_the_teacher_whatever_the_labels(images):
    keras.utils.set_random_seed(2)
    network, teacher = dense(), dense()
    before = [weight.copy() for weight in teacher.get_weights()]
    model = keras.Sequential([keras.layers.Input((2, 2, 1)), Taught(network, teacher)])
    no_labels = keras.losses.MeanAbsoluteError(dtype="float32")
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss=lambda y, p: 0.0 * no_labels(y, p))
    model.fit(images, np.zeros((5, 3), "float32"), epochs=300, verbose=0)
    wanted, given = (softmax(m.predict(images, verbose=0), axis=1) for m in (teacher, network))
    np.testing.assert_allclose(given, wanted, atol=0.01)
    for weight, old in zip(teacher.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, old)

"""Batches: the same slices on every backend, in order, the last one perhaps smaller; and no tuner that sleeps."""

import keras
import numpy as np
import pytest

from inkdigits.training.feeding import _Batches, batched

IMAGES = np.random.default_rng(0).integers(0, 256, (10, 28, 28, 1)).astype(np.uint8)
LABELS = np.arange(10)


@pytest.mark.parametrize(("size", "sizes"), [(4, [4, 4, 2]), (5, [5, 5]), (64, [10])])
def test_batches_are_slices_in_order(size, sizes):
    tensors = [(images.numpy(), labels.numpy()) for images, labels in batched(IMAGES, LABELS, size)]
    other = _Batches(IMAGES, LABELS, size)
    for batches in (tensors, [other[index] for index in range(len(other))]):
        assert [len(images) for images, _ in batches] == sizes
        np.testing.assert_array_equal(np.concatenate([images for images, _ in batches]), IMAGES)
        np.testing.assert_array_equal(np.concatenate([labels for _, labels in batches]), LABELS)


def test_fit_is_told_how_many_batches_there_are():
    assert int(batched(IMAGES, LABELS, 4).cardinality()) == len(_Batches(IMAGES, LABELS, 4)) == 3


def test_no_tuner_runs_beside_a_training():
    assert batched(IMAGES, LABELS, 4).options().autotune.enabled is False


def test_trains_as_the_arrays_themselves_do():
    def trained(*data, **options):
        keras.utils.set_random_seed(3)
        layers = [keras.layers.Rescaling(1 / 255), keras.layers.Flatten(), keras.layers.Dense(10)]
        network = keras.Sequential([keras.layers.Input((28, 28, 1), dtype="uint8"), *layers])
        network.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        network.fit(*data, shuffle=False, epochs=2, verbose=0, **options)
        return network.get_weights()[0]

    expected = trained(IMAGES, LABELS, batch_size=4)
    for fed in (batched(IMAGES, LABELS, 4), _Batches(IMAGES, LABELS, 4)):
        np.testing.assert_allclose(trained(fed), expected, atol=1e-6)

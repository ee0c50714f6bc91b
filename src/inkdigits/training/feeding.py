"""Hands a Keras model its batches, in the order in which they come."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np


def batched(images: np.ndarray, targets: np.ndarray, batch_size: int) -> Any:
    """What `fit` and `predict` take: pairs (images, targets) of `batch_size`, the last one perhaps fewer."""
    if keras.backend.backend() == "tensorflow":
        return _tensorflow_batches(images, targets, batch_size)
    return _Batches(images, targets, batch_size)


def _tensorflow_batches(images: np.ndarray, targets: np.ndarray, batch_size: int) -> Any:
    import tensorflow as tf

    x, y = tf.constant(images), tf.constant(targets)
    batches = tf.data.Dataset.range(0, len(images), batch_size)
    batches = batches.map(lambda first: (x[first : first + batch_size], y[first : first + batch_size])).prefetch(2)
    options = tf.data.Options()
    # When a data set ends TensorFlow may wait for its tuner, which sleeps twice as long every time: 10, 20, 40 seconds.
    options.autotune.enabled = False
    return batches.with_options(options)


class _Batches(keras.utils.PyDataset):
    """Slices of arrays, for Keras' other backends."""

    def __init__(self, images: np.ndarray, targets: np.ndarray, batch_size: int) -> None:
        super().__init__()
        self.images, self.targets, self.batch_size = images, targets, batch_size

    def __len__(self) -> int:
        return -(-len(self.images) // self.batch_size)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        part = slice(index * self.batch_size, (index + 1) * self.batch_size)
        return self.images[part], self.targets[part]

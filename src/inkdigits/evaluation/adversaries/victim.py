"""A Keras network as an adversary sees it: answers, and gradients of its loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from inkdigits.layers.gradients import compiled, gradient

BATCH = 512


class Victim:
    """A network whose weights stay: float32 (N, 28, 28, 1) in [0, 1] -> logits, of which the first `classes` count."""

    def __init__(self, network: keras.Model, classes: int) -> None:
        def logits(images: Any) -> Any:
            return ops.cast(network(images, training=False)[:, :classes], "float32")

        def loss(images: Any, labels: Any) -> Any:
            return ops.sum(keras.losses.sparse_categorical_crossentropy(labels, logits(images), from_logits=True))

        self._logits = compiled(logits)
        self._gradient = compiled(lambda images, labels: gradient(lambda moved: loss(moved, labels), images))

    def logits(self, images: np.ndarray) -> np.ndarray:
        """The logits of the classes: float32 (N, classes)."""
        return _in_batches(self._logits, images)

    def predict(self, images: np.ndarray) -> np.ndarray:
        """The likeliest class of each image: int64 (N,)."""
        return self.logits(images).argmax(axis=1)

    def gradient(self, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """The gradient of the cross-entropy against `labels`, int64 (N,), with respect to the pixels: like `images`."""
        return _in_batches(self._gradient, images, labels)


def _in_batches(function: Callable[..., Any], *arrays: np.ndarray) -> np.ndarray:
    """`function` of all rows, N > 0, handed over in batches of few different sizes: each size is compiled anew."""
    parts = []
    for begin in range(0, len(arrays[0]), BATCH):
        batch = [array[begin : begin + BATCH] for array in arrays]
        count = len(batch[0])
        size = 1 << (count - 1).bit_length()
        full = [np.resize(array, (size, *array.shape[1:])) for array in batch]
        parts.append(ops.convert_to_numpy(function(*map(ops.convert_to_tensor, full)))[:count])
    return np.concatenate(parts)

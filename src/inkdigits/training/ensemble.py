"""Several networks as one: the mean of what they say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops


class Ensemble(keras.layers.Layer):
    """Logits (N, K) whose softmax is the mean of the members' calibrated probabilities (Hansen and Salamon, 1990).

    Input float32 (N, 28, 28, 1) in [0, 1], as for each member. Members are networks of K logits; a member's
    logits are divided by its temperature first.
    """

    def __init__(self, members: Sequence[keras.Model], temperatures: Sequence[float]) -> None:
        super().__init__(dtype="float32", trainable=False)
        self.members, self.temperatures = list(members), list(temperatures)

    def call(self, images: Any) -> Any:
        """Returns the logarithm of the mean probabilities."""
        said = [
            ops.softmax(member(images, training=False) / temperature)
            for member, temperature in zip(self.members, self.temperatures, strict=True)
        ]
        # A probability that float32 has as zero has no logarithm.
        return ops.log(ops.maximum(ops.mean(ops.stack(said), axis=0), 1e-30))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """That of any member."""
        return tuple(self.members[0].compute_output_shape(input_shape))

"""Several networks as one: the mean of what they say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops


class Ensemble(keras.layers.Layer):
    """Logits (N, K) whose softmax is the mean of the members' calibrated probabilities (Hansen and Salamon, 1990).

    Input float32 (N, 28, 28, 1) in [0, 1], as for each member. Members are networks of K logits; a member's
    logits are divided by its temperature first. Temperatures are weights, 1 at first.
    """

    def __init__(self, members: Sequence[keras.Model], **options: Any) -> None:
        super().__init__(**{**options, "dtype": "float32", "trainable": False})
        self.members = list(members)
        self.temperatures = self.add_weight(
            shape=(len(self.members),), initializer="ones", trainable=False, name="temperatures"
        )

    def call(self, images: Any) -> Any:
        """Returns the logarithm of the mean probabilities."""
        temperatures = ops.unstack(ops.convert_to_tensor(self.temperatures))
        said = [
            ops.softmax(ops.cast(member(images, training=False), "float32") / temperature)
            for member, temperature in zip(self.members, temperatures, strict=True)
        ]
        # A probability that float32 has as zero has no logarithm.
        return ops.log(ops.maximum(ops.mean(ops.stack(said), axis=0), 1e-30))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """That of any member."""
        return tuple(self.members[0].compute_output_shape(input_shape))

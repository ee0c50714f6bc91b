"""Distillation: a network that learns what another one says."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from inkdigits.layers.divergence import divergence


class Taught(keras.layers.Layer):
    """Stands in the place of `network` while it trains, and has it answer as `teacher` does to the same images.

    To the loss is added the mean Kullback-Leibler divergence from the teacher's answers to the network's, the logits
    of both divided by `temperature` first, times the temperature's square (Hinton, Vinyals and Dean, 2015). Input
    float32 (N, H, W, 1) in [0, 1], output the network's logits; outside training it is the network and nothing else.
    """

    def __init__(self, network: keras.Model, teacher: keras.Model, temperature: float = 3.0, **options: Any) -> None:
        super().__init__(**{**options, "dtype": "float32"})
        self.network, self.temperature = network, temperature
        # Held by a function, the teacher's weights are none of this layer's: nothing saves or trains them.
        self._answers = lambda images: teacher(images, training=False)

    def call(self, images: Any, training: bool = False) -> Any:
        """The network's logits; in training, adds to the losses."""
        logits = ops.cast(self.network(images, training=training), "float32")
        if training:
            answers = ops.stop_gradient(ops.cast(self._answers(images), "float32"))
            apart = divergence(answers / self.temperature, logits / self.temperature)
            self.add_loss(self.temperature**2 * ops.mean(apart))
        return logits

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """That of the network."""
        return self.network.compute_output_shape(input_shape)

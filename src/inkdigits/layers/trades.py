"""Adversarial training: a network that an adversary tries at every step."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from inkdigits.layers.divergence import divergence
from inkdigits.layers.gradients import gradient


class Trades(keras.layers.Layer):
    """Stands in the place of `network` while it trains, and makes it answer alike all around an image.

    TRADES (Zhang et al., 2019): to the loss is added `beta` times the mean Kullback-Leibler divergence from the answers
    to the images to those to their worst neighbours, which `steps` steps of projected gradient ascent, each of
    `step_size`, find within `epsilon` (L-infinity) and [0, 1], from a random start. Input float32 (N, H, W, 1) in
    [0, 1], output the network's logits; outside training it is the network and nothing else.
    """

    def __init__(
        self,
        network: keras.Model,
        *,
        epsilon: float,
        steps: int,
        step_size: float,
        beta: float,
        **options: Any,
    ) -> None:
        super().__init__(**{**options, "dtype": "float32"})
        self.network = network
        self.epsilon, self.steps, self.step_size, self.beta = epsilon, steps, step_size, beta
        self.seed_generator = keras.random.SeedGenerator(0)

    def call(self, images: Any, training: bool = False) -> Any:
        """The network's logits; in training, adds to the losses."""
        if not training:
            return self.network(images, training=False)
        both = self.network(ops.concatenate([images, self._neighbours(images)]), training=True)
        logits, moved = ops.split(ops.cast(both, "float32"), 2)
        self.add_loss(self.beta * ops.mean(divergence(logits, moved)))
        return logits

    def _neighbours(self, images: Any) -> Any:
        """The worst neighbour found of each image."""
        # With weights that stand still, nothing of the search is differentiated by the training.
        weights = [ops.stop_gradient(v.value) for v in self.network.trainable_variables]
        others = [ops.stop_gradient(v.value) for v in self.network.non_trainable_variables]

        def logits(moved: Any) -> Any:
            return ops.cast(self.network.stateless_call(weights, others, moved, training=False)[0], "float32")

        answers = logits(images)
        low, high = ops.maximum(images - self.epsilon, 0.0), ops.minimum(images + self.epsilon, 1.0)

        def ascend(_: Any, moved: Any) -> Any:
            uphill = gradient(lambda places: ops.sum(divergence(answers, logits(places))), moved)
            return ops.clip(moved + self.step_size * ops.sign(uphill), low, high)

        noise = keras.random.uniform(ops.shape(images), -self.epsilon, self.epsilon, seed=self.seed_generator)
        return ops.stop_gradient(ops.fori_loop(0, self.steps, ascend, ops.clip(images + noise, low, high)))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """That of the network."""
        return self.network.compute_output_shape(input_shape)

    def get_config(self) -> dict[str, Any]:
        """What the adversary may do, and how much that counts."""
        settings = {name: getattr(self, name) for name in ("epsilon", "steps", "step_size", "beta")}
        return {**super().get_config(), **settings}

"""Augmentation: the same digit by another hand, with another pen, through another camera."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from inkdigits.layers.centre_ink import SIDE


class RandomStretch(keras.layers.Layer):
    """Stretches one end of every image and shrinks the other at random while training: long tails, small loops.

    Input and output float32 (N, S, S, 1). A place at the share t of the height is read at t ** g, g drawn between
    1 / (1 + `amount`) and 1 + `amount`, from the top or from the bottom; likewise, a third as much, across.
    """

    def __init__(self, *, amount: float, **options: Any) -> None:
        super().__init__(**{**options, "dtype": "float32"})
        self.amount = amount
        self.seed_generator = keras.random.SeedGenerator(0)

    def call(self, images: Any, training: bool = False) -> Any:
        """Returns the stretched images; outside training the images as they are."""
        if not training:
            return images
        rows = self._resampling(images, 1.0)
        columns = self._resampling(images, 1 / 3)
        stretched = ops.matmul(ops.matmul(rows, images[..., 0]), ops.transpose(columns, (0, 2, 1)))
        return ops.expand_dims(stretched, 3)

    def _resampling(self, images: Any, share: float) -> Any:
        """Bilinear weights (N, S, S): row i tells from where output pixel i is read."""
        side = images.shape[1]
        draw = keras.random.uniform((2, ops.shape(images)[0], 1), -1.0, 1.0, seed=self.seed_generator)
        power = ops.exp(draw[0] * share * ops.log(1.0 + self.amount))
        place = (ops.arange(side, dtype="float32") + 0.5) / side
        from_top = ops.power(place, power)
        from_bottom = 1.0 - ops.power(1.0 - place, power)
        source = ops.where(draw[1] > 0, from_top, from_bottom) * side - 0.5
        distance = ops.abs(ops.expand_dims(source, 2) - ops.arange(side, dtype="float32"))
        return ops.maximum(1.0 - distance, 0.0)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape stays."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The amount, so that a saved model keeps it."""
        return {**super().get_config(), "amount": self.amount}


class RandomPen(keras.layers.Layer):
    """Draws every digit image with another pen, seen through another camera, while training.

    Input and output float32 (N, 28, 28, 1) in [0, 1]. Thickness, blur, resolution, and contrast change, each image by a
    strength of its own between 0 and `strength`, so that many stay much as they were.
    """

    def __init__(self, *, strength: float = 1.0, **options: Any) -> None:
        super().__init__(**{**options, "dtype": "float32"})
        self.strength = strength
        self.seed_generator = keras.random.SeedGenerator(0)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Nothing to learn; the camera's resampling of a side is one matrix."""
        self.seen_in_twelve = _as_seen_in(12, SIDE)
        self.built = True

    def call(self, images: Any, training: bool = False) -> Any:
        """Returns the redrawn images; outside training the images as they are."""
        if not training:
            return images
        strength = self._draw(images, 0.0, self.strength)
        drawn = self._thickness(images, strength)
        drawn = self._resolution(drawn, strength)
        return self._contrast(self._blur(drawn, strength), strength)

    def _draw(self, images: Any, low: float, high: float) -> Any:
        return keras.random.uniform((ops.shape(images)[0], 1, 1, 1), low, high, seed=self.seed_generator)

    def _thickness(self, images: Any, strength: Any) -> Any:
        """Up to two pixels thicker, up to half of the outermost pixel thinner."""
        thick = ops.max_pool(images, 3, 1, "same")
        thicker = ops.max_pool(thick, 3, 1, "same")
        thin = -ops.max_pool(-images, 3, 1, "same")
        change = self._draw(images, -0.6, 2.0) * strength
        images = images + ops.clip(-change, 0.0, 1.0) * (thin - images)
        return (
            images + ops.clip(change, 0.0, 1.0) * (thick - images) + ops.clip(change - 1, 0.0, 1.0) * (thicker - thick)
        )

    def _blur(self, images: Any, strength: Any) -> Any:
        soft = ops.average_pool(ops.average_pool(images, 3, 1, "same"), 3, 1, "same")
        return images + ops.clip(self._draw(images, -1.0, 1.5) * strength, 0.0, 1.0) * (soft - images)

    def _resolution(self, images: Any, strength: Any) -> Any:
        """Some images as a camera of twelve pixels a side would show them."""
        matrix = ops.convert_to_tensor(self.seen_in_twelve)
        seen = ops.matmul(ops.matmul(matrix, images[..., 0]), ops.transpose(matrix))
        seen = ops.expand_dims(ops.clip(seen, 0.0, 1.0), 3)
        return ops.where(self._draw(images, 0.0, 1.0) < 0.4 * strength, seen, images)

    def _contrast(self, images: Any, strength: Any) -> Any:
        """Harder or softer edges, then fainter ink."""
        gain = ops.exp(ops.maximum(self._draw(images, -0.6, 1.6), 0.0) * strength)
        middle = self._draw(images, 0.3, 0.6)
        images = ops.clip((images - middle) * gain + middle, 0.0, 1.0)
        images = ops.where(images < 0.03, 0.0, images)
        return images * (1.0 - ops.maximum(self._draw(images, -0.6, 0.6), 0.0) * strength)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape stays."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The strength, so that a saved model keeps it."""
        return {**super().get_config(), "strength": self.strength}


def _as_seen_in(pixels: int, side: int) -> np.ndarray:
    """What a camera of `pixels` makes of a row of `side` pixels, drawn at its old size: float32 (side, side)."""
    unit = ops.reshape(ops.eye(side, dtype="float32"), (1, side, side, 1))
    small = ops.image.resize(unit, (pixels, side), interpolation="bilinear", antialias=True)
    large = ops.image.resize(small, (side, side), interpolation="bicubic")
    return ops.convert_to_numpy(large)[0, :, :, 0]

"""Augmentation: a hand that wavers."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops


class RandomElastic(keras.layers.Layer):
    """Bends every image at random while training, smoothly, like rubber (Simard, Steinkraus and Platt, 2003).

    Input and output float32 (N, H, W, 1). Each of `points` x `points` places is moved by a normal draw of standard
    deviation `amount`, in pixels, across and down; cubic B-splines carry that to the pixels between (Rueckert, 1999).
    Outside the image there is no ink. Keras' own `elastic_transform` wants to know how many images are in a batch.
    """

    def __init__(self, *, amount: float, points: int = 5, **options: Any) -> None:
        super().__init__(**{**options, "dtype": "float32"})
        self.amount, self.points = amount, points
        self.seed_generator = keras.random.SeedGenerator(0)

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Nothing to learn; the splines of a side are one matrix."""
        _, height, width, _ = input_shape
        self.down, self.across = _splines(height, self.points), _splines(width, self.points)
        self.built = True

    def call(self, images: Any, training: bool = False) -> Any:
        """Returns the bent images; outside training the images as they are."""
        if not training:
            return images
        shape = (ops.shape(images)[0], 2, self.points + 2, self.points + 2)
        moves = keras.random.normal(shape, stddev=self.amount, seed=self.seed_generator)
        moves = ops.matmul(ops.matmul(ops.convert_to_tensor(self.down), moves), np.transpose(self.across))
        height, width = images.shape[1], images.shape[2]
        rows = moves[:, 0] + ops.reshape(ops.arange(height, dtype="float32"), (1, -1, 1))
        columns = moves[:, 1] + ops.reshape(ops.arange(width, dtype="float32"), (1, 1, -1))
        return ops.expand_dims(_bilinear(images[..., 0], rows, columns), 3)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape stays."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Amount and points, so that a saved model keeps them."""
        return {**super().get_config(), "amount": self.amount, "points": self.points}


def _splines(side: int, points: int) -> np.ndarray:
    """Weights float32 (side, points + 2) of the cubic B-splines whose knots lie evenly, one beyond each end."""
    places = np.linspace(0, points - 1, side)[:, None]
    distance = np.abs(places - np.arange(-1, points + 1))
    inner = 2 / 3 - distance**2 + distance**3 / 2
    outer = np.clip(2 - distance, 0, None) ** 3 / 6
    return np.where(distance < 1, inner, outer).astype(np.float32)


def _bilinear(images: Any, rows: Any, columns: Any) -> Any:
    """Images (N, H, W) read at rows and columns (N, H, W), with nothing around them."""
    height, width = images.shape[1], images.shape[2]
    # One pixel of paper before, two behind: a place on the last one has neighbours, too.
    wide = width + 3
    padded = ops.reshape(ops.pad(images, ((0, 0), (1, 2), (1, 2))), (-1, (height + 3) * wide))
    rows, columns = ops.clip(rows, -1.0, height) + 1.0, ops.clip(columns, -1.0, width) + 1.0
    top, left = ops.floor(rows), ops.floor(columns)
    below, right = rows - top, columns - left
    first = ops.cast(top * wide + left, "int32")

    def corner(offset: int) -> Any:
        indices = ops.reshape(first + offset, (-1, height * width))
        return ops.reshape(ops.take_along_axis(padded, indices, axis=1), (-1, height, width))

    upper = (1.0 - right) * corner(0) + right * corner(1)
    lower = (1.0 - right) * corner(wide) + right * corner(wide + 1)
    return (1.0 - below) * upper + below * lower

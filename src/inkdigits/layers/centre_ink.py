"""The pixel contract: ink of any size becomes the 28x28 image that MNIST's makers would have made of it."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

SIDE = 28  # pixels, side of the digit image
BOX = 20  # pixels, longer side of the ink in the digit image
FAINTEST = 1 / 16  # of the darkest ink; what is fainter does not stretch the box


class CentreInk(keras.layers.Layer):
    """Scales the ink's box to 20 pixels and puts its centre of mass at the centre of a 28x28 image.

    Input uint8 (N, H, W), 255 = full ink, 0 = paper; output uint8 (N, 28, 28). The normalisation is that of
    LeCun et al., "Gradient-based learning applied to document recognition" (1998), section III-A, done as one
    separable resampling with triangle filters: `rows @ ink @ columns`. Blank ink gives a blank image.
    """

    def __init__(self, **options: Any) -> None:
        # float32 whatever the policy: bfloat16 cannot tell pixel 257 from pixel 256.
        super().__init__(**{**options, "dtype": "float32", "autocast": False, "trainable": False})

    def call(self, ink: Any) -> Any:
        """Returns the digit images of `ink`."""
        ink = ops.cast(ink, "float32")
        darkest = ops.max(ink, axis=(1, 2), keepdims=True)
        is_ink = ops.cast(ops.logical_and(ink > 0, ink >= darkest * FAINTEST), "float32")
        height = _extent(ops.max(is_ink, axis=2))
        width = _extent(ops.max(is_ink, axis=1))
        scale = ops.maximum(ops.maximum(height, width), 1.0) / BOX
        rows = _resampling(ops.sum(ink, axis=2), scale)
        columns = _resampling(ops.sum(ink, axis=1), scale)
        digit = ops.matmul(ops.matmul(rows, ink), ops.transpose(columns, (0, 2, 1)))
        return ops.cast(ops.clip(ops.round(digit), 0, 255), "uint8")

    def compute_output_spec(self, ink: Any) -> keras.KerasTensor:
        """The output's shape, (N, 28, 28), and dtype, uint8."""
        return keras.KerasTensor((ink.shape[0], SIDE, SIDE), dtype="uint8")


def _extent(is_ink: Any) -> Any:
    """Pixels from the first to the last inked place of a profile (N, L) of zeros and ones; 0 where blank."""
    length = ops.cast(ops.shape(is_ink)[1], "float32")
    # Largest index + 1, and length - smallest index: a maximum over a ramp exports well, an argmax does not.
    ramp = ops.cast(ops.arange(ops.shape(is_ink)[1]), "float32") + 1.0
    last = ops.max(is_ink * ramp, axis=1)
    from_first = ops.max(is_ink * (length + 1.0 - ramp), axis=1)
    return ops.maximum(last + from_first - length, 0.0)


def _resampling(mass: Any, scale: Any) -> Any:
    """Weights (N, 28, L) that draw 28 pixels, `scale` source pixels apart, around the centre of mass of (N, L)."""
    places = ops.cast(ops.arange(ops.shape(mass)[1]), "float32") + 0.5
    centre = ops.sum(mass * places, axis=1) / ops.maximum(ops.sum(mass, axis=1), 1.0)
    steps = ops.arange(SIDE, dtype="float32") + (0.5 - SIDE / 2)
    wanted = ops.expand_dims(centre, 1) + ops.expand_dims(scale, 1) * steps
    support = ops.reshape(ops.maximum(scale, 1.0), (-1, 1, 1))
    distance = ops.abs(ops.expand_dims(wanted, 2) - places)
    weights = ops.maximum(1.0 - distance / support, 0.0)
    return weights / _triangle_sum(ops.expand_dims(wanted, 2) - 0.5, support)


def _triangle_sum(place: Any, support: Any) -> Any:
    """Sum of a triangle filter at `place` over all whole pixels, those beyond the image's edge included."""
    below = place - ops.floor(place)
    total = 0.0
    for nearest in (below, 1.0 - below):
        count = ops.maximum(ops.floor(support - nearest) + 1.0, 0.0)
        total = total + count - (count * nearest + count * (count - 1.0) / 2.0) / support
    return total

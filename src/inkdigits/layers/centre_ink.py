"""The pixel contract: ink of any size becomes the 28x28 image that MNIST's makers would have made of it."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

SIDE = 28  # pixels, side of the digit image
BOX = 20  # pixels, longer side of the ink in the digit image
FAINTEST = 1 / 16  # of the darkest ink; what is fainter does not stretch the box
_FAR = 2.0**20  # pixels; places up to there are exact in float32


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
        # A single digit costs a deployed model as much as it has steps, so what both axes need is done at once.
        ink = ops.cast(ink, "float32")
        places = [_places(ink, axis) for axis in (1, 2)]
        masses = [ops.sum(ink, axis=axis) for axis in (2, 1)]
        peaks = [ops.max(ink, axis=axis) for axis in (2, 1)]
        faintest = ops.maximum(ops.max(peaks[0], axis=1, keepdims=True) * FAINTEST, 0.5)
        extent = ops.maximum(_extent(peaks[0] >= faintest, places[0]), _extent(peaks[1] >= faintest, places[1]))
        scale = ops.reshape(ops.maximum(extent, 1.0) / BOX, (-1, 1, 1, 1))
        total = ops.maximum(ops.sum(masses[0], axis=1, keepdims=True), 1.0)
        moments = [ops.sum(mass * place, axis=1) for mass, place in zip(masses, places, strict=True)]
        centre = ops.stack(moments, axis=1) / total
        steps = ops.reshape(ops.arange(SIDE, dtype="float32") + (0.5 - SIDE / 2), (SIDE, 1))
        wanted = ops.reshape(centre, (-1, 2, 1, 1)) + scale * steps
        rows, columns = _resampling(wanted, ops.maximum(scale, 1.0), places)
        digit = ops.matmul(ops.matmul(rows, ink), ops.transpose(columns, (0, 2, 1)))
        return ops.cast(ops.round(digit), "uint8")  # means of ink, so between 0 and 255

    def compute_output_spec(self, ink: Any) -> keras.KerasTensor:
        """The output's shape, (N, 28, 28), and dtype, uint8."""
        return keras.KerasTensor((ink.shape[0], SIDE, SIDE), dtype="uint8")


def _places(ink: Any, axis: int) -> Any:
    """The middles of the pixels along `axis`: 0.5, 1.5, ..., float32 (L,)."""
    return ops.cast(ops.arange(ops.shape(ink)[axis]), "float32") + 0.5


def _extent(is_ink: Any, places: Any) -> Any:
    """Pixels from the first to the last place that is ink, by a profile (N, L); at most 1 where none is."""
    is_ink = ops.cast(is_ink, "float32")
    # Largest place, and a far one less the smallest: a maximum over a ramp exports well, an argmax does not.
    return ops.max(is_ink * places, axis=1) + ops.max(is_ink * (_FAR - places), axis=1) - (_FAR - 1.0)


def _resampling(wanted: Any, support: Any, places: list[Any]) -> list[Any]:
    """For either axis the weights (N, 28, L) that draw `wanted`, (N, 2, 28, 1), of the pixels at `places`."""
    totals = ops.unstack(_triangle_sum(wanted - 0.5, support), 2, axis=1)
    support = ops.squeeze(support, 1)
    weights = []
    for middles, total, place in zip(ops.unstack(wanted, 2, axis=1), totals, places, strict=True):
        weights.append(ops.maximum(1.0 - ops.abs(middles - place) / support, 0.0) / total)
    return weights


def _triangle_sum(place: Any, support: Any) -> Any:
    """Sum of a triangle filter at `place`, (N, 2, 28, 1), over all whole pixels, those beyond the edge included."""
    below = place - ops.floor(place)
    nearest = ops.concatenate([below, 1.0 - below], axis=3)
    count = ops.maximum(ops.floor(support - nearest) + 1.0, 0.0)
    return ops.sum(count - count * (nearest + (count - 1.0) / 2.0) / support, axis=3, keepdims=True)

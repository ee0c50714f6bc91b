"""Augmentation: what a writer's next copy of the same digit might look like."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


class RandomAffine(keras.layers.Layer):
    """Turns, slants, scales and shifts every image at random while training, in one bilinear resampling.

    Input and output float32 (N, H, W, 1). `rotation` in degrees, `shear` and `zoom` as fractions, `shift` in
    pixels; each is drawn uniformly from [-x, x], the two zooms and the two shifts apart.
    """

    def __init__(
        self,
        *,
        rotation: float = 0.0,
        shear: float = 0.0,
        zoom: float = 0.0,
        shift: float = 0.0,
        **options: Any,
    ) -> None:
        super().__init__(**{**options, "dtype": "float32"})
        self.rotation, self.shear, self.zoom, self.shift = rotation, shear, zoom, shift
        self.seed_generator = keras.random.SeedGenerator(0)

    def call(self, images: Any, training: bool = False) -> Any:
        """Returns the distorted images; outside training the images as they are."""
        if not training:
            return images
        return ops.image.affine_transform(
            images, self._transforms(images), interpolation="bilinear", fill_mode="constant", fill_value=0.0
        )

    def _transforms(self, images: Any) -> Any:
        """One row (a0, a1, a2, b0, b1, b2, 0, 0) per image: output pixel (x, y) is read at (a.xy1, b.xy1)."""
        batch, height, width = ops.shape(images)[0], images.shape[1], images.shape[2]
        draw = keras.random.uniform((6, batch), -1.0, 1.0, seed=self.seed_generator)
        turn = draw[0] * (self.rotation * 3.141592653589793 / 180.0)
        slant = draw[1] * self.shear
        wider, taller = 1.0 + draw[2] * self.zoom, 1.0 + draw[3] * self.zoom
        cos, sin = ops.cos(turn), ops.sin(turn)
        a0, a1 = cos / wider, (slant * cos - sin) / wider
        b0, b1 = sin / taller, (slant * sin + cos) / taller
        # The image's centre stays where it is, but for the shift.
        x, y = (width - 1) / 2, (height - 1) / 2
        a2 = x - a0 * x - a1 * y + draw[4] * self.shift
        b2 = y - b0 * x - b1 * y + draw[5] * self.shift
        return ops.stack([a0, a1, a2, b0, b1, b2, ops.zeros_like(a0), ops.zeros_like(a0)], axis=1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape stays."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The ranges, so that a saved model keeps them."""
        ranges = {name: getattr(self, name) for name in ("rotation", "shear", "zoom", "shift")}
        return {**super().get_config(), **ranges}

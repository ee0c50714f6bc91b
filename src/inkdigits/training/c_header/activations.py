"""What an activation of 8 bits stands for while the graph computes with it in float32, channel by channel."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from inkdigits.training.c_header.layers import Affine, rounded_affine
from inkdigits.training.c_header.tensors import Quantity


@dataclass(frozen=True)
class Activations:
    """The values of all 256 activations: `slope * activation + intercept`, and no less than 0 where `rectified`.

    `values` float32 (channels, 256) are computed as ONNX Runtime does; `slope` and `intercept` are float64 (channels,).
    """

    values: np.ndarray
    slope: np.ndarray
    intercept: np.ndarray
    rectified: bool = False

    def times(self, factor: np.ndarray) -> Activations:
        """Multiplied by `factor`, float32 (channels,) or (1,)."""
        return replace(
            self, values=self.values * factor[:, None], slope=self.slope * factor, intercept=self.intercept * factor
        )

    def plus(self, term: np.ndarray) -> Activations:
        """With `term` added, float32 (channels,) or (1,)."""
        return replace(self, values=self.values + term[:, None], intercept=self.intercept + term)

    def positive_part(self) -> Activations:
        """After ReLU."""
        return replace(self, values=np.maximum(self.values, 0), rectified=True)

    def quantised(self, quantity: Quantity) -> np.ndarray:
        """As activations of that scale and zero point: uint8 (channels, 256)."""
        return np.clip(np.round(self.values / quantity.scale) + quantity.zero, 0, 255).astype(np.uint8)

    def affine(self, quantity: Quantity) -> Affine | None:
        """What gives `quantised(quantity)` in whole numbers; None where nothing of 32 bits does."""
        slope, intercept = (part / np.float64(quantity.scale) for part in (self.slope, self.intercept))
        lowest = quantity.zero if self.rectified else 0
        return rounded_affine(self.quantised(quantity), slope, intercept, quantity.zero, lowest)


def pixels() -> Activations:
    """Of a digit image: each stands for itself."""
    return Activations(np.arange(256, dtype=np.float32)[None], np.ones(1), np.zeros(1))


def dequantised(quantity: Quantity, channels: int) -> Activations:
    """Of a tensor with that scale and zero point."""
    values = (np.arange(256, dtype=np.float32) - np.float32(quantity.zero)) * quantity.scale
    slope = np.full(channels, np.float64(quantity.scale))
    return Activations(np.tile(values, (channels, 1)), slope, -slope * quantity.zero)

"""What the header computes: layers of whole numbers, and how a scale becomes one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

_SIGNIFICANT_BITS = 24  # of a float32, so its value is a whole number over a power of two, nothing lost


@dataclass(frozen=True)
class Affine:
    """`quantity * factor + offset`, over 2 to the power of `shift`, for each channel.

    As a step between two layers it is rounded, the output's `zero` point added, and held between `lowest` and 255.
    `factor` and `offset` are int32 (channels,).
    """

    factor: np.ndarray
    offset: np.ndarray
    shift: int
    zero: int = 0
    lowest: int = 0


@dataclass(frozen=True)
class Layer:
    """A convolution without padding, its largest sum in each window of `pool`, rescaled to uint8.

    Activations are uint8 (side, side, channels). `weights` int8 (outputs, kernel, kernel, channels / groups); `bias`
    int32 (outputs,), the input's zero point counted in. A sum is multiplied by `multiplier`, int32 (outputs,), divided
    by 2 to the power of `shift`, uint8 (outputs,), rounded to 24 bits, as float32 does, and then half to even; the
    output's `zero` point is added (Jacob et al., 2018, but for the rounding, which is ONNX Runtime's).
    A dense layer has a kernel as large as its input; an average has weights of 1 and as many groups as channels.
    """

    title: str
    side: int
    channels: int
    weights: np.ndarray
    bias: np.ndarray
    multiplier: np.ndarray
    shift: np.ndarray
    zero: int = 0
    groups: int = 1
    pool: int = 1
    affine: Affine | None = None

    @property
    def outputs(self) -> int:
        """Channels of the output."""
        return len(self.weights)

    @property
    def kernel(self) -> int:
        """Pixels, side of the kernel."""
        return self.weights.shape[1]

    @property
    def output_side(self) -> int:
        """Pixels, side of the output."""
        return (self.side - self.kernel + 1) // self.pool

    @property
    def output_bytes(self) -> int:
        """Bytes of the output."""
        return self.output_side**2 * self.outputs

    @property
    def products(self) -> int:
        """Multiplications of a weight and an activation."""
        return self.weights.size * (self.output_side * self.pool) ** 2

    def largest_sum(self) -> int:
        """A bound on the size of any sum, the bias included."""
        sizes = np.abs(self.weights.astype(np.int64)).reshape(self.outputs, -1).sum(axis=1)
        return int((255 * sizes + np.abs(self.bias.astype(np.int64))).max())


@dataclass(frozen=True)
class IntegerNetwork:
    """Layers from a digit image, uint8 (28, 28), to uint8 (classes,), and the logits that those stand for."""

    layers: tuple[Layer, ...]
    logits: Affine


def passing_on(side: int, channels: int) -> Layer:
    """A layer that gives what it gets, for a rescaling that follows no convolution."""
    one = np.ones(channels, np.int64)
    weights = np.ones((channels, 1, 1, 1), np.int8)
    return Layer("rescaling", side, channels, weights, 0 * one, 2 * one, one, groups=channels)


def exact_ratio(scale: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """float32 scales as (multiplier, shift), scale = multiplier / 2**shift to the last bit."""
    fraction, exponent = np.frexp(scale.astype(np.float64))
    multiplier = np.round(np.ldexp(fraction, _SIGNIFICANT_BITS)).astype(np.int64)
    return multiplier, _SIGNIFICANT_BITS - exponent.astype(np.int64)


def rounded_affine(
    table: np.ndarray, slope: np.ndarray, intercept: np.ndarray, zero: int, lowest: int
) -> Affine | None:
    """The `Affine` of `slope` and `intercept`, float64 (channels,), that gives `table`, uint8 (channels, 256).

    None where none with 32 bits does. One that is found holds for each of the 256 activations of each channel.
    """
    activations = np.arange(256)
    for affine in _fixed_points(slope, intercept):
        sums = activations * affine.factor[:, None] + affine.offset[:, None]
        found = np.clip(np.round(np.ldexp(sums.astype(np.float64), -affine.shift)) + zero, lowest, 255)
        if np.array_equal(found, table):
            return replace(affine, zero=zero, lowest=lowest)
    return None


def closest_affine(slope: np.ndarray, intercept: np.ndarray) -> Affine:
    """`slope` and `intercept`, float64 (channels,), with as many bits after the point as 32 bits hold."""
    return next(_fixed_points(slope, intercept))


def _fixed_points(slope: np.ndarray, intercept: np.ndarray) -> Iterator[Affine]:
    """The same in fixed point, from the finest that 32 bits hold to the coarsest."""
    for shift in range(30, 0, -1):
        factor, offset = (np.round(np.ldexp(part, shift)).astype(np.int64) for part in (slope, intercept))
        if (255 * np.abs(factor) + np.abs(offset)).max() < 2**31:
            yield Affine(factor, offset, shift)

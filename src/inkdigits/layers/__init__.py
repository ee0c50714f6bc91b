"""Keras layers: the pixel contract and the augmentation, written in `keras.ops` for every backend."""

from inkdigits.layers.augmentation import RandomAffine
from inkdigits.layers.centre_ink import CentreInk
from inkdigits.layers.pen import RandomPen, RandomStretch

__all__ = ["CentreInk", "RandomAffine", "RandomPen", "RandomStretch"]

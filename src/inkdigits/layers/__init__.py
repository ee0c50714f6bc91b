"""Keras layers: the pixel contract, augmentation and adversarial training, written in `keras.ops` for every backend."""

from inkdigits.layers.augmentation import RandomAffine
from inkdigits.layers.centre_ink import CentreInk
from inkdigits.layers.elastic import RandomElastic
from inkdigits.layers.pen import RandomPen, RandomStretch
from inkdigits.layers.trades import Trades

__all__ = ["CentreInk", "RandomAffine", "RandomElastic", "RandomPen", "RandomStretch", "Trades"]

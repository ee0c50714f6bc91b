"""Keras layers: the pixel contract, augmentation, ensembles, distillation, adversaries; for every backend of Keras."""

from inkdigits.layers.augmentation import RandomAffine
from inkdigits.layers.centre_ink import CentreInk
from inkdigits.layers.elastic import RandomElastic
from inkdigits.layers.ensemble import Ensemble
from inkdigits.layers.pen import RandomPen, RandomStretch
from inkdigits.layers.taught import Taught
from inkdigits.layers.trades import Trades

__all__ = [
    "CentreInk",
    "Ensemble",
    "RandomAffine",
    "RandomElastic",
    "RandomPen",
    "RandomStretch",
    "Taught",
    "Trades",
]

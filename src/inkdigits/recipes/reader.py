"""reader: the recogniser that ships, for everybody's digits and with a sense of what is none.

Nothing is published of it. Trained on MNIST alone: slants, stretches, pens, blur and coarse pixels that other writers
and cameras bring, and, as an eleventh outcome, fragments, pairs, letters, scribbles and shapes drawn from nothing.
Measured: MNIST, USPS and scikit-learn's digits in `benchmarks/transfer.json`, pages in `benchmarks/grades.md`.
"""

import keras
import numpy as np

from inkdigits.datasets import DigitImages
from inkdigits.datasets.non_digits import non_digits, tight_digits
from inkdigits.layers import RandomAffine, RandomPen, RandomStretch
from inkdigits.recipes.cnn_tuned import four_convolutions
from inkdigits.recipes.recipe import LabelledInk, Recipe, cross_entropy, one_cycle

NON_DIGITS, TIGHT_DIGITS = 18_000, 10_000


def build() -> keras.Model:
    """The network of `cnn-tuned`, with an eleventh logit."""
    return four_convolutions(11, "reader")


def augment() -> keras.Layer:
    """Up to 10 degrees, 15 % slant and zoom, 2 pixels; 25 % stretched to one end; another pen, at half strength."""
    slight = RandomAffine(rotation=10, shear=0.15, zoom=0.15, shift=2.0)
    return keras.Sequential([slight, RandomStretch(amount=0.25), RandomPen(strength=0.5)])


def extra_ink(digits: DigitImages, seed: int) -> LabelledInk:
    """18,000 non-digits, and 10,000 digits badly cut from their neighbours; fewer where there are few images."""
    others = non_digits(digits, min(NON_DIGITS, len(digits) // 3), seed)
    tight, labels = tight_digits(digits, min(TIGHT_DIGITS, len(digits) // 5), seed)
    return others + tight, np.concatenate([np.full(len(others), len(digits.class_names), np.int64), labels])


RECIPE = Recipe(
    name="reader",
    title="four convolutions, eleven outcomes, everybody's digits",
    build=build,
    optimizer=one_cycle,
    loss=cross_entropy,
    epochs=14,
    batch_size=128,
    augment=augment,
    extra_ink=extra_ink,
)

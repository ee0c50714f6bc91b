"""reader: the recogniser that ships, for everybody's digits and with a sense of what is none.

Nothing is published of it. Trained on MNIST alone: slants, stretches, pens, blur and coarse pixels that other writers
and cameras bring, and, as an eleventh outcome, fragments, pairs, letters, scribbles and shapes drawn from nothing.
Measured: see `inkdigits compare`; on other people's digits: `benchmarks/transfer.json`.
"""

import keras
import numpy as np
from keras import layers

from inkdigits.datasets import DigitImages
from inkdigits.datasets.non_digits import non_digits, tight_digits
from inkdigits.layers import RandomAffine, RandomPen, RandomStretch
from inkdigits.recipes.recipe import LabelledInk, Recipe, cross_entropy, one_cycle

NON_DIGITS, TIGHT_DIGITS = 18_000, 10_000


def build() -> keras.Model:
    """Two blocks of convolution, convolution, pooling (24 and 48 filters), dense 128, dropout, eleven logits."""
    blocks = [
        layer
        for filters in (24, 48)
        for layer in (
            layers.Conv2D(filters, 3, use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Conv2D(filters, 3, use_bias=False),
            layers.MaxPooling2D(),
            layers.BatchNormalization(),
            layers.ReLU(),
        )
    ]
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            *blocks,
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.4),
            layers.Dense(11, dtype="float32"),
        ],
        name="reader",
    )


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

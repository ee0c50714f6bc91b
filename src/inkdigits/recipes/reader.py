"""reader: the recogniser that ships, for everybody's digits and with a sense of what is none.

Nothing is published of it. Trained on MNIST alone: slants, stretches, pens, blur and coarse pixels that other writers
and cameras bring, and, as an eleventh outcome, fragments, pairs, letters, scribbles and shapes drawn from nothing.
Measured: see `inkdigits compare`; on other people's digits: `benchmarks/transfer.json`.
"""

import keras
import numpy as np
from keras import layers

from inkdigits.datasets import DigitImages
from inkdigits.datasets.non_digits import non_digits
from inkdigits.layers import RandomAffine, RandomPen, RandomStretch
from inkdigits.recipes.recipe import Recipe, cross_entropy, one_cycle

NON_DIGITS = 24_000


def build() -> keras.Model:
    """Two blocks of convolution, convolution, pooling (32 and 64 filters), dense 128, dropout, eleven logits."""
    blocks = [
        layer
        for filters in (32, 64)
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
    """Up to 12 degrees, 25 % slant, 20 % zoom, half as much again stretched to one end, and another pen."""
    return keras.Sequential(
        [RandomAffine(rotation=12, shear=0.25, zoom=0.2), RandomStretch(amount=0.5), RandomPen(strength=1.0)]
    )


def others(digits: DigitImages, seed: int) -> list[np.ndarray]:
    """24,000 non-digits made of the training images, fewer where there are few of these."""
    return non_digits(digits, min(NON_DIGITS, len(digits) // 2), seed)


RECIPE = Recipe(
    name="reader",
    title="four convolutions, eleven outcomes, everybody's digits",
    build=build,
    optimizer=one_cycle,
    loss=cross_entropy,
    epochs=30,
    batch_size=128,
    augment=augment,
    non_digits=others,
)

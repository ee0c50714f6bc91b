"""cnn-tuned: a CNN whose sizes a search is to choose.

Published: accuracy about 0.994 on the test set, from one run of the winner of a search whose space, budget and
winner are not given. Until our own search has been run these values are a sensible start, chosen on validation images:
two blocks of two convolutions, batch normalisation, one cycle of AdamW, affine augmentation.
Measured: see `inkdigits compare`.
"""

import keras
from keras import layers

from inkdigits.layers import RandomAffine
from inkdigits.recipes.recipe import Published, Recipe, cross_entropy, one_cycle


def build() -> keras.Model:
    """Ten logits."""
    return four_convolutions(10, "cnn_tuned")


def four_convolutions(logits: int, name: str) -> keras.Model:
    """Two blocks of convolution, convolution, pooling (24 and 48 filters), dense 128, dropout, logits."""
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
            layers.Dense(logits, dtype="float32"),
        ],
        name=name,
    )


def augment() -> keras.Layer:
    """Up to 10 degrees, 15 % slant and zoom, 2 pixels."""
    return RandomAffine(rotation=10, shear=0.15, zoom=0.15, shift=2.0)


RECIPE = Recipe(
    name="cnn-tuned",
    title="four convolutions, batch normalisation, sizes to be searched",
    build=build,
    optimizer=one_cycle,
    loss=cross_entropy,
    epochs=12,
    batch_size=128,
    augment=augment,
    published=Published(source="docs/reference-systems.md#cnn-tuned", accuracy=0.994),
)

"""tiny: 3,963 parameters, for microcontrollers; its int8 weights come as a C header, too.

Nothing is published of it. To beat: 99.4 % has been reported for 7,070 parameters, as a maximum over epochs, and for no
fewer. Depthwise convolutions followed by convolutions of 1 x 1 (Howard et al., 2017) give the most for a parameter; a
last depthwise convolution stands in a hidden layer's place.
Measured: see `inkdigits compare`; what else was tried is in the log.
"""

import keras
from keras import layers

from inkdigits.recipes.recipe import Recipe, cross_entropy, one_cycle, slight_affine


def build() -> keras.Model:
    """Convolution 5 x 5, three separable ones of 3 x 3, a depthwise one of 2 x 2, logits."""
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(16, 5, use_bias=False),
            layers.MaxPooling2D(),
            *_normalised(),
            *_separable(22),
            *_normalised(),
            *_separable(29),
            layers.MaxPooling2D(),
            *_normalised(),
            *_separable(36),
            *_normalised(),
            layers.DepthwiseConv2D(2, use_bias=False),
            layers.Flatten(),
            layers.Dense(10, dtype="float32"),
        ],
        name="tiny",
    )


def _separable(width: int) -> list[keras.Layer]:
    return [layers.DepthwiseConv2D(3, use_bias=False), layers.Conv2D(width, 1, use_bias=False)]


def _normalised() -> list[keras.Layer]:
    return [layers.BatchNormalization(), layers.ReLU()]


RECIPE = Recipe(
    name="tiny",
    title="separable convolutions, 3,963 parameters",
    build=build,
    optimizer=one_cycle,
    loss=cross_entropy,
    epochs=30,
    batch_size=128,
    augment=slight_affine,
)

"""cnn-tuned: a CNN whose sizes a search is to choose.

Published: accuracy about 0.994 on the test set, from one run of the winner of a search whose space, budget and
winner are not given. Until our own search has been run these values are a sensible start, chosen on validation images:
two blocks of two convolutions, batch normalisation, one cycle of AdamW, affine augmentation.
Measured: see `inkdigits compare`.
Search: `inkdigits tune cnn-tuned --trials 60`; these values lie within its space.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import keras
from keras import layers

from inkdigits.layers import RandomAffine
from inkdigits.recipes.recipe import Published, Recipe, cross_entropy, one_cycle

if TYPE_CHECKING:
    from optuna.trial import BaseTrial


def build() -> keras.Model:
    """Ten logits."""
    return convolutions((24, 48))


def convolutions(
    filters: tuple[int, ...],
    *,
    kernel: int = 3,
    depth: int = 2,
    dense: int = 128,
    dropout: float = 0.4,
) -> keras.Model:
    """A block of `depth` convolutions for each of `filters`, then dense, dropout, logits."""
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            *(layer for width in filters for layer in _block(width, kernel, depth)),
            layers.Flatten(),
            layers.Dense(dense, activation="relu"),
            layers.Dropout(dropout),
            layers.Dense(10, dtype="float32"),
        ],
        name="cnn_tuned",
    )


def _block(width: int, kernel: int, depth: int) -> list[keras.Layer]:
    """Convolutions, each normalised, the last one pooled before that."""
    block: list[keras.Layer] = []
    for number in range(depth):
        # A third one keeps the size: of 28 pixels, kernels of 5 would leave none.
        block.append(layers.Conv2D(width, kernel, use_bias=False, padding="valid" if number < 2 else "same"))
        block += [layers.MaxPooling2D()] if number == depth - 1 else []
        block += [layers.BatchNormalization(), layers.ReLU()]
    return block


def augment() -> keras.Layer:
    """Up to 10 degrees, 15 % slant and zoom, 2 pixels."""
    return RandomAffine(rotation=10, shear=0.15, zoom=0.15, shift=2.0)


def search_space(trial: BaseTrial) -> Recipe:
    """Sizes, rate, batch and augmentation; `RECIPE` is filters 24, kernel 3, depth 2, augmentation 1, ..."""
    filters = trial.suggest_int("filters", 16, 40, step=8)
    network = partial(
        convolutions,
        (filters, 2 * filters),
        kernel=trial.suggest_categorical("kernel", [3, 5]),
        depth=trial.suggest_int("depth", 1, 3),
        dense=trial.suggest_int("dense", 64, 256, step=64),
        dropout=trial.suggest_float("dropout", 0.2, 0.6),
    )
    peak = trial.suggest_float("learning_rate", 1e-3, 2e-2, log=True)
    strength = trial.suggest_float("augmentation", 0.0, 1.5)
    distortion = {"rotation": 10 * strength, "shear": 0.15 * strength, "zoom": 0.15 * strength, "shift": 2.0 * strength}
    return replace(
        RECIPE,
        build=network,
        optimizer=partial(one_cycle, peak=peak),
        batch_size=trial.suggest_categorical("batch_size", [64, 128, 256]),
        augment=partial(RandomAffine, **distortion),
    )


RECIPE = Recipe(
    name="cnn-tuned",
    title="four convolutions, batch normalisation, sizes to be searched",
    build=build,
    optimizer=one_cycle,
    loss=cross_entropy,
    epochs=12,
    batch_size=128,
    augment=augment,
    search_space=search_space,
    published=Published(source="docs/reference-systems.md#cnn-tuned", accuracy=0.994),
)

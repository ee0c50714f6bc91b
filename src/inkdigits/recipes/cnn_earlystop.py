"""cnn-earlystop: two convolutions, a hidden layer of 128, dropout; stops when the validation loss stops falling.

Published: accuracy 0.9915, recall 0.9911, loss 0.0262 on the test set; Adam, categorical cross-entropy on one-hot
labels, a validation split, EarlyStopping that keeps the best weights. Epochs, batch size and patience are not
given: at most 20 epochs of 128 images with a patience of 3 are ours.
Deviation: the exported bundle carries a temperature fitted on the validation images.
`cnn-earlystop-onecycle` is the same network and limit of epochs with one cycle of AdamW, slight affine augmentation
and a patience of 6, for the validation loss is restless while the rate is high. Measured: see `inkdigits compare`.
"""

from dataclasses import replace

import keras
from keras import layers

from inkdigits.recipes.recipe import Published, Recipe, adam, one_cycle, one_hot_cross_entropy, slight_affine


def build() -> keras.Model:
    """Conv 32, pool, conv 64, pool, flatten, dense 128, dropout 0.5, logits."""
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, dtype="float32"),
        ],
        name="cnn_earlystop",
    )


RECIPE = Recipe(
    name="cnn-earlystop",
    title="two convolutions, dense 128, early stopping",
    build=build,
    optimizer=adam,
    loss=one_hot_cross_entropy,
    one_hot=True,
    epochs=20,
    batch_size=128,
    early_stopping=3,
    metrics=("accuracy", "recall"),
    published=Published(
        source="docs/reference-systems.md#cnn-earlystop", accuracy=0.9915, macro_recall=0.9911, loss=0.0262
    ),
)

VARIANTS = (
    replace(
        RECIPE,
        name="cnn-earlystop-onecycle",
        variant_of="cnn-earlystop",
        optimizer=one_cycle,
        augment=slight_affine,
        early_stopping=6,
    ),
)

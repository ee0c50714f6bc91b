"""reader: the recogniser that ships, for everybody's digits and with a sense of what is none.

Nothing is published of it. Trained on MNIST alone: slants, stretches, pens, blur and coarse pixels that other writers
and cameras bring, digits cut from numbers where they touch, digits defaced; and two outcomes more, for several digits
and for none. Measured: MNIST, USPS and scikit-learn's digits in `benchmarks/transfer.json`, pages in
`benchmarks/grades.md`.
"""

from pathlib import Path

import keras
import numpy as np
from keras import layers

from inkdigits.datasets import DigitImages
from inkdigits.datasets.non_digits import non_digits
from inkdigits.layers import RandomAffine, RandomPen, RandomStretch
from inkdigits.recipes.defaced import WhicheverDigit, defaced_digits
from inkdigits.recipes.recipe import LabelledInk, Recipe, one_cycle
from inkdigits.recipes.touching import touching_digits

TOUCHING, DEFACED, NON_DIGITS = 45_000, 30_000, 26_000
# Fonts that come with matplotlib, the nearest to handwriting among them first.
FONTS = (
    *("cmti10", "cmmi10", "STIXGeneralItalic", "DejaVuSerif-Italic", "DejaVuSans-Oblique", "DejaVuSansMono-Oblique"),
    *("cmss10", "cmr10", "cmtt10", "STIXGeneral", "DejaVuSans"),
)


def build() -> keras.Model:
    """Two convolutions pooled, two more, dense; twelve logits, the last two for several digits, and for none."""
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.Conv2D(32, 3, use_bias=False),
            layers.MaxPooling2D(),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Conv2D(64, 3, use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Conv2D(64, 3, use_bias=False),
            layers.MaxPooling2D(),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.4),
            layers.Dense(12, dtype="float32"),
        ],
        name="reader",
    )


def augment() -> keras.Layer:
    """Up to 10 degrees, 15 % slant and zoom, 2 pixels; 25 % stretched to one end; another pen, at half strength."""
    slight = RandomAffine(rotation=10, shear=0.15, zoom=0.15, shift=2.0)
    return keras.Sequential([slight, RandomStretch(amount=0.25), RandomPen(strength=0.5)])


def extra_ink(digits: DigitImages, seed: int) -> LabelledInk:
    """45,000 pieces of numbers whose digits touch, 30,000 defaced digits, 26,000 non-digits; fewer of few images."""
    import matplotlib  # here, for every look at the recipes imports this file

    touching, touching_labels = touching_digits(digits, min(TOUCHING, len(digits)), seed)
    defaced, defaced_labels = defaced_digits(digits, min(DEFACED, len(digits)), seed)
    faces = [Path(matplotlib.get_data_path(), "fonts", "ttf", f"{name}.ttf") for name in FONTS]
    others = non_digits(digits, min(NON_DIGITS, len(digits)), seed, faces=faces)
    neither = np.full(len(others), len(digits.class_names) + 1, np.int64)
    return touching + defaced + others, np.concatenate([touching_labels, defaced_labels, neither])


RECIPE = Recipe(
    name="reader",
    title="four convolutions, twelve outcomes, everybody's digits",
    build=build,
    optimizer=one_cycle,
    loss=WhicheverDigit,
    epochs=32,
    batch_size=128,
    augment=augment,
    extra_ink=extra_ink,
)

"""best-ensemble: five networks of `best`, each of a seed of its own, and the mean of what they say.

To beat: Deotte's fifteen networks together, 99.745 +- 0.020 % (Kaggle, "25 Million Images! [0.99757] MNIST", 2018).
Each keeps the temperature that its own validation images gave it; the mean is given none, for what one seed holds out
another trains on.
Cost: five times `best`. Measured: see `inkdigits compare`; fewer together: `benchmarks/ensemble.md`.
"""

from __future__ import annotations

from dataclasses import replace

import keras
from keras import layers

from inkdigits.layers import Ensemble
from inkdigits.recipes import best

MEMBERS = 5


def build() -> keras.Model:
    """Five networks of `best` side by side; logits whose softmax is the mean of their probabilities."""
    together = Ensemble([best.build() for _ in range(MEMBERS)])
    return keras.Sequential([layers.Input((28, 28, 1)), together], name="best-ensemble")


RECIPE = replace(
    best.RECIPE,
    name="best-ensemble",
    title="five networks of best, the mean of what they say",
    build=build,
    members=("best", MEMBERS),
)

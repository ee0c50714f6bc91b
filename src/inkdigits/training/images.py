"""Labelled ink becomes what a network trains on: every image through the pixel contract, once."""

from __future__ import annotations

import numpy as np
from keras import ops

from inkdigits.datasets import DigitImages
from inkdigits.layers import CentreInk
from inkdigits.recipes.recipe import Recipe
from inkdigits.recognizer import batches
from inkdigits.training.fitting import Samples


def as_samples(digits: DigitImages) -> Samples:
    """Digit images uint8 (N, 28, 28) of `digits`, and its labels."""
    return Samples(_centred(digits.images), digits.labels)


def training_samples(recipe: Recipe, digits: DigitImages, seed: int) -> Samples:
    """The recipe's training images: `digits`, then its extra ink."""
    samples = as_samples(digits)
    if recipe.extra_ink is None:
        return samples
    with recipe.slips_in("extra_ink()"):
        images, labels = recipe.extra_ink(digits, seed)
        if len(images) != len(labels):
            raise ValueError(f"{len(images)} images with {len(labels)} labels")
        whole = np.asarray(labels).astype(np.int64, casting="same_kind")
        return Samples(np.concatenate([samples.images, _centred(images)]), np.concatenate([samples.labels, whole]))


def _centred(images: np.ndarray | list[np.ndarray]) -> np.ndarray:
    """Every image through the pixel contract: uint8 (N, 28, 28)."""
    centre = CentreInk()
    seen = np.empty((len(images), 28, 28), np.uint8)
    for indices, batch in batches(images):
        seen[indices] = ops.convert_to_numpy(centre(batch))
    return seen

"""A recipe as a scikit-learn estimator, for pipelines, cross-validation and searches over its parameters."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import keras
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from inkdigits.bundle import Bundle
from inkdigits.datasets import DigitImages
from inkdigits.datasets.splits import hold_out
from inkdigits.errors import InkdigitsError
from inkdigits.recipes.catalog import build_network, find_recipe
from inkdigits.recipes.recipe import Recipe
from inkdigits.recognizer import batches
from inkdigits.training import backend
from inkdigits.training.bundling import make_bundle
from inkdigits.training.calibration import fit_temperature
from inkdigits.training.export import deployed_model, float32_network
from inkdigits.training.fitting import fit
from inkdigits.training.given_ink import given_ink, given_labels
from inkdigits.training.images import as_samples, training_samples

_VALIDATION = 12  # one image in so many of every class


class DigitClassifier(ClassifierMixin, BaseEstimator):
    """Trains a recipe on ink and answers with calibrated probabilities.

    X is ink of any size, numbers from 0 (paper) to 255: (N, H, W), a list of (H, W), or a table with an image in each
    row, such as (N, 784). Every image goes through the pixel contract first. A twelfth of every class is held out to
    calibrate, and to stop early where the recipe does; an only image of its class serves for both.

    Args:
        recipe: a recipe's name, the path of its file, or a `Recipe`; its network has an output for each class, or more.
        epochs: instead of the recipe's own number.
        image_shape: (height, width) of the images in a table's rows, one of them perhaps -1; None for square images.
        random_state: decides the images held out, first weights, order and augmentation; int, `RandomState` or None.

    After `fit`: `classes_`, the sorted classes of y; `history_`, a row for each epoch; `weights_`, the network's;
    `temperature_`, of the calibration (Guo et al., 2017); of a table also `n_features_in_`. A trained estimator can be
    pickled if its `recipe` can. Raises `ValueError` for an unfit X or y, `RecipeError` for an unknown or unfit recipe.
    """

    def __init__(
        self,
        recipe: str | Recipe = "cnn-dropout",
        *,
        epochs: int | None = None,
        image_shape: tuple[int, int] | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.recipe = recipe
        self.epochs = epochs
        self.image_shape = image_shape
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Trains on images X and their classes y, (N,) of numbers or strings."""
        self._asked_recipe().check_stands_alone()
        self.classes_, labels = given_labels(self, X, y)
        images = given_ink(self, X, self.image_shape, reset=True)
        seed = int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))
        digits = DigitImages.of("X", images, labels, class_names=tuple(map(str, self.classes_)))
        train, validation = _held_out(digits, seed)
        recipe = self._fitted_recipe()
        self._validation, self._trained_on = as_samples(validation), len(train)
        with _own_randomness(seed):
            network = build_network(recipe, len(self.classes_))
            train_samples = training_samples(recipe, train, seed)
            self.history_ = fit(recipe, network, train_samples, self._validation, seed=seed)
        self.weights_ = network.get_weights()
        self.temperature_ = self._fitted_temperature()
        self._model = self._deployed()
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Calibrated probabilities of `classes_`, float64 (N, classes)."""
        check_is_fitted(self)
        images = given_ink(self, X, self.image_shape, reset=False)
        # A pickle carries the weights, not the model.
        model = self._model if hasattr(self, "_model") else self._deployed()
        probabilities = np.empty((len(images), len(self.classes_)))
        for indices, batch in batches(images):
            probabilities[indices] = keras.ops.convert_to_numpy(model(batch, training=False)["probabilities"])
        return probabilities / probabilities.sum(axis=1, keepdims=True)

    def predict(self, X: Any) -> np.ndarray:
        """The likeliest class of each image, (N,)."""
        likeliest = self.predict_proba(X).argmax(axis=1)
        return self.classes_[likeliest]

    def export(self, folder: str | os.PathLike[str]) -> Bundle:
        """Writes what was trained as a bundle, for `Recognizer`, `Reader` and every command.

        Raises `InkdigitsError` on another backend than TensorFlow, `BundleError` where the folder holds something else.
        """
        check_is_fitted(self)
        if keras.backend.backend() != "tensorflow":
            raise InkdigitsError(
                f"{folder}: a bundle is exported on Keras' TensorFlow backend; set KERAS_BACKEND to it"
            )
        plan = replace(self._fitted_recipe(), data="given to DigitClassifier", published=None)
        facts = {
            "recipe": plan.plan(self._trained_on),
            "versions": backend.describe_versions(),
            "classes": [str(name) for name in self.classes_],
        }
        return make_bundle(plan, self.weights_, self._validation, Path(folder), facts)

    def _asked_recipe(self) -> Recipe:
        return self.recipe if isinstance(self.recipe, Recipe) else find_recipe(self.recipe)

    def _fitted_recipe(self) -> Recipe:
        """The recipe for the classes of y, with the number of epochs asked for."""
        recipe = self._asked_recipe()
        return _for_classes(replace(recipe, epochs=self.epochs or recipe.epochs), len(self.classes_))

    def _network(self) -> keras.Model:
        with _own_randomness(0):  # the first weights that Keras draws are overwritten
            return float32_network(self._fitted_recipe(), self.weights_)

    def _fitted_temperature(self) -> float:
        held_out = self._validation
        logits = self._network()(held_out.images[..., None] / np.float32(255), training=False)
        return fit_temperature(keras.ops.convert_to_numpy(logits)[:, : len(self.classes_)], held_out.labels)

    def _deployed(self) -> keras.Model:
        return deployed_model(self._network(), self.temperature_, len(self.classes_))

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in super().__getstate__().items() if name != "_model"}

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.positive_only = True
        tags.classifier_tags.poor_score = True  # on scikit-learn's own tables, which are no ink
        return tags


def _for_classes(recipe: Recipe, classes: int) -> Recipe:
    """The recipe, of whose outputs only the first are used where it has more than the classes need."""
    outputs = classes + (2 if recipe.extra_ink else 0)

    def build() -> keras.Model:
        network = recipe.build()
        if network.output_shape[-1] <= outputs:
            return network
        return keras.Model(network.inputs[0], network.outputs[0][:, :outputs])

    return replace(recipe, build=build)


def _held_out(digits: DigitImages, seed: int) -> tuple[DigitImages, DigitImages]:
    """Images to train on, and those held out: of every class a twelfth, at least one, but never the only one."""
    counts = digits.class_counts()
    held_out, rest = hold_out(digits.labels, np.clip(counts // _VALIDATION, 1, counts - 1), np.random.default_rng(seed))
    only = np.flatnonzero(counts[digits.labels] == 1)
    return digits.take(rest), digits.take(np.concatenate([held_out, only]))


@contextmanager
def _own_randomness(seed: int) -> Iterator[None]:
    """Repeatable work at the best precision; the caller's random states and precision are as before afterwards."""
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 - what scikit-learn draws from
    policy = keras.config.dtype_policy()
    try:
        backend.prepare(seed, backend.best_precision())
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002
        keras.config.set_dtype_policy(policy)

"""Fits a recipe's network epoch by epoch; each epoch depends on the state before it, the seed and its number alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import keras
import numpy as np

from inkdigits.errors import RecipeError, RunError
from inkdigits.layers import Taught
from inkdigits.recipes.recipe import Recipe
from inkdigits.training import checkpoint
from inkdigits.training.backend import permutation
from inkdigits.training.checkpoint import Row, State
from inkdigits.training.feeding import batched

STEPS_PER_EXECUTION = 32
VALIDATION_BATCH = 500


class Observer(Protocol):
    """Is told how a training goes."""

    def step(self, epoch: int, done: int, total: int, logs: dict[str, float]) -> None:
        """Some steps of an epoch (counted from 1) are done."""

    def epoch(self, row: Row) -> None:
        """An epoch is done; `row` is its line of the history."""


@dataclass(frozen=True)
class Samples:
    """Images uint8 (N, 28, 28), as the network sees them, and labels int64 (N,)."""

    images: np.ndarray
    labels: np.ndarray


def fit(
    recipe: Recipe,
    network: keras.Model,
    train: Samples,
    validation: Samples,
    *,
    seed: int,
    state: State | None = None,
    save: Callable[[State], None] = lambda state: None,
    observer: Observer | None = None,
    callbacks: tuple[keras.callbacks.Callback, ...] = (),
    teacher: Callable[[], keras.Model] | None = None,
) -> list[Row]:
    """Trains `network` in place, going on from `state` where there is one; returns the history, a row per epoch.

    `teacher` loads the network that a recipe with a teacher learns from, on the same pixels and of as many logits;
    where there is nothing left to train it is not asked.
    `save` is given the state before the first epoch, so that a full or read-only disk shows at once, and after each.
    Raises `RunError` when the loss is no longer finite or the state belongs to another network, `RecipeError` for a
    recipe that is not to be trained in this way.
    """
    trains = state is None or not _finished(recipe, state.history)
    model = _compiled(recipe, _in_training(recipe, network, teacher) if trains else network, len(train.labels))
    if state is None:
        state = State(variables=checkpoint.capture(model))
        save(state)
    checkpoint.restore(model, state.variables)
    all_callbacks = [*callbacks, _Reporter(observer)]
    classes = network.output_shape[-1]
    train_labels, validation_labels = (_targets(recipe, part.labels, classes) for part in (train, validation))
    held_out = batched(validation.images[..., None], validation_labels, VALIDATION_BATCH)
    while not _finished(recipe, state.history):
        epoch = len(state.history)
        _reseed(model, seed, epoch)
        order = permutation(seed, epoch, len(train.labels))
        started = time.perf_counter()
        batches = batched(train.images[order][..., None], train_labels[order], recipe.batch_size)
        with recipe.slips_in("training with its loss, one_hot and metrics", ValueError, TypeError):
            logs = _one_epoch(model, batches, held_out, epoch, all_callbacks)
        row = _row(model, epoch, time.perf_counter() - started, logs)
        state.history.append(row)
        state.variables = checkpoint.capture(model)
        if recipe.early_stopping is not None and best_epoch(state.history) == epoch:
            state.best = [np.asarray(weight) for weight in network.get_weights()]
        save(state)
        if observer:
            observer.epoch(row)
    if state.best:
        network.set_weights(state.best)
    return state.history


def best_epoch(history: list[Row]) -> int:
    """Index of the epoch with the least validation loss, the earliest of equals."""
    return int(np.argmin([row["val_loss"] for row in history]))


def _finished(recipe: Recipe, history: list[Row]) -> bool:
    if len(history) >= recipe.epochs:
        return True
    if recipe.early_stopping is None or not history:
        return False
    return len(history) - 1 - best_epoch(history) >= recipe.early_stopping


def _compiled(recipe: Recipe, network: keras.Layer, count: int) -> keras.Model:
    model = keras.Sequential([keras.layers.Input((28, 28, 1), dtype="uint8"), keras.layers.Rescaling(1 / 255)])
    if recipe.augment:
        with recipe.slips_in("augment()"):
            model.add(recipe.made("augment"))
            if model.output_shape != (None, 28, 28, 1):
                raise ValueError(f"must keep images (28, 28, 1), not make {model.output_shape[1:]} of them")
    with recipe.slips_in("adversarial()" if recipe.adversarial else "build()"):
        model.add(network)
    model.compile(
        optimizer=recipe.made("optimizer", recipe.steps(count)),
        loss=recipe.made("loss"),
        metrics=[_metric(name) for name in recipe.metrics],
        steps_per_execution=min(STEPS_PER_EXECUTION, max(1, count // recipe.batch_size)),
    )
    model.optimizer.build(model.trainable_variables)
    return model


def _in_training(recipe: Recipe, network: keras.Model, teacher: Callable[[], keras.Model] | None) -> keras.Layer:
    """What stands in the network's place while it trains."""
    if recipe.members is not None or (teacher is None) != (recipe.teacher is None):
        raise RecipeError(f"recipe {recipe.name}: stands on finished runs of others; inkdigits train sees to them")
    if teacher is not None:
        taught_by = teacher()
        if taught_by.output_shape != network.output_shape:
            raise RecipeError(f"recipe {recipe.name}: its teacher has another number of outcomes")
        return Taught(network, taught_by)
    return recipe.made("adversarial", network) if recipe.adversarial else network


def _metric(name: str) -> Any:
    # Keras' recall counts a class as found above a threshold; of logits, zero stands for one half.
    return keras.metrics.Recall(name="recall", thresholds=0.0) if name == "recall" else name


def _targets(recipe: Recipe, labels: np.ndarray, classes: int) -> np.ndarray:
    return np.eye(classes, dtype="float32")[labels] if recipe.one_hot else labels


def _one_epoch(
    model: keras.Model, batches: Any, held_out: Any, epoch: int, callbacks: list[keras.callbacks.Callback]
) -> dict[str, float]:
    history = model.fit(
        batches,
        shuffle=False,
        initial_epoch=epoch,
        epochs=epoch + 1,
        validation_data=held_out,
        callbacks=callbacks,
        verbose=0,
    )
    logs = {name: float(values[-1]) for name, values in history.history.items()}
    for name in ("loss", "val_loss"):
        if not np.isfinite(logs[name]):
            raise RunError(f"epoch {epoch + 1}: the {name} is {logs[name]}; lower the learning rate")
    return logs


def _row(model: keras.Model, epoch: int, seconds: float, logs: dict[str, float]) -> Row:
    rate = float(keras.ops.convert_to_numpy(model.optimizer.learning_rate))
    return {"epoch": epoch + 1, "seconds": round(seconds, 3), "learning_rate": rate, **logs}


def _reseed(model: keras.Model, seed: int, epoch: int) -> None:
    """Gives every source of randomness in the model a state that seed, epoch and its place decide."""
    for place, variable in enumerate(filter(checkpoint.is_seed_state, model.variables)):
        drawn = np.random.default_rng([seed, epoch, place]).integers(0, 2**31, size=tuple(variable.shape))
        variable.assign(drawn.astype(variable.dtype))


class _Reporter(keras.callbacks.Callback):
    """Tells an observer of the steps."""

    def __init__(self, observer: Observer | None) -> None:
        super().__init__()
        self.observer = observer

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.number = epoch + 1

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        if self.observer:
            self.observer.step(self.number, batch + 1, self.params["steps"], logs or {})

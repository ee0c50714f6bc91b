"""What a recipe is: a network, the plan to train it, and what its authors published."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from inkdigits.datasets import DigitImages
from inkdigits.errors import RecipeError
from inkdigits.layers import RandomAffine
from inkdigits.recipes import slips

if TYPE_CHECKING:
    from optuna.trial import BaseTrial

LabelledInk = tuple[list[np.ndarray], np.ndarray]
"""Ink of any size, each uint8 (H, W), and its labels, int64 (N,)."""

_FORMS = {
    "name title data protocol": (slips.is_text, "text"),
    "teacher variant_of": (slips.perhaps(slips.is_text), "text or None"),
    "build optimizer loss": (slips.is_function, "a function, not what it makes"),
    "augment extra_ink adversarial search_space": (
        slips.perhaps(slips.is_function),
        "a function, not what it makes, or None",
    ),
    "one_hot": (slips.is_switch, "True or False"),
    "epochs batch_size": (slips.is_count, "a whole number from 1 on"),
    "early_stopping": (slips.perhaps(slips.is_count), "a whole number from 1 on, or None"),
    "members": (slips.perhaps(slips.is_members), "a recipe's name and a whole number from 1 on, such as ('best', 5)"),
}
_FIGURES = {
    "source": (slips.is_text, "text"),
    "accuracy loss macro_recall": (slips.perhaps(slips.is_number), "a number such as 0.99, or None"),
}


@dataclass(frozen=True)
class Published:
    """Figures that a system's authors report; a figure they leave out is None."""

    source: str
    accuracy: float | None = None
    loss: float | None = None
    macro_recall: float | None = None
    images: int = 10_000

    def __post_init__(self) -> None:
        slips.check_fields("published", self, _FIGURES)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One system, whole. `dataclasses.replace(RECIPE, name=..., variant_of=...)` makes a variant of it.

    `build()` returns the network: float32 (N, 28, 28, 1) in [0, 1] -> logits (N, classes). `optimizer(steps)` and
    `loss()` return fresh Keras objects, `steps` being the optimiser's steps in the whole plan. `augment()` returns a
    layer that distorts training images in [0, 1]. `extra_ink(digits, seed)` makes more training ink of the training
    images, with labels; the label after the last class stands for several digits in one image, the one after that for
    no digit at all, and the network then has two logits more for them; what higher labels mean, `loss` knows.
    `adversarial(network)` returns a layer that stands in the network's place while it trains, with an adversary.
    `members`, a recipe's name and a number, makes the network of that many finished runs of that recipe: `build()` then
    returns an `Ensemble` of as many networks, and nothing is trained but them. `teacher` names a recipe whose
    finished run of the same seed the network learns to answer like, on the distorted images.
    `early_stopping` is a patience in epochs, on validation loss; the weights of the best epoch are kept.
    `search_space(trial)` asks an Optuna trial for choices and returns the recipe that they make; `inkdigits tune`
    searches it.
    """

    name: str
    title: str
    build: Callable[[], keras.Model]
    optimizer: Callable[[int], keras.optimizers.Optimizer]
    loss: Callable[[], keras.losses.Loss]
    epochs: int
    batch_size: int
    data: str = "mnist"
    protocol: str = "standard"
    one_hot: bool = False
    augment: Callable[[], keras.Layer] | None = None
    extra_ink: Callable[[DigitImages, int], LabelledInk] | None = None
    adversarial: Callable[[keras.Model], keras.Layer] | None = None
    members: tuple[str, int] | None = None
    teacher: str | None = None
    early_stopping: int | None = None
    metrics: tuple[str, ...] = ("accuracy",)
    search_space: Callable[[BaseTrial], Recipe] | None = None
    published: Published | None = None
    variant_of: str | None = None
    origin: str = field(default="", compare=False)  # the file it was read from, for recipes given by path

    def __post_init__(self) -> None:
        slips.check_fields(f"recipe {self.name}", self, _FORMS)
        for key in ("epochs", "batch_size", "early_stopping"):
            if getattr(self, key) is not None:
                object.__setattr__(self, key, int(getattr(self, key)))  # a manifest has no NumPy numbers
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", self.name):
            raise RecipeError(f"recipe {self.name!r}: a name is made of letters, digits, '.', '_' and '-' alone")
        if not isinstance(self.published, Published | None):
            raise RecipeError(f"recipe {self.name}: published must be a Published(...) or None")
        if sum(way is not None for way in (self.members, self.teacher, self.adversarial)) > 1:
            raise RecipeError(f"recipe {self.name}: members, teacher and adversarial exclude each other")
        if not set(self.metrics) <= {"accuracy", "recall"} or "accuracy" not in self.metrics:
            raise RecipeError(f"recipe {self.name}: metrics must be accuracy, with or without recall")

    def steps(self, images: int) -> int:
        """The optimiser's steps in the whole plan with that many training images."""
        return -(-images // self.batch_size) * self.epochs

    def slips_in(self, part: str, *kinds: type[Exception]) -> AbstractContextManager[None]:
        """While that part of the recipe runs, errors of these kinds, all if none is named, become one line."""
        return slips.slips_told(f"recipe {self.name}: {part}", kinds or (Exception,))

    def made(self, part: str, *given: Any) -> Any:
        """What `optimizer`, `loss`, `augment` or `adversarial` returns; raises `RecipeError` where that is no such."""
        with self.slips_in(f"{part}()"):
            thing = getattr(self, part)(*given)
        kind = slips.MADE[part]
        if not isinstance(thing, kind):
            found = type(thing).__name__
            raise RecipeError(f"recipe {self.name}: {part}() fails: must return a Keras {kind.__name__}, not {found}")
        if isinstance(thing, keras.optimizers.Optimizer) and thing.use_ema:
            raise RecipeError(f"recipe {self.name}: optimizer() must not use_ema: it averages after each validation")
        return thing

    def check_stands_alone(self) -> None:
        """Raises `RecipeError` for a network that is nothing without finished runs of other recipes."""
        if self.members is not None or self.teacher is not None:
            raise RecipeError(f"recipe {self.name}: stands on runs of other recipes; inkdigits train sees to them")

    def plan(self, images: int) -> dict[str, Any]:
        """The recipe as JSON holds it, for the manifest of a run with that many training images."""
        plain = {key: getattr(self, key) for key in ("name", "title", "epochs", "batch_size", "data", "protocol")}
        plain |= {key: getattr(self, key) for key in ("one_hot", "early_stopping", "metrics", "variant_of", "origin")}
        plain["metrics"] = list(self.metrics)
        plain["published"] = asdict(self.published) if self.published else None
        optimizer = self.made("optimizer", self.steps(images))
        with self.slips_in("optimizer()"):
            plain["optimizer"] = _config(optimizer, "learning_rate", "weight_decay", "beta_1", "beta_2")
        with self.slips_in("loss()"):
            plain["loss"] = _config(self.made("loss"), "label_smoothing")
        with self.slips_in("augment()"):
            plain["augmentation"] = _augmentation(self.made("augment")) if self.augment else None
        with self.slips_in("extra_ink()"):
            if self.extra_ink is not None:
                plain["extra_ink"] = f"{self.extra_ink.__module__}.{self.extra_ink.__qualname__}"
        if self.adversarial is not None:
            layer = self.made("adversarial", self.build())
            with self.slips_in("adversarial()"):
                plain["adversarial"] = _config(layer, "epsilon", "steps", "step_size", "beta")
        if self.members is not None:
            plain["members"] = [self.members[0], int(self.members[1])]
        if self.teacher is not None:
            plain["teacher"] = self.teacher
        with self.slips_in("a number of its plan"):
            return dict(json.loads(json.dumps(plain, allow_nan=False, default=lambda number: number.item())))


def adam(steps: int) -> keras.optimizers.Optimizer:
    """Adam with Keras' defaults: a constant rate of 0.001."""
    return keras.optimizers.Adam()


def one_cycle(steps: int, peak: float = 5e-3) -> keras.optimizers.Optimizer:
    """AdamW whose rate climbs to `peak` in the first quarter of the steps and then falls to zero (Smith, 2018)."""
    climb = steps // 4
    rate = keras.optimizers.schedules.CosineDecay(peak / 10, steps - climb, warmup_target=peak, warmup_steps=climb)
    return keras.optimizers.AdamW(rate, weight_decay=0.01)


def slight_affine() -> keras.Layer:
    """Up to 8 degrees, 10 % slant and zoom, 1 pixel."""
    return RandomAffine(rotation=8, shear=0.1, zoom=0.1, shift=1.0)


def cross_entropy() -> keras.losses.Loss:
    """Cross-entropy of logits against labels 0..9."""
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def one_hot_cross_entropy() -> keras.losses.Loss:
    """Cross-entropy of logits against one-hot labels."""
    return keras.losses.CategoricalCrossentropy(from_logits=True)


def _augmentation(layer: keras.Layer) -> Any:
    if isinstance(layer, keras.Sequential):
        return [_augmentation(part) for part in layer.layers]
    return _config(layer, "rotation", "shear", "zoom", "shift", "amount", "points", "strength")


def _config(part: Any, *keys: str) -> dict[str, Any]:
    """The class of a Keras object and these of its settings; a schedule among them is told in the same way."""
    config = part.get_config()
    told: dict[str, Any] = {"class": type(part).__name__}
    for key in keys:
        value = config.get(key)
        if isinstance(value, dict) and "config" in value:
            value = {"class": value["class_name"]} | {k: v for k, v in value["config"].items() if k != "name"}
        if value is not None:
            told[key] = value
    return told

"""What a model says of images, and the forms in which it is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Recognition(NamedTuple):
    """What a model says of N images.

    `probabilities` float32 (N, classes), given that each is one of the classes; `digit_probability` float32 (N,), that
    it is, 1 from models that do not know; `several_probability` float32 (N,), that it is more than one of them, 0 from
    models that do not know; `digit_images` uint8 (N, 28, 28), what the network saw.
    """

    probabilities: np.ndarray
    digit_probability: np.ndarray
    several_probability: np.ndarray
    digit_images: np.ndarray

    @property
    def joint(self) -> np.ndarray:
        """The probability of being one of the classes, and that one: float32 (N, classes)."""
        return self.probabilities * self.digit_probability[:, np.newaxis]

    @property
    def other_probability(self) -> np.ndarray:
        """That it is neither one of the classes nor several: float32 (N,)."""
        return np.maximum(0, 1 - self.digit_probability - self.several_probability)

    @property
    def accepted(self) -> np.ndarray:
        """Which images are likelier one of the classes than none: bool (N,)."""
        return self.digit_probability >= 0.5

    def ranked(self, classes: Sequence[str], top: int) -> list[tuple[tuple[str | None, float], ...]]:
        """For each image its `top` likeliest classes, each with its joint probability, the likeliest first.

        The first is None, with the probability that it is none of `classes`, where that is the likelier.
        """
        order = (-self.joint).argsort(axis=1, kind="stable")[:, :top]
        found: list[tuple[tuple[str | None, float], ...]] = []
        for row, likeliest, digit, accepted in zip(
            self.joint, order, self.digit_probability, self.accepted, strict=True
        ):
            named = [(classes[i], float(row[i])) for i in likeliest]
            found.append(tuple(named if accepted else [(None, 1 - float(digit)), *named][:top]))
        return found


def label_scores(ranked: Sequence[tuple[str | None, float]]) -> list[dict[str, str | float]]:
    """One image's classes, as `Recognition.ranked` gives them, in the form of Hugging Face's pipelines."""
    return [{"label": name or "no digit", "score": score} for name, score in ranked]

"""The training images that the network finds most like a digit: nearest in its penultimate layer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from inkdigits.datasets import DigitImages
from inkdigits.explanations.digit_network import DigitNetwork
from inkdigits.recognizer import Recognizer

MOST = 10_000  # training images looked through; they are recognised anew in each process, in about two seconds


class Neighbour(NamedTuple):
    """A training image as the network saw it, uint8 (28, 28), its class, and how far its activations are away."""

    label: int
    distance: float
    digit_image: np.ndarray


class Neighbourhood:
    """At most 10,000 of the training images, evenly drawn, with what the penultimate layer makes of them."""

    def __init__(self, recognizer: Recognizer, network: DigitNetwork, training: DigitImages) -> None:
        if len(training) > MOST:
            training = training.take(np.arange(MOST) * len(training) // MOST)
        self._labels = training.labels
        self._images = recognizer.digit_images(training.images)
        self._activations = network.activations(self._images)
        self._squares = (self._activations**2).sum(axis=1)

    def nearest(self, activations: np.ndarray, count: int) -> list[tuple[Neighbour, ...]]:
        """For each row of `activations`, float32 (N, features), its `count` nearest by Euclidean distance, in order."""
        found = []
        for row in activations:
            squares = np.maximum(0, self._squares - 2 * self._activations @ row + (row**2).sum())
            order = squares.argsort(kind="stable")[:count]
            found.append(
                tuple(Neighbour(int(self._labels[i]), float(squares[i] ** 0.5), self._images[i]) for i in order)
            )
        return found

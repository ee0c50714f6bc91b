"""Explainer: digit images -> the ink that counted, and the nearest training images."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inkdigits.datasets import DigitImages
from inkdigits.explanations.digit_network import DigitNetwork
from inkdigits.explanations.neighbours import Neighbour, Neighbourhood
from inkdigits.explanations.occlusion import occlusion_map
from inkdigits.explanations.training_images import training_images
from inkdigits.recognizer import Recognizer
from inkdigits.settings import settings

NEIGHBOURS = 5


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why `digit_image`, uint8 (28, 28), is taken for class `label`, the likeliest, even where it is likelier none.

    `probability`: of being one of the classes, and that one. `occlusion` float32 (28, 28): how much log probability the
    class loses without the ink around each pixel. `neighbours`: the five nearest training images, the nearest first;
    none where those images are not at hand.
    """

    digit_image: np.ndarray
    label: int
    probability: float
    occlusion: np.ndarray
    neighbours: tuple[Neighbour, ...]


class Explainer:
    """Explains what a recogniser sees; one object may serve several threads at once.

    Args:
        recognizer: whose digits are to be explained.
        training: the images it was trained on; None finds them by what its bundle tells, if they are on this machine.
        threads: processor threads for one batch, 0 for one per usable core; None takes `INKDIGITS_THREADS`.

    Up to 10,000 of the training images are recognised at once, which takes a second or two. Raises `BundleError` for
    a model that does not go on from its digit image.
    """

    def __init__(
        self, recognizer: Recognizer, training: DigitImages | None = None, *, threads: int | None = None
    ) -> None:
        self._network = DigitNetwork(recognizer.bundle, settings().threads if threads is None else threads)
        known = training_images(recognizer.bundle) if training is None else training
        self._neighbourhood = Neighbourhood(recognizer, self._network, known) if known else None

    @property
    def knows_training_images(self) -> bool:
        """Whether explanations have neighbours."""
        return self._neighbourhood is not None

    def explain(self, digit_images: np.ndarray) -> list[Explanation]:
        """Explains the likeliest class of each of `digit_images`, uint8 (N, 28, 28), N > 0, not centred anew."""
        around: list[tuple[Neighbour, ...]] = [()] * len(digit_images)
        if self._neighbourhood is not None:
            around = self._neighbourhood.nearest(self._network.activations(digit_images), NEIGHBOURS)
        found = []
        for image, joint, neighbours in zip(digit_images, self._network.joint(digit_images), around, strict=True):
            label = int(joint.argmax())
            occlusion = occlusion_map(self._network.joint, image, label)
            found.append(Explanation(image, label, float(joint[label]), occlusion, neighbours))
        return found

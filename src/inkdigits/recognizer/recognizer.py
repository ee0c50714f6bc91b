"""Recognizer: ink to probabilities, in one pass over all that the model says."""

from __future__ import annotations

import os

import numpy as np

from inkdigits.bundle import PRETRAINED, Bundle, load_bundle
from inkdigits.errors import BundleError
from inkdigits.recognizer.ink_batches import Ink, batches, checked_ink
from inkdigits.recognizer.recognition import Recognition, label_scores
from inkdigits.recognizer.session import DIGIT_SIDE, OPTIONAL, ORT_ERRORS, check_model, first_line, open_session
from inkdigits.settings import settings

_OUTPUTS = ("probabilities", *OPTIONAL, "digit_image")


class Recognizer:
    """Recognises single digits with a bundle's model; one object may serve several threads at once.

    Args:
        bundle: a bundle, the path of its folder, or None for the one that ships with inkdigits.
        threads: processor threads for one batch, 0 for one per usable core; None takes `INKDIGITS_THREADS`.

    Raises `BundleError` when the bundle is missing or damaged, `InkdigitsError` for a negative `threads`.
    """

    def __init__(self, bundle: str | os.PathLike[str] | Bundle | None = None, *, threads: int | None = None) -> None:
        self.bundle = bundle if isinstance(bundle, Bundle) else load_bundle(PRETRAINED if bundle is None else bundle)
        self.classes = self.bundle.classes
        self._session = open_session(self.bundle, settings().threads if threads is None else threads)
        check_model(self.bundle, self._session)
        self._outputs = {node.name for node in self._session.get_outputs()}

    def predict_proba(self, ink: Ink) -> np.ndarray:
        """Calibrated probabilities, float32 (N, classes); raises `ImageError` for unfit ink."""
        return self.recognise(ink).probabilities

    def digit_images(self, ink: Ink) -> np.ndarray:
        """What the network saw: uint8 (N, 28, 28), centred and scaled; raises `ImageError` for unfit ink."""
        return self.recognise(ink).digit_images

    def predict(self, ink: Ink) -> np.ndarray:
        """The likeliest class of each image, int64 (N,); raises `ImageError` for unfit ink."""
        return self.predict_proba(ink).argmax(axis=1).astype(np.int64)

    def label_scores(self, ink: Ink, top: int = 5) -> list[list[dict[str, str | float]]]:
        """For each image `[{"label": "5", "score": 0.99}, ...]`, the likeliest first, as Hugging Face's pipelines do.

        "no digit" comes first where an image is likelier none of the classes. Raises `ImageError` for unfit ink.
        """
        return [label_scores(ranked) for ranked in self.recognise(ink).ranked(self.classes, top)]

    def recognise(self, ink: Ink) -> Recognition:
        """Everything the model says of each image, from one pass; raises `ImageError` for unfit ink.

        `BundleError` where the model fails on it, or gives no numbers.
        """
        images = checked_ink(ink)
        seen = Recognition(
            np.empty((len(images), len(self.classes)), np.float32),
            np.ones(len(images), np.float32),
            np.zeros(len(images), np.float32),
            np.empty((len(images), DIGIT_SIDE, DIGIT_SIDE), np.uint8),
        )
        outputs = dict(zip(_OUTPUTS, seen, strict=True))
        wanted = [name for name in _OUTPUTS if name in self._outputs]
        for indices, batch in batches(images):
            try:
                found = self._session.run(wanted, {"ink": batch})
            except ORT_ERRORS as error:
                raise BundleError(f"{self.bundle.model_path}: the model fails: {first_line(error)}") from error
            for name, part in zip(wanted, found, strict=True):
                outputs[name][indices] = part
        # NaN is no JSON, and would be read as "0".
        if not all(np.isfinite(outputs[name]).all() for name in wanted[:-1]):
            raise BundleError(f"{self.bundle.model_path}: gives what is no number for some image; export it again")
        return seen

"""The network behind the pixel contract, for digit images that are not to be centred anew."""

from __future__ import annotations

import numpy as np

from inkdigits.bundle import Bundle
from inkdigits.errors import BundleError
from inkdigits.explanations.onnx_graph import ACTIVATIONS, behind_the_contract
from inkdigits.recognizer import batches
from inkdigits.recognizer.session import ORT_ERRORS, first_line, open_session


class DigitNetwork:
    """A bundle's model from the digit image on; one object may serve several threads at once.

    `threads` are the processor threads for one batch, 0 for one per usable core. Raises `BundleError` for a model that
    cannot be cut there.
    """

    def __init__(self, bundle: Bundle, threads: int) -> None:
        self._path = bundle.model_path
        try:
            model = behind_the_contract(bundle.read_model())
        except BundleError as error:
            raise BundleError(f"{self._path}: {error}") from error
        self._session = open_session(bundle, threads, model)
        names = [node.name for node in self._session.get_outputs()]
        self._joint = [name for name in ("probabilities", "digit_probability") if name in names]

    def joint(self, digit_images: np.ndarray) -> np.ndarray:
        """The probability of being one of the classes, and that one, for uint8 (N, 28, 28): float32 (N, classes)."""
        probabilities, *digit_probability = self._run(self._joint, digit_images)
        return probabilities * digit_probability[0][:, np.newaxis] if digit_probability else probabilities

    def activations(self, digit_images: np.ndarray) -> np.ndarray:
        """What reaches the last layer with weights, for uint8 (N, 28, 28): float32 (N, features)."""
        return self._run([ACTIVATIONS], digit_images)[0].reshape(len(digit_images), -1)

    def _run(self, outputs: list[str], digit_images: np.ndarray) -> list[np.ndarray]:
        """The `outputs` for all images, N > 0."""
        parts = []
        for _, batch in batches(digit_images):
            try:
                parts.append(self._session.run(outputs, {"digit_image": batch}))
            except ORT_ERRORS as error:
                raise BundleError(f"{self._path}: the model fails: {first_line(error)}") from error
        return [np.concatenate(found) for found in zip(*parts, strict=True)]

"""Ink to probabilities: one ONNX Runtime session over a bundle's model, fed in bounded batches."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as ort_state

from inkdigits.bundle import PRETRAINED, Bundle, load_bundle
from inkdigits.errors import BundleError, ImageError, InkdigitsError
from inkdigits.settings import settings

# The two together bound the memory of a run: the network's activations, and the float copies of large images.
MAX_IMAGES_PER_RUN = 256
MAX_PIXELS_PER_RUN = 4 * 1024**2
_DIGIT_SIDE = 28

# ONNX Runtime's exceptions share no base class but Exception.
_ORT_ERRORS = (
    ort_state.EPFail,
    ort_state.Fail,
    ort_state.InvalidArgument,
    ort_state.InvalidGraph,
    ort_state.InvalidProtobuf,
    ort_state.NoSuchFile,
    ort_state.NotImplemented,
    ort_state.RuntimeException,
    RuntimeError,
    ValueError,
)

Ink = np.ndarray | Sequence[np.ndarray]
"""uint8, 255 = ink: (N, H, W), one (H, W), or a sequence of (H, W) whose sizes may differ."""


_OUTPUTS = ("probabilities", "digit_probability", "several_probability", "digit_image")  # those between are optional


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
        self._session = _open_session(self.bundle, settings().threads if threads is None else threads)
        _check_model(self.bundle, self._session)
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
        """Everything the model says of each image, from one pass; raises `ImageError` for unfit ink."""
        images = _checked(ink)
        seen = Recognition(
            np.empty((len(images), len(self.classes)), np.float32),
            np.ones(len(images), np.float32),
            np.zeros(len(images), np.float32),
            np.empty((len(images), _DIGIT_SIDE, _DIGIT_SIDE), np.uint8),
        )
        outputs = dict(zip(_OUTPUTS, seen, strict=True))
        wanted = [name for name in _OUTPUTS if name in self._outputs]
        for indices, batch in batches(images):
            try:
                found = self._session.run(wanted, {"ink": batch})
            except _ORT_ERRORS as error:
                raise BundleError(f"{self.bundle.model_path}: the model fails: {_first_line(error)}") from error
            for name, part in zip(wanted, found, strict=True):
                outputs[name][indices] = part
        return seen


def _open_session(bundle: Bundle, threads: int) -> ort.InferenceSession:
    """One sequential session on the processor with `threads` threads (0: one per usable core)."""
    if threads < 0:
        raise InkdigitsError(f"threads={threads}: must be 0 (one per core) or more")
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads or usable_cores()
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 4  # what goes wrong is raised as BundleError, not logged as well
    try:
        return ort.InferenceSession(str(bundle.model_path), options, providers=["CPUExecutionProvider"])
    except _ORT_ERRORS as error:
        raise BundleError(f"{bundle.model_path}: not a usable ONNX model: {_first_line(error)}") from error


def _check_model(bundle: Bundle, session: ort.InferenceSession) -> None:
    """Raises `BundleError` unless the model takes ink and gives what `Recognizer` promises."""
    promised = "ink uint8 [N, H, W] -> probabilities float32 [N, classes], digit_image uint8 [N, 28, 28]"
    inputs = [(node.name, node.type, len(node.shape)) for node in session.get_inputs()]
    names = {node.name for node in session.get_outputs()}
    if inputs != [("ink", "tensor(uint8)", 3)] or not names >= {"probabilities", "digit_image"}:
        raise BundleError(f"{bundle.model_path}: the model must be {promised}")
    try:
        # Exporters leave output sizes open, so only a run tells them.
        outputs = session.run(["probabilities", "digit_image"], {"ink": np.full((2, 9, 5), 255, np.uint8)})
    except _ORT_ERRORS as error:
        raise BundleError(f"{bundle.model_path}: the model fails: {_first_line(error)}") from error
    found = [(output.dtype, output.shape) for output in outputs]
    side, count = _DIGIT_SIDE, len(bundle.classes)
    if found != [(np.float32, (2, count)), (np.uint8, (2, side, side))]:
        raise BundleError(f"{bundle.model_path}: the model must be {promised}, and model.json names {count} classes")


def _checked(ink: Ink) -> np.ndarray | list[np.ndarray]:
    """`ink` as uint8 (N, H, W) or a list of uint8 (H, W); raises `ImageError` when it is neither."""
    if isinstance(ink, np.ndarray):
        images: np.ndarray | list[np.ndarray] = ink[np.newaxis] if ink.ndim == 2 else ink
        _check_array("ink", ink, (2, 3), "(N, H, W) or (H, W)")
        return images
    if not isinstance(ink, Sequence) or isinstance(ink, str | bytes):
        raise ImageError(f"ink must be a uint8 array or a list of them, not {type(ink).__name__}")
    for index, image in enumerate(ink):
        if not isinstance(image, np.ndarray):
            raise ImageError(f"ink[{index}] must be a uint8 array, not {type(image).__name__}")
        _check_array(f"ink[{index}]", image, (2,), "(H, W)")
    return list(ink)


def _check_array(name: str, array: np.ndarray, dimensions: tuple[int, ...], form: str) -> None:
    if array.dtype != np.uint8:
        raise ImageError(f"{name} must be uint8 with 255 = ink, not {array.dtype}; scale it to 0..255 first")
    if array.ndim not in dimensions:
        raise ImageError(f"{name} must have the shape {form}, not {array.shape}")
    if 0 in array.shape[-2:] and not (array.ndim == 3 and len(array) == 0):
        raise ImageError(f"{name} of shape {array.shape} is an empty image")


def batches(images: np.ndarray | list[np.ndarray]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yields (indices into `images`, uint8 batch (n, H, W)), each batch within the two bounds."""
    if isinstance(images, np.ndarray):
        size = _images_per_run(*images.shape[1:]) if len(images) else 1
        for start in range(0, len(images), size):
            batch = images[start : start + size]
            yield np.arange(start, start + len(batch)), np.ascontiguousarray(batch)
        return
    # Like sizes side by side keep the padding small.
    pending: list[int] = []
    height = width = 0
    for index in sorted(range(len(images)), key=lambda i: (max(images[i].shape), images[i].shape)):
        tallest, widest = max(height, images[index].shape[0]), max(width, images[index].shape[1])
        full = len(pending) >= _images_per_run(tallest, widest)
        if pending and (full or max(images[index].shape) > 2 * max(images[pending[0]].shape)):
            yield np.array(pending), _padded([images[i] for i in pending], height, width)
            pending, (tallest, widest) = [], images[index].shape
        pending.append(index)
        height, width = tallest, widest
    if pending:
        yield np.array(pending), _padded([images[i] for i in pending], height, width)


def _images_per_run(height: int, width: int) -> int:
    return max(1, min(MAX_IMAGES_PER_RUN, MAX_PIXELS_PER_RUN // (height * width)))


def _padded(images: list[np.ndarray], height: int, width: int) -> np.ndarray:
    """Stacks the images, paper to the right and below: the model finds the ink's box, so all is as before."""
    batch = np.zeros((len(images), height, width), np.uint8)
    for row, image in zip(batch, images, strict=True):
        row[: image.shape[0], : image.shape[1]] = image
    return batch


def usable_cores() -> int:
    """Cores this process may use: a container or `taskset` may grant fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]

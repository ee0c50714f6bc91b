"""Uploaded digit images, of one or many requests -> the digit on each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from inkdigits.errors import ImageError
from inkdigits.ink import load_ink
from inkdigits.pictures.decoding import check_size, opened_picture
from inkdigits.recognizer import Recognizer
from inkdigits.serving.options import Limits
from inkdigits.serving.uploads import Upload

_DECIMALS = 6
_ENOUGH_PIXELS = 2**20  # in one batch; its memory stays that of the largest request, more or less


def classify_requests(
    recognizer: Recognizer, limits: Limits, requests: Iterator[list[Upload]]
) -> list[dict[str, Any] | ImageError]:
    """The JSON of `ClassifyAnswer` for each request that it takes, in one run of the model.

    In the place of an answer stands an `ImageError` that names the image that cannot be read or holds no ink.
    """
    taken: list[tuple[list[Upload], list[np.ndarray] | ImageError]] = []
    pixels = 0
    for uploads in requests:
        try:
            inks = inks_of(uploads, limits)
        except ImageError as error:
            taken.append((uploads, error))
            continue
        taken.append((uploads, inks))
        pixels += sum(ink.size for ink in inks)
        if pixels >= _ENOUGH_PIXELS:
            break
    rows = _recognised(recognizer, [ink for _, inks in taken if not isinstance(inks, ImageError) for ink in inks])
    classes = recognizer.classes
    return [
        inks
        if isinstance(inks, ImageError)
        else {"answers": [_answer(upload.name, *row, classes) for upload, row in zip(uploads, rows, strict=False)]}
        for uploads, inks in taken
    ]


def inks_of(uploads: list[Upload], limits: Limits) -> list[np.ndarray]:
    """Each picture as ink, uint8 (H, W); raises `ImageError` for one unreadable, blank or past the limits."""
    inks, room = [], limits.pixels
    for upload in uploads:
        with opened_picture(upload.content, upload.name) as picture:
            check_size(*picture.size, upload.name, limits.pixels)
            ink = load_ink(picture, name=upload.name)
        if not ink.any():
            raise ImageError(f"{upload.name}: there is no ink on this image; nothing to recognise")
        room -= ink.size
        if room < 0:
            raise ImageError(f"{upload.name}: the images together have more than {limits.pixels // 10**6} megapixels")
        inks.append(ink)
    return inks


def _recognised(recognizer: Recognizer, inks: list[np.ndarray]) -> Iterator[tuple[list[float], list[int], float, bool]]:
    """For each ink: the probabilities of being a digit and that one, their order, that of being any, whether it is."""
    if not inks:
        return iter(())
    seen = recognizer.recognise(inks)
    orders = (-seen.joint).argsort(axis=1, kind="stable")
    columns = (seen.joint, orders, seen.digit_probability, seen.accepted)
    return zip(*(column.tolist() for column in columns), strict=True)


def _answer(
    name: str, joint: list[float], order: list[int], is_digit: float, accepted: bool, classes: tuple[str, ...]
) -> dict[str, Any]:
    others = order[1:] if accepted else order
    confidence = joint[order[0]] if accepted else 1 - is_digit
    return {
        "image": name,
        "value": classes[order[0]] if accepted else None,
        "confidence": round(confidence, _DECIMALS),
        "alternatives": {classes[i]: round(joint[i], _DECIMALS) for i in others},
    }

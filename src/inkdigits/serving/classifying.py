"""One or many uploaded digit images -> the digit on each."""

from __future__ import annotations

from typing import Any

import numpy as np

from inkdigits.errors import ImageError
from inkdigits.ink import load_ink
from inkdigits.recognizer import Recognizer
from inkdigits.serving.bounded_reading import check_pixels
from inkdigits.serving.options import Limits
from inkdigits.serving.uploads import Upload

_DECIMALS = 6
_REJECTED = 0.5  # an image of less probability of being a digit is called none


def classify_uploads(recognizer: Recognizer, uploads: list[Upload], limits: Limits) -> dict[str, Any]:
    """The JSON of `ClassifyAnswer`; raises `ImageError` naming the image that cannot be read or holds no ink."""
    inks, room = [], limits.pixels
    for upload in uploads:
        check_pixels(upload, limits.pixels)
        ink = load_ink(upload.content, name=upload.name)
        if not ink.any():
            raise ImageError(f"{upload.name}: there is no ink on this image; nothing to recognise")
        room -= ink.size
        if room < 0:
            raise ImageError(f"{upload.name}: the images together have more than {limits.pixels // 10**6} megapixels")
        inks.append(ink)
    seen = recognizer.recognise(inks)
    rows = zip(uploads, seen.probabilities, seen.digit_probability.tolist(), strict=True)
    return {
        "answers": [_answer(upload.name, likely * is_digit, is_digit, recognizer) for upload, likely, is_digit in rows]
    }


def _answer(name: str, joint: np.ndarray, is_digit: float, recognizer: Recognizer) -> dict[str, Any]:
    """`joint` float32 (classes,), the probability of being a digit and that one; `is_digit`, of being any."""
    order = (-joint).argsort(kind="stable").tolist()
    others = order if is_digit < _REJECTED else order[1:]
    return {
        "image": name,
        "value": None if is_digit < _REJECTED else recognizer.classes[order[0]],
        "confidence": round(1 - is_digit if is_digit < _REJECTED else float(joint[order[0]]), _DECIMALS),
        "alternatives": {recognizer.classes[i]: round(float(joint[i]), _DECIMALS) for i in others},
    }

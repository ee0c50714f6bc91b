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
    rows = zip(uploads, seen.joint, seen.digit_probability.tolist(), seen.accepted.tolist(), strict=True)
    classes = recognizer.classes
    return {"answers": [_answer(upload.name, joint, one, kept, classes) for upload, joint, one, kept in rows]}


def _answer(name: str, joint: np.ndarray, is_digit: float, accepted: bool, classes: tuple[str, ...]) -> dict[str, Any]:
    """`joint` float32 (classes,), the probability of being a digit and that one; `is_digit`, of being any."""
    order = (-joint).argsort(kind="stable").tolist()
    others = order[1:] if accepted else order
    confidence = float(joint[order[0]]) if accepted else 1 - is_digit
    return {
        "image": name,
        "value": classes[order[0]] if accepted else None,
        "confidence": round(confidence, _DECIMALS),
        "alternatives": {classes[i]: round(float(joint[i]), _DECIMALS) for i in others},
    }

"""An uploaded digit -> why it is taken for what it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from inkdigits.explanations import Explainer
from inkdigits.explanations.picture import map_picture
from inkdigits.pictures.data_url import png_url
from inkdigits.pictures.decoding import decoding, opened_picture
from inkdigits.reading import Reader
from inkdigits.recognizer.session import DIGIT_SIDE
from inkdigits.serving.classifying import inks_of
from inkdigits.serving.options import Limits
from inkdigits.serving.problems import Unfit
from inkdigits.serving.uploads import Upload


def explain_upload(
    explainer: Callable[[], Explainer], reader: Reader, upload: Upload, seen: bool, limits: Limits
) -> dict[str, Any]:
    """The JSON of `ExplainAnswer`; with `seen` the picture is a digit image, and is not centred anew.

    Raises `ImageError` for a picture past the limits, unreadable or blank, `Unfit` for one that is no digit image.
    """
    recognizer = reader.recognizer
    digit_images = _digit_image(upload) if seen else recognizer.digit_images(inks_of([upload], limits))
    (found,) = explainer().explain(digit_images)
    return {
        "image": upload.name,
        "value": recognizer.classes[found.label],
        "probability": round(found.probability, 6),
        "occlusion": found.occlusion.astype(float).round(3).tolist(),
        "digit": png_url(found.digit_image),
        "map": png_url(map_picture(found)[..., ::-1]),
        "neighbours": [
            {
                "value": recognizer.classes[neighbour.label],
                "distance": round(neighbour.distance, 3),
                "image": png_url(neighbour.digit_image),
            }
            for neighbour in found.neighbours
        ],
    }


def _digit_image(upload: Upload) -> np.ndarray:
    """The picture as it is, uint8 (1, 28, 28)."""
    with opened_picture(upload.content, upload.name) as picture:
        if picture.size != (DIGIT_SIDE, DIGIT_SIDE) or picture.mode != "L":
            raise Unfit(f"{upload.name}: is not what the network saw: {DIGIT_SIDE} x {DIGIT_SIDE} pixels in grey")
        with decoding(upload.name):
            return np.array(picture)[np.newaxis]

"""Pictures as text, to be shown where no file can be: data: URLs."""

from __future__ import annotations

import base64

import cv2
import numpy as np


def png_url(image: np.ndarray) -> str:
    """A uint8 (H, W) image, as it is."""
    return data_url("png", cv2.imencode(".png", image)[1].tobytes())


def data_url(kind: str, content: bytes) -> str:
    """A file's content; `kind` is "png", "jpeg", ..."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"

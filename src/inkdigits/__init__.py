"""inkdigits recognises and reads handwritten digits; nothing heavy is imported until it is used."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from inkdigits.errors import InkdigitsError

if TYPE_CHECKING:
    from inkdigits.reading import Reader, read
    from inkdigits.recognizer import Recognizer

# ONNX Runtime reports its use to its makers unless told not to before it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__version__ = "0.1.0"
__all__ = ["InkdigitsError", "Reader", "Recognizer", "__version__", "read"]


def __getattr__(name: str) -> Any:
    if name == "Recognizer":
        from inkdigits.recognizer import Recognizer

        return Recognizer
    if name in ("Reader", "read"):
        from inkdigits import reading

        return getattr(reading, name)
    raise AttributeError(f"module 'inkdigits' has no attribute {name!r}")

"""inkdigits recognises and reads handwritten digits; nothing heavy is imported until it is used."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from inkdigits.errors import InkdigitsError

if TYPE_CHECKING:
    from inkdigits.reading import Reader, read
    from inkdigits.recognizer import Recognizer
    from inkdigits.training.classifier import DigitClassifier as DigitClassifier

# ONNX Runtime reports its use to its makers unless told not to before it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__version__ = "0.1.0"
# DigitClassifier is not among them: `from inkdigits import *` needs no training framework.
__all__ = ["InkdigitsError", "Reader", "Recognizer", "__version__", "read"]


def __getattr__(name: str) -> Any:
    if name == "Recognizer":
        from inkdigits.recognizer import Recognizer

        return Recognizer
    if name in ("Reader", "read"):
        from inkdigits import reading

        return getattr(reading, name)
    if name == "DigitClassifier":
        from inkdigits.cli.extras import needs_extra
        from inkdigits.cli.quiet import quiet_start

        with needs_extra("train"), quiet_start():
            from inkdigits.training.classifier import DigitClassifier

        return DigitClassifier
    raise AttributeError(f"module 'inkdigits' has no attribute {name!r}")

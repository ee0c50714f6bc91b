"""inkdigits recognises handwritten digits; nothing heavy is imported until it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inkdigits.errors import InkdigitsError

if TYPE_CHECKING:
    from inkdigits.recognizer import Recognizer

__version__ = "0.1.0"
__all__ = ["InkdigitsError", "Recognizer", "__version__"]


def __getattr__(name: str) -> Any:
    if name == "Recognizer":
        from inkdigits.recognizer import Recognizer

        return Recognizer
    raise AttributeError(f"module 'inkdigits' has no attribute {name!r}")

"""Why an image could not be read, in one line."""

from __future__ import annotations

import logging

from inkdigits.errors import InkdigitsError, lacks_memory

_log = logging.getLogger(__name__)


def problem(error: Exception, name: str) -> str:
    """What is told of the image `name`; an error that nobody foresaw is called a defect, and logged."""
    if isinstance(error, InkdigitsError):
        return str(error)
    _log.debug("%s", name, exc_info=error)
    if lacks_memory(error):
        return f"{name}: not enough memory to read it; scale the image down, or read fewer at a time"
    told = f"{type(error).__name__}: {error}".partition("\n")[0]
    return f"{name}: a defect of inkdigits ({told}); please report it with the image"

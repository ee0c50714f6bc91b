"""Turns a missing optional package into one line that names the extra to install."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from inkdigits.errors import InkdigitsError, MissingExtraError

BACKENDS = ("tensorflow", "jax")


@contextmanager
def needs_extra(extra: str) -> Iterator[None]:
    """Wraps the heavy imports of a verb; a missing third-party module becomes `MissingExtraError`."""
    if extra == "train" and (backend := os.environ.get("KERAS_BACKEND", "tensorflow")) not in BACKENDS:
        raise InkdigitsError(f"KERAS_BACKEND={backend}: must be {' or '.join(BACKENDS)}")
    try:
        yield
    except ModuleNotFoundError as error:
        module = (error.name or "").partition(".")[0]
        if module == "inkdigits":
            raise
        raise MissingExtraError(
            f"this needs the '{extra}' extra ({module} is not installed): pip install 'inkdigits[{extra}]'"
        ) from error

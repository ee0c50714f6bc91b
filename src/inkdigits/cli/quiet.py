"""Keeps the training frameworks' start-up chatter, which their own settings cannot silence, off the terminal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from inkdigits.silent_stderr import silent_stderr


@contextmanager
def quiet_start() -> Iterator[None]:
    """To be held while a framework is imported."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with silent_stderr():
        yield

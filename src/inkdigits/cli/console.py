"""Where answers and errors go: a terminal as wide as it is, or a pipe, where nothing is cut or folded."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # Rich takes longer to import than many a command needs for all its work
    from rich.console import Console


def errors() -> Console:
    """A console on stderr that shows what users named as they named it, each message on one line."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


def output() -> Console:
    """A console on stdout, looked up anew at each call."""
    from rich.console import Console

    if sys.stdout.isatty():
        return Console(markup=False, emoji=False)
    return Console(width=10_000, highlight=False, markup=False, emoji=False)

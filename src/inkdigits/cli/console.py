"""Where answers go: a terminal as wide as it is, or a pipe, where nothing is cut or folded."""

from __future__ import annotations

import sys

from rich.console import Console


def output() -> Console:
    """A console on stdout, looked up anew at each call."""
    return Console() if sys.stdout.isatty() else Console(width=10_000, highlight=False)

"""A progress bar on stderr, shown only where a person is watching."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.progress import track as rich_track

T = TypeVar("T")


def track(items: Iterable[T], description: str, total: int) -> Iterable[T]:
    """Yields `items` with a bar that vanishes at the end; silent when stderr is no terminal."""
    console = Console(stderr=True)
    return rich_track(items, description, total=total, console=console, transient=True, disable=not console.is_terminal)


def byte_progress() -> Progress:
    """A bar in bytes per second for downloads; silent when stderr is no terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)

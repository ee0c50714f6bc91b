"""The progress of work on many images, on the terminal that errors go to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from rich.console import Console

T = TypeVar("T")

# Fewer images are done before a bar tells anything.
_FEW_IMAGES = 5


def with_bar(
    items: Iterable[T], total: int, title: str, errors: Callable[[], Console], *, answers_show: bool
) -> Iterator[T]:
    """The items, with a bar on the console that `errors` gives, if that is a terminal.

    There is none for few items, nor where the answers, if they are shown as they come, share the terminal.
    """
    if total <= _FEW_IMAGES or (answers_show and sys.stdout.isatty()) or not (console := errors()).is_terminal:
        yield from items
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Rich would else catch what is written to standard output, a file perhaps, and show it on the bar's terminal.
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as progress:
        yield from progress.track(items, total)

"""The progress of work on many images, on the terminal that errors go to."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

T = TypeVar("T")

# Fewer images are done before a bar tells anything.
_FEW_IMAGES = 5


def with_bar(items: Iterable[T], total: int, title: str, errors: Console, *, answers_show: bool) -> Iterator[T]:
    """The items, with a bar on `errors` if that is a terminal.

    There is none for few items, nor where the answers, if they are shown as they come, share the terminal.
    """
    shown = errors.is_terminal and total > _FEW_IMAGES and not (answers_show and sys.stdout.isatty())
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Rich would else catch what is written to standard output, a file perhaps, and show it on the bar's terminal.
    with Progress(*columns, console=errors, transient=True, disable=not shown, redirect_stdout=False) as progress:
        yield from progress.track(items, total)

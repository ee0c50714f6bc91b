"""The trials of a search as they go: a live table on a terminal, else a line per trial that ends."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType

from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from inkdigits.cli.console import errors
from inkdigits.experiments.search.trials import Row, best_row, ended
from inkdigits.reports import wording
from inkdigits.reports.search.choice_scale import written

SHOWN = 12
OVER = ("complete", "pruned", "failed", "interrupted")


class SearchTable:
    """Draws on stderr. `trials` are wanted in all, within `seconds` where that is given."""

    def __init__(self, trials: int, seconds: float | None) -> None:
        self.trials, self.seconds = trials, seconds
        self.console = errors()
        self.live = Live(console=self.console, transient=True, refresh_per_second=2)
        self.started = time.monotonic()
        self.told: set[int] = set()
        self.before: int | None = None

    def __enter__(self) -> SearchTable:
        if self.console.is_terminal:
            self.live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.live.stop()

    def note(self, text: str) -> None:
        """Prints a line."""
        self.console.print(text, style="dim")

    def show(self, rows: Sequence[Row]) -> None:
        """Shows the present state of the trials."""
        over = [row for row in rows if row["state"] in OVER]
        if self.before is None:
            self.before = ended(rows)
            self.told = {row["trial"] for row in over}
        for row in over:
            if row["trial"] not in self.told:
                self.told.add(row["trial"])
                self.console.print(_line(row))
        if self.console.is_terminal:
            self.live.update(Group(_table(rows), Text(self.summary(rows))))

    def summary(self, rows: Sequence[Row]) -> str:
        """How far the search is, how long it has to go, what it has found."""
        best = best_row(rows)
        parts = [f"{ended(rows)} of {self.trials} trials", f"{self._left(rows)} left"]
        if best:
            parts.append(f"best so far {wording.percent(best['accuracy'])}, trial {best['trial']}")
        return "  ·  ".join(parts)

    def _left(self, rows: Sequence[Row]) -> str:
        """As long as the trials left take at the pace so far, or as the limit leaves; "?" before there is a pace."""
        elapsed = time.monotonic() - self.started
        pace = (ended(rows) - (self.before or 0)) / elapsed if elapsed else 0.0
        times = [(self.trials - ended(rows)) / pace] if pace else []
        times += [self.seconds - elapsed] if self.seconds is not None else []
        return wording.duration(max(0.0, min(times))) if times else "?"


def _table(rows: Sequence[Row]) -> Table:
    """The last trials, and the best one where it is not among them."""
    best = best_row(rows)
    last = list(rows[-SHOWN:])
    shown = last if best is None or best in last else [best, *last]
    table = Table(box=None, pad_edge=False)
    for heading in ("trial", "state", "accuracy", "epochs", "time"):
        table.add_column(heading, justify="left" if heading == "state" else "right", no_wrap=True)
    table.add_column("choices", overflow="fold")
    for row in shown:
        style = "bold" if row is best else "dim" if row["state"] in ("pruned", "interrupted") else ""
        table.add_row(str(row["trial"]), row["state"], *_figures(row), row["failure"] or _choices(row), style=style)
    return table


def _line(row: Row) -> str:
    accuracy, epochs, seconds = _figures(row)
    told = row["failure"] or f"{accuracy} after {epochs} epochs".lstrip()
    return f"trial {row['trial']:>3} {row['state']:<11} {told}, {seconds}: {_choices(row)}"


def _figures(row: Row) -> tuple[str, str, str]:
    accuracy = "" if row["accuracy"] is None else wording.percent(row["accuracy"])
    planned = f"/{row['planned']}" if row["planned"] else ""
    return accuracy, f"{row['epochs']}{planned}", "" if row["seconds"] is None else wording.duration(row["seconds"])


def _choices(row: Row) -> str:
    return ", ".join(f"{name} {written(value)}" for name, value in row["choices"].items())

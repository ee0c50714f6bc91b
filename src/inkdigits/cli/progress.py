"""A training's progress on a terminal: epoch, step rate, loss, validation accuracy, time left."""

from __future__ import annotations

import time
from types import TracebackType

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from inkdigits.cli.console import errors


class TrainingProgress:
    """Draws on stderr: a live bar on a terminal, else one line per epoch and stage."""

    def __init__(self, epochs: int) -> None:
        self.console = errors()
        self.epochs = epochs
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[rate]:>6} steps/s  loss {task.fields[loss]}  {task.fields[validation]}"),
            TimeRemainingColumn(),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )
        self.task: TaskID | None = None
        self.begun = (0, 0.0)

    def __enter__(self) -> TrainingProgress:
        self.progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.progress.stop()

    def stage(self, text: str) -> None:
        """A stage begins."""
        if self.task is not None:
            self.progress.remove_task(self.task)
            self.task = None
        self.console.print(text, style="dim")

    def step(self, epoch: int, done: int, total: int, logs: dict[str, float]) -> None:
        """Some steps of an epoch are done; the time left is that of the whole training."""
        now = time.perf_counter()
        overall = (epoch - 1) * total + done
        if self.task is None:
            self.begun = (overall, now)
            self.task = self.progress.add_task("", total=self.epochs * total, rate="", loss="", validation="")
        steps, seconds = overall - self.begun[0], now - self.begun[1]
        self.progress.update(
            self.task,
            completed=overall,
            description=f"epoch {epoch}/{self.epochs}",
            rate=f"{steps / seconds:.0f}" if seconds > 0 and steps else "",
            loss=f"{logs.get('loss', float('nan')):.4f}",
        )

    def epoch(self, row: dict[str, float]) -> None:
        """An epoch is done."""
        if self.task is not None:
            self.progress.update(self.task, validation=f"validation {row['val_accuracy']:.4f} ")
        self.console.print(
            f"epoch {int(row['epoch']):>2}/{self.epochs}  {row['seconds']:5.1f} s  loss {row['loss']:.4f}  "
            f"accuracy {row['accuracy']:.4f}  validation loss {row['val_loss']:.4f}  "
            f"accuracy {row['val_accuracy']:.4f}"
        )

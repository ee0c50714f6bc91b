"""What Prometheus is told: requests, their time, digits and rejections, the queue."""

from __future__ import annotations

import os
import shutil
from multiprocessing import parent_process
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.exposition import CONTENT_TYPE_LATEST as CONTENT_TYPE

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The client library's own variable: where the processes of one service add up their figures."""

_OF_THE_LIVING = "gauge_live*.db"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The figures of one service."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self._requests = Counter(
            "inkdigits_requests", "Requests answered", ("route", "method", "status"), registry=registry
        )
        self._seconds = Histogram(
            "inkdigits_request_seconds", "Seconds to answer a request", ("route",), registry=registry, buckets=_SECONDS
        )
        self._digits = Counter("inkdigits_digits", "Digits recognised", registry=registry)
        self._rejections = Counter("inkdigits_rejections", "Marks that are no digit", registry=registry)
        self._pending = Gauge(
            "inkdigits_pending_requests",
            "Requests that wait or are worked on",
            registry=registry,
            multiprocess_mode="livesum",
        )

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Counts a request."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def recognised(self, values: list[str | None]) -> None:
        """Counts the marks of an answer; None is a mark that is no digit."""
        rejections = values.count(None)
        self._digits.inc(len(values) - rejections)
        self._rejections.inc(rejections)

    def pending(self, requests: int) -> None:
        """Takes note of how many requests wait or are worked on."""
        self._pending.set(requests)

    def text(self) -> bytes:
        """All figures in Prometheus' text format, of all processes that share a folder."""
        registry = self._registry
        if SHARED_FOLDER in os.environ:
            _forget_killed(Path(os.environ[SHARED_FOLDER]))
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)
        return generate_latest(registry)

    def close(self) -> None:
        """Takes this process out of the sums of live ones; the last one removes a folder whose owner is gone."""
        if SHARED_FOLDER in os.environ:
            multiprocess.mark_process_dead(os.getpid())
            _remove_orphaned(Path(os.environ[SHARED_FOLDER]))


def _forget_killed(folder: Path) -> None:
    """Takes processes that could not do so themselves out of the sums of live ones."""
    if os.name != "posix":  # elsewhere `os.kill` does not ask
        return
    for file in folder.glob(_OF_THE_LIVING):
        try:
            os.kill(int(file.stem.rpartition("_")[2]), 0)
        except OSError:
            file.unlink(missing_ok=True)


def _remove_orphaned(folder: Path) -> None:
    """Removes the folder that the process that started this one would have removed, unless another still uses it."""
    owner = parent_process()
    if owner is None or owner.is_alive():
        return
    _forget_killed(folder)
    if not any(folder.glob(_OF_THE_LIVING)):
        shutil.rmtree(folder, ignore_errors=True)


__all__ = ["CONTENT_TYPE", "SHARED_FOLDER", "Metrics"]

"""Repeats of a training over seeds, each a Ray task; nodes need share no disk: runs travel to them and back."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import ray
from ray.exceptions import RayError

from inkdigits.cluster.run_archive import pack, unpack
from inkdigits.cluster.session import explained
from inkdigits.experiments.asked_run import AskedRun, status, usual_folder
from inkdigits.experiments.run import resume_run, start_run
from inkdigits.experiments.run_folder import RunFolder

TRAINING: dict[str, Any] = {"num_cpus": 1, "memory": 2 * 2**30}
"""What a node must have free for a training: a core and 2 GiB."""

_RETRIES = 3


def train_seeds(asked: AskedRun, seeds: Sequence[int]) -> Iterator[tuple[int, Path]]:
    """Trains with each seed that has no finished run here, and tells of each run that lies in its usual folder.

    An interrupted run goes on from its last checkpoint here. A training whose node dies begins again elsewhere.
    Raises `InkdigitsError`, naming the seed, as soon as one fails.
    """
    under_way: dict[ray.ObjectRef[bytes], tuple[int, Path]] = {}
    with ExitStack() as claims:
        for seed in seeds:
            plan = asked.plan(seed)
            path = usual_folder(plan)
            found = status(plan, path)
            if found == "finished":
                yield seed, path
                continue
            claims.enter_context(RunFolder(path).claimed())
            begun = pack(path) if found == "interrupted" else None
            under_way[_train.remote(asked, seed, begun)] = seed, path
        while under_way:
            (done,), _ = ray.wait(list(under_way))
            seed, path = under_way.pop(done)
            unpack(_trained(done, seed), path)
            yield seed, path


def use_one_thread() -> None:
    """A task shares its node with others; TensorFlow would take every core. To be called before it computes."""
    os.environ.setdefault("INKDIGITS_THREADS", "1")


class SilentObserver:
    """Watches a run that nobody looks at."""

    def stage(self, text: str) -> None:
        """Nothing is told."""

    def step(self, epoch: int, done: int, total: int, logs: dict[str, float]) -> None:
        """Nothing is told."""

    def epoch(self, row: dict[str, float]) -> None:
        """Nothing is told."""


@ray.remote(max_retries=_RETRIES, **TRAINING)
def _train(asked: AskedRun, seed: int, begun: bytes | None) -> bytes:
    use_one_thread()
    with tempfile.TemporaryDirectory(prefix="inkdigits-") as place:
        path = Path(place, f"seed-{seed}")
        if begun is None:
            start_run(asked.plan(seed), path, SilentObserver())
        else:
            unpack(begun, path)
            resume_run(path, SilentObserver(), tensorboard=asked.tensorboard, pdf=asked.pdf)
        return pack(path)


def _trained(run: ray.ObjectRef[bytes], seed: int) -> bytes:
    try:
        content: bytes = ray.get(run)
    except RayError as error:
        told = explained(error)
        raise type(told)(f"seed {seed}: {told}") from error
    return content

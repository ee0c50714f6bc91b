"""The trials of a search, each a Ray task; the study stays with the process that watches over them."""

from __future__ import annotations

import math
import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import optuna
import ray
from filelock import FileLock
from ray.exceptions import OutOfMemoryError, RayError, RayTaskError

from inkdigits.cluster.repeats import TRAINING, use_one_thread
from inkdigits.cluster.session import explained
from inkdigits.cluster.study_storage import remote_storage, start_storage
from inkdigits.experiments.search.folder import SearchFolder
from inkdigits.experiments.search.objective import Setting, carry_out, load_setting
from inkdigits.experiments.search.plan import SearchPlan
from inkdigits.experiments.search.study import PRUNER, next_trial, retire, retire_dead, sampler_of

POLL = 0.5  # seconds
_DEATHS = 3  # of the nodes and processes that a trial was given to; then it is to blame


def supervise(
    folder: SearchFolder,
    study: optuna.Study,
    storage: str,
    watch: Callable[[], None],
    seconds: float | None,
) -> bool:
    """Has trials carried out on the cluster until all are taken, or for `seconds`; calls `watch` every now and then.

    As many at a time as there is room for. Returns whether all were taken. However it ends, the trials under way give
    their places back. Raises `InkdigitsError` when the search cannot go on.
    """
    until = math.inf if seconds is None else time.monotonic() + seconds
    trials = _Trials(folder, study, storage)
    try:
        while trials.give_out():
            if time.monotonic() >= until:
                return False
            trials.settle(POLL)
            watch()
        return True
    finally:
        trials.stop()


@dataclass(frozen=True)
class _UnderWay:
    """A trial that some node has; `claim` tells other processes that someone looks after its `worker`."""

    worker: str
    place: int
    claim: FileLock


class _Trials:
    def __init__(self, folder: SearchFolder, study: optuna.Study, storage: str) -> None:
        self._folder, self._study = folder, study
        search = folder.read()
        self._plan, self._count = search.plan, search.trials
        self._storage = start_storage(storage)
        self._under_way: dict[Any, _UnderWay] = {}
        self._deaths: Counter[int] = Counter()

    def give_out(self) -> bool:
        """Gives out trials while there is room; returns whether any is under way."""
        while len(self._under_way) < _room() and self._give_out_one():
            pass
        return bool(self._under_way)

    def settle(self, seconds: float) -> None:
        """Waits so long for trials to end, and sees to those that did."""
        ended, _ = ray.wait(list(self._under_way), num_returns=len(self._under_way), timeout=seconds)
        for task in ended:
            trial = self._under_way.pop(task)
            try:
                self._see_to(task, trial)
            finally:
                self._release(trial)

    def stop(self) -> None:
        """Ends what is under way."""
        for task, trial in self._under_way.items():
            ray.cancel(task, force=True)
            self._release(trial)
        ray.kill(self._storage)

    def _give_out_one(self) -> bool:
        worker = secrets.token_hex(6)
        claim = self._folder.claim(worker)
        claim.acquire()
        with self._folder.turn():
            retire_dead(self._study, self._folder)
            trial = next_trial(self._study, self._plan, self._count, worker)
        if trial is None:
            claim.release()
            return False
        place = trial.user_attrs["place"]
        task = _carry_out.remote(self._storage, self._plan, trial._trial_id, place)
        self._under_way[task] = _UnderWay(worker, place, claim)
        return True

    def _see_to(self, task: Any, trial: _UnderWay) -> None:
        """A trial whose process or node died is tried again, unless it has been the death of several."""
        try:
            ray.get(task)
        except RayTaskError as error:
            raise explained(error) from error
        except RayError as error:
            self._deaths[trial.place] += 1
            told = str(error).partition("\n")[0]
            if isinstance(error, OutOfMemoryError):
                retire(self._study, trial.worker, "its process was ended, for memory ran out")
            elif self._deaths[trial.place] >= _DEATHS:
                retire(self._study, trial.worker, f"its process died {_DEATHS} times: {told}")

    def _release(self, trial: _UnderWay) -> None:
        retire(self._study, trial.worker)
        trial.claim.release()


def _room() -> int:
    """How many trials the cluster has room for."""
    there = ray.cluster_resources()
    return max(1, int(min(there.get("CPU", 0) / TRAINING["num_cpus"], there.get("memory", 0) / TRAINING["memory"])))


@ray.remote(max_retries=0, **TRAINING)
def _carry_out(storage: Any, plan: SearchPlan, trial_id: int, place: int) -> None:
    """Carries out one trial; Ray does not repeat it, since the study must know of it first."""
    use_one_thread()
    study = optuna.load_study(
        study_name=plan.study_name, storage=remote_storage(storage), sampler=sampler_of(plan, place), pruner=PRUNER
    )
    carry_out(study, optuna.Trial(study, trial_id), plan, _setting(plan))


@cache
def _setting(plan: SearchPlan) -> Setting:
    """Loaded once a process."""
    return load_setting(plan)

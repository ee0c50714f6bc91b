"""The study of a search, in its storage: who may try what next, and what became of trials whose process died."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import optuna
from optuna.exceptions import OptunaError
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.storages import RDBStorage
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from inkdigits.errors import MissingExtraError, RunError
from inkdigits.experiments.search.folder import SearchFolder
from inkdigits.experiments.search.plan import SearchPlan

# A rate that climbs at first makes the first two epochs a poor guide.
PRUNER = optuna.pruners.MedianPruner(n_startup_trials=5, n_warmup_steps=3)
optuna.logging.set_verbosity(optuna.logging.ERROR)


def without_password(storage: str) -> str:
    """The address as it may be shown and kept; raises `RunError` where it is none."""
    try:
        return make_url(storage).render_as_string(hide_password=True)
    except (ArgumentError, ValueError) as error:  # ValueError: a port that is no number
        raise RunError(f"--storage {storage}: is no address such as postgresql+psycopg://user@host/name") from error


@contextmanager
def storage_errors(storage: str) -> Iterator[None]:
    """What goes wrong in the storage becomes one line that names it, without its password."""
    try:
        yield
    except (OptunaError, SQLAlchemyError) as error:
        cause = error.__cause__ if isinstance(error, OptunaError) and error.__cause__ else error
        reason = str(getattr(cause, "orig", None) or cause).strip().partition("\n")[0]
        raise RunError(f"{without_password(storage)}: {reason}; is it reachable and writable?") from error


def open_study(storage: str, plan: SearchPlan) -> optuna.Study:
    """The plan's study, made where there is none; raises `RunError` when it is damaged or has other options."""
    shown = without_password(storage)
    try:
        with _damage_named(shown), storage_errors(storage):
            study = optuna.create_study(
                storage=storage_at(storage),
                study_name=plan.study_name,
                direction="maximize",
                pruner=PRUNER,
                load_if_exists=True,
            )
            recorded = study.user_attrs.get("plan")
            if recorded is None:
                study.set_user_attr("plan", vars(plan))
            elif not isinstance(recorded, dict) or "precision" not in recorded:
                raise ValueError("its plan is none")
    except ImportError as error:
        raise MissingExtraError(
            f"{shown}: its driver is missing; for postgresql+psycopg://... pip install 'inkdigits[postgresql]'"
        ) from error
    if recorded is not None:
        plan.check_same(recorded, shown)
    with _damage_named(shown), storage_errors(storage):
        _check_trials(study)
    return study


@contextmanager
def _damage_named(shown: str) -> Iterator[None]:
    """What no search has written so into the storage `shown` becomes one line."""
    try:
        yield
    except (RuntimeError, LookupError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise RunError(f"{shown}: damaged ({error!r}); restore it, or begin a new search") from error


def _check_trials(study: optuna.Study) -> None:
    """Raises what `_damage_named` takes care of where a trial cannot be read, or ended without its scores."""
    for trial in study.get_trials(deepcopy=False):
        facts = trial.user_attrs
        if "place" not in facts:
            continue
        scores = (trial.value, facts.get("loss")) if trial.state == TrialState.COMPLETE else ()
        if type(facts["place"]) is not int or not all(isinstance(score, float | int) for score in scores):
            raise ValueError(f"trial {trial.number} tells no place, accuracy or loss")


def storage_at(address: str) -> RDBStorage:
    """The storage; raises what `storage_errors` takes care of, and `ImportError` for a driver that is missing."""
    options: dict[str, Any] = {"poolclass": NullPool}  # trials take minutes; no connection is kept idle for so long
    if address.startswith("sqlite"):
        options["connect_args"] = {"timeout": 60}  # seconds that a process waits while another writes
    return RDBStorage(address, engine_kwargs=options)


def next_trial(study: optuna.Study, plan: SearchPlan, trials: int, worker: str) -> optuna.Trial | None:
    """A trial for `worker`, or None when the `trials` of the plan are all taken. Call it in the folder's turn.

    What is tried is decided by the seed, the trial's place and the trials before it; an interrupted trial gives
    its place back, so that a search that was killed goes on as if it had not been.
    """
    taken = _places(study)
    place = next(number for number in range(len(taken) + 1) if number not in taken)
    if place >= trials:
        return None
    study.sampler = sampler_of(plan, place)
    trial = study.ask()
    trial.set_user_attr("worker", worker)
    trial.set_user_attr("place", place)  # last: without a place a trial counts for nothing
    if _places(study).count(place) > 1:  # another machine has taken it in the same moment
        study.tell(trial, state=TrialState.FAIL)
        return next_trial(study, plan, trials, worker)
    return trial


def _places(study: optuna.Study) -> list[int]:
    trials = [trial for trial in study.get_trials(deepcopy=False) if not is_interrupted(trial)]
    return [trial.user_attrs["place"] for trial in trials if "place" in trial.user_attrs]


def is_interrupted(trial: FrozenTrial) -> bool:
    """Whether the trial ended with its process, by no fault of its own."""
    return trial.state == TrialState.FAIL and "failure" not in trial.user_attrs


def retire(study: optuna.Study, worker: str, failure: str | None = None) -> bool:
    """Ends the trial that the dead `worker` was at, as failed or, without `failure`, as interrupted.

    Returns whether it was at any.
    """
    running = study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
    own = [trial for trial in running if trial.user_attrs.get("worker") == worker]
    for trial in own:
        if failure is not None:
            study._storage.set_trial_user_attr(trial._trial_id, "failure", failure)
        study.tell(trial.number, state=TrialState.FAIL)
    return bool(own)


def retire_dead(study: optuna.Study, folder: SearchFolder) -> None:
    """Ends the trials of this folder's dead workers, as interrupted. Call it in the folder's turn."""
    running = study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
    for worker in {trial.user_attrs.get("worker", "") for trial in running}:
        if worker and folder.is_dead(worker):
            retire(study, worker)


def sampler_of(plan: SearchPlan, place: int) -> BaseSampler:
    """What decides the trial at this place, given those before it."""
    seed = int(np.random.SeedSequence([plan.seed, place]).generate_state(1)[0])
    return RandomSampler(seed=seed) if plan.sampler == "random" else TPESampler(seed=seed)

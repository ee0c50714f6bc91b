"""A search's folder: what it is, its study, its outputs, and which of its workers are alive."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy.engine import URL

from inkdigits.errors import RunError
from inkdigits.experiments.recorded import check_entries
from inkdigits.experiments.run_folder import write_whole
from inkdigits.experiments.search.plan import SearchPlan
from inkdigits.recipes.slips import is_count


@dataclass(frozen=True)
class Search:
    """What `search.json` says.

    `storage` is None for the folder's own study, else a server, without its password. `own_data` is whether the plan
    has other data than the recipe.
    """

    plan: SearchPlan
    trials: int
    storage: str | None
    own_data: bool
    versions: dict[str, str]
    machine: dict[str, Any]


class SearchFolder:
    """Paths of one search, and the locks that tell who is at work; the system lets go of those of the dead."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.search_file = path / "search.json"
        self.trials_file = path / "trials.csv"
        self.best_file = path / "best.py"

    @property
    def own_storage(self) -> str:
        """The address of the study in this folder; raises `RunError` for a name that no address can have."""
        try:
            return URL.create("sqlite", database=str((self.path / "study.db").resolve())).render_as_string()
        except UnicodeEncodeError as error:
            raise RunError(f"{self.path}: its name is no UTF-8; choose --output") from error

    def turn(self) -> FileLock:
        """Held while a trial is handed out or taken back, so that processes here do so one after the other."""
        return FileLock(self.path / ".lock")

    def claim(self, worker: str) -> FileLock:
        """The lock that whoever looks after `worker` holds; once it is let go, so is the worker."""
        return FileLock(self._lock_file(worker))

    def is_dead(self, worker: str) -> bool:
        """Whether `worker` once worked in this folder and no longer lives; False for workers of other folders."""
        if not self._lock_file(worker).exists():
            return False
        try:
            with self.claim(worker).acquire(blocking=False):
                return True
        except Timeout:
            return False

    def read(self) -> Search:
        """What the folder is searching; raises `RunError` where it is no search or damaged."""
        if not self.search_file.exists():
            raise RunError(f"{self.path}: no search to resume here (no search.json)")
        try:
            content = json.loads(self.search_file.read_text())
            search = Search(SearchPlan(**content.pop("plan")), **content)
            check_entries(_sound_entries(search), "search")
        except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise RunError(f"{self.search_file}: damaged ({error}); remove the folder and start anew") from error
        return search

    def write(self, search: Search) -> None:
        """Writes `search.json`, whole."""
        write_whole(self.search_file, json.dumps(asdict(search), indent=1) + "\n")

    def _lock_file(self, worker: str) -> Path:
        return self.path / "workers" / f"{worker}.lock"


def _sound_entries(search: Search) -> dict[str, bool]:
    """Whether each entry, read from a file, is one that a search can have."""
    return {
        **search.plan.sound_entries(),
        "trials": is_count(search.trials),
        "storage": search.storage is None or isinstance(search.storage, str),
        "own_data": isinstance(search.own_data, bool),
        "versions": isinstance(search.versions, dict),
        "machine": isinstance(search.machine, dict),
    }

"""A process that carries out trials until none is left; when memory runs out, it dies in place of the search.

Its first line of input is JSON, {"worker": NAME, "storage": ADDRESS}; when its input ends, so does it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path

import optuna

from inkdigits.errors import InkdigitsError
from inkdigits.experiments.search.folder import Search, SearchFolder
from inkdigits.experiments.search.objective import carry_out, load_setting
from inkdigits.experiments.search.study import next_trial, open_study, retire_dead, storage_errors


def work(folder: SearchFolder, search: Search, storage: str, worker: str) -> None:
    """Carries out trials as `worker` until all of the search are taken. Raises `InkdigitsError`."""
    setting = load_setting(search.plan)
    with storage_errors(storage):
        study = open_study(storage, search.plan)
        while trial := _take(study, folder, search, worker):
            carry_out(study, trial, search.plan, setting)


def _take(study: optuna.Study, folder: SearchFolder, search: Search, worker: str) -> optuna.Trial | None:
    with folder.turn():
        retire_dead(study, folder)
        return next_trial(study, search.plan, search.trials, worker)


def _die_with_parent() -> None:
    while os.read(0, 1024):
        pass
    os._exit(1)


def _main(path: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent deals with it
    orders = json.loads(sys.stdin.readline())
    threading.Thread(target=_die_with_parent, daemon=True).start()
    folder = SearchFolder(path)
    try:
        work(folder, folder.read(), orders["storage"], orders["worker"])
    except InkdigitsError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from None


if __name__ == "__main__":
    _main(Path(sys.argv[1]))

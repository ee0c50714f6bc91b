"""Finished runs copied to MLflow: plan, curves, scores, bundle and report, once each."""

from __future__ import annotations

import csv
import json
import logging
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from inkdigits.bundle import load_bundle
from inkdigits.errors import RunError
from inkdigits.experiments.run_folder import RunFolder

# Before its import: left alone, MLflow reports its use to its makers, waits minutes for a server that is not there, and
# refuses a URI that names a folder.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")

from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import SQLAlchemyError

EXPERIMENT = "inkdigits"
_FILES = ("manifest.json", "history.csv", "network.json", "evaluation.json", "report.html", "report.pdf")
_FOLDERS = ("bundle", "pictures")
_SCORES = ("accuracy", "loss", "errors", "expected_calibration_error")
_BATCH = 1000  # metrics in a request
_PASSWORD = re.compile(r"//[^:/@]*:(.+)@")  # also of a URI that is malformed
_LONGER_TALE = re.compile(r"\n|\. | with exception | \(Background on")  # what follows in MLflow's messages
_WHERE, _MODEL = "inkdigits.run", "inkdigits.model"  # tags that tell which run was copied already


class MlflowTracking:
    """An MLflow server or store, in which the experiment "inkdigits" has a run for each run folder.

    `uri` is what MLflow takes: http://host:5000, sqlite:///mlflow.db, file:mlruns. Raises `RunError` in one line where
    it cannot be used, before anything is trained.
    """

    def __init__(self, uri: str) -> None:
        logging.getLogger("mlflow").setLevel(logging.WARNING)
        self.uri = uri
        with self._errors("give a server's address that runs, sqlite:///FILE or file:DIR"):
            self.client = MlflowClient(tracking_uri=uri)
            found = self.client.get_experiment_by_name(EXPERIMENT)
            self.experiment = found.experiment_id if found else self.client.create_experiment(EXPERIMENT)

    def copy(self, path: Path) -> str:
        """Copies the finished run in folder `path`, unless it is there already; returns its id in MLflow."""
        with self._errors(f"the run is whole; copy it with: inkdigits train --resume {path} --mlflow URI"):
            identity = {_WHERE: str(path.resolve()), _MODEL: load_bundle(RunFolder(path).bundle).metadata["sha256"]}
            return self._copied_before(identity) or self._copied(path, identity)

    def _copied_before(self, identity: dict[str, str]) -> str | None:
        runs = self.client.search_runs([self.experiment], f"tags.`{_MODEL}` = '{identity[_MODEL]}'")
        return next((run.info.run_id for run in runs if run.data.tags.get(_WHERE) == identity[_WHERE]), None)

    def _copied(self, path: Path, identity: dict[str, str]) -> str:
        folder = RunFolder(path)
        manifest, evaluation = folder.read_manifest() or {}, folder.read_evaluation() or {}
        began = _milliseconds() - round(1000 * manifest["seconds"]["total"])
        name = f"{manifest['recipe']['name']}, seed {manifest['seed']}"
        run_id = self.client.create_run(self.experiment, start_time=began, run_name=name).info.run_id
        try:
            self.client.log_batch(run_id, params=_parameters(manifest), tags=_tags(manifest))
            metrics = [*_curves(folder, began), *_scores(evaluation)]
            for start in range(0, len(metrics), _BATCH):
                self.client.log_batch(run_id, metrics[start : start + _BATCH])
            for file in _FILES:
                if (path / file).is_file():
                    self.client.log_artifact(run_id, str(path / file))
            for subfolder in _FOLDERS:
                if (path / subfolder).is_dir():
                    self.client.log_artifacts(run_id, str(path / subfolder), subfolder)
            # Last: a copy that was cut short is none.
            self.client.log_batch(run_id, tags=[RunTag(*item) for item in identity.items()])
        except BaseException:
            self.client.set_terminated(run_id, "FAILED")
            raise
        self.client.set_terminated(run_id)
        return run_id

    @contextmanager
    def _errors(self, remedy: str) -> Iterator[None]:
        """What goes wrong in MLflow becomes one line."""
        try:
            yield
        except (MlflowException, SQLAlchemyError, ImportError, OSError, ValueError) as error:
            reason = _LONGER_TALE.split(str(error).strip())[0]
            shown = f"--mlflow {self.uri}: {reason}; {remedy}"
            password = _PASSWORD.search(self.uri)
            raise RunError(shown.replace(password[1], "***") if password else shown) from error


def _curves(folder: RunFolder, began: int) -> list[Metric]:
    """Every column of the history as a metric, its steps the epochs; an ensemble has no history."""
    metrics: list[Metric] = []
    if not folder.history_file.exists():
        return metrics
    seconds = 0.0
    with folder.history_file.open(newline="") as file:
        for row in csv.DictReader(file):
            seconds += float(row["seconds"])
            at = began + round(1000 * seconds)
            metrics += [Metric(name, float(row[name]), at, int(row["epoch"])) for name in row if name != "epoch"]
    return metrics


def _scores(evaluation: dict[str, Any]) -> list[Metric]:
    """The scores on the test set."""
    scores = {f"test_{name}": evaluation[name] for name in _SCORES}
    scores |= {f"test_macro_{name}": value for name, value in evaluation["macro"].items()}
    return [Metric(name, float(value), _milliseconds(), 0) for name, value in scores.items()]


def _parameters(manifest: dict[str, Any]) -> list[Param]:
    """The recipe and the run's own options; what has parts as JSON."""
    given = {**manifest["recipe"], **{name: manifest[name] for name in ("seed", "limit", "precision", "parameters")}}
    given.pop("published")
    return [
        Param(name, json.dumps(value) if isinstance(value, dict | list) else str(value))
        for name, value in given.items()
    ]


def _tags(manifest: dict[str, Any]) -> list[RunTag]:
    """Versions, machine and the images' hashes."""
    data = {part: described["sha256"] for part, described in manifest["data"].items()}
    parts = {"version": manifest["versions"], "machine": manifest["machine"], "data": data}
    return [RunTag(f"{part}.{name}", str(value)) for part, values in parts.items() for name, value in values.items()]


def _milliseconds() -> int:
    return round(time.time() * 1000)

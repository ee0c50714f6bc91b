"""Finished runs copied to MLflow, where that is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from inkdigits.cli.extras import needs_extra


def copier(uri: str | None) -> Callable[[Path], None]:
    """A function that copies the run of a folder to the MLflow at `uri` and says so; it does nothing for None."""
    if uri is None:
        return lambda folder: None
    with needs_extra("mlflow"):
        from inkdigits.experiments.mlflow_tracking import MlflowTracking
    tracking = MlflowTracking(uri)
    return lambda folder: print(f"mlflow  run {tracking.copy(folder)}")

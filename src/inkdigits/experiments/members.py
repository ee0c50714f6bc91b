"""Finished runs as the members of an ensemble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkdigits.bundle import load_bundle
from inkdigits.datasets import DigitImages
from inkdigits.errors import BundleError, RunError
from inkdigits.experiments.run_folder import RunFolder
from inkdigits.experiments.run_plan import damage_named
from inkdigits.experiments.trained_run import TrainedRun, trained_run
from inkdigits.layers import Ensemble


@dataclass(frozen=True)
class Member:
    """A finished run, the temperature that calibrates it, and facts to tell of it."""

    run: TrainedRun
    temperature: float
    facts: dict[str, Any]


def finished_members(paths: Sequence[Path], test: DigitImages | None = None) -> list[Member]:
    """The finished runs in the folders `paths`, scored by the same images: those of `test`, or of the first run.

    Raises `RunError` for a run that is not finished and for other classes or other test images.
    """
    members = [_member(path) for path in paths]
    test = test if test is not None else members[0].run.test
    outcomes = members[0].run.network.output_shape
    for path, member in zip(paths, members, strict=True):
        run = member.run
        if (run.test.class_names, run.network.output_shape) != (test.class_names, outcomes):
            raise RunError(f"{path}: has other classes or outcomes than {paths[0]}")
        if run.test.sha256 != test.sha256:
            raise RunError(f"{path}: has other test images, and may have been trained on some of those that score here")
    return members


def fill(ensemble: Ensemble, members: Sequence[Member]) -> None:
    """Gives the ensemble its members' weights and temperatures."""
    for network, member in zip(ensemble.members, members, strict=True):
        network.set_weights(member.run.network.get_weights())
    ensemble.temperatures.assign([member.temperature for member in members])


def _member(path: Path) -> Member:
    run, folder = trained_run(path), RunFolder(path)
    bundle = load_bundle(folder.bundle)
    temperature = bundle.metadata.get("temperature")
    if not isinstance(temperature, int | float) or not temperature > 0:
        raise BundleError(f"{bundle.path}: its model.json tells no temperature; train its run anew")
    with damage_named(folder):
        seconds = float((folder.read_manifest() or {})["seconds"]["training"])
    facts = run.origin | {"sha256": bundle.metadata["sha256"], "seconds": seconds}
    return Member(run, float(temperature), facts)

"""One whole run: a recipe and a seed become a trained, exported, scored and explained digit recogniser."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import keras
import numpy as np

from inkdigits.bundle import METADATA_FILE, Bundle, load_bundle
from inkdigits.datasets import DigitImages, Split
from inkdigits.errors import BundleError, RunError
from inkdigits.evaluation import evaluate
from inkdigits.experiments.bundle_scores import save_scores
from inkdigits.experiments.members import fill, finished_members
from inkdigits.experiments.mistakes import explained_mistakes, mistake_images
from inkdigits.experiments.needed_runs import needed_runs
from inkdigits.experiments.run_folder import RunFolder
from inkdigits.experiments.run_plan import Plan, check_same, damage_named, described, load_parts, recorded_run
from inkdigits.experiments.trained_run import trained_run
from inkdigits.recipes.catalog import build_network
from inkdigits.recognizer import Recognizer
from inkdigits.reports.html import write_report
from inkdigits.training import backend, checkpoint
from inkdigits.training.bundling import make_bundle
from inkdigits.training.description import describe_network
from inkdigits.training.fitting import Observer, Samples, fit
from inkdigits.training.images import as_samples, training_samples


class RunObserver(Observer, Protocol):
    """Is told of the stages of a run besides the steps of its training."""

    def stage(self, text: str) -> None:
        """A stage begins."""


def start_run(plan: Plan, path: Path, observer: RunObserver) -> dict[str, Any]:
    """Runs `plan` in the new folder `path`; returns the evaluation. Raises `RunError` for an occupied folder."""
    folder = RunFolder(path)
    with folder.claimed():
        refuse_occupied(folder)
        return _Run(plan, folder, observer, backend.best_precision()).carry_out()


def refuse_occupied(folder: RunFolder) -> None:
    """Raises `RunError` where a run has begun in the folder."""
    manifest = folder.read_manifest()
    if manifest is not None:
        path, finished = folder.path, manifest.get("status") == "finished"
        what = "a finished run" if finished else "an interrupted run"
        remedy = "choose --output" if finished else f"go on with: inkdigits train --resume {path}"
        raise RunError(f"{path}: holds {what}; {remedy}")
    other = folder.bundle
    if other.exists() and not (other.is_dir() and ((other / METADATA_FILE).is_file() or not any(other.iterdir()))):
        raise RunError(f"{other}: is no bundle, and the run's would lie there; choose another --output")


def resume_run(path: Path, observer: RunObserver, *, tensorboard: bool = False, pdf: bool = False) -> dict[str, Any]:
    """Continues the run in `path` from its last finished epoch; a finished run is only evaluated and reported again."""
    folder = RunFolder(path)
    if not folder.manifest_file.exists():
        raise RunError(f"{path}: no run to resume here (no manifest.json)")
    with folder.claimed():
        plan, precision, before = recorded_run(folder, tensorboard=tensorboard, pdf=pdf)
        return _Run(plan, folder, observer, precision, before).carry_out()


class _Run:
    """The stages of a run, in their order."""

    def __init__(
        self,
        plan: Plan,
        folder: RunFolder,
        observer: RunObserver,
        precision: str,
        before: dict[str, Any] | None = None,
    ) -> None:
        self.plan, self.recipe, self.folder, self.observer = plan, plan.recipe, folder, observer
        self.precision, self.before = precision, before
        self.finished = before if before and before.get("status") == "finished" else None

    def carry_out(self) -> dict[str, Any]:
        """Loads, trains, exports, scores, reports; returns the evaluation."""
        started = time.perf_counter()
        self.observer.stage(f"loading {self.recipe.data}")
        backend.prepare(self.plan.seed, self.precision)
        parts = load_parts(self.plan)
        network = build_network(self.recipe, len(parts.test.class_names))
        manifest = self._begin(parts, network.count_params())
        validation = as_samples(parts.validation)
        state = checkpoint.load(self.folder.state_file) if self.folder.state_file.exists() else None
        if self.recipe.members is not None:
            history, manifest["members"] = [], self._assemble(network, parts.test, state)
            training = earlier = sum(member["seconds"] for member in manifest["members"])
        else:
            earlier = _seconds(state.history) if state else 0.0
            history = self._train(network, parts, validation, state, manifest)
            self.folder.write_history(history)  # a run that was killed may have its last line in the checkpoint alone
            training = _seconds(history)
        manifest |= {"epochs": len(history), "seconds": {"training": round(training, 2)}}
        self.observer.stage("exporting the bundle")
        bundle = self._kept_bundle() or make_bundle(
            self.recipe, network.get_weights(), validation, self.folder.bundle, _bundle_facts(manifest, parts)
        )
        recognizer = Recognizer(bundle)
        evaluation, mistakes = self._score(recognizer, parts.test)
        total = round(earlier + time.perf_counter() - started, 2)
        with damage_named(self.folder):
            manifest["seconds"]["total"] = self.finished["seconds"]["total"] if self.finished else total
        manifest["status"] = "finished"
        self.observer.stage("writing the report")
        description = describe_network(network)
        write_report(
            self.folder.path,
            manifest=manifest,
            history=history,
            network=description,
            evaluation=evaluation,
            mistake_images=mistakes,
            explanations=explained_mistakes(recognizer, mistakes, parts.train),
            pdf=self.plan.pdf,
        )
        self.folder.write_json(self.folder.network_file, description)
        self.folder.write_json(self.folder.manifest_file, manifest)  # last: now the run is finished
        return evaluation

    def _kept_bundle(self) -> Bundle | None:
        """That of a finished run, if it is whole: an export of the same weights has other bytes each time."""
        try:
            return load_bundle(self.folder.bundle) if self.finished else None
        except BundleError:
            return None

    def _score(self, recognizer: Recognizer, test: DigitImages) -> tuple[dict[str, Any], np.ndarray]:
        """Scores what ships, and writes the scores beside it and into it; also what it saw of its mistakes."""
        self.observer.stage(f"scoring {len(test):,} test images")
        evaluation = evaluate(recognizer, test)
        mistakes = mistake_images(recognizer, test, evaluation)
        save_scores(recognizer.bundle, evaluation, mistakes)
        self.folder.write_json(self.folder.evaluation_file, evaluation)
        return evaluation, mistakes

    def _begin(self, parts: Split, parameters: int) -> dict[str, Any]:
        """Writes the manifest; a resumed run must find the very images and plan it began with."""
        data = {
            part: {"name": digits.name, "images": len(digits), "sha256": digits.sha256}
            for part, digits in (
                ("train", parts.train),
                ("validation", parts.validation),
                ("test", parts.test),
            )
        }
        manifest = {
            **described(self.plan, len(parts.train)),
            "data": data,
            "versions": backend.describe_versions(),
            "machine": backend.describe_machine(),
            "precision": self.precision,
            "parameters": parameters,
            "status": "training",
        }
        if self.before is not None:
            if self.before["data"] != data:
                raise RunError(f"{self.folder.path}: the data set has changed since this run began; start a new run")
            check_same(self.folder, manifest, self.before)
            manifest |= {key: self.before[key] for key in ("members", "teacher") if key in self.before}
        if not self.finished:
            self.folder.write_json(self.folder.manifest_file, manifest)
        return manifest

    def _assemble(
        self, network: keras.Model, test: DigitImages, state: checkpoint.State | None
    ) -> list[dict[str, Any]]:
        """Gives an ensemble its members' weights, which it then has of its own; returns which members they are."""
        if state is not None and self.before is not None and "members" in self.before:
            network.set_weights(checkpoint.network_weights(state, network))
            return list(self.before["members"])
        self.observer.stage("putting the networks together")
        members = finished_members([folder for _, folder in needed_runs(self.plan, self.folder.path)], test)
        fill(network.layers[-1], members)
        checkpoint.save(self.folder.state_file, checkpoint.State(variables=network.get_weights()))
        return [member.facts for member in members]

    def _train(
        self,
        network: keras.Model,
        parts: Split,
        validation: Samples,
        state: checkpoint.State | None,
        manifest: dict[str, Any],
    ) -> list[checkpoint.Row]:
        callbacks = (keras.callbacks.TensorBoard(str(self.folder.tensorboard)),) if self.plan.tensorboard else ()

        def save(state: checkpoint.State) -> None:
            checkpoint.save(self.folder.state_file, state)
            self.folder.write_history(state.history)

        return fit(
            self.recipe,
            network,
            training_samples(self.recipe, parts.train, self.plan.seed),
            validation,
            seed=self.plan.seed,
            teacher=partial(self._teacher, manifest) if self.recipe.teacher else None,
            state=state,
            save=save,
            observer=self.observer,
            callbacks=callbacks,
        )

    def _teacher(self, manifest: dict[str, Any]) -> keras.Model:
        """The teacher's network, in the precision of this training; the manifest tells which it is."""
        ((_, folder),) = needed_runs(self.plan, self.folder.path)
        run = trained_run(folder, float32=False)
        facts = run.origin | {"sha256": load_bundle(RunFolder(folder).bundle).metadata["sha256"]}
        if manifest.setdefault("teacher", facts) != facts:
            raise RunError(f"{self.folder.path}: its teacher in {folder} has changed since; start a new run")
        self.folder.write_json(self.folder.manifest_file, manifest)
        return run.network


def _seconds(history: list[checkpoint.Row]) -> float:
    return sum(row["seconds"] for row in history)


_TOLD = ("recipe", "seed", "data", "versions", "members", "teacher")


def _bundle_facts(manifest: dict[str, Any], parts: Split) -> dict[str, Any]:
    """What a bundle's model.json tells of its origin."""
    facts: dict[str, Any] = {key: manifest[key] for key in _TOLD if key in manifest}
    return {**facts, "classes": list(parts.test.class_names)}

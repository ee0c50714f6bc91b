"""A bundle from anywhere, held against labelled images."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
from rich.console import Console
from rich.progress import Progress

from inkdigits.bundle import METADATA_FILE, Bundle
from inkdigits.datasets import DigitImages, load
from inkdigits.datasets.loading import has_official_test
from inkdigits.errors import BundleError
from inkdigits.evaluation import evaluate
from inkdigits.evaluation.corruptions import CORRUPTIONS
from inkdigits.evaluation.robustness import corrupted_examples, robustness
from inkdigits.experiments.bundle_scores import save_scores
from inkdigits.experiments.mistakes import explained_mistakes, mistake_images
from inkdigits.experiments.set_coverage import set_coverage
from inkdigits.recognizer import Ink, Recognizer
from inkdigits.reports.corruptions import plot_corruptions
from inkdigits.reports.html import write_report
from inkdigits.reports.publishing import publish
from inkdigits.reports.style import png


def assess(
    bundle: Path | None,
    data: str,
    part: Literal["test", "train", "all"] | None,
    report: Path | None = None,
    *,
    pdf: bool = False,
    skip_bad: bool = False,
    save: bool = False,
    coverage: float | None = None,
    corruptions: Path | None = None,
) -> dict[str, Any]:
    """Scores `bundle` (None: the one that ships) on `data`; writes a report into `report` when it is given.

    `part` None is the official test part of a set that has one, else the whole set. With `save`, the bundle's own
    model.json tells of the scores from then on. With `coverage`, "conformal" tells of sets that hold the right class as
    often; with `corruptions`, "corruptions" tells of corrupted images, and that file shows some.
    """
    recognizer = Recognizer(bundle)
    origin = _origin(recognizer.bundle, data) if report is not None else {}
    digits = load(data, part or ("test" if has_official_test(data) else "all"), skip_bad=skip_bad)
    evaluation = _scores(recognizer, digits, coverage, corrupted=corruptions is not None)
    mistakes = mistake_images(recognizer, digits, evaluation)
    if corruptions is not None:
        sheet = png(plot_corruptions(corrupted_examples(digits), evaluation))
        publish(corruptions.parent, {corruptions.name: sheet})
    if save:
        save_scores(recognizer.bundle, evaluation, mistakes)
    if report is not None:
        write_report(
            report,
            manifest=origin,
            history=None,
            network=None,
            evaluation=evaluation,
            mistake_images=mistakes,
            explanations=explained_mistakes(recognizer, mistakes),
            pdf=pdf,
        )
    return evaluation


def _scores(recognizer: Recognizer, digits: DigitImages, coverage: float | None, *, corrupted: bool) -> dict[str, Any]:
    """The evaluation, with "conformal" and "corruptions" where they are asked for, under a progress bar."""
    heard = _Heard(recognizer)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("scoring", total=len(digits))
        evaluation = evaluate(heard, digits, progress=lambda done: progress.update(task, completed=done))
        if coverage is not None:
            progress.add_task("calibrating sets", total=None)
            evaluation["conformal"] = set_coverage(recognizer, digits, np.concatenate(heard.probabilities), coverage)
        if corrupted:
            corrupting = progress.add_task("corrupting", total=len(CORRUPTIONS))
            evaluation["corruptions"] = robustness(
                recognizer, digits, progress=lambda done: progress.update(corrupting, completed=done)
            )
    return evaluation


class _Heard:
    """A recogniser whose probabilities are kept, so that all scores of them cost one pass."""

    def __init__(self, recognizer: Recognizer) -> None:
        self.bundle, self.probabilities = recognizer.bundle, list[np.ndarray]()
        self._recognizer = recognizer

    def predict_proba(self, ink: Ink) -> np.ndarray:
        self.probabilities.append(self._recognizer.predict_proba(ink))
        return self.probabilities[-1]


def _origin(bundle: Bundle, data: str) -> dict[str, Any]:
    """What the report tells of the bundle; figures published for another data set are no measure here.

    Raises `BundleError` where its recipe is not as a run writes it.
    """
    manifest: dict[str, Any] = {
        key: bundle.metadata[key] for key in ("recipe", "seed", "data", "versions") if key in bundle.metadata
    }
    recipe = manifest.get("recipe", {})
    if not _is_recipe(recipe):
        raise BundleError(f"{bundle.path / METADATA_FILE}: damaged: its recipe is none; export or copy it again")
    if recipe and recipe.get("data") != data:
        manifest["recipe"] = {**recipe, "published": None}
    return manifest


def _is_recipe(recipe: Any) -> bool:
    """Whether a report can tell of it: words are text, published figures numbers."""
    published = (recipe.get("published") or {}) if isinstance(recipe, dict) else None
    if not isinstance(published, dict):
        return False
    words = [recipe[key] for key in ("name", "title", "data") if key in recipe]
    figures = [published.get(key) for key in ("accuracy", "loss")]
    return all(isinstance(word, str) for word in words) and all(isinstance(n, float | int | None) for n in figures)

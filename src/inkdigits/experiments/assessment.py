"""A bundle from anywhere, held against labelled images."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.progress import Progress

from inkdigits.bundle import Bundle
from inkdigits.datasets import load
from inkdigits.evaluation import evaluate
from inkdigits.experiments.mistakes import mistake_images
from inkdigits.recognizer import Recognizer
from inkdigits.reports.html import write_report

OFFICIAL_TEST = ("mnist", "fashion-mnist")


def assess(
    bundle: Path | None,
    data: str,
    part: Literal["test", "train", "all"] | None,
    report: Path | None = None,
    *,
    pdf: bool = False,
    skip_bad: bool = False,
) -> dict[str, Any]:
    """Scores `bundle` (None: the one that ships) on `data`; writes a report into `report` when it is given.

    `part` None is the official test part of a set that has one, else the whole set.
    """
    recognizer = Recognizer(bundle)
    digits = load(data, part or ("test" if data in OFFICIAL_TEST else "all"), skip_bad=skip_bad)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("scoring", total=len(digits))
        evaluation = evaluate(recognizer, digits, progress=lambda done: progress.update(task, completed=done))
    if report is not None:
        write_report(
            report,
            manifest=_origin(recognizer.bundle, data),
            history=None,
            network=None,
            evaluation=evaluation,
            mistake_images=mistake_images(recognizer, digits, evaluation),
            pdf=pdf,
        )
    return evaluation


def _origin(bundle: Bundle, data: str) -> dict[str, Any]:
    """What the report tells of the bundle; figures published for another data set are no measure here."""
    manifest: dict[str, Any] = {
        key: bundle.metadata[key] for key in ("recipe", "seed", "data", "versions") if key in bundle.metadata
    }
    recipe = manifest.get("recipe", {})
    if recipe and recipe.get("data") != data:
        manifest["recipe"] = {**recipe, "published": None}
    return manifest

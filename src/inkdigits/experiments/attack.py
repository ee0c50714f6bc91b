"""A run's network under attack: the scores, a table of them, and pictures of what deceived it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import Progress

from inkdigits.errors import RunError
from inkdigits.evaluation.adversaries.attacks import SEED, Outcomes, attacked_images, attacks, resistance
from inkdigits.evaluation.adversaries.victim import Victim
from inkdigits.experiments.trained_run import TrainedRun, trained_run
from inkdigits.reports.adversaries import plot_adversaries
from inkdigits.reports.publishing import publish
from inkdigits.reports.style import png
from inkdigits.training import backend
from inkdigits.training.images import as_samples

SCORES, PICTURE = "adversaries.json", "adversaries.png"


def attack(path: Path, *, images: int, queries: int, transfer_from: Path | None = None) -> dict[str, Any]:
    """Attacks the network of the run in `path` on its first `images` test images; returns the scores.

    Square may ask `queries` times about an image; with `transfer_from`, another run, images that deceive that run's
    network are tried, too. Writes `adversaries.json` and `adversaries.png` into the run's folder. Raises `RunError`.
    """
    backend.prepare(SEED, "float32")
    run = trained_run(path)
    other = trained_run(transfer_from) if transfer_from is not None else None
    if other is not None and other.test.class_names != run.test.class_names:
        raise RunError(f"{transfer_from}: tells other classes apart than {path}; choose a run on the same classes")
    test = run.test.take(np.arange(min(images, len(run.test))))
    samples = as_samples(test)
    pixels = (samples.images / np.float32(255))[..., np.newaxis]
    victims = _victim(run), _victim(other) if other is not None else None
    clean, outcomes, examples = _attacked(*victims, pixels, samples.labels, queries)
    found = {
        "run": run.origin,
        "dataset": {"name": test.name, "sha256": test.sha256, "images": len(test)},
        "queries": queries,
        "transfer_from": other.origin if other is not None else None,
        **resistance(clean, outcomes),
    }
    picture = png(plot_adversaries(examples, found))
    publish(path, {PICTURE: picture, SCORES: (json.dumps(found, indent=1) + "\n").encode()})
    return found


def _victim(run: TrainedRun) -> Victim:
    return Victim(run.network, len(run.test.class_names))


def _attacked(
    victim: Victim, other: Victim | None, pixels: np.ndarray, labels: np.ndarray, queries: int
) -> tuple[np.ndarray, Outcomes, dict[tuple[str, float], np.ndarray]]:
    """What stays right without attack, bool (N,), and under each; the first image of each class, uint8 (n, 28, 28)."""
    _, first = np.unique(labels, return_index=True)
    examples = {("clean", 0.0): _grey(pixels[first])}
    outcomes: Outcomes = {}
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("attacking", total=len(attacks(other is not None)))
        for name, epsilon, moved in attacked_images(victim, pixels, labels, queries=queries, other=other):
            outcomes.setdefault(name, {})[epsilon] = victim.predict(moved) == labels
            examples[name, epsilon] = _grey(moved[first])
            progress.advance(task)
    return victim.predict(pixels) == labels, outcomes, examples


def _grey(pixels: np.ndarray) -> np.ndarray:
    return np.rint(pixels[..., 0] * 255).astype(np.uint8)

"""What a report says, in words and written numbers, the same for the HTML page and the PDF."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inkdigits.reports import wording

Fact = tuple[str, str]


@dataclass(frozen=True)
class Content:
    """The texts of a report; parts for which there is no data are empty."""

    title: str
    subtitle: str
    accuracy: str
    accuracy_note: str
    facts: list[Fact]
    classes: list[tuple[str, ...]]
    averages: list[tuple[str, ...]]
    confusions: list[tuple[str, str, str]]
    layers: list[tuple[str, str, str, str]]
    parameters: str
    manifest: str


def gather(manifest: Mapping[str, Any], network: Mapping[str, Any] | None, evaluation: Mapping[str, Any]) -> Content:
    """Writes out everything a report says; computes no score."""
    recipe = manifest.get("recipe", {})
    images = wording.count(evaluation["dataset"]["images"])
    return Content(
        title=recipe.get("title") or recipe.get("name") or "Evaluation of a bundle",
        subtitle=_subtitle(manifest, evaluation),
        accuracy=wording.percent(evaluation["accuracy"]),
        accuracy_note=f"of {images} images read right; 95 % interval "
        f"{wording.interval(*evaluation['accuracy_interval'])}",
        facts=_scores(recipe, evaluation) + _circumstances(manifest, network),
        classes=_classes(evaluation),
        averages=[_average_row(kind, evaluation) for kind in ("macro", "weighted")],
        confusions=_confusions(evaluation),
        layers=_layers(network),
        parameters=wording.count(network["parameters"]) if network else "",
        manifest=json.dumps(manifest, indent=2, ensure_ascii=False, default=str) if manifest else "",
    )


def _subtitle(manifest: Mapping[str, Any], evaluation: Mapping[str, Any]) -> str:
    parts = [f"scored on {evaluation['dataset']['name']}"]
    if name := manifest.get("recipe", {}).get("name"):
        parts.insert(0, f"recipe {name}")
    if manifest.get("seed") is not None:
        parts.append(f"seed {manifest['seed']}")
    return " · ".join(parts)


def _scores(recipe: Mapping[str, Any], evaluation: Mapping[str, Any]) -> list[Fact]:
    published = recipe.get("published") or {}
    facts = [
        (
            "Errors",
            f"{wording.count(evaluation['errors'])} of {wording.count(evaluation['dataset']['images'])}",
        ),
        ("Loss", wording.loss(evaluation["loss"])),
        ("Calibration error", wording.percent(evaluation["expected_calibration_error"])),
        ("Macro recall", wording.percent(evaluation["macro"]["recall"])),
    ]
    if "without_disputed" in evaluation:
        facts.append(("Without disputed labels", wording.percent(evaluation["without_disputed"]["accuracy"])))
    if published.get("accuracy") is not None:
        facts.append(("Published accuracy", wording.percent(published["accuracy"])))
    if published.get("loss") is not None:
        facts.append(("Published loss", wording.loss(published["loss"])))
    return facts


def _circumstances(manifest: Mapping[str, Any], network: Mapping[str, Any] | None) -> list[Fact]:
    facts = []
    if network:
        facts.append(("Parameters", wording.count(network["parameters"])))
    seconds = manifest.get("seconds", {})
    if seconds.get("training") is not None:
        facts.append(("Training time", wording.duration(seconds["training"])))
    return facts


def _classes(evaluation: Mapping[str, Any]) -> list[tuple[str, ...]]:
    return [
        (row["label"], *_three(row), wording.count(row["support"]))
        if row["support"]
        else (row["label"], "–", "–", "–", "0")
        for row in evaluation["per_class"]
    ]


def _average_row(kind: str, evaluation: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"{kind} average", *_three(evaluation[kind]), wording.count(evaluation["dataset"]["images"]))


def _three(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return wording.percent(row["precision"]), wording.percent(row["recall"]), wording.percent(row["f1"])


def _confusions(evaluation: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    names = [row["label"] for row in evaluation["per_class"]]
    return [
        (names[pair["truth"]], names[pair["predicted"]], wording.count(pair["count"]))
        for pair in evaluation["top_confusions"]
    ]


def _layers(network: Mapping[str, Any] | None) -> list[tuple[str, str, str, str]]:
    if network is None:
        return []
    return [
        (layer["name"], layer["kind"], _shape(layer["output"]), wording.count(layer["parameters"]))
        for layer in network["layers"]
    ]


def _shape(output: str | Sequence[int | None]) -> str:
    """[None, 28, 28, 32] as "28 × 28 × 32": the batch goes without saying."""
    if isinstance(output, str):
        return output
    return " × ".join(str(size) for size in output if size is not None)

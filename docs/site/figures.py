"""Figures of results/ and benchmarks/ for the text of the pages, which hold none that may be measured anew."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import mean
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

ROOT = Path(__file__).parents[2]

Substitutions = dict[str, str]


def setup(app: Sphinx) -> dict[str, bool]:
    """Gives MyST the figures, before it looks."""
    app.connect("config-inited", give)
    return {"parallel_read_safe": True}


def give(app: Sphinx, config: Config) -> None:
    """Sets the substitutions."""
    config.myst_substitutions = substitutions(ROOT)


def substitutions(root: Path) -> Substitutions:
    """What stands for each name in double braces; a figure that is not there any more is a `KeyError`."""
    return {**_grades(root), **_transfer(root), **_recipes(root), **_preprocessing(root), **_deletion(root)}


def _grades(root: Path) -> Substitutions:
    grades = _json(root / "benchmarks" / "grades.json")["grades"]
    names = ("clean", "touching-0", "touching-2", "touching-4")
    return {f"errors_{name.replace('-', '_')}": _percent(grades[name]["error_rate"], 1) for name in names}


def _transfer(root: Path) -> Substitutions:
    sets = _json(root / "benchmarks" / "transfer.json")["sets"]
    return {f"accuracy_{name}": _percent(sets[name]["accuracy"]) for name in ("mnist", "usps", "load_digits")}


def _recipes(root: Path) -> Substitutions:
    """Means over seeds of what results/ holds."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for file in sorted((root / "results" / "mnist").glob("*/seed-*.json")):
        found[file.parent.name].append(_json(file)["evaluation"])
    rows = [
        (f"`{name}`", str(len(runs)), _percent(mean(run["expected_calibration_error"] for run in runs)))
        for name, runs in found.items()
    ]
    accuracy = mean(run["accuracy"] for run in found["mlp-batchnorm"])
    return {
        "calibration_table": _table(("recipe", "seeds", "calibration error"), rows),
        "accuracy_mlp_batchnorm": _percent(accuracy),
    }


def _preprocessing(root: Path) -> Substitutions:
    facts = _json(root / "docs" / "explanation" / "preprocessing.json")
    rows = [
        (name, f"{row['images']:,}", _percent(row["squeezed"], 1), f"**{_percent(row['centred'], 1)}**")
        for name, row in facts["accuracy"].items()
    ]
    return {
        "preprocessing_images": f"{facts['images']:,}",
        "preprocessing_epochs": str(facts["epochs"]),
        "preprocessing_table": _table(("test digits", "images", "squeezed", "by the pixel contract"), rows),
    }


def _deletion(root: Path) -> Substitutions:
    facts = _json(root / "docs" / "explanation" / "why.json")
    rows = [(name, f"{area:.3f}") for name, area in facts["areas"].items()]
    return {"deletion_images": str(facts["images"]), "deletion_table": _table(("what is deleted", "area"), rows)}


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    rules = ("---", *["---:"] * (len(head) - 1))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rules, *rows))


def _percent(share: float, decimals: int = 2) -> str:
    return f"{100 * share:.{decimals}f} %"


def _json(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))

"""Results: one JSON per data set, recipe and seed, and what they say beside the published figures."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkdigits.errors import RunError
from inkdigits.experiments.needed_runs import FOLDER as NEEDED
from inkdigits.experiments.run_folder import RunFolder, write_whole

METRICS = {"accuracy": "accuracy", "macro_recall": "macro recall", "loss": "loss"}
LEVEL = 0.00005  # half of the last digit shown


@dataclass(frozen=True)
class Result:
    """One finished run: what it was and what it scored."""

    manifest: dict[str, Any]
    evaluation: dict[str, Any]

    @property
    def recipe(self) -> dict[str, Any]:
        """The recipe as the manifest holds it."""
        return self.manifest["recipe"]

    def score(self, metric: str) -> float:
        """ "accuracy", "loss" or "macro_recall"."""
        return self.evaluation["macro"]["recall"] if metric == "macro_recall" else self.evaluation[metric]


def record(run: Path, results: Path) -> Path:
    """Copies a finished run's manifest and scores into `results`/DATA/RECIPE/seed-N.json; returns that file."""
    result = _finished(RunFolder(run))
    if result is None:
        raise RunError(f"{run}: no finished run; go on with: inkdigits train --resume {run}")
    manifest, evaluation = result.manifest, result.evaluation
    slim = {key: value for key, value in evaluation.items() if key not in ("mistakes", "reliability", "risk_coverage")}
    slim["mistakes"] = [[mistake[key] for key in ("index", "predicted")] for mistake in evaluation["mistakes"]]
    name = manifest["recipe"]["data"].replace(":", "-").replace("/", "-")
    file = results / name / manifest["recipe"]["name"] / f"seed-{manifest['seed']}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, json.dumps({"manifest": manifest, "evaluation": slim}, separators=(",", ":")) + "\n")
    return file


def collect(folder: Path) -> list[Result]:
    """Every result below `folder`: recorded JSON files and finished run folders alike, not those that a run needed."""
    if not folder.is_dir():
        raise RunError(f"{folder}: no such folder; train something first, or name a folder of results")
    recorded = [_recorded(file) for file in sorted(folder.rglob("seed-*.json"))]
    manifests = (file for file in sorted(folder.rglob("manifest.json")) if NEEDED not in file.relative_to(folder).parts)
    finished = (_finished(RunFolder(file.parent)) for file in manifests)
    return recorded + [result for result in finished if result is not None]


def comparison(results: list[Result]) -> list[dict[str, Any]]:
    """A row per recipe and published figure, means over seeds; a variant follows the recipe it varies.

    A row has recipe, variant_of, parameters, seeds, metric, published, mean, spread (sample standard deviation,
    None for one seed) and ahead ("ours", "theirs", "level", or None without a published figure).
    """
    groups: dict[str, list[Result]] = {}
    distinct: dict[str, Result] = {}
    for result in results:  # the first of a seed: a recorded run, itself, and a repeat of it count once
        manifest = result.manifest
        distinct.setdefault(json.dumps([label(result), manifest["seed"], manifest.get("data")]), result)
    for result in distinct.values():
        groups.setdefault(label(result), []).append(result)
    order = sorted(groups, key=lambda name: (groups[name][0].recipe["variant_of"] or name, len(name)))
    return [row for name in order for row in _rows(name, groups[name])]


def label(result: Result) -> str:
    """The recipe's name, and whatever makes its runs another experiment: a user's file, data, epochs, images."""
    recipe, limit = result.recipe, result.manifest.get("limit")
    usual = [recipe["name"]] if not recipe.get("origin") else [f"{recipe['name']} ({recipe['origin']})"]
    usual += [] if recipe["data"] == "mnist" else [recipe["data"]]
    usual += [f"{recipe['epochs']} epochs"] if result.manifest.get("epochs_asked") else []
    usual += [f"{limit:,} images"] if limit else []
    return ", ".join(usual)


def _rows(name: str, group: list[Result]) -> list[dict[str, Any]]:
    recipe = group[0].recipe
    as_planned = not group[0].manifest.get("limit") and not group[0].manifest.get("epochs_asked")
    published = (recipe["published"] or {}) if as_planned else {}
    metrics = [metric for metric in METRICS if published.get(metric) is not None] or ["accuracy"]
    return [
        {
            "recipe": name,
            "variant_of": recipe["variant_of"],
            "parameters": group[0].manifest["parameters"],
            "seeds": len(group),
            "metric": METRICS[metric],
            **_against(metric, [result.score(metric) for result in group], published.get(metric)),
        }
        for metric in metrics
    ]


def _against(metric: str, scores: list[float], published: float | None) -> dict[str, Any]:
    mean = statistics.fmean(scores)
    spread = statistics.stdev(scores) if len(scores) > 1 else None
    return {"published": published, "mean": mean, "spread": spread, "ahead": _ahead(metric, mean, published)}


def _ahead(metric: str, mean: float, published: float | None) -> str | None:
    if published is None:
        return None
    gain = published - mean if metric == "loss" else mean - published
    if abs(gain) < LEVEL:
        return "level"
    return "ours" if gain > 0 else "theirs"


def _recorded(file: Path) -> Result:
    with _damage_named(file):
        content = json.loads(file.read_text())
        return _checked(Result(content["manifest"], content["evaluation"]))


def _finished(run: RunFolder) -> Result | None:
    manifest, evaluation = run.read_manifest(), run.read_evaluation()
    if manifest is None or evaluation is None or manifest.get("status") != "finished":
        return None
    with _damage_named(run.manifest_file):
        return _checked(Result(manifest, evaluation))


def _checked(result: Result) -> Result:
    comparison([result])  # whatever it needs is there
    return result


@contextmanager
def _damage_named(file: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise RunError(f"{file}: is no result of inkdigits ({error!r}); remove it or restore it") from error

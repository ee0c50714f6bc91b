"""The tables of attacked networks, with the published figures beside them."""

import json
import sys
from pathlib import Path
from typing import Any

import adversaries
from inkdigits.experiments import attack as experiment


def score(accuracy: float) -> dict[str, Any]:
    return {"accuracy": accuracy, "interval": [accuracy - 0.05, accuracy + 0.04]}


def result(run: Path, *, images: int, queries: int, transfer_from: Path | None) -> dict[str, Any]:
    attacks = ("FGSM", "PGD-40", "PGD-100", "Square", *(("transfer",) if transfer_from else ()), "all together")
    return {
        "run": {"recipe": run.name, "seed": 0},
        "dataset": {"name": "mnist/test", "images": images},
        "queries": queries,
        "transfer_from": transfer_from and {"recipe": transfer_from.name, "seed": 0},
        "epsilons": [0.1, 0.3],
        "clean": score(0.95),
        "attacks": {name: [score(0.8 - place / 10), score(0.7 - place / 10)] for place, name in enumerate(attacks)},
        "unbounded": score(0.05),
        "masking": [{"sign": "no gradient stronger", "attack": "Square", "epsilon": 0.3}] if transfer_from else [],
    }


def run_main(monkeypatch, tmp_path, *runs: str) -> tuple[dict[str, Any], str]:
    output = tmp_path / "adversaries.json"
    monkeypatch.setattr(experiment, "attack", result)
    monkeypatch.setattr(sys, "argv", ["adversaries.py", *runs, "--images", "200", "--output", str(output)])
    adversaries.main()
    return json.loads(output.read_text()), output.with_suffix(".md").read_text()


def test_runs_are_tried_with_what_deceives_the_next(monkeypatch, tmp_path):
    found, tables = run_main(monkeypatch, tmp_path, "a", "b", "c")
    assert [run["transfer_from"]["recipe"] for run in found["runs"]] == ["b", "c", "a"]
    assert found["machine"]["cores"] >= 1
    lines = tables.splitlines()
    assert "on 200 images of mnist/test" in tables
    assert lines.count("| a, seed 0 | 95.0 | 70.0 | 60.0 | 50.0 | 40.0 | 30.0 | 20.0 (15.0 to 24.0) |") == 1
    anchors = [line for line in lines if line.startswith("| published")]
    assert [line.split(" | ")[-1] for line in anchors] == ["88.0 |", "92.5 |"]
    assert {line.count("|") for line in lines if line.startswith("|")} == {9}
    assert lines.index(anchors[0]) > lines.index("## Up to 0.3 a pixel")
    assert lines[-1].startswith("- c, seed 0: 5.0 % stay right without bounds; gradients may be masked: at 0.3, Square")


def test_a_single_run_has_nothing_to_be_deceived_with(monkeypatch, tmp_path):
    found, tables = run_main(monkeypatch, tmp_path, "a")
    assert found["runs"][0]["transfer_from"] is None
    assert "| 40.0 | – | 30.0 (25.0 to 34.0) |" in tables
    assert "no sign that gradients are masked" in tables

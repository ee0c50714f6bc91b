"""Two searches side by side: figures worked out by hand, and a script that goes on where it was stopped."""

import json
import os
import subprocess
import sys

import pytest

import search
from search_table import comparison, markdown


def line(state: str, accuracy: str = "", epochs: int = 12, seconds: str = "360.0") -> dict[str, str]:
    return {"state": state, "accuracy": accuracy, "epochs": str(epochs), "seconds": seconds}


ROWS = [
    line("complete", "0.97"),
    line("interrupted", "0.999"),
    line("pruned", "0.998", epochs=3, seconds="90.0"),
    line("complete", "0.99"),
    line("failed", epochs=0, seconds="0.0"),
    *[line("complete", "0.98")] * 6,
    line("complete", "0.995"),
]


def test_only_complete_trials_can_be_the_best():
    found = comparison(ROWS)
    # Eleven ended: nine complete of 12 epochs and 360 s, one pruned of 3 and 90 s, one failed at once.
    assert (found["trials"], found["complete"], found["pruned"], found["failed"]) == (11, 9, 1, 1)
    assert found["epochs"] == 9 * 12 + 3
    assert found["hours"] == round((9 * 360 + 90) / 3600, 2) == 0.93
    assert (found["best"], found["median"]) == (0.995, 0.98)
    assert found["best_after"] == {"10": 0.99}


def test_the_table_has_a_row_a_side():
    table = markdown({"tpe": comparison(ROWS), "random": comparison(ROWS[:3])}).splitlines()
    assert table[2] == "| sampler | trials | pruned | failed | epochs | hours | median | best of 10 |"
    assert table[4] == "| tpe | 11 | 1 | 1 | 111 | 0.93 | 98.00 % | 99.00 % |"
    assert table[5] == "| random | 2 | 1 | 0 | 15 | 0.12 | 97.00 % |  |"


def test_a_side_that_stopped_goes_on_and_a_finished_one_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("INKDIGITS_RUNS_DIR", str(tmp_path / "runs"))
    output = tmp_path / "output"
    output.mkdir()
    commands = []

    def tune(command: list[str], check: bool, env: dict[str, str], stdout: int) -> subprocess.CompletedProcess:
        words = command[command.index("tune") + 1 :]
        resumed = "--resume" in words
        folder = search.Path(words[words.index("--resume" if resumed else "--output") + 1])
        stops = folder.name == "tpe-seed-0" and not resumed
        commands.append(
            (folder.name, words[-2:], "--limit 10000 --epochs 6" in " ".join(words), env["INKDIGITS_THREADS"])
        )
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "search.json").write_text("{}")
        lines = [f"{number},complete,0.9,6,60.0" for number in range(5 if stops else 15)]
        (folder / "trials.csv").write_text("\n".join(["trial,state,accuracy,epochs,seconds", *lines]) + "\n")
        return subprocess.CompletedProcess(command, 2 if stops else 0)

    monkeypatch.setattr(subprocess, "run", tune)
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    monkeypatch.setattr(sys, "argv", ["search.py", "--trials", "15", "--output", str(output)])
    with pytest.raises(SystemExit, match="tpe-seed-0: stopped; run this again to go on"):
        search.main()
    search.main()
    assert sorted(commands[:2]) == [
        ("random-seed-0", ["--trials", "15"], True, "3"),
        ("tpe-seed-0", ["--trials", "15"], True, "3"),
    ]
    assert commands[2:] == [("tpe-seed-0", ["--trials", "15"], False, "3")]
    sides = json.loads((output / "search.json").read_text())["sides"]
    assert {name: side["trials"] for name, side in sides.items()} == {"tpe": 15, "random": 15}
    assert (output / "search-random.csv").read_text().count("\n") == 16

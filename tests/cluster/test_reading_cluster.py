"""Many images on a cluster whose driver and one of whose nodes are killed: row for row what one process reads."""

import json
import signal
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from inkdigits.cli.read import read
from inkdigits.datasets import load

PART = 64  # images in each of the first parts
PARTS = 5
POISON = {"bad.png": b"no image", "deadly.png": b"DEADLY", "empty.png": b"", "slow.png": b"SLOW"}


def pictures() -> dict[str, bytes]:
    """MNIST's first test digits, black on white, as PNG; in their order after the poisoned ones."""
    digits = 255 - np.asarray(load("mnist", "test").images[: PARTS * PART - len(POISON)])
    coded = [cv2.imencode(".png", np.pad(digit, 8, constant_values=255))[1].tobytes() for digit in digits]
    return {f"{number}.png": content for number, content in enumerate(coded)}


def read_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the command reads in one process."""
    (folder / "scans").mkdir(parents=True)
    for name, content in pictures().items():
        (folder / "scans" / name).write_bytes(content)
    monkeypatch.chdir(folder)
    app = typer.Typer()
    app.command()(read)
    done = CliRunner().invoke(app, ["scans", "--format", "jsonl", "--workers", "1"], catch_exceptions=False)
    assert done.exit_code == 0
    return [json.loads(line) for line in done.stdout.splitlines()]


def rows(output: Path) -> list[dict[str, Any]]:
    lines = [line for part in sorted(output.glob("part-*")) for line in part.read_text().splitlines()]
    return [json.loads(line) for line in lines]


def test_nothing_is_lost_when_the_driver_and_a_node_are_killed(
    nodes: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scans, output = tmp_path / "scans", tmp_path / "readings"
    scans.mkdir()
    # From the third part on, each has one image that waits for the gate.
    waiting = {f"{PART * part}.png" for part in range(2, PARTS)}
    for name, content in (pictures() | POISON).items():
        (scans / name).write_bytes(b"WAIT" + content if name in waiting else content)
    doomed = nodes.start()
    command = ["read", "scans", "--cluster", nodes.address, "--format", "jsonl", "--workers", 2]

    driver = nodes.inkdigits(*command, "--output", "readings", cwd=tmp_path)
    nodes.wait_until(lambda: len(list(output.glob("part-*"))) >= 2, driver)
    driver.send_signal(signal.SIGKILL)
    driver.communicate()
    before = {part.name: part.stat().st_mtime_ns for part in output.glob("part-*")}
    assert sorted(before) == ["part-0000000.jsonl", "part-0000001.jsonl"]

    driver = nodes.inkdigits(*command, "--resume", "readings", cwd=tmp_path)
    nodes.wait_until(lambda: any((nodes.gate / str(pid)).exists() for pid in nodes.family(doomed.pid)), driver)
    nodes.end(doomed)
    (nodes.gate / "open").touch()
    told = f"{PARTS * PART} images read, {2 * PART} of them before: readings\n"
    assert nodes.finish(driver) == (0, "", told)
    after = {part.name: part.stat().st_mtime_ns for part in output.glob("part-*")}
    assert len(after) == PARTS
    assert {name: after[name] for name in before} == before
    found = rows(output)
    assert found[len(POISON) :] == read_alone(tmp_path / "alone", monkeypatch)
    assert [row["image"] for row in found] == [f"scans/{name}" for name in [*POISON, *pictures()]]
    assert [row["error"] for row in found[: len(POISON)]] == [
        "scans/bad.png: not an image that can be read (PNG, JPEG, TIFF, WebP, ...)",
        "scans/deadly.png: the process that reads it was ended by SIGKILL, 2 times; look at this image apart",
        "scans/empty.png: not an image: the file is empty; save or send it again",
        "scans/slow.png: takes more than 300 s to read; split the file or make it smaller",
    ]

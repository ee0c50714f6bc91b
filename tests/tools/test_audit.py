"""`make audit`: every package with its licence; vulnerabilities, and a network that is missing, are told in a line."""

import importlib.util
import json
import re
import sys
from importlib.metadata import PathDistribution, distributions
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            "License-Expression: MIT OR Apache-2.0\nClassifier: License :: OSI Approved :: BSD License",
            "MIT OR Apache-2.0",
        ),
        ("License: see file\nClassifier: License :: OSI Approved :: BSD License", "BSD License"),
        ("License: Zlib\n        and a long text", "Zlib"),
        ("License: UNKNOWN", "unknown"),
        ("Summary: none", "unknown"),
    ],
)
def test_the_surest_word_of_a_package_counts(told: str, expected: str, tmp_path: Path) -> None:
    place = tmp_path / "odd-1.0.dist-info"
    place.mkdir()
    (place / "METADATA").write_text(f"Metadata-Version: 2.4\nName: odd\nVersion: 1.0\n{told}\n")
    package = PathDistribution(place)
    assert tool("licences").licence(package) == expected
    assert tool("licences").table([package, package]).splitlines()[2:] == [f"| odd | 1.0 | {expected} |"]


def test_all_that_is_installed_is_listed_once() -> None:
    rows = tool("licences").table(distributions()).splitlines()[2:]
    names = [re.fullmatch(r"\| (\S+) \| \S+ \| .+ \|", row)[1] for row in rows]
    installed = {package.name for package in distributions()} - {"inkdigits"}
    assert sorted(names) == sorted(installed)
    told = dict(zip(names, rows, strict=True))
    assert "BSD-3-Clause" in told["numpy"]
    assert "MIT" in told["typer"]


def answer(packages: list[dict]) -> list[str]:
    return [sys.executable, "-c", f"print({json.dumps(json.dumps({'dependencies': packages}))})"]


WHOLE = {"name": "whole", "version": "1", "vulns": []}
ILL = {"name": "ill", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]}
UNKNOWN = {"name": "unknown", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "code", "told"),
    [
        ([WHOLE], 0, ""),
        ([WHOLE, ILL], 1, "audit: ill 2: PYSEC-1; mended in 2.1\n"),
        ([WHOLE, UNKNOWN], 1, "audit: could not be looked up: unknown\n"),
    ],
)
def test_findings_are_lines(packages, code, told, capsys: pytest.CaptureFixture[str]) -> None:
    assert tool("vulnerabilities").main(answer(packages)) == code
    assert capsys.readouterr().err == told


def test_without_a_network_it_is_one_line_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    failing = [sys.executable, "-c", "raise ConnectionError('no way\\nto anywhere')"]
    assert tool("vulnerabilities").main(failing) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("audit: pip-audit could not ask; is there a network?")


def test_the_tests_never_ask_the_network() -> None:
    makefile = (ROOT / "Makefile").read_text()
    (target,) = re.findall(r"^test:.*\n(?:\t.*\n)+", makefile, re.MULTILINE)
    assert "audit" not in target
    assert "vulnerabilities.py" in makefile

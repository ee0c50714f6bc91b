"""Containerfile and compose.yaml: no container is started, but what they name exists and their commands are run."""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inkdigits.serving.api_keys import add_api_key

ROOT = Path(__file__).parents[2]
KEYS = "/run/secrets/keys"
READY = "http://127.0.0.1:8000/v2/health/ready"


def instructions(name: str) -> list[str]:
    """What follows each instruction of this name, its lines joined."""
    text = (ROOT / "Containerfile").read_text()
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [line.removeprefix(f"{name} ") for line in lines if line.startswith(f"{name} ")]


def health_check() -> list[str]:
    (checked,) = instructions("HEALTHCHECK")
    command: list[str] = json.loads(checked.partition("CMD ")[2])
    return command


@pytest.fixture(scope="module")
def composed() -> dict[str, Any]:
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    read: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return read


def test_it_runs_as_an_ordinary_user_and_copies_files_that_exist() -> None:
    (user,) = instructions("USER")
    assert int(user) >= 1000
    copied = [word for line in instructions("COPY") if "--from" not in line for word in line.split()[:-1]]
    sent = (ROOT / ".dockerignore").read_text().split()
    assert set(copied) == {"pyproject.toml", "constraints.txt", "README.md", "LICENSE", "src"}
    for name in copied:
        assert (ROOT / name).exists()
        assert f"!{name}" in sent


def test_it_installs_extras_that_there_are() -> None:
    (install,) = [line for line in instructions("RUN") if "pip install" in line]
    (extras,) = re.findall(r"\.\[([\w,]+)\]", install)
    known = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert "serve" in extras.split(",")
    assert set(extras.split(",")) <= known.keys()


def test_no_host_is_named_but_the_own() -> None:
    for name in ("Containerfile", "compose.yaml"):
        assert set(re.findall(r"\w+://([^/\s'\"]+)", (ROOT / name).read_text())) == {"127.0.0.1:8000"}
    assert {line.split()[0] for line in instructions("FROM")} == {"python:3.13-slim"}


def test_the_example_shuts_out_other_computers_and_knows_the_same_check(composed: dict[str, Any]) -> None:
    service = composed["services"]["inkdigits"]
    assert service["ports"] == ["127.0.0.1:8000:8000"]
    assert service["healthcheck"]["test"] == ["CMD", *health_check()]
    assert service["build"]["dockerfile"] == "Containerfile"
    assert [f"/run/secrets/{name}" for name in service["secrets"]] == [KEYS]
    assert composed["secrets"].keys() == {"keys"}


@pytest.mark.parametrize("given", ["image", "example"])
def test_their_commands_serve_and_their_check_tells_whether(
    given: str, serve: Callable[..., Any], composed: dict[str, Any], tmp_path: Path
) -> None:
    add_api_key(tmp_path / "keys", "alice")
    entry = json.loads(instructions("ENTRYPOINT")[0])
    options = json.loads(instructions("CMD")[0]) if given == "image" else composed["services"]["inkdigits"]["command"]
    assert entry == ["inkdigits", "serve", "--host", "0.0.0.0", "--port", "8000"]
    server = serve("--host", "0.0.0.0", *(word.replace(KEYS, "keys") for word in options))
    python, *check = health_check()
    assert python == "python"
    there = [word.replace(READY, f"http://127.0.0.1:{server.port}/v2/health/ready") for word in check]
    assert there != check
    assert subprocess.run([sys.executable, *there], check=False).returncode == 0
    assert server.stop() == 0
    assert subprocess.run([sys.executable, *there], capture_output=True, check=False).returncode == 1

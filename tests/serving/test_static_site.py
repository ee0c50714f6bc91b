"""The site without a server: what is refused, and that nothing is left of it."""

import os
import stat
from pathlib import Path

import pytest

from inkdigits import InkdigitsError
from inkdigits.bundle import PRETRAINED, load_bundle
from inkdigits.serving.static_site import write_site


def without_npm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")


def broken_npm(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    npm = folder / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(f"#!/bin/sh\n{script}\n")
    npm.chmod(npm.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{npm.parent}{os.pathsep}/usr/bin{os.pathsep}/bin")


def test_without_npm_one_line_tells_so_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_npm(monkeypatch)
    with pytest.raises(InkdigitsError, match=r"^npm: not found; .* install Node\.js with npm$"):
        write_site(tmp_path / "site", load_bundle(PRETRAINED))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for npm is a shell script")
@pytest.mark.parametrize(
    ("script", "words"),
    [
        (
            "echo 'npm error network down' >&2; exit 1",
            r"cannot fetch onnxruntime-web@[\d.]+ \(npm error network down\)",
        ),
        ("echo other > other.tgz", "what it fetched is not onnxruntime-web"),
    ],
)
def test_a_runtime_that_cannot_be_trusted_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, words: str
) -> None:
    broken_npm(tmp_path, monkeypatch, script)
    with pytest.raises(InkdigitsError, match=words):
        write_site(tmp_path / "site", load_bundle(PRETRAINED))
    assert [path.name for path in tmp_path.iterdir()] == ["bin"]


def test_a_folder_that_holds_something_is_kept(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(InkdigitsError, match="is not empty; choose a new or an empty folder"):
        write_site(tmp_path, load_bundle(PRETRAINED))
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]

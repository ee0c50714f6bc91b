"""A run's folder survives its way, and is a run only once all of it is there."""

from pathlib import Path

import pytest

from inkdigits.cluster.run_archive import pack, unpack


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    (folder / "bundle").mkdir(parents=True)
    (folder / "bundle" / "model.onnx").write_bytes(bytes(range(256)))
    (folder / "manifest.json").write_text("{}")
    (folder / ".lock").touch()
    return folder


def test_it_arrives_as_it_left_without_its_lock(run: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    (there / "bundle").mkdir(parents=True)
    (there / "bundle" / "model.onnx").write_bytes(b"older")
    unpack(pack(run), there)
    assert tree(there) == {"bundle/model.onnx": bytes(range(256)), "manifest.json": b"{}"}


def test_the_manifest_comes_last(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = []
    replace = Path.replace

    def noted(path: Path, target: Path) -> Path:
        moved.append(path.name)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", noted)
    unpack(pack(run), tmp_path / "there")
    assert moved == ["model.onnx", "manifest.json"]

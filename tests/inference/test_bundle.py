import hashlib
import json
import os
from pathlib import Path

import pytest

from inkdigits import bundle as bundle_module
from inkdigits.bundle import Bundle, load_bundle, write_bundle
from inkdigits.errors import BundleError

DIGITS = [str(digit) for digit in range(10)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_bundle(tmp_path / "bundle", b"a model", {"classes": DIGITS, "temperature": 1.5})
    return tmp_path / "bundle"


def change_metadata(folder: Path, **changes: object) -> None:
    path = folder / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def refusal(folder: Path) -> str:
    with pytest.raises(BundleError) as caught:
        load_bundle(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    written = write_bundle(tmp_path / "new" / "bundle", b"a model", {"classes": DIGITS, "temperature": 1.5})
    loaded = load_bundle(tmp_path / "new" / "bundle")

    assert loaded == written
    assert loaded.classes == tuple(DIGITS)
    assert loaded.model_path.read_bytes() == b"a model"
    assert loaded.metadata == {
        "classes": DIGITS,
        "temperature": 1.5,
        "format": 1,
        "sha256": hashlib.sha256(b"a model").hexdigest(),
    }
    assert sorted([path.name for path in (tmp_path / "new").iterdir()]) == ["bundle"]


def test_a_bundle_travels_when_its_folder_is_moved(folder: Path) -> None:
    moved = folder.rename(folder.with_name("elsewhere"))
    assert load_bundle(moved).path == moved


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere") == (
        f"{tmp_path / 'nowhere'}: no such folder; a bundle is a folder with model.onnx and model.json"
    )


def test_the_folder_of_a_run_names_its_bundle(folder: Path) -> None:
    assert refusal(folder.parent) == f"{folder.parent}: is the folder of a run; its bundle lies in {folder}"


def test_a_file_is_no_bundle(folder: Path) -> None:
    assert "is not a folder" in refusal(folder / "model.onnx")


@pytest.mark.parametrize("name", ["model.onnx", "model.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert refusal(folder).startswith(f"{folder / name}: no such file")


@pytest.mark.parametrize("damaged", [b"a modem", b"a mode", b"a model ", b""])
def test_a_changed_model_is_refused(folder: Path, damaged: bytes) -> None:
    (folder / "model.onnx").write_bytes(damaged)
    assert refusal(folder).startswith(f"{folder / 'model.onnx'}: damaged: its SHA-256 differs")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b"[" * 100_000])
def test_malformed_json_is_refused(folder: Path, content: bytes) -> None:
    (folder / "model.json").write_bytes(content)
    assert refusal(folder).startswith(f"{folder / 'model.json'}: not valid JSON")


def test_json_that_is_no_object_is_refused(folder: Path) -> None:
    (folder / "model.json").write_text("[1]")
    assert "must hold a JSON object" in refusal(folder)


def test_a_newer_format_asks_for_an_upgrade(folder: Path) -> None:
    change_metadata(folder, format=2)
    assert refusal(folder) == (
        f"{folder / 'model.json'}: format 2, made by a newer inkdigits; upgrade: pip install --upgrade inkdigits"
    )


@pytest.mark.parametrize("version", [0, "1", None, True, 1.0])
def test_a_format_that_is_no_version_is_refused(folder: Path, version: object) -> None:
    change_metadata(folder, format=version)
    assert '"format" must be a positive whole number' in refusal(folder)


@pytest.mark.parametrize("classes", [None, [], "0123456789", [0, 1]])
def test_classes_that_are_no_names_are_refused(folder: Path, classes: object) -> None:
    change_metadata(folder, classes=classes)
    assert '"classes" must be a list of class names' in refusal(folder)


def test_a_missing_hash_is_refused(folder: Path) -> None:
    change_metadata(folder, sha256=None)
    assert '"sha256" is missing' in refusal(folder)


@pytest.mark.parametrize(("name", "limit"), [("model.onnx", "MAX_MODEL_BYTES"), ("model.json", "MAX_METADATA_BYTES")])
def test_a_file_too_large_is_refused(folder: Path, name: str, limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_module, limit, (folder / name).stat().st_size - 1)
    assert refusal(folder).startswith(f"{folder / name}: larger than the ")


def test_a_model_too_large_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_module, "MAX_MODEL_BYTES", 6)
    with pytest.raises(BundleError, match="larger than the 6 bytes allowed"):
        write_bundle(tmp_path / "bundle", b"a model", {"classes": DIGITS})
    assert [path.name for path in tmp_path.iterdir()] == []


def test_a_bundle_is_replaced_and_its_model_card_stays(folder: Path) -> None:
    (folder / "README.md").write_text("card")
    (folder / "before").mkdir()
    (folder / "before" / "model.onnx").write_text("kept")
    write_bundle(folder, b"another model", {"classes": DIGITS})

    assert load_bundle(folder).model_path.read_bytes() == b"another model"
    assert "temperature" not in load_bundle(folder).metadata
    assert (folder / "README.md").read_text() == "card"
    assert (folder / "before" / "model.onnx").read_text() == "kept"
    assert [path.name for path in folder.parent.iterdir()] == ["bundle"]


def test_a_damaged_bundle_can_be_replaced(folder: Path) -> None:
    (folder / "model.json").write_text("{")
    write_bundle(folder, b"another model", {"classes": DIGITS})
    assert load_bundle(folder).classes == tuple(DIGITS)


@pytest.mark.parametrize("metadata", [{"classes": DIGITS, "scores": float("nan")}, {"classes": []}, {}])
def test_metadata_that_cannot_be_kept_leaves_nothing_behind(tmp_path: Path, metadata: dict) -> None:
    with pytest.raises(BundleError):
        write_bundle(tmp_path / "bundle", b"a model", metadata)
    assert [path.name for path in tmp_path.iterdir()] == []


def test_metadata_that_is_not_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"model\.json: the metadata is not JSON"):
        write_bundle(tmp_path / "bundle", b"a model", {"classes": DIGITS, "path": tmp_path})


def test_a_folder_of_other_things_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(BundleError, match="holds something that is no bundle"):
        write_bundle(tmp_path, b"a model", {"classes": DIGITS})
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "bundle").mkdir()
    assert isinstance(write_bundle(tmp_path / "bundle", b"a model", {"classes": DIGITS}), Bundle)


def test_a_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "bundle").write_text("mine")
    with pytest.raises(BundleError, match="is a file"):
        write_bundle(tmp_path / "bundle", b"a model", {"classes": DIGITS})
    assert (tmp_path / "bundle").read_text() == "mine"


@pytest.mark.parametrize("after", [1, 2])
def test_ctrl_c_while_it_is_replaced_leaves_a_whole_bundle(
    folder: Path, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename, calls = Path.rename, []

    def interrupted(source: Path, target: Path) -> Path:
        calls.append(source)
        moved = rename(source, target)
        if len(calls) == after:
            raise KeyboardInterrupt
        return moved

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_bundle(folder, b"another model", {"classes": DIGITS})
    assert load_bundle(folder).model_path.read_bytes() == (b"a model" if after == 1 else b"another model")


def test_a_name_too_long_is_one_line() -> None:
    with pytest.raises(BundleError, match="cannot be read"):
        load_bundle("a" * 300)


@pytest.mark.parametrize("failing_rename", [1, 2])
def test_a_failed_replacement_keeps_the_old_bundle(
    folder: Path, failing_rename: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename, calls = Path.rename, []

    def fails_once(source: Path, target: Path) -> Path:
        calls.append(source)
        if len(calls) == failing_rename:
            raise OSError(28, "No space left on device")
        return rename(source, target)

    monkeypatch.setattr(Path, "rename", fails_once)
    with pytest.raises(BundleError, match="cannot write the bundle: No space left on device"):
        write_bundle(folder, b"another model", {"classes": DIGITS})

    assert load_bundle(folder).model_path.read_bytes() == b"a model"
    assert [path.name for path in folder.parent.iterdir()] == ["bundle"]


def test_metadata_with_a_name_that_is_no_unicode_are_kept(tmp_path: Path) -> None:
    origin = os.fsdecode(b"caf\xe9.py")
    bundle = write_bundle(tmp_path / "bundle", b"a model", {"classes": ["ä"], "origin": origin})
    assert load_bundle(bundle.path).metadata["origin"] == origin
    (tmp_path / "bundle" / "model.json").read_text(encoding="utf-8")

"""A trained model on disk: a folder with `model.onnx` and `model.json`, and nothing that can run code."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkdigits.errors import BundleError, readable
from inkdigits.whole_file import whole_file

FORMAT = 1
MODEL_FILE = "model.onnx"
METADATA_FILE = "model.json"
MAX_MODEL_BYTES = 200 * 1024**2
MAX_METADATA_BYTES = 4 * 1024**2
PRETRAINED = Path(__file__).with_name("pretrained")
# The key of ONNX's external data as protobuf writes it, and as it might be written to hide it.
_EXTERNAL_DATA = re.compile(rb"(?:\x0a|\x8a\x80*\x00)(?:\x08|\x88\x80*\x00)location")


@dataclass(frozen=True)
class Bundle:
    """A verified bundle: the folder it lies in and what its `model.json` says."""

    path: Path
    metadata: dict[str, Any]

    @property
    def model_path(self) -> Path:
        """The ONNX file."""
        return self.path / MODEL_FILE

    @property
    def classes(self) -> tuple[str, ...]:
        """The class names, in the order of the model's probabilities."""
        return tuple(self.metadata["classes"])

    def read_model(self) -> bytes:
        """The bytes of the ONNX file, verified anew; raises `BundleError` as `load_bundle` does."""
        model = _read_bounded(self.model_path, MAX_MODEL_BYTES)
        if hashlib.sha256(model).hexdigest() != self.metadata["sha256"]:
            raise BundleError(
                f"{self.model_path}: damaged: its SHA-256 differs from {METADATA_FILE}; export or copy it again"
            )
        # The plain search first: the pattern's takes longer than all else here.
        if b"location" in model and _EXTERNAL_DATA.search(model):
            raise BundleError(f"{self.model_path}: keeps weights in other files; save it with all of them inside")
        return model


def load_bundle(path: str | os.PathLike[str]) -> Bundle:
    """Verifies the bundle in folder `path`: both files present, the format known, the model unchanged and complete.

    Raises `BundleError` naming the file that is missing, damaged, too large, too new, or needs yet other files.
    """
    folder = Path(path)
    with readable(str(folder), BundleError):
        _check_folder(folder)
    bundle = Bundle(folder, _read_metadata(folder / METADATA_FILE))
    bundle.read_model()
    return bundle


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "no such folder"
        raise BundleError(f"{folder}: {what}; a bundle is a folder with {MODEL_FILE} and {METADATA_FILE}")
    if not (folder / METADATA_FILE).exists() and (folder / "bundle" / METADATA_FILE).is_file():
        raise BundleError(f"{folder}: is the folder of a run; its bundle lies in {folder / 'bundle'}")


def write_bundle(path: str | os.PathLike[str], model: bytes, metadata: dict[str, Any]) -> Bundle:
    """Writes `model` (ONNX bytes) and `metadata` (JSON-serialisable, with "classes") as a bundle at `path`.

    Adds "format" and "sha256". An existing bundle is replaced as a whole and its other files, such as a
    model card, stay; a folder that is no bundle is refused. On failure nothing new remains.
    Raises `BundleError`.
    """
    folder = Path(os.path.realpath(path))
    full = {**metadata, "format": FORMAT, "sha256": hashlib.sha256(model).hexdigest()}
    _check_metadata(folder / METADATA_FILE, full)
    if len(model) > MAX_MODEL_BYTES:
        raise BundleError(f"{folder / MODEL_FILE}: larger than the {MAX_MODEL_BYTES} bytes allowed")
    try:
        text = _json_text(full)
    except (TypeError, ValueError) as error:
        raise BundleError(f"{folder / METADATA_FILE}: the metadata is not JSON: {error}") from error
    try:
        _write_files(folder, model, f"{text}\n".encode())
    except OSError as error:
        raise BundleError(f"{folder}: cannot write the bundle: {error.strerror or error}") from error
    return Bundle(Path(path), json.loads(text))


def _json_text(metadata: dict[str, Any]) -> str:
    """The metadata for people to read; in escapes where they hold a file's name that is no Unicode."""
    text = json.dumps(metadata, indent=2, ensure_ascii=False, allow_nan=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(metadata, indent=2)
    return text


def _write_files(folder: Path, model: bytes, metadata: bytes) -> None:
    present = folder / MODEL_FILE
    if present.is_file() and present.stat().st_size == len(model) and present.read_bytes() == model:
        with whole_file(folder / METADATA_FILE) as file:  # in one step, so that kill -9 cannot part the two files
            file.write(metadata)
    else:
        _replace_folder(folder, {MODEL_FILE: model, METADATA_FILE: metadata})


def _replace_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Puts a folder with `files` in the place of `folder`; what it held besides them is carried over."""
    if folder.exists() and not folder.is_dir():
        raise BundleError(f"{folder}: is a file; choose a folder for the bundle")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / METADATA_FILE).is_file():
        raise BundleError(f"{folder}: holds something that is no bundle; choose an empty or a new folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Beside the target, so that the renames stay on one file system.
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as temporary:
        fresh, replaced = Path(temporary, "fresh"), Path(temporary, "replaced")
        if folder.is_dir():
            own = {str(folder): set(files)}  # and none of the same names in folders below
            shutil.copytree(folder, fresh, symlinks=True, ignore=lambda where, names: own.get(where, set()))
        fresh.mkdir(exist_ok=True)
        for name, content in files.items():
            (fresh / name).write_bytes(content)
        try:
            if folder.is_dir():
                folder.rename(replaced)
            fresh.rename(folder)
        except BaseException:  # Ctrl-C as well: what is still in `temporary` is about to be removed
            if replaced.is_dir() and not folder.exists():
                replaced.rename(folder)
            raise


def _read_metadata(path: Path) -> dict[str, Any]:
    """Reads and checks `model.json`."""
    try:
        metadata = json.loads(_read_bounded(path, MAX_METADATA_BYTES))
    except (ValueError, RecursionError) as error:
        raise BundleError(f"{path}: not valid JSON ({error}); export or copy the bundle again") from error
    _check_metadata(path, metadata)
    return metadata


def _check_metadata(path: Path, metadata: Any) -> None:
    """Raises `BundleError` unless `metadata` has a known format, class names and a SHA-256."""
    if not isinstance(metadata, dict):
        raise BundleError(f"{path}: must hold a JSON object; export or copy the bundle again")
    version = metadata.get("format")
    if type(version) is not int or version < 1:
        raise BundleError(f'{path}: "format" must be a positive whole number, not {version!r}')
    if version > FORMAT:
        raise BundleError(
            f"{path}: format {version}, made by a newer inkdigits; upgrade: pip install --upgrade inkdigits"
        )
    classes = metadata.get("classes")
    if not isinstance(classes, list | tuple) or not classes or not all(isinstance(name, str) for name in classes):
        raise BundleError(f'{path}: "classes" must be a list of class names')
    if not isinstance(metadata.get("sha256"), str):
        raise BundleError(f'{path}: "sha256" is missing; export or copy the bundle again')


def _read_bounded(path: Path, limit: int) -> bytes:
    """Reads a regular file of at most `limit` bytes."""
    with readable(str(path), BundleError):
        if not path.is_file():
            raise BundleError(f"{path}: no such file; a bundle is a folder with {MODEL_FILE} and {METADATA_FILE}")
        with path.open("rb") as file:
            content = file.read(limit + 1) if path.stat().st_size <= limit else None
    if content is None or len(content) > limit:
        raise BundleError(f"{path}: larger than the {limit} bytes allowed; this is no inkdigits bundle")
    return content

"""Finds the loader that a data set's name asks for: "mnist", "folder:DIR", ..."""

from __future__ import annotations

from pathlib import Path

from inkdigits.datasets import idx
from inkdigits.datasets.csv_file import load_csv
from inkdigits.datasets.digit_images import DigitImages
from inkdigits.datasets.fashion_mnist import load_fashion_mnist
from inkdigits.datasets.folder import load_folder
from inkdigits.datasets.mnist import load_mnist
from inkdigits.errors import DatasetError, home_known, nearest, readable

_NAMED = {"mnist": load_mnist, "fashion-mnist": load_fashion_mnist}
_KINDS = ("folder", "csv", "idx")
FORMS = "mnist, fashion-mnist, folder:DIR, csv:FILE or idx:DIR"
SPECS = (*_NAMED, *(f"{kind}:" for kind in _KINDS))  # what every name of a set is, or begins with


def load(spec: str, part: str = "all", *, skip_bad: bool = False) -> DigitImages:
    """Loads "mnist", "fashion-mnist", "folder:DIR", "csv:FILE" or "idx:DIR".

    `part` is "train" or "test" as the set's authors cut it, or "all". With `skip_bad`, bad items are left
    out and counted in `.skipped`. Raises `DatasetError` in one line.
    """
    if part not in ("train", "test", "all"):
        raise DatasetError(f"{part}: no such part; choose train, test or all")
    kind, path = parsed(spec)
    if kind in _NAMED:
        return _NAMED[kind](part)
    if kind == "idx":
        with readable(spec, DatasetError):
            return idx.load_idx_folder(path, part, skip_bad=skip_bad)
    if part != "all":
        raise DatasetError(f"{spec}: has no {part} part of its own; load all of it, or split it")
    with readable(spec, DatasetError):
        return (load_folder if kind == "folder" else load_csv)(path, skip_bad=skip_bad)


def has_official_test(spec: str) -> bool:
    """Whether the set comes with a test part that its authors set aside; raises `DatasetError`."""
    kind, path = parsed(spec)
    with readable(spec, DatasetError):
        return kind in _NAMED or (kind == "idx" and idx.has_official_test(path))


def resolved(spec: str) -> str:
    """The set's name with its path in full, the same in every folder; raises `DatasetError`."""
    kind, path = parsed(spec)
    return spec if kind in _NAMED else f"{kind}:{path.resolve()}"


def parsed(spec: str) -> tuple[str, Path]:
    """The kind of a set, and where it lies, with ~ expanded; raises `DatasetError`."""
    kind, colon, path = spec.partition(":")
    if kind in _NAMED and not colon:
        return kind, Path()
    if kind in _KINDS and path:
        with home_known(spec, DatasetError):
            return kind, Path(path).expanduser()
    with readable(spec, DatasetError):
        raise DatasetError(f"{spec}: no such data set; {_hint(spec)}")


def _hint(spec: str) -> str:
    if spec and (Path(spec).is_dir() or Path(spec).is_file()):
        return f"for the {'folder' if Path(spec).is_dir() else 'file'} of that name write {_form_of(Path(spec))}:{spec}"
    near = nearest(spec, _NAMED)
    return f"did you mean {near}? Else choose {FORMS}" if near else f"choose {FORMS}"


def _form_of(path: Path) -> str:
    if path.is_file():
        return "csv"
    return "idx" if any("ubyte" in file.name for file in path.iterdir()) else "folder"

"""Images in class folders: DIR/0/any.png ... DIR/9/other.jpg, of any format, size and polarity."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from inkdigits.datasets.digit_images import DIGITS, DigitImages
from inkdigits.datasets.progress import track
from inkdigits.errors import DatasetError, ImageError
from inkdigits.ink import load_ink

_LITTER = {"thumbs.db", "desktop.ini"}  # what file managers leave behind; hidden files are left out too


def load_folder(folder: Path, *, skip_bad: bool = False) -> DigitImages:
    """Reads every image of the class folders "0" to "9", ordered by file name, then class.

    Raises `DatasetError` naming the file or class folder at fault. With `skip_bad`, unreadable images and
    those in folders of another name are left out and counted, and classes may be empty.
    """
    files, misplaced = _class_files(folder, skip_bad)
    images: list[np.ndarray] = []
    labels: list[int] = []
    for path in track(files, f"Reading {folder.name}", len(files)):
        try:
            ink = load_ink(path)
        except ImageError as error:
            if skip_bad:
                continue
            raise DatasetError(f"{error} (--skip-bad leaves it out)") from error
        images.append(ink)
        labels.append(int(path.parent.name))
    if not images:
        raise DatasetError(f"{folder}: not one image in its class folders can be read")
    skipped = misplaced + len(files) - len(images)
    return DigitImages.of(f"folder:{folder}", images, labels, skipped=skipped)


def _class_files(folder: Path, skip_bad: bool) -> tuple[list[Path], int]:
    """The files of all classes, and how many lie in folders that are no class."""
    if not folder.is_dir():
        raise DatasetError(f"{folder}: {'is not a folder' if folder.exists() else 'no such folder; check the path'}")
    subfolders = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    strangers = [path for path in subfolders if path.name not in DIGITS]
    classes = {name: _files_in(folder / name) for name in DIGITS}
    empty = [name for name, files in classes.items() if not files]
    if not skip_bad:
        _check_layout(folder, strangers, empty)
    files = [path for paths in classes.values() for path in paths]
    # File name first, so that what `export_folder` wrote comes back in the order it was in.
    return sorted(files, key=lambda path: (path.name, path.parent.name)), sum(map(len, map(_files_in, strangers)))


def _check_layout(folder: Path, strangers: list[Path], empty: list[str]) -> None:
    """Raises `DatasetError` for subfolders that are no class, and for classes without an image."""
    for stranger in strangers:
        if any((stranger / name).is_dir() for name in DIGITS):
            raise DatasetError(f"{folder}: the class folders lie one level down; name that: folder:{stranger}")
    if strangers:
        raise DatasetError(f"{strangers[0]}: class folders are named 0 to 9; rename or remove it")
    loose = sorted(path.name for path in _files_in(folder))
    if loose and len(empty) == len(DIGITS):
        raise DatasetError(
            f"{folder}: its images lie in no class folder; sort them into folders named by their digit, "
            f"as in {Path(folder.name, '7', loose[0])}"
        )
    if empty:
        raise DatasetError(f"{folder}: no image of class {', '.join(empty)}; each class folder 0 to 9 needs one")


def _files_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [
        path
        for path in folder.iterdir()
        if path.is_file() and not path.name.startswith(".") and path.name.lower() not in _LITTER
    ]

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
        raise DatasetError(f"{folder}: no such folder")
    subfolders = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    strangers = [path for path in subfolders if path.name not in DIGITS]
    if strangers and not skip_bad:
        raise DatasetError(f"{strangers[0]}: class folders are named 0 to 9; rename or remove it")
    classes = {name: _files_in(folder / name) for name in DIGITS}
    empty = [name for name, files in classes.items() if not files]
    if empty and not skip_bad:
        raise DatasetError(f"{folder}: no image of class {', '.join(empty)}; each class folder 0 to 9 needs one")
    files = [path for paths in classes.values() for path in paths]
    # File name first, so that what `export_folder` wrote comes back in the order it was in.
    return sorted(files, key=lambda path: (path.name, path.parent.name)), sum(map(len, map(_files_in, strangers)))


def _files_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [
        path
        for path in folder.iterdir()
        if path.is_file() and not path.name.startswith(".") and path.name.lower() not in _LITTER
    ]

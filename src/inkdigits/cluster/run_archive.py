"""A run's folder on its way between machines: a tar archive, unpacked so that the run is there whole or not at all."""

from __future__ import annotations

import io
import tarfile
import tempfile
from pathlib import Path

from inkdigits.experiments.run_folder import RunFolder

_LOCK = ".lock"


def pack(path: Path) -> bytes:
    """All files of a run."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for file in sorted(path.rglob("*")):
            if file.is_file() and file.name != _LOCK:
                archive.add(file, str(file.relative_to(path)))
    return content.getvalue()


def unpack(content: bytes, path: Path) -> None:
    """Puts the files of a run into the folder `path`, in place of what it has; its manifest last, which makes it one.

    Raises `OSError`.
    """
    path.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix=".arriving-", dir=path) as place,
        tarfile.open(fileobj=io.BytesIO(content)) as archive,
    ):
        archive.extractall(place, filter="data")
        manifest = RunFolder(Path(place)).manifest_file
        files = [file for file in sorted(Path(place).rglob("*")) if file.is_file() and file != manifest]
        for file in [*files, manifest]:
            target = path / file.relative_to(place)
            target.parent.mkdir(parents=True, exist_ok=True)
            file.replace(target)

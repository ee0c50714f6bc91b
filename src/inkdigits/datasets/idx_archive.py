"""A published set of four IDX files, used only when every byte is the one that was published."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from inkdigits.datasets.digit_images import DIGITS, DigitImages, joined
from inkdigits.datasets.idx import parse_idx
from inkdigits.errors import DatasetError

PARTS = {"train": "train", "test": "t10k"}


@dataclass(frozen=True)
class IdxArchive:
    """The name of a set, the SHA-256 of its uncompressed files by file name, and the names of its classes."""

    name: str
    sha256: Mapping[str, str]
    class_names: tuple[str, ...] = DIGITS

    def load(self, folder: Path, part: str) -> DigitImages:
        """The part "train", "test" or "all" from the gzipped files in `folder`; raises `DatasetError`."""
        if part == "all":
            return joined(self.name, [self.load(folder, each) for each in PARTS])
        images = self._verified(folder, f"{PARTS[part]}-images-idx3-ubyte")
        labels = self._verified(folder, f"{PARTS[part]}-labels-idx1-ubyte")
        return DigitImages.of(
            f"{self.name}/{part}", parse_idx(*images), parse_idx(*labels), class_names=self.class_names
        )

    def complete_in(self, folder: Path) -> bool:
        """Whether all files are there; says nothing about their content."""
        return all((folder / f"{file}.gz").is_file() for file in self.sha256)

    def size_in(self, folder: Path) -> int:
        """Bytes of the gzipped files."""
        return sum((folder / f"{file}.gz").stat().st_size for file in self.sha256)

    def _verified(self, folder: Path, file: str) -> tuple[bytes, str]:
        path = folder / f"{file}.gz"
        try:
            data = gzip.decompress(path.read_bytes())
        except FileNotFoundError as error:
            raise DatasetError(f"{path}: missing; install {self.name} again") from error
        except (OSError, EOFError, zlib.error) as error:
            raise DatasetError(f"{path}: damaged ({error}); delete it and install {self.name} again") from error
        if hashlib.sha256(data).hexdigest() != self.sha256[file]:
            raise DatasetError(f"{path}: not the published bytes (SHA-256 differs); delete it and install it again")
        return data, str(path)

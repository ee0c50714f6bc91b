"""What sets there are, and what this machine has of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from inkdigits.datasets import fashion_mnist, mnist
from inkdigits.datasets.digit_images import DigitImages
from inkdigits.datasets.idx_archive import IdxArchive


@dataclass(frozen=True)
class CatalogEntry:
    """A set known by name. `folder`, `bytes` and `digits` are None when it isn't on this machine."""

    name: str
    licence: str
    folder: Path | None
    bytes: int | None
    digits: DigitImages | None
    how_to_get: str = ""


def catalog() -> list[CatalogEntry]:
    """All named sets, those present loaded and verified. Raises `DatasetError`; downloads nothing."""
    return [
        _entry(mnist.MNIST, mnist.LICENCE, mnist.FOLDER, mnist.load_mnist),
        _entry(
            fashion_mnist.FASHION_MNIST,
            fashion_mnist.LICENCE,
            fashion_mnist.find_fashion_mnist(),
            fashion_mnist.load_fashion_mnist,
            "apt install dataset-fashion-mnist, or use it once: 31 MB are downloaded",
        ),
    ]


def _entry(
    archive: IdxArchive,
    licence: str,
    folder: Path | None,
    load: Callable[[], DigitImages],
    how_to_get: str = "",
) -> CatalogEntry:
    if folder is None:
        return CatalogEntry(archive.name, licence, None, None, None, how_to_get)
    return CatalogEntry(archive.name, licence, folder, archive.size_in(folder), load())

"""Labelled images of digits, held in memory and named by a hash of their content."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inkdigits.errors import DatasetError

DIGITS = tuple("0123456789")


@dataclass(frozen=True, eq=False)
class DigitImages:
    """Images with their labels. Build it with `DigitImages.of`, which checks and hashes them.

    `images` is uint8 (N, H, W), or a list of uint8 (H, W) when their sizes differ; 255 = ink. `labels` is
    int64 (N,), indices into `class_names`. `sha256` covers images and labels in their order. `skipped`
    counts the bad items that `skip_bad` left out of the set these images come from.
    """

    name: str
    images: np.ndarray | list[np.ndarray]
    labels: np.ndarray
    sha256: str
    class_names: tuple[str, ...]
    skipped: int = 0

    @classmethod
    def of(
        cls,
        name: str,
        images: np.ndarray | Sequence[np.ndarray],
        labels: np.ndarray | Sequence[int],
        *,
        class_names: tuple[str, ...] = DIGITS,
        skipped: int = 0,
    ) -> DigitImages:
        """Checks and hashes; images of one size become one array. Raises `DatasetError` on a misfit."""
        kept = _one_array_if_possible(images)
        found = np.asarray(labels)
        if found.ndim != 1 or not (found.dtype.kind in "iu" or not found.size):
            raise DatasetError(f"{name}: labels are {found.dtype} of shape {found.shape}; integers (N,) are needed")
        found = found.astype(np.int64)
        if len(kept) != len(found):
            raise DatasetError(f"{name}: {len(kept)} images but {len(found)} labels; the files don't belong together")
        outside = np.flatnonzero((found < 0) | (found >= len(class_names)))
        if len(outside):
            raise DatasetError(
                f"{name}: item {outside[0]} has label {found[outside[0]]}; labels run from 0 to {len(class_names) - 1}"
            )
        return cls(name, kept, found, _sha256(kept, found), class_names, skipped)

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, indices: np.ndarray, *, name: str | None = None) -> DigitImages:
        """The items at `indices`, int (M,), in that order; keeps the name unless a new one is given."""
        if isinstance(self.images, np.ndarray):
            images: np.ndarray | list[np.ndarray] = self.images[indices]
        else:
            images = [self.images[index] for index in indices]
        return DigitImages.of(
            name or self.name,
            images,
            self.labels[indices],
            class_names=self.class_names,
            skipped=self.skipped,
        )

    def class_counts(self) -> np.ndarray:
        """How many images each class has: int64 (classes,)."""
        return np.bincount(self.labels, minlength=len(self.class_names))


def joined(name: str, parts: Sequence[DigitImages]) -> DigitImages:
    """All images of the parts, one after another; they share their class names."""
    if len(parts) == 1:
        return parts[0].take(np.arange(len(parts[0])), name=name)
    arrays = [part.images for part in parts if isinstance(part.images, np.ndarray)]
    if len(arrays) == len(parts) and len({array.shape[1:] for array in arrays}) == 1:
        images: np.ndarray | list[np.ndarray] = np.concatenate(arrays)
    else:
        images = [image for part in parts for image in part.images]
    return DigitImages.of(
        name,
        images,
        np.concatenate([part.labels for part in parts]),
        class_names=parts[0].class_names,
        skipped=sum(part.skipped for part in parts),
    )


def _one_array_if_possible(images: np.ndarray | Sequence[np.ndarray]) -> np.ndarray | list[np.ndarray]:
    if isinstance(images, np.ndarray):
        if images.ndim != 3 or images.dtype != np.uint8 or not all(images.shape[1:]):
            raise DatasetError(f"images are {images.dtype} of shape {images.shape}; uint8 of shape (N, H, W) is needed")
        return images
    for number, image in enumerate(images):
        if image.ndim != 2 or image.dtype != np.uint8 or not image.size:
            raise DatasetError(f"image {number} is {image.dtype} of shape {image.shape}; uint8 (H, W) is needed")
    if images and len({image.shape for image in images}) == 1:
        return np.stack(images)
    return list(images)


def _sha256(images: np.ndarray | list[np.ndarray], labels: np.ndarray) -> str:
    """Hash over each run of images (shape, then bytes) and the labels, little-endian on every machine."""
    digest = hashlib.sha256()
    for block in [images] if isinstance(images, np.ndarray) else images:
        digest.update(np.array(block.shape, "<u8").data)
        digest.update(np.ascontiguousarray(block).data)
    digest.update(labels.astype("<i8").data)
    return digest.hexdigest()

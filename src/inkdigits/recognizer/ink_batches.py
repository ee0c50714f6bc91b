"""Ink of any size, checked and cut into batches of bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from inkdigits.errors import ImageError

# The two together bound the memory of a run: the network's activations, and the float copies of large images.
MAX_IMAGES_PER_RUN = 32
MAX_PIXELS_PER_RUN = 4 * 1024**2
MAX_SIDE = 65_535  # pixels, as of pictures: for each the model holds the weights of 28 rows or columns
_ROWS = 28

Ink = np.ndarray | Sequence[np.ndarray]
"""uint8, 255 = ink: (N, H, W), one (H, W), or a sequence of (H, W) whose sizes may differ."""


def checked_ink(ink: Ink) -> np.ndarray | list[np.ndarray]:
    """`ink` as uint8 (N, H, W) or a list of uint8 (H, W); raises `ImageError` when it is neither."""
    if isinstance(ink, np.ndarray):
        images: np.ndarray | list[np.ndarray] = ink[np.newaxis] if ink.ndim == 2 else ink
        _check_array("ink", ink, (2, 3), "(N, H, W) or (H, W)")
        return images
    if not isinstance(ink, Sequence) or isinstance(ink, str | bytes):
        raise ImageError(f"ink must be a uint8 array or a list of them, not {type(ink).__name__}")
    for index, image in enumerate(ink):
        if not isinstance(image, np.ndarray):
            raise ImageError(f"ink[{index}] must be a uint8 array, not {type(image).__name__}")
        _check_array(f"ink[{index}]", image, (2,), "(H, W)")
    return list(ink)


def _check_array(name: str, array: np.ndarray, dimensions: tuple[int, ...], form: str) -> None:
    if array.dtype != np.uint8:
        raise ImageError(f"{name} must be uint8 with 255 = ink, not {array.dtype}; scale it to 0..255 first")
    if array.ndim not in dimensions:
        raise ImageError(f"{name} must have the shape {form}, not {array.shape}")
    if 0 in array.shape[-2:] and not (array.ndim == 3 and len(array) == 0):
        raise ImageError(f"{name} of shape {array.shape} is an empty image")
    if max(array.shape[-2:]) > MAX_SIDE:
        raise ImageError(f"{name} of shape {array.shape} is longer than {MAX_SIDE:,} pixels; scale it down first")


def batches(images: np.ndarray | list[np.ndarray]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yields (indices into `images`, uint8 batch (n, H, W)), each batch within the two bounds."""
    if isinstance(images, np.ndarray):
        size = _images_per_run(*images.shape[1:]) if len(images) else 1
        for start in range(0, len(images), size):
            batch = images[start : start + size]
            yield np.arange(start, start + len(batch)), np.ascontiguousarray(batch)
        return
    # Like sizes side by side keep the padding small.
    pending: list[int] = []
    height = width = 0
    for index in sorted(range(len(images)), key=lambda i: (max(images[i].shape), images[i].shape)):
        tallest, widest = max(height, images[index].shape[0]), max(width, images[index].shape[1])
        full = len(pending) >= _images_per_run(tallest, widest)
        if pending and (full or max(images[index].shape) > 2 * max(images[pending[0]].shape)):
            yield np.array(pending), _padded([images[i] for i in pending], height, width)
            pending, (tallest, widest) = [], images[index].shape
        pending.append(index)
        height, width = tallest, widest
    if pending:
        yield np.array(pending), _padded([images[i] for i in pending], height, width)


def _images_per_run(height: int, width: int) -> int:
    taken = max(height * width, _ROWS * (height + width))
    return max(1, min(MAX_IMAGES_PER_RUN, MAX_PIXELS_PER_RUN // taken))


def _padded(images: list[np.ndarray], height: int, width: int) -> np.ndarray:
    """Stacks the images, paper to the right and below: the model finds the ink's box, so all is as before."""
    batch = np.zeros((len(images), height, width), np.uint8)
    for row, image in zip(batch, images, strict=True):
        row[: image.shape[0], : image.shape[1]] = image
    return batch

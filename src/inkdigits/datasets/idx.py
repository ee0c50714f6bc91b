"""The IDX format of MNIST: single files, and folders that hold pairs of them."""

from __future__ import annotations

import gzip
import io
import math
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from inkdigits.datasets.digit_images import DigitImages, joined
from inkdigits.errors import DatasetError

_UNSIGNED_BYTE = 0x08
_MAX_BYTES = 1 << 33
_IMAGES = re.compile(r"(?P<prefix>.*?)[-_.]?images[-.]idx3-ubyte(\.gz)?")


def parse_idx(data: bytes, name: str) -> np.ndarray:
    """The array in the bytes of an IDX file, gzipped or not: uint8 of 1 to 4 dimensions.

    Raises `DatasetError` naming `name` when the header is wrong or the length isn't what it promises.
    """
    try:
        with gzip.open(io.BytesIO(data)) if data[:2] == b"\x1f\x8b" else io.BytesIO(data) as stream:
            shape = _read_shape(stream, name)
            expected = math.prod(shape)
            # Read in steps: a header may promise terabytes, a gzip may unpack to them.
            values = b"".join(_chunks(stream, expected + 1))
    except (EOFError, OSError, zlib.error) as error:
        raise DatasetError(f"{name}: the gzip data is damaged or cut short; fetch the file again") from error
    if len(values) != expected:
        excess = "longer" if len(values) > expected else "shorter"
        raise DatasetError(f"{name}: {excess} than its header says ({expected:,} bytes of data); fetch it again")
    return np.frombuffer(values, np.uint8).reshape(shape)


def read_idx(path: Path) -> np.ndarray:
    """Like `parse_idx`, from a file; raises `DatasetError` when it cannot be read."""
    try:
        return parse_idx(path.read_bytes(), str(path))
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror})") from error


def load_idx_folder(folder: Path, part: str = "all", *, skip_bad: bool = False) -> DigitImages:
    """The images of every `[PREFIX-]images-idx3-ubyte[.gz]` in `folder` with the labels of its
    `labels-idx1-ubyte`.

    `part` "train" or "test" takes the pairs whose prefix ends in train, or in t10k or test. Raises
    `DatasetError`.
    """
    name = f"idx:{folder}" if part == "all" else f"idx:{folder}/{part}"
    pairs = [pair for pair in _image_files(folder) if part in ("all", _part_of(pair))]
    if not pairs:
        wanted = "" if part == "all" else f" for the {part} part"
        raise DatasetError(f"{folder}: no images-idx3-ubyte file{wanted}; name a folder that holds IDX pairs")
    return joined(name, [_load_pair(folder, path, skip_bad) for path in pairs])


def has_official_test(folder: Path) -> bool:
    """Whether the folder holds pairs for training and, apart from them, for testing."""
    return {"train", "test"} <= {_part_of(path) for path in _image_files(folder)}


def _read_shape(stream: io.BufferedIOBase, name: str) -> tuple[int, ...]:
    magic = stream.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or not 1 <= magic[3] <= 4:
        raise DatasetError(f"{name}: not an IDX file (its first bytes are {magic.hex(' ') or 'missing'})")
    if magic[2] != _UNSIGNED_BYTE:
        raise DatasetError(f"{name}: IDX of type 0x{magic[2]:02x}; only unsigned bytes (0x08) hold digits")
    header = stream.read(4 * magic[3])
    if len(header) < 4 * magic[3]:
        raise DatasetError(f"{name}: the header is cut short; fetch the file again")
    shape = struct.unpack(f">{magic[3]}I", header)
    if math.prod(shape) > _MAX_BYTES:
        raise DatasetError(f"{name}: its header promises {math.prod(shape):,} bytes; at most {_MAX_BYTES:,} are read")
    return shape


def _chunks(stream: io.BufferedIOBase, limit: int) -> Iterator[bytes]:
    while limit > 0 and (chunk := stream.read(min(limit, 1 << 20))):
        limit -= len(chunk)
        yield chunk


def _image_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise DatasetError(f"{folder}: no such folder")
    files = sorted(path for path in folder.iterdir() if _IMAGES.fullmatch(path.name))
    # "x" and "x.gz" side by side are one file twice.
    return [path for path in files if path.suffix != ".gz" or path.with_suffix("") not in files]


def _part_of(path: Path) -> str:
    match = _IMAGES.fullmatch(path.name)
    prefix = match["prefix"].lower() if match else ""
    return "test" if prefix.endswith(("t10k", "test")) else "train" if prefix.endswith("train") else "all"


def _labels_file(images: Path) -> Path:
    before, _, after = images.name.rpartition("images")
    plain = before + "labels" + after.removesuffix(".gz").replace("idx3", "idx1")
    for name in (plain, plain + ".gz"):
        if (images.parent / name).is_file():
            return images.parent / name
    raise DatasetError(f"{images}: its labels, {plain}[.gz], are missing beside it")


def _load_pair(folder: Path, images_path: Path, skip_bad: bool) -> DigitImages:
    labels_path = _labels_file(images_path)
    images, labels = read_idx(images_path), read_idx(labels_path)
    if images.ndim != 3 or images.size == 0:
        raise DatasetError(f"{images_path}: has shape {images.shape}; images need (N, H, W), none of them 0")
    if labels.shape != images.shape[:1]:
        raise DatasetError(f"{labels_path}: shape {labels.shape} for {len(images)} images; not the same set")
    good = labels <= 9
    if not skip_bad and not good.all():
        at = int(np.argmin(good))
        raise DatasetError(f"{labels_path}: item {at} has label {labels[at]}, not 0 to 9 (--skip-bad leaves it out)")
    if not good.any():
        raise DatasetError(f"{labels_path}: no label is 0 to 9")
    return DigitImages.of(f"idx:{folder}", images[good], labels[good], skipped=int((~good).sum()))

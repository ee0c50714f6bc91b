"""Reads an uploaded file page by page, within the service's limits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

import cv2
import numpy as np

from inkdigits.pictures import open_pages
from inkdigits.pictures.data_url import data_url, png_url
from inkdigits.pictures.decoding import check_size, opened_picture
from inkdigits.pictures.pdf import is_pdf
from inkdigits.reading import Reader, Reading
from inkdigits.reading.output.formats import to_dict
from inkdigits.serving.options import Limits
from inkdigits.serving.problems import Busy
from inkdigits.serving.uploads import Upload

Images = Literal["none", "digits", "all"]
_SHOWN_SIDE = 1600  # pixels, the longer side of a page that is sent back
_QUALITY = 85


def read_upload(reader: Reader, upload: Upload, turn: int | None, images: Images, limits: Limits) -> dict[str, Any]:
    """The JSON of a reading; with "digits" also what the network saw, with "all" the pages, too.

    Raises `ImageError` for a picture past the limits or unreadable, `Busy` when it takes too long.
    """
    deadline = time.monotonic() + limits.work_seconds
    lines, pages, pictures = [], [], []
    for number, picture in enumerate(_pages(upload, limits)):
        if time.monotonic() > deadline:
            raise Busy(f"no answer within {limits.work_seconds:g} seconds; try fewer pages")
        reading = reader.read(picture, turn=turn, name=upload.name)
        lines += [replace(line, page=number) for line in reading.lines]
        pages.append(reading.pages[0])
        if images == "all":
            pictures.append(_jpeg_url(picture))
    return _with_images(upload.name, Reading(tuple(lines), tuple(pages)), pictures, images)


def check_pixels(upload: Upload, most: int) -> None:
    """Raises `ImageError` for a picture of more than `most` pixels, before it is decoded; a PDF tells page by page."""
    if is_pdf(upload.content, upload.name):
        return
    with opened_picture(upload.content, upload.name) as picture:
        check_size(*picture.size, upload.name, most)


def _pages(upload: Upload, limits: Limits) -> Iterator[np.ndarray]:
    check_pixels(upload, limits.pixels)
    for picture in open_pages(upload.content, name=upload.name, most=limits.pages):
        check_size(picture.shape[1], picture.shape[0], upload.name, limits.pixels)
        yield picture


def _with_images(name: str, reading: Reading, pictures: list[str], images: Images) -> dict[str, Any]:
    answer = to_dict(name, reading)
    for page, picture in zip(answer["pages"], pictures, strict=False):
        page["picture"] = picture
    if images != "none":
        for line, found in zip(answer["lines"], reading.lines, strict=True):
            for digit, mark in zip(line["digits"], found.digits, strict=True):
                digit["image"] = png_url(mark.image)
    return answer


def _jpeg_url(picture: np.ndarray) -> str:
    scale = min(1.0, _SHOWN_SIDE / max(picture.shape[:2]))
    shown = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    coded = cv2.imencode(".jpg", shown[..., ::-1], (cv2.IMWRITE_JPEG_QUALITY, _QUALITY))[1]
    return data_url("jpeg", coded.tobytes())

"""A source of any kind becomes pages: uint8 (H, W, 3) RGB as a viewer shows them, one in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image

from inkdigits.errors import ImageError
from inkdigits.pictures.decoding import check_array, check_page_count, check_size, decoding, opened_picture
from inkdigits.pictures.pdf import is_pdf, rendered_pages
from inkdigits.pictures.pixels import coloured, converted, deep, is_deep, opacity, shade
from inkdigits.pictures.sources import Source, name_of
from inkdigits.pictures.transparency import on_own_paper, stroke_cover

MAX_PAGES = 1000
_MAX_FRAMES = 4 * MAX_PAGES  # a page may come with copies and a mask
_SUBFILE_TYPE = 254
_COPY_OR_MASK = 0b101  # a smaller copy of another page, or its mask


def open_pages(source: Source, *, name: str | None = None, most: int = MAX_PAGES) -> Iterator[np.ndarray]:
    """Yields each page as uint8 (H, W, 3) RGB, upright by EXIF, its transparency settled.

    `source` is a path, the bytes of a file, a Pillow image (its current frame), or an array: uint8, uint16 or bool
    (H, W), or uint8 (H, W, 3 or 4). TIFF and PDF files give all their pages, other files their first picture. Strokes
    on a transparent canvas become dark strokes on white paper, whatever their colour. A page is decoded when it is
    asked for; that of a (H, W, 3) array is a read-only view of it. `name` is what errors call a source without a path.
    Raises `ImageError` in one line, at the page at fault, when the source is missing, damaged, unknown, above 100
    megapixels, 65,535 pixels a side or `most` pages, or needs a package that is not installed; too many pages before
    the first one.
    """
    label = name or name_of(source)
    if isinstance(source, np.ndarray) and source.ndim == 3 and source.shape[2] == 3:
        yield _view(source, label)
    elif isinstance(source, Image.Image | np.ndarray):
        with opened_picture(source, label) as image, decoding(label):
            page = _rgb(image)
        yield page
    elif is_pdf(source, label):
        yield from rendered_pages(source, label, most)
    else:
        with opened_picture(source, label) as image:
            frames = _page_frames(image, label)
            check_page_count(len(frames), label, most)
            for frame in frames:
                # No name here holds the page, so that it is gone when the caller lets it go.
                yield _frame(image, frame, label, last=frame == frames[-1])


def _view(array: np.ndarray, label: str) -> np.ndarray:
    check_array(array, label)
    page = array.view()
    page.flags.writeable = False
    return page


def _page_frames(image: Image.Image, label: str) -> list[int]:
    """The numbers of a file's frames that are pages; ends on the first frame."""
    if image.format != "TIFF":
        return [0]
    frames: list[int] = []
    with decoding(label):
        for frame in range(_MAX_FRAMES + 1):
            if len(frames) > MAX_PAGES:
                break
            try:
                image.seek(frame)
            except EOFError:
                break
            if frame == _MAX_FRAMES:
                raise ImageError(f"{label}: more than {_MAX_FRAMES:,} pictures and copies of pictures; split the file")
            kind = getattr(image, "tag_v2", {}).get(_SUBFILE_TYPE, 0)
            if frame == 0 or not (isinstance(kind, int) and kind & _COPY_OR_MASK):
                frames.append(frame)
        image.seek(0)
    return frames


def _frame(image: Image.Image, frame: int, label: str, *, last: bool) -> np.ndarray:
    with decoding(label):
        image.seek(frame)
        check_size(*image.size, label)
        page = _rgb(image)
        if last:
            image.close()  # a reader at work on the page needs the memory
    return page


def _rgb(image: Image.Image) -> np.ndarray:
    """The picture as uint8 (H, W, 3), upright and opaque."""
    image.load()  # some formats tell their true mode only now
    if is_deep(image):  # a shade of 16 bits that counts as transparent is paper's, or none
        return _in_three(deep(image, 255))
    return _settled(image) if image.has_transparency_data else converted(image, coloured)


def _settled(image: Image.Image) -> np.ndarray:
    alpha = converted(image, opacity)
    if alpha.min() == 255:
        return converted(image, coloured)
    cover = stroke_cover(converted(image, shade), alpha)
    if cover is not None:
        return _in_three(255 - cover)
    rgb = converted(image, coloured)
    for channel in range(3):
        rgb[..., channel] = on_own_paper(rgb[..., channel], alpha)
    return rgb


def _in_three(grey: np.ndarray) -> np.ndarray:
    rgb = np.empty((*grey.shape, 3), np.uint8)
    rgb[...] = grey[..., np.newaxis]
    return rgb

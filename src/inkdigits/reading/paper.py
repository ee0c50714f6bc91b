"""A photographed page -> its ink: the paper's own shade and the shadows on it taken away, whatever their colour."""

from __future__ import annotations

import cv2
import numpy as np

from inkdigits.reading.desk import desk

SMALL_SIDE = 600  # pixels; the paper's shade changes slowly, so it is found on a picture scaled down to this
_FINE, _COARSE = 14, 3  # parts of the longer side: the widest stroke that shadowed, and that even, paper may carry
_FLAT = 24  # levels; paper whose shade varies less is called even
_FAINTEST = 14  # levels of 255 between paper and ink; less is a blank sheet
_EDGE = 40  # levels of 255; a step so large is a stroke's or a shadow's edge
_NOISE_FACTOR = 4.0  # deviations of the paper's grain that ink must exceed


def ink_of_page(picture: np.ndarray) -> np.ndarray:
    """Ink of a picture uint8 (H, W, 3): uint8 (H, W), 255 = full ink, 0 = paper and the shadows on it.

    Dark writing on light paper and the reverse are told apart. A blank page is all 0.
    """
    factor = max(picture.shape[:2]) / SMALL_SIDE
    small = picture
    if factor > 1:
        size = [max(1, round(side / factor)) for side in picture.shape[1::-1]]
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    light = _light_on_dark(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY))
    picture, small = _agreeing(picture, small, light)
    if light:
        picture, small = 255 - picture, 255 - small
    paper = _paper(small)
    contrast = _contrast(picture, paper)
    beside = desk(paper)
    if beside is not None:
        contrast[cv2.resize(beside, contrast.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0] = 0
    return _stretched(contrast)


def _agreeing(picture: np.ndarray, small: np.ndarray, light: bool) -> tuple[np.ndarray, np.ndarray]:
    """Both pictures without the colours in which the strokes are the lighter while they are the darker in grey.

    In blue light a blue pen is lighter than a yellow note: its strokes would be taken for the paper.
    """
    others = [i for i in range(3) if _light_on_dark(np.ascontiguousarray(small[:, :, i])) != light]
    if not others:
        return picture, small
    greyed = []
    for coloured in (picture, small):
        changed = coloured.copy()
        changed[:, :, others] = cv2.cvtColor(coloured, cv2.COLOR_RGB2GRAY)[:, :, np.newaxis]
        greyed.append(changed)
    return greyed[0], greyed[1]


def _light_on_dark(grey: np.ndarray) -> bool:
    """Whether the strokes are lighter than what surrounds them.

    Closing and opening part where something is thin; there the shade of the wider surroundings is the paper's. Where
    thin places hold few of the edges the strokes are broad, and the shade of most of the picture is the paper's.
    """
    if min(grey.shape) > 64:
        grey = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    edges = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > _EDGE
    light, dark, thin = _thin(grey, _FINE)
    around = _surroundings(grey)[thin].astype(np.float64)
    if thin.mean() <= 0.001 or (thin & edges).sum() < 0.25 * edges.sum():
        light, dark, thin = _thin(grey, _COARSE)
        around = np.median(grey)
    light, dark = light[thin].astype(np.float64), dark[thin].astype(np.float64)
    return float(((light - dark) ** 2 * np.sign(light + dark - 2 * around)).sum()) > 0


def _thin(grey: np.ndarray, parts: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The picture closed and opened by that part of its longer side, and where the two differ."""
    kernel = _square(grey, parts)
    light = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, kernel)
    dark = cv2.morphologyEx(grey, cv2.MORPH_OPEN, kernel)
    return light, dark, light - dark > _EDGE


def _surroundings(grey: np.ndarray) -> np.ndarray:
    """The median over a quarter of the picture around each pixel."""
    scale = min(1.0, 160 / max(grey.shape))
    size = [max(1, round(side * scale)) for side in grey.shape[::-1]]
    tiny = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    reach = max(tiny.shape) // 8
    padded = cv2.copyMakeBorder(tiny, reach, reach, reach, reach, cv2.BORDER_REFLECT)
    median = cv2.medianBlur(padded, _odd(2 * reach))[reach:-reach, reach:-reach] if reach else tiny
    return cv2.resize(median, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)


def _paper(small: np.ndarray) -> np.ndarray:
    """The shade of the paper at every place of the small picture, strokes filled in; uint8, same shape."""
    tiny = (
        cv2.resize(small, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA) if min(small.shape[:2]) > 64 else small
    )
    coarse = _without_strokes(tiny, _COARSE)
    low, high = np.percentile(cv2.cvtColor(coarse, cv2.COLOR_RGB2GRAY), (2, 98))
    if high - low < _FLAT:
        return cv2.resize(coarse, small.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return _without_strokes(small, _FINE)


def _without_strokes(small: np.ndarray, parts: int) -> np.ndarray:
    """Closes everything dark that is narrower than that part of the longer side."""
    kernel = _square(small, parts)
    reach = len(kernel)
    # What is dark at the rim goes on beyond it: a strip of desk is no stroke.
    padded = cv2.copyMakeBorder(small, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, kernel)[reach:-reach, reach:-reach]
    # The median rounds the square's corners off and, unlike a mean, keeps the edge between page and desk where it is.
    return cv2.medianBlur(np.ascontiguousarray(closed), 5)


def _square(picture: np.ndarray, parts: int) -> np.ndarray:
    side = _odd(min(max(max(picture.shape[:2]) // parts, 9), min(picture.shape[:2])))
    return np.ones((side, side), np.uint8)


def _contrast(picture: np.ndarray, paper: np.ndarray) -> np.ndarray:
    """How much darker than its paper each pixel is, in the colour that shows it best; uint8 (H, W)."""
    size = picture.shape[1::-1]
    least = np.full(picture.shape[:2], 255, np.uint8)
    for colour in range(3):  # one after the other: a page may be large
        shade = np.ascontiguousarray(paper[:, :, colour])
        if shade.shape != least.shape:
            shade = cv2.resize(shade, size, interpolation=cv2.INTER_LINEAR)
        np.maximum(shade, 32, out=shade)
        # On darker paper the same ink reflects less light, so a share of the paper's is what counts.
        share = cv2.divide(np.ascontiguousarray(picture[:, :, colour]), shade, scale=255)
        np.minimum(least, share, out=least)
    return 255 - least


def _stretched(contrast: np.ndarray) -> np.ndarray:
    """Grain of the paper becomes 0, the page's usual ink 255."""
    strips = (contrast[top : top + 1024] for top in range(0, len(contrast), 1024))
    counts = sum(cv2.calcHist([strip], [0], None, [256], [0, 256]).ravel().astype(np.int64) for strip in strips)
    levels = np.arange(256)
    median = int(np.searchsorted(np.cumsum(counts), contrast.size / 2))
    deviations = np.bincount(np.abs(levels - median), weights=counts, minlength=256)
    noise = 1.4826 * int(np.searchsorted(np.cumsum(deviations), contrast.size / 2))
    floor = max(_FAINTEST, median + _NOISE_FACTOR * noise)
    above = np.where(levels < floor, 0, counts)
    if above.sum() == 0:
        return np.zeros_like(contrast)
    inked = np.where(levels < _otsu(above), 0, above)
    full = int(np.searchsorted(np.cumsum(inked), 0.6 * inked.sum()))
    paper = max(min(floor, 0.35 * full), median + 1.5 * noise)
    shades = np.clip((levels - paper) / max(full - paper, 1.0) * 255, 0, 255)
    return cv2.LUT(contrast, np.rint(shades).astype(np.uint8))


def _otsu(counts: np.ndarray) -> float:
    """The level that parts a histogram (256,) best in two (Otsu, 1979)."""
    weight = np.cumsum(counts).astype(np.float64)
    mass = np.cumsum(counts * np.arange(256)).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = (mass[-1] * weight / weight[-1] - mass) ** 2 / (weight * (weight[-1] - weight))
    return float(np.nan_to_num(between, posinf=0.0).argmax())


def _odd(value: int) -> int:
    return max(1, value | 1)

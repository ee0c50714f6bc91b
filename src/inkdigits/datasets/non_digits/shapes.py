"""Non-digits drawn from nothing: letters and signs, scribbles, geometry, textures."""

from __future__ import annotations

import cv2
import numpy as np

SIDE = 64  # pixels of the canvas
# Letters that nobody could tell from a digit (I, l, O, o, S, s, Z, z, q, g, ...) are left out.
_SIGNS = "ABCDEFGHJKLMNPQRTUVWXYacdefhijkmnprtuvwxy&@#%?!+=*<>~$"
_FACES = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
)


def letter(generator: np.random.Generator) -> np.ndarray:
    """One letter or sign, at times two, of any of OpenCV's fonts and pens."""
    count = 1 if generator.random() < 0.85 else 2
    text = "".join(_SIGNS[generator.integers(len(_SIGNS))] for _ in range(count))
    face = _FACES[generator.integers(len(_FACES))] | (cv2.FONT_ITALIC if generator.random() < 0.4 else 0)
    scale, pen = 1.4 / count, int(generator.integers(1, 7))
    (width, height), below = cv2.getTextSize(text, face, scale, pen)
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    start = (SIDE - width) // 2, (SIDE + height) // 2 - below // 4
    cv2.putText(canvas, text, start, face, scale, 255, pen, cv2.LINE_AA)
    return _warped(generator, canvas, 0.25)


def scribble(generator: np.random.Generator) -> np.ndarray:
    """One or two smooth curves through random points."""
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    for _ in range(1 if generator.random() < 0.7 else 2):
        points = _curve(generator, int(generator.integers(6, 16)))
        points *= generator.uniform(0.3, 1.0, 2)
        pen = int(generator.integers(1, 6))
        cv2.polylines(canvas, [np.rint(points * 8).astype(np.int32)], False, 255, pen, cv2.LINE_AA, 3)
    return canvas


def geometry(generator: np.random.Generator) -> np.ndarray:
    """A dash, a box, a blot, crossing lines, a polygon, dots, or hatching."""
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    pen = int(generator.integers(1, 8))
    draw = (_dash, _box, _blot, _lines, _polygon, _dots, _hatching)[generator.integers(7)]
    draw(generator, canvas, pen)
    return _warped(generator, canvas, 0.2)


def texture(generator: np.random.Generator) -> np.ndarray:
    """Smooth noise, hard or soft, often within a random outline."""
    grain = generator.normal(0, 1, (SIDE, SIDE)).astype(np.float32)
    smooth = cv2.GaussianBlur(grain, (0, 0), generator.uniform(0.6, 6))
    noise = smooth / smooth.std()
    hard = generator.random() < 0.5
    grey = (noise - generator.uniform(-0.5, 1.2)) * generator.uniform(60, 600) if hard else 128 + noise * 60
    canvas = np.clip(grey, 0, 255).astype(np.uint8)
    if generator.random() < 0.6:
        outline = np.zeros_like(canvas)
        corners = generator.integers(4, 60, (int(generator.integers(3, 8)), 2)).astype(np.int32)
        canvas *= cv2.fillPoly(outline, [cv2.convexHull(corners)], 1)
    return canvas


def blank(generator: np.random.Generator) -> np.ndarray:
    """No ink at all, or a grain of dust."""
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    if generator.random() < 0.5:
        cv2.circle(canvas, _point(generator), 1, int(generator.integers(40, 256)), cv2.FILLED)
    return canvas


def _dash(generator: np.random.Generator, canvas: np.ndarray, pen: int) -> None:
    rise = int(generator.integers(-8, 9))
    cv2.line(canvas, (6, SIDE // 2 - rise), (SIDE - 6, SIDE // 2 + rise), 255, pen, cv2.LINE_AA)


def _box(generator: np.random.Generator, canvas: np.ndarray, pen: int) -> None:
    x, y = _point(generator)
    end = x + int(generator.integers(8, 40)), y + int(generator.integers(8, 40))
    cv2.rectangle(canvas, (x, y), end, 255, pen if generator.random() < 0.6 else cv2.FILLED, cv2.LINE_AA)


def _blot(generator: np.random.Generator, canvas: np.ndarray, pen: int) -> None:
    axes = int(generator.integers(6, 24)), int(generator.integers(6, 24))
    cv2.ellipse(canvas, (SIDE // 2, SIDE // 2), axes, generator.uniform(0, 180), 0, 360, 255, cv2.FILLED, cv2.LINE_AA)


def _lines(generator: np.random.Generator, canvas: np.ndarray, pen: int) -> None:
    for _ in range(int(generator.integers(2, 5))):
        cv2.line(canvas, _point(generator), _point(generator), 255, pen, cv2.LINE_AA)


def _polygon(generator: np.random.Generator, canvas: np.ndarray, pen: int) -> None:
    corners = np.array([_point(generator) for _ in range(int(generator.integers(3, 6)))], np.int32)
    if generator.random() < 0.5:
        cv2.fillPoly(canvas, [corners], 255, cv2.LINE_AA)
    else:
        cv2.polylines(canvas, [corners], True, 255, pen, cv2.LINE_AA)


def _dots(generator: np.random.Generator, canvas: np.ndarray, pen: int) -> None:
    for _ in range(int(generator.integers(2, 9))):
        cv2.circle(canvas, _point(generator), int(generator.integers(1, 5)), 255, cv2.FILLED, cv2.LINE_AA)


def _hatching(generator: np.random.Generator, canvas: np.ndarray, pen: int) -> None:
    step = int(generator.integers(6, 18))
    for x in range(4, SIDE, step):
        cv2.line(canvas, (x, 4), (x, SIDE - 4), 255, max(1, step // 4))
    if generator.random() < 0.5:
        np.maximum(canvas, canvas.T.copy(), out=canvas)


def _point(generator: np.random.Generator) -> tuple[int, int]:
    x, y = generator.integers(6, SIDE - 6, 2).tolist()
    return x, y


def _curve(generator: np.random.Generator, count: int) -> np.ndarray:
    """A Catmull-Rom spline through `count` random points; float (M, 2)."""
    points = generator.uniform(8, SIDE - 8, (count, 2))
    time = np.linspace(0, count - 1, 24 * count)
    index = np.clip(time.astype(int), 0, count - 2)
    t = (time - index)[:, None]
    p0, p1, p2, p3 = (points[np.clip(index + k, 0, count - 1)] for k in (-1, 0, 1, 2))
    return 0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3)


def _warped(generator: np.random.Generator, image: np.ndarray, amount: float) -> np.ndarray:
    """Turned and slanted a little about its middle."""
    turn, slant = generator.normal(0, amount / 2), generator.normal(0, 0.6 * amount)
    cos, sin = np.cos(turn), np.sin(turn)
    matrix = np.array([[cos + slant * sin, slant - sin], [sin, cos]]) * generator.uniform(0.75, 1.15, (2, 1))
    middle = np.array([SIDE / 2, SIDE / 2])
    return cv2.warpAffine(image, np.c_[matrix, middle - matrix @ middle], (SIDE, SIDE))

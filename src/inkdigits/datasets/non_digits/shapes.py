"""Non-digits drawn from nothing: drawings, scribbles, geometry, textures."""

from __future__ import annotations

import cv2
import numpy as np

from inkdigits.datasets.non_digits.canvas import SIDE, spline, warped


def running(generator: np.random.Generator) -> np.ndarray:
    """A line of loops or waves that runs to the right, as in signatures and joined writing."""
    loops = int(generator.integers(2, 8))
    angle = np.arange(4 * loops) * np.pi / 2 + generator.normal(0, 0.3, 4 * loops)
    reach = generator.uniform(0, 1.2) * np.sin(angle + generator.normal(0, 0.5))
    along = np.arange(4 * loops) / 4 + reach * generator.uniform(0.3, 1.0, 4 * loops)
    tall = np.cos(angle) * np.repeat(generator.uniform(0.2, 1.0, loops), 4)
    width = generator.uniform(40, 2 * SIDE - 12)
    across = SIDE - width / 2 + width * (along - along.min()) / np.ptp(along)
    curve = spline(np.stack([across, SIDE / 2 - 24 * tall], axis=1))
    canvas = np.zeros((SIDE, 2 * SIDE), np.uint8)
    pen = int(generator.integers(1, 6))
    cv2.polylines(canvas, [np.rint(curve * 8).astype(np.int32)], False, 255, pen, cv2.LINE_AA, 3)
    return canvas


def strokes(generator: np.random.Generator) -> np.ndarray:
    """Four to seven short strokes, straight or bent, that meet: signs of no known writing."""
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    pen = int(generator.integers(1, 5))
    ends = generator.uniform(10, SIDE - 10, (5, 2))
    for _ in range(int(generator.integers(4, 8))):
        start, end = ends[generator.permutation(5)[:2]]
        middle = (start + end) / 2 + generator.normal(0, 8, 2) * (generator.random() < 0.5)
        curve = np.rint(spline(np.array([start, middle, end])) * 8).astype(np.int32)
        cv2.polylines(canvas, [curve], False, 255, pen, cv2.LINE_AA, 3)
    return canvas


def scribble(generator: np.random.Generator) -> np.ndarray:
    """One or two smooth curves through random points, or a patch crossed out back and forth."""
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    pen = int(generator.integers(1, 6))
    if generator.random() < 0.3:
        count = int(generator.integers(6, 18))
        points = np.stack([np.linspace(6, SIDE - 6, count), SIDE / 2 + 20 * (-1.0) ** np.arange(count)], axis=1)
        points += generator.normal(0, 3, points.shape)
        cv2.polylines(canvas, [np.rint(points * 8).astype(np.int32)], False, 255, pen, cv2.LINE_AA, 3)
        return warped(generator, canvas, 0.6)
    for _ in range(1 if generator.random() < 0.7 else 2):
        points = generator.uniform(8, SIDE - 8, (int(generator.integers(6, 16)), 2))
        curve = spline(points) * generator.uniform(0.3, 1.0, 2)
        cv2.polylines(canvas, [np.rint(curve * 8).astype(np.int32)], False, 255, pen, cv2.LINE_AA, 3)
    return canvas


def drawing(generator: np.random.Generator) -> np.ndarray:
    """A closed outline, round or angular, with smaller things in it, on it, or hanging from it."""
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    pen = int(generator.integers(1, 5))
    middle = generator.uniform(26, SIDE - 26, 2)
    reach = generator.uniform(14, 24)
    _outline(generator, canvas, middle, reach, pen)
    for _ in range(int(generator.integers(2, 6))):
        place = middle + generator.uniform(-0.6, 0.6, 2) * reach
        if generator.random() < 0.6:
            _outline(generator, canvas, place, reach * generator.uniform(0.1, 0.4), pen)
        else:
            points = place + generator.normal(0, reach / 2, (3, 2))
            cv2.polylines(canvas, [np.rint(spline(points) * 8).astype(np.int32)], False, 255, pen, cv2.LINE_AA, 3)
    return warped(generator, canvas, 0.15)


def figure(generator: np.random.Generator) -> np.ndarray:
    """A stem with something round or angular at its head and limbs to both sides: people, flowers, trees, keys."""
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    pen = int(generator.integers(1, 6))
    reach = generator.uniform(4, 10)
    neck, foot = 6 + 2 * reach, generator.uniform(40, SIDE - 6)
    _outline(generator, canvas, np.array([SIDE / 2, 6 + reach]), reach, pen)
    bow = generator.normal(0, 1.5)
    stem = spline(np.array([[SIDE / 2, neck - 1], [SIDE / 2 + bow, (neck + foot) / 2], [SIDE / 2, foot]]))
    limbs = [stem]
    for along in generator.uniform(0.1, 1.0, int(generator.integers(1, 4))):
        start = stem[int(along * (len(stem) - 1))]
        long, fall = generator.uniform(8, 22), generator.uniform(-0.8, 0.9)
        for side in (-1, 1):
            end = start + long * np.array([side * np.cos(fall), np.sin(fall)]) + generator.normal(0, 1.5, 2)
            limbs.append(spline(np.array([start, (start + end) / 2 + generator.normal(0, 1, 2), end])))
    for limb in limbs:
        cv2.polylines(canvas, [np.rint(limb * 8).astype(np.int32)], False, 255, pen, cv2.LINE_AA, 3)
    return warped(generator, canvas, 0.25)


def geometry(generator: np.random.Generator) -> np.ndarray:
    """A dash, a box, a blot, crossing lines, a polygon, dots, or hatching."""
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    pen = int(generator.integers(1, 8))
    draw = (_dash, _box, _blot, _lines, _polygon, _dots, _hatching)[generator.integers(7)]
    draw(generator, canvas, pen)
    return warped(generator, canvas, 0.2)


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


def _outline(generator: np.random.Generator, canvas: np.ndarray, middle: np.ndarray, reach: float, pen: int) -> None:
    """A closed line about `middle`: an ellipse, a polygon, or a star whose strokes cross."""
    corners = int(generator.integers(3, 8))
    step = 2 if corners in (5, 7) and generator.random() < 0.5 else 1
    count, step = (40, 1) if generator.random() < 0.4 else (corners, step)
    angle = 2 * np.pi * step * np.arange(count) / count + generator.uniform(0, 2 * np.pi)
    wide, tall = generator.uniform(0.75, 1.0, 2) * reach
    points = middle + np.stack([wide * np.cos(angle), tall * np.sin(angle)], axis=1)
    points += generator.normal(0, 0.02 * reach if count == 40 else 0.1 * reach, points.shape)
    cv2.polylines(canvas, [np.rint(points * 8).astype(np.int32)], True, 255, pen, cv2.LINE_AA, 3)


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

"""A photograph of a sheet: how it lies, what it lies on, the light, the lens, the sensor and the JPEG."""

from __future__ import annotations

import cv2
import numpy as np

from synthetic.paper import clouds
from synthetic.style import Style

_DESKS = ((120, 84, 56), (70, 48, 36), (54, 56, 62), (168, 140, 108), (30, 30, 34), (92, 104, 112))


def view(height: int, width: int, style: Style, rng: np.random.Generator) -> np.ndarray:
    """How sheet points come to lie in the picture: a homography, float64 (3, 3)."""
    shrink = rng.uniform(0.86, 0.93) if style.desk else 1.0
    angle = np.deg2rad(rng.uniform(-style.skew, style.skew))
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (width / 2, height / 2)
    turned = corners @ np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))]) * shrink
    away = rng.uniform(-style.perspective, style.perspective, (4, 2)) * (width, height) / 2
    shift = rng.uniform(-0.03, 0.03, 2) * (width, height) if style.desk else np.zeros(2)
    centre = np.array((width / 2, height / 2))
    return cv2.getPerspectiveTransform(
        (corners + centre).astype(np.float32), (turned + away + shift + centre).astype(np.float32)
    )


def photographed(sheet: np.ndarray, matrix: np.ndarray, style: Style, rng: np.random.Generator) -> np.ndarray:
    """The picture of a sheet, float32 (H, W, 3), that lies as `matrix` says: uint8 (H, W, 3), RGB."""
    height, width = sheet.shape[:2]
    if style.desk:
        picture = _on_desk(sheet, matrix, style, rng)
    elif np.allclose(matrix, np.eye(3)):
        picture = sheet
    else:
        picture = cv2.warpPerspective(
            sheet, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
        )
    picture = picture * _light(height, width, style, rng)[..., None]
    picture = cv2.GaussianBlur(picture, (0, 0), style.blur)
    # Shot noise differs from pixel to pixel, and only part of it is grey.
    grey = rng.standard_normal((height, width, 1), np.float32)
    colour = rng.standard_normal((height // 2, width // 2, 3), np.float32)
    noise = 0.85 * grey + 0.5 * cv2.resize(colour, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.clip(np.rint(picture + style.noise * noise), 0, 255).astype(np.uint8)


def jpeg(picture: np.ndarray, quality: int) -> bytes:
    """The picture, uint8 (H, W, 3) RGB, as a JPEG file."""
    done, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return data.tobytes()


def _on_desk(sheet: np.ndarray, matrix: np.ndarray, style: Style, rng: np.random.Generator) -> np.ndarray:
    height, width = sheet.shape[:2]
    desk = np.array(_DESKS[rng.integers(len(_DESKS))], np.float32) + np.zeros((height, width, 1), np.float32)
    if rng.random() < 0.5:  # wood: grain along one way; else cloth: a fine weave
        grain = clouds(height, 4, 6 * style.scale, rng)[:, :1] + 0.4 * clouds(height, width, 60 * style.scale, rng)
    else:
        grain = clouds(height, width, 2.5 * style.scale, rng)
    desk *= 1 + 0.12 * grain[..., None]
    lying = cv2.warpPerspective(sheet, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    solid = np.ones((height, width), np.float32)
    covered = cv2.warpPerspective(solid, matrix, (width, height), flags=cv2.INTER_LINEAR)
    dark = cv2.GaussianBlur(covered, (0, 0), 6 * style.scale)  # the sheet's own shadow
    desk *= (1 - 0.4 * dark)[..., None]
    return desk + covered[..., None] * (lying - desk)


def _light(height: int, width: int, style: Style, rng: np.random.Generator) -> np.ndarray:
    """Brightness over the picture, float32 (H, W)."""
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    along = x * np.cos(angle) + y * np.sin(angle)
    light = 1 - style.light * (0.5 + 0.35 * along) - 0.05 * (x * x + y * y) / 2
    light += 0.15 * style.light * clouds(height, width, 300 * style.scale, rng)
    if style.shadow:  # of an arm or a phone: one dark band with a soft edge
        angle, middle, half = rng.uniform(0, np.pi), rng.uniform(-0.5, 0.5), rng.uniform(0.25, 0.6)
        bend = 0.1 * clouds(height, width, 250 * style.scale, rng)
        across = np.abs(x * np.cos(angle) + y * np.sin(angle) - middle + bend)
        light *= 1 - rng.uniform(0.25, 0.5) / (1 + np.exp((across - half) / rng.uniform(0.015, 0.06)))
    return light.astype(np.float32)

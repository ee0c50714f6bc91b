"""Draws the example's two pictures from form.toml: blank.png to print, and filled.jpg as if it had been photographed.

The handwriting is digits of the MNIST test set; the desk, the angle and the shadow are made up. Run it from anywhere.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from inkdigits.datasets import load

HERE = Path(__file__).parent
DPI = 200
DOTS = DPI / 25.4  # a millimetre
WRITTEN = {"customer": "30716942", "reading": " 48205", "date": "21112026", "persons": "13"}
LABELS = {"customer": "Customer", "reading": "Reading", "date": "Date", "persons": "Persons"}
HINTS = {"customer": "on your last bill, top right", "reading": "whole kWh only", "date": "day, month, year"}
DIGIT_HEIGHT = 6.0  # millimetres


def blank_page(form: dict) -> Image.Image:
    """The form as it is printed: black on white, one bit a pixel."""
    page = Image.new("L", (round(form["width"] * DOTS), round(form["height"] * DOTS)), 255)
    draw = ImageDraw.Draw(page)
    marks = form["marks"]
    for corner in ("top_left", "top_right", "bottom_right", "bottom_left"):
        square(draw, marks[corner], marks["size"], 0)
        if corner == marks["hollow"]:
            square(draw, marks[corner], marks["size"] * 0.6, 255)
    write(draw, 74, 9, "METER READING CARD", 5, "mm")
    write(
        draw, 74, 94, "One digit in each box, in black or blue. Please send a photograph of the whole card.", 2.6, "mm"
    )
    for name, field in form["fields"].items():
        left, top, width, height = field["box"]
        cells = field.get("cells", 1)
        for cell in range(cells):
            edges = [left + width * cell / cells, top, left + width * (cell + 1) / cells, top + height]
            draw.rectangle([round(edge * DOTS) for edge in edges], outline=0, width=2)
        write(draw, left - 3, top + height / 2, LABELS[name], 4, "rm")
        write(draw, left + width + 3, top + height / 2, HINTS.get(name, ""), 2.6, "lm")
    return page.point(lambda shade: 255 * (shade > 127), mode="1")


def square(draw: ImageDraw.ImageDraw, centre: list[float], side: float, shade: int) -> None:
    (x, y), half = centre, side / 2
    # Pillow's rectangles include their last dot.
    last = (round((x + half) * DOTS) - 1, round((y + half) * DOTS) - 1)
    draw.rectangle([(round((x - half) * DOTS), round((y - half) * DOTS)), last], fill=shade)


def write(draw: ImageDraw.ImageDraw, x: float, y: float, text: str, height: float, anchor: str) -> None:
    draw.text((x * DOTS, y * DOTS), text, font=ImageFont.load_default(height * DOTS), fill=0, anchor=anchor)


def filled_page(form: dict, blank: Image.Image, rng: np.random.Generator) -> np.ndarray:
    """The page with digits in its fields: uint8 (H, W, 3)."""
    page = np.repeat(np.array(blank.convert("L"))[..., None], 3, axis=2)
    test = load("mnist", "test")
    for name, text in WRITTEN.items():
        left, top, width, height = form["fields"][name]["box"]
        pitch = width / form["fields"][name].get("cells", len(text) + 2)
        start = left if "cells" in form["fields"][name] else left + pitch
        for place, character in enumerate(text):
            if character != " ":
                digit = test.images[rng.choice(np.flatnonzero(test.labels == int(character)))]
                paste(page, digit, start + (place + 0.5) * pitch, top + height / 2, rng)
    return page


def paste(page: np.ndarray, digit: np.ndarray, x: float, y: float, rng: np.random.Generator) -> None:
    """Writes one digit image, uint8 (28, 28), in blue ink, its middle near (x, y) in millimetres."""
    side = round(28 / 20 * DIGIT_HEIGHT * DOTS)
    ink = cv2.resize(digit, (side, side), interpolation=cv2.INTER_CUBIC)[..., None] / 255
    row, column = np.rint(np.array([y, x]) * DOTS - side / 2 + rng.uniform(-3, 3, 2)).astype(int)
    part = page[row : row + side, column : column + side]
    part[:] = np.minimum(part, 255 - ink * (255 - np.array([40, 50, 120])))


def photograph(page: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The page on a desk, seen at an angle, turned on its side, with a shadow across: uint8 (H, W, 3)."""
    rows, columns = page.shape[:2]
    corners = np.array([(0, 0), (columns, 0), (columns, rows), (0, rows)], np.float32)
    seen = np.array([(1094, 125), (1174, 1508), (153, 1587), (196, 92)], np.float32)
    view = cv2.getPerspectiveTransform(corners, seen)
    size = (1300, 1690)
    desk = np.full((size[1], size[0], 3), (122, 94, 66), np.uint8)
    on_page = cv2.warpPerspective(np.full((rows, columns), 255, np.uint8), view, size)[..., None] / 255
    photo = desk * (1 - on_page) + cv2.warpPerspective(page, view, size, flags=cv2.INTER_AREA) * on_page * 0.92
    x, y = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    shadow = 0.55 + 0.45 / (1 + np.exp((x * 0.8 + y - 1500) / 30))
    photo = cv2.GaussianBlur(photo * shadow[..., None], (0, 0), 0.8) + rng.normal(0, 2, photo.shape)
    return np.clip(photo, 0, 255).astype(np.uint8)


def main() -> None:
    form = tomllib.loads((HERE / "form.toml").read_text(encoding="utf-8"))
    rng = np.random.default_rng(8)
    blank = blank_page(form)
    blank.save(HERE / "blank.png", dpi=(DPI, DPI), optimize=True)
    photo = photograph(filled_page(form, blank, rng), rng)
    Image.fromarray(photo).save(HERE / "filled.jpg", quality=75)


if __name__ == "__main__":
    main()

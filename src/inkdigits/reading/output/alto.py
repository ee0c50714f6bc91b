"""A reading as ALTO 4.4, the Library of Congress' XML for the layout and text of pages."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree as ET

import inkdigits
from inkdigits.reading.output.formats import numbers
from inkdigits.reading.result import Box, Digit, Line, Page, Reading

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"

_SCHEMA = "http://www.loc.gov/standards/alto/v4/alto-4-4.xsd"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_LEAST = 5e-7  # of a Variant's probability; less would be written as 0
_PROCESSING = "inkdigits"  # the ID that pages refer to

# What XML 1.0 cannot hold, not even escaped; a carriage return would come back as a line feed.
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_alto(image: str, reading: Reading) -> str:
    """The reading as an ALTO document, with its line end: a Page for each page, in pixels.

    A number is a String, whose WC is the probability that all of it is right. A mark is a Glyph with its GC and, as
    Variants, its alternatives that are not next to impossible. ROTATION tells how the writing lies, in degrees
    counterclockwise. A character that XML cannot hold becomes U+FFFD.
    """
    root = ET.Element(
        "alto",
        {
            "xmlns": NAMESPACE,
            "xmlns:xsi": _INSTANCE,
            "xsi:schemaLocation": f"{NAMESPACE} {_SCHEMA}",
            "SCHEMAVERSION": "4.4",
        },
    )
    _describe(root, image)
    layout = ET.SubElement(root, "Layout")
    for index, page in enumerate(reading.pages):
        lines = [(number, line) for number, line in enumerate(reading.lines) if line.page == index]
        _add_page(layout, index, page, lines)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _describe(root: ET.Element, image: str) -> None:
    description = ET.SubElement(root, "Description")
    ET.SubElement(description, "MeasurementUnit").text = "pixel"
    source = ET.SubElement(description, "sourceImageInformation")
    ET.SubElement(source, "fileName").text = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", image)
    processing = ET.SubElement(description, "Processing", ID=_PROCESSING)
    ET.SubElement(processing, "processingCategory").text = "contentGeneration"
    software = ET.SubElement(processing, "processingSoftware")
    ET.SubElement(software, "softwareName").text = "inkdigits"
    ET.SubElement(software, "softwareVersion").text = inkdigits.__version__


def _add_page(layout: ET.Element, index: int, page: Page, lines: list[tuple[int, Line]]) -> None:
    node = ET.SubElement(
        layout,
        "Page",
        {
            "ID": f"page_{index}",
            "PHYSICAL_IMG_NR": str(index + 1),
            "WIDTH": str(page.width),
            "HEIGHT": str(page.height),
            "ROTATION": str(page.turn),
            "PROCESSINGREFS": _PROCESSING,
        },
    )
    space = ET.SubElement(node, "PrintSpace", _place(Box(0, 0, page.width, page.height)))
    if not lines:
        return
    block = ET.SubElement(
        space, "TextBlock", {"ID": f"block_{index}", **_place(_around([line.box for _, line in lines]))}
    )
    for number, line in lines:
        _add_line(block, number, line)


def _add_line(block: ET.Element, number: int, line: Line) -> None:
    node = ET.SubElement(block, "TextLine", {"ID": f"line_{number}", **_place(line.box)})
    for position, (text, digits) in enumerate(numbers(line)):
        if position:
            ET.SubElement(node, "SP")
        string = ET.SubElement(
            node,
            "String",
            {
                "ID": f"number_{number}_{position}",
                "CONTENT": text,
                "WC": _probability(math.prod(digit.confidence for digit in digits)),
                **_place(_around([digit.box for digit in digits])),
            },
        )
        for digit in digits:
            _add_glyph(string, digit)


def _add_glyph(string: ET.Element, digit: Digit) -> None:
    confidence = _probability(digit.confidence)
    glyph = ET.SubElement(string, "Glyph", {"CONTENT": digit.character, "GC": confidence, **_place(digit.box)})
    for value, probability in digit.alternatives:
        if probability < _LEAST:
            break
        ET.SubElement(glyph, "Variant", CONTENT=value, VC=_probability(probability))


def _place(box: Box) -> dict[str, str]:
    return {
        "HPOS": str(box.left),
        "VPOS": str(box.top),
        "WIDTH": str(box.right - box.left),
        "HEIGHT": str(box.bottom - box.top),
    }


def _around(boxes: list[Box]) -> Box:
    """The smallest box that holds them all."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


def _probability(value: float) -> str:
    return f"{min(max(0.0, float(value)), 1.0):.6f}"

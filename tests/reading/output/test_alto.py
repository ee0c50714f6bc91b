"""ALTO 4.4 as its schema demands: order and number of elements, attributes that must be there and may be there."""

import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import inkdigits
from inkdigits.reading.output.alto import NAMESPACE, to_alto
from inkdigits.reading.result import Box, Digit, Line, Page, Reading

# What the schema says of the elements used here: their children, in order, as a regular expression over names; the
# attributes that must be there; and those that may be, with their types.
PLACE = {"HPOS": "float", "VPOS": "float", "WIDTH": "float", "HEIGHT": "float"}
CHILDREN = {
    "alto": r"(Description )?(Styles )?(Tags )?(ReadingOrder )?Layout ",
    "Description": r"MeasurementUnit (sourceImageInformation )?(OCRProcessing )*(Processing )*",
    "MeasurementUnit": "",
    "sourceImageInformation": r"(fileName )?(fileIdentifier )*(documentIdentifier )*",
    "fileName": "",
    "Processing": r"(processingCategory )?(processingDateTime )?(processingAgency )?(processingStepDescription )*"
    r"(processingStepSettings )?(processingSoftware )?",
    "processingCategory": "",
    "processingSoftware": r"(softwareCreator )?(softwareName )?(softwareVersion )?(applicationDescription )?",
    "softwareName": "",
    "softwareVersion": "",
    "Layout": r"(Page )+",
    "Page": r"(TopMargin )?(LeftMargin )?(RightMargin )?(BottomMargin )?(PrintSpace )?",
    "PrintSpace": r"(Shape )?(TextBlock )*",
    "TextBlock": r"(Shape )?(TextLine )*",
    "TextLine": r"(Shape )?(String (SP )?)+(HYP )?",
    "String": r"(Shape )?(ALTERNATIVE )*(Glyph )*",
    "SP": "",
    "Glyph": r"(Shape )?(Variant )*",
    "Variant": "",
}
REQUIRED = {
    "Processing": {"ID"},
    "Page": {"ID", "PHYSICAL_IMG_NR"},
    "TextBlock": {"ID"},
    "String": {"CONTENT"},
    "Glyph": {"CONTENT"},
}
ALLOWED = {
    "alto": {"SCHEMAVERSION": "string"},
    "Processing": {"ID": "id"},
    "Page": {
        "ID": "id",
        "PHYSICAL_IMG_NR": "float",
        "WIDTH": "float",
        "HEIGHT": "float",
        "ROTATION": "float",
        "PROCESSINGREFS": "refs",
        "PC": "probability",
    },
    "PrintSpace": {"ID": "id", **PLACE},
    "TextBlock": {"ID": "id", "ROTATION": "float", **PLACE},
    "TextLine": {"ID": "id", **PLACE},
    "String": {"ID": "id", "CONTENT": "string", "WC": "probability", **PLACE},
    "SP": {"ID": "id", **PLACE},
    "Glyph": {"ID": "id", "CONTENT": "character", "GC": "probability", **PLACE},
    "Variant": {"CONTENT": "string", "VC": "probability"},
}
KINDS = {
    "string": ".*",
    "character": ".",
    "float": r"-?[0-9]+(\.[0-9]+)?",
    "probability": r"0(\.[0-9]+)?|1(\.0+)?",
    "id": r"[A-Za-z_][\w.-]*",
    "refs": r"[A-Za-z_][\w.-]*",
}
SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
IMAGE = np.zeros((28, 28), np.uint8)


def check(document: str) -> ET.Element:
    """Asserts that the document is of the schema's form; gives its root, names without namespace."""
    root = ET.fromstring(document.encode())
    assert root.attrib.pop(SCHEMA_LOCATION).split()[0] == NAMESPACE
    identifiers, references = [], []
    for node in root.iter():
        namespace, _, node.tag = node.tag[1:].partition("}")
        assert namespace == NAMESPACE
    for node in root.iter():
        children = "".join(f"{child.tag} " for child in node)
        assert re.fullmatch(CHILDREN[node.tag], children), (node.tag, children)
        allowed = ALLOWED.get(node.tag, {})
        assert REQUIRED.get(node.tag, set()) <= node.attrib.keys() <= allowed.keys(), (node.tag, node.attrib)
        for name, value in node.attrib.items():
            assert re.fullmatch(KINDS[allowed[name]], value), (node.tag, name, value)
            identifiers += [value] if name == "ID" else []
            references += [value] if name == "PROCESSINGREFS" else []
    assert len(set(identifiers)) == len(identifiers)
    assert set(references) <= set(identifiers)
    assert root.findtext("Description/MeasurementUnit") == "pixel"
    return root


def digit(value: str | None, confidence: float, box: Box) -> Digit:
    return Digit(value, confidence, box, (("9", 0.02), ("8", 0.01), ("6", 4e-7)), IMAGE)


READING = Reading(
    (
        Line(
            "07 □",
            (
                digit("0", 0.5, Box(5, 20, 15, 40)),
                digit("7", 0.8, Box(20, 18, 30, 39)),
                digit(None, 0.7, Box(60, 21, 75, 38)),
            ),
            Box(5, 18, 75, 40),
        ),
        Line("4", (digit("4", 1.0, Box(10, 60, 20, 80)),), Box(10, 60, 20, 80)),
        Line("1", (digit("1", 0.9, Box(3, 3, 33, 9)),), Box(3, 3, 33, 9), page=2),
    ),
    (Page(100, 90), Page(50, 60), Page(60, 80, 270)),
)


def place(node: ET.Element) -> tuple[str | None, ...]:
    return tuple(node.get(name) for name in PLACE)


def test_it_is_of_the_schemas_form_and_says_what_made_it():
    root = check(to_alto("a.png", READING))
    assert root.get("SCHEMAVERSION") == "4.4"
    assert root.findtext("Description/sourceImageInformation/fileName") == "a.png"
    assert root.findtext(".//softwareVersion") == inkdigits.__version__


def test_pages_hold_their_lines_and_tell_how_they_lie():
    pages = check(to_alto("a.png", READING)).findall("Layout/Page")
    assert [[line.find("String").get("CONTENT") for line in page.iter("TextLine")] for page in pages] == [
        ["07", "4"],
        [],
        ["1"],
    ]
    assert [(p.get("PHYSICAL_IMG_NR"), p.get("WIDTH"), p.get("HEIGHT"), p.get("ROTATION")) for p in pages] == [
        ("1", "100", "90", "0"),
        ("2", "50", "60", "0"),
        ("3", "60", "80", "270"),
    ]


def test_a_number_is_a_string_and_a_mark_a_glyph():
    root = check(to_alto("a.png", READING))
    assert place(root.find(".//TextBlock")) == ("5", "18", "70", "62")
    line = root.find(".//TextLine")
    assert place(line) == ("5", "18", "70", "22")
    assert [node.tag for node in line] == ["String", "SP", "String"]
    number, _, rejected = line
    assert place(number) == ("5", "18", "25", "22")
    assert number.get("WC") == "0.400000"  # 0.5 times 0.8
    assert rejected.get("CONTENT") == "□"
    seven = number.findall("Glyph")[1]
    assert (seven.get("CONTENT"), seven.get("GC"), place(seven)) == ("7", "0.800000", ("20", "18", "10", "21"))
    assert [(v.get("CONTENT"), v.get("VC")) for v in seven] == [("9", "0.020000"), ("8", "0.010000")]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a & b <c> ]]>.png", "a & b <c> ]]>.png"),
        ("\"quotes' and\nline\tends", "\"quotes' and\nline\tends"),
        ("\x1b[31m\x00\r\ufffe", "\ufffd[31m\ufffd\ufffd\ufffd"),
        (b"caf\xe9".decode(errors="surrogateescape"), "caf\ufffd"),
    ],
)
def test_hostile_names(name, shown):
    assert check(to_alto(name, READING)).findtext(".//fileName") == shown


@settings(deadline=None)
@given(st.text(), st.floats(-0.001, 1.001))
def test_any_name_and_probability_gives_a_valid_document(name, confidence):
    mark = digit("5", confidence, Box(0, 0, 1, 1))
    check(to_alto(name, Reading((Line("5", (mark,), mark.box),), (Page(1, 1),))))

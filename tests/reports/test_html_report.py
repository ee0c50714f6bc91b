"""The page: complete by itself, true to its numbers, never half-written."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inkdigits.errors import RunError
from inkdigits.explanations import Explanation
from inkdigits.reports.html import write_report

VOID = {"meta", "img", "source", "br", "link"}
PICTURES = {"accuracy", "loss", "confusion_matrix", "calibration", "review", "filters", "mistakes"}


class Page(HTMLParser):
    """Checks that tags nest, and keeps attributes, texts and table cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and "style" not in self.open:
            self.texts.append(data.strip().replace("\u00a0", " "))


@pytest.fixture
def parts(evaluation, history, network, manifest, mistake_images) -> dict[str, Any]:
    return {
        "manifest": manifest,
        "history": history,
        "network": network,
        "evaluation": evaluation,
        "mistake_images": mistake_images,
    }


def read(path: Path) -> Page:
    return Page(path.read_text(encoding="utf-8"))


def test_the_report_and_its_pictures_are_written(tmp_path: Path, parts: dict[str, Any]) -> None:
    page = write_report(tmp_path / "runs" / "seed-3", **parts)
    assert page == tmp_path / "runs" / "seed-3" / "report.html"
    assert {file.name for file in page.parent.iterdir()} == {"report.html", "pictures"}
    assert {file.stem for file in (page.parent / "pictures").iterdir()} == PICTURES
    for file in (page.parent / "pictures").iterdir():
        assert np.asarray(Image.open(file).convert("L")).std() > 5


def test_the_page_loads_nothing_from_outside(tmp_path: Path, parts: dict[str, Any]) -> None:
    page = read(write_report(tmp_path, **parts))
    addresses = [value for _, attrs in page.tags for name, value in attrs.items() if name in ("src", "srcset", "href")]
    assert len(addresses) == 2 * 6 + 4
    for address in addresses:
        assert address is not None
        kind, _, data = address.partition(",")
        assert kind == "data:image/png;base64"
        image = Image.open(BytesIO(b64decode(data, validate=True)))
        assert image.getextrema() is not None
        assert np.asarray(image.convert("RGBA")).std() > 5
    assert "script" not in {tag for tag, _ in page.tags}
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"(https?:)?//[a-z]|url\(|@import", re.sub(r"base64,[^\"]*", "", text))


def test_every_picture_has_words_for_those_who_cannot_see_it(tmp_path: Path, parts: dict[str, Any]) -> None:
    page = read(write_report(tmp_path, **parts))
    alts = [attrs["alt"] for tag, attrs in page.tags if tag == "img"]
    assert alts[:5] == [
        "Validation accuracy is highest in epoch 2: 98.75 %",
        "Validation loss is lowest in epoch 3: 0.2233",
        "Confusion matrix. Most frequent confusion: 4 read as 9, 2 times",
        "Reliability diagram. Confidence and accuracy differ by 1.23 % on average",
        "For 1 error in 10,000, a person must look at the 77.50 % least sure",
    ]
    assert alts[5] == "Image 3: a 4 that was read as 9"


def test_the_numbers_are_those_of_the_evaluation(tmp_path: Path, parts: dict[str, Any]) -> None:
    texts = read(write_report(tmp_path, **parts)).texts
    assert "Convolutions <with> dropout" in texts
    assert "recipe cnn-dropout · scored on mnist/test · seed 3" in texts
    assert "of 40 images read right; 95 % interval 76.95 to 96.04 %" in texts
    for name, value in {
        "Errors": "4 of 40",
        "Loss": "0.3126",
        "Calibration error": "1.23 %",
        "Published accuracy": "99.24 %",
        "Published loss": "0.0235",
        "Parameters": "16,330",
        "Training time": "12 min 5 s",
    }.items():
        assert texts[texts.index(name) + 1] == value
    start = texts.index("Scores by class") + 6
    for row in parts["evaluation"]["per_class"]:
        written = [f"{100 * row[key]:.2f} %" for key in ("precision", "recall", "f1")]
        assert texts[start : start + 5] == [row["label"], *written, "4"]
        start += 5
    assert texts[start : start + 5] == ["macro average", "91.11 %", "92.22 %", "93.33 %", "40"]
    assert texts[start + 5 : start + 10] == ["weighted average", "94.44 %", "95.55 %", "96.66 %", "40"]
    start = texts.index("Most frequent confusions") + 4
    assert texts[start : start + 6] == ["4", "9", "2", "7", "1", "1"]
    assert "97.0 % sure" in texts
    assert "26 × 26 × 32" in texts
    assert json.loads(texts[-1]) == parts["manifest"]


def test_mistakes_are_explained(tmp_path: Path, parts: dict[str, Any], explanations: list[Explanation]) -> None:
    page = read(write_report(tmp_path, **parts, explanations=explanations))
    assert "What the surest mistakes rest on" in page.texts
    alts = [attrs["alt"] for tag, attrs in page.tags if tag == "img"]
    # Of the first, three of five neighbours are nines, as it was read; of the second, two are ones.
    assert alts[-2] == "1 of the 2 surest mistakes lie among training images of what they were read as"
    with Image.open(tmp_path / "pictures" / "explanations.png") as picture:
        assert np.asarray(picture.convert("L")).std() > 5


def test_a_foreign_bundle_has_no_history_and_no_network(tmp_path: Path, parts: dict[str, Any]) -> None:
    parts |= {"manifest": {}, "history": None, "network": None}
    page = read(write_report(tmp_path, **parts))
    assert {file.stem for file in (tmp_path / "pictures").iterdir()} == PICTURES - {
        "accuracy",
        "loss",
        "filters",
    }
    assert page.texts[1:3] == ["Evaluation of a bundle", "scored on mnist/test"]
    assert not {"Training", "Manifest", "What the first layer looks for", "Published loss"} & set(page.texts)


def test_a_flawless_run_has_no_gallery(tmp_path: Path, parts: dict[str, Any]) -> None:
    parts["evaluation"] |= {
        "accuracy": 1.0,
        "errors": 0,
        "mistakes": [],
        "top_confusions": [],
        "confusion_matrix": (4 * np.eye(10, dtype=int)).tolist(),
    }
    parts["mistake_images"] = np.zeros((0, 28, 28), np.uint8)
    page = read(write_report(tmp_path, **parts, pdf=True))
    assert "100.00 %" in page.texts
    assert not (tmp_path / "pictures" / "mistakes.png").exists()
    assert "Most frequent confusions" not in page.texts


def test_a_class_without_images_has_no_scores(tmp_path: Path, parts: dict[str, Any]) -> None:
    parts["evaluation"]["per_class"][5]["support"] = 0
    texts = read(write_report(tmp_path, **parts)).texts
    start = texts.index("Scores by class") + 6 + 5 * 5
    assert texts[start : start + 5] == ["5", "–", "–", "–", "0"]


def test_a_failing_disk_leaves_the_old_report(
    tmp_path: Path, parts: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_report(tmp_path, **parts)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    write = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name == "report.html":
            write(path, data[:100])
            raise OSError(28, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    parts["evaluation"] |= {"accuracy": 0.5, "expected_calibration_error": 0.4}
    with pytest.raises(RunError, match="cannot write the report: No space left on device; free space"):
        write_report(tmp_path, **parts)
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before
    assert {file.name for file in tmp_path.iterdir()} == {"report.html", "pictures"}


def test_a_file_in_the_way_is_named(tmp_path: Path, parts: dict[str, Any]) -> None:
    (tmp_path / "taken").write_text("not a folder")
    with pytest.raises(RunError, match="taken: cannot write the report: File exists"):
        write_report(tmp_path / "taken", **parts)

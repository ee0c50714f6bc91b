"""The PDF says what the page says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pypdf import PdfReader

from inkdigits.explanations import Explanation
from inkdigits.reports.html import write_report


def read(path: Path) -> tuple[PdfReader, str]:
    pdf = PdfReader(path)
    return pdf, "\n".join(page.extract_text() for page in pdf.pages).replace("\u00a0", " ")


def test_it_has_the_words_the_numbers_and_the_pictures(
    tmp_path: Path,
    evaluation: dict[str, Any],
    history: list[dict[str, str]],
    network: dict[str, Any],
    manifest: dict[str, Any],
    mistake_images: np.ndarray,
) -> None:
    write_report(
        tmp_path,
        manifest=manifest,
        history=history,
        network=network,
        evaluation=evaluation,
        mistake_images=mistake_images,
        pdf=True,
    )
    pdf, text = read(tmp_path / "report.pdf")
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Convolutions <with> dropout"
    assert 2 <= len(pdf.pages) <= 4
    assert sum(len(page.images) for page in pdf.pages) == 7
    for words in (
        "Convolutions <with> dropout",
        "90.00 %",
        "95 % interval 76.95 to 96.04 %",
        "Published accuracy",
        "0.3126",
        "macro average 91.11 % 92.22 % 93.33 % 40",
        "weighted average 94.44 % 95.55 % 96.66 % 40",
        "Network: 16,330 parameters",
        "26 × 26 × 32",
        '"seed": 3',
    ):
        assert words in text


def scores_alone(folder: Path, **parts: Any) -> None:
    write_report(folder, manifest={}, history=[], network=None, pdf=True, **parts)


def test_explanations_have_a_picture(
    tmp_path: Path, evaluation: dict[str, Any], mistake_images: np.ndarray, explanations: list[Explanation]
) -> None:
    scores_alone(tmp_path, evaluation=evaluation, mistake_images=mistake_images, explanations=explanations)
    pdf, _ = read(tmp_path / "report.pdf")
    assert sum(len(page.images) for page in pdf.pages) == 5


@pytest.mark.parametrize("shown", [4, 0])
def test_parts_without_data_are_left_out(
    tmp_path: Path, evaluation: dict[str, Any], mistake_images: np.ndarray, shown: int
) -> None:
    scores_alone(tmp_path, evaluation=evaluation, mistake_images=mistake_images[:shown])
    pdf, text = read(tmp_path / "report.pdf")
    assert sum(len(page.images) for page in pdf.pages) == 3 + bool(shown)
    assert "Scores by class" in text
    assert "Manifest" not in text
    assert "Network" not in text

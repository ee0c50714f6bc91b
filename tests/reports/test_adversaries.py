"""The table of attacks, the words on masked gradients, and the sheet of attacked digits."""

from io import StringIO
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from inkdigits.reports.adversaries import adversary_table, masking_findings, plot_adversaries


def score(accuracy: float) -> dict[str, Any]:
    return {"accuracy": accuracy, "interval": [accuracy - 0.02, accuracy + 0.01]}


@pytest.fixture
def found() -> dict[str, Any]:
    return {
        "dataset": {"images": 1500},
        "epsilons": [0.1, 0.3],
        "clean": score(0.98),
        "attacks": {
            "FGSM": [score(0.9), score(0.7)],
            "PGD-100": [score(0.8), score(0.333)],
            "all together": [score(0.8), score(0.25)],
        },
        "unbounded": score(0.0),
        "masking": [],
    }


def text(found) -> str:
    console = Console(width=80, file=StringIO(), highlight=False)
    console.print(adversary_table(found))
    return console.file.getvalue()


def test_a_row_for_each_attack_within_a_terminal(found):
    found["epsilons"].insert(1, 0.2)
    for scores in found["attacks"].values():
        scores.insert(1, score(0.5))
    lines = text(found).splitlines()
    assert lines[0].strip() == "accuracy in % on 1,500 images (95 % interval)"
    rows = {line.split("  ")[0].strip(): line for line in lines}
    assert rows["none"].count("98.0 (96.0 to 99.0)") == 3
    assert "33.3 (31.3 to 34.3)" in rows["PGD-100"]
    assert "25.0 (23.0 to 26.0)" in rows["all together"]
    assert "without bounds 0.00 % stay right" in text(found)
    assert "no sign that gradients are masked" in text(found)


def test_every_sign_has_words(found):
    from inkdigits.reports.adversaries import SIGNS

    found["masking"] = [{"sign": sign, "attack": "Square", "epsilon": 0.3} for sign in SIGNS]
    sentences = masking_findings(found)
    assert len(set(sentences)) == 4
    assert all(sentence.startswith("gradients may be masked: ") and "Square" in sentence for sentence in sentences)
    assert "at 0.3, Square, without the network's gradients, fools more images than with them" in sentences[2]


def test_the_sheet_shows_what_has_a_score(found):
    images = np.random.default_rng(0).integers(0, 256, (10, 28, 28), dtype=np.uint8)
    places = [("clean", 0.0), ("FGSM", 0.1), ("PGD-100", 0.3), ("PGD-100", 1.0)]
    figure = plot_adversaries(dict.fromkeys(places, images), found)
    words = [words.get_text() for words in figure.texts]
    assert words == ["clean", "98.00 %", "FGSM, 0.1", "90.00 %", "PGD-100, 0.3", "33.30 %"]

"""Several networks together: means by hand, and the committed table and README as the committed figures have them."""

import json
from pathlib import Path

import numpy as np
import pytest

from ensemble import accuracies, markdown

HERE = Path(__file__).parents[2] / "benchmarks"
# Three networks, four images of class 0 or 1: what each gives to class 0.
GIVEN = np.array([[0.9, 0.2, 0.8, 0.4], [0.6, 0.9, 0.4, 0.1], [0.3, 0.7, 0.7, 0.45]])
SAID = [np.stack([row, 1 - row], axis=1) for row in GIVEN]
LABELS = np.array([0, 0, 0, 1])


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (1, [3 / 4, 3 / 4, 3 / 4]),
        # Means: .75 .55 .6 .25; .6 .45 .75 .425; .45 .8 .55 .275
        (2, [1.0, 3 / 4, 3 / 4]),
        (3, [1.0]),  # .6 .6 .633 .317
    ],
)
def test_every_choice_is_scored_by_its_mean(size, expected):
    assert accuracies(SAID, LABELS, size) == expected


def test_the_table_is_of_the_committed_figures():
    found = json.loads((HERE / "ensemble.json").read_text())
    assert (HERE / "ensemble.md").read_text() == markdown(found)


def test_single_members_score_as_in_the_results():
    found = json.loads((HERE / "ensemble.json").read_text())
    files = sorted((HERE.parent / "results" / "mnist" / found["recipe"]).glob("seed-*.json"))
    results = [json.loads(file.read_text())["evaluation"] for file in files]
    assert found["members"] == [result["bundle"]["sha256"] for result in results]
    assert found["accuracies"][0] == [pytest.approx(result["accuracy"]) for result in results]

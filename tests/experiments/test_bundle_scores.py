"""The scores that a bundle carries: what the evaluation says, small, its mistakes as pictures."""

import base64
import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inkdigits.bundle import load_bundle, write_bundle
from inkdigits.errors import BundleError
from inkdigits.evaluation.evaluate import score
from inkdigits.experiments.bundle_scores import compact_scores, save_scores

DIGITS = tuple("0123456789")
HEAD = {"dataset": {"name": "sample", "sha256": "d" * 64, "images": 10_000}}


@pytest.fixture(scope="module")
def evaluation() -> dict[str, Any]:
    """A poor recogniser's, with more mistakes than are kept."""
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.full(10, 0.1), 10_000)
    return HEAD | score(rng.integers(0, 10, 10_000), probabilities, DIGITS)


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    """The noisiest that could be, so that no PNG is larger."""
    return np.random.default_rng(1).integers(0, 256, (200, 28, 28), np.uint8)


def test_confusions_and_calibration_are_those_of_the_evaluation(evaluation, pictures) -> None:
    scores = compact_scores(evaluation, pictures)
    assert scores["dataset"] == HEAD["dataset"]
    for kept in ("accuracy", "errors", "loss", "confusion_matrix", "reliability"):
        assert scores[kept] == evaluation[kept]
    assert [len(row) for row in scores["confusion_matrix"]] == [10] * 10
    assert sum(bin["count"] for bin in scores["reliability"]) == 10_000
    assert len(scores["reliability"]) == 15


def test_the_surest_mistakes_come_with_their_pictures(evaluation, pictures) -> None:
    mistakes = compact_scores(evaluation, pictures)["mistakes"]
    assert len(mistakes) == 24
    for mistake, found, picture in zip(mistakes, evaluation["mistakes"], pictures, strict=False):
        assert [mistake[key] for key in ("index", "truth", "predicted", "confidence")] == [
            found[key] for key in ("index", "truth", "predicted", "confidence")
        ]
        kind, _, coded = mistake["image"].partition(",")
        assert kind == "data:image/png;base64"
        np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(base64.b64decode(coded)))), picture)


def test_a_perfect_recogniser_has_no_mistakes() -> None:
    found = HEAD | score(np.arange(10), np.eye(10), DIGITS)
    assert compact_scores(found, np.empty((0, 28, 28), np.uint8))["mistakes"] == []


def test_sets_of_no_validation_images_leave_the_bundle_as_it_was(evaluation, pictures, tmp_path) -> None:
    bundle = write_bundle(tmp_path / "bundle", b"model", {"classes": DIGITS})
    sets = {"coverage": 0.9, "validation": None, "halves": {}}
    with pytest.raises(BundleError, match="leave out --save"):
        save_scores(bundle, evaluation | {"conformal": sets}, pictures)
    assert load_bundle(tmp_path / "bundle").metadata == bundle.metadata


def test_the_bundle_keeps_its_model_and_stays_small(evaluation, pictures, tmp_path) -> None:
    bundle = write_bundle(tmp_path / "bundle", b"model", {"classes": DIGITS, "seed": 3})
    save_scores(bundle, evaluation, pictures)
    kept = load_bundle(tmp_path / "bundle")
    assert kept.model_path.read_bytes() == b"model"
    assert kept.metadata["seed"] == 3
    assert kept.metadata["scores"] == json.loads(json.dumps(compact_scores(evaluation, pictures)))
    assert (tmp_path / "bundle" / "model.json").stat().st_size < 60_000

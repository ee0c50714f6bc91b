"""Evaluation as a whole: every image is scored once, whatever their order, and nonsense is refused."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import classification_report, log_loss

from inkdigits.errors import BundleError, DatasetError
from inkdigits.evaluation import evaluate

DIGITS = tuple("0123456789")
KEYS = [
    *("format", "dataset", "bundle", "accuracy", "accuracy_interval", "errors", "loss", "per_class"),
    *("macro", "weighted", "confusion_matrix", "top_confusions", "expected_calibration_error"),
    *("reliability", "risk_coverage", "review", "mistakes", "seconds"),
]


@dataclass(frozen=True)
class Digits:
    """As `DigitImages`; pixel 0 and 1 of an image hold the number under which the fake knows its answer."""

    images: Any
    labels: np.ndarray
    class_names: tuple[str, ...] = DIGITS
    name: str = "sample"
    sha256: str = "d" * 64

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, indices: np.ndarray) -> Digits:
        return replace(self, images=self.images[indices], labels=self.labels[indices])


@dataclass
class Answers:
    """Gives each image the probabilities kept for the number in its first two pixels."""

    table: np.ndarray
    calls: list[int] = field(default_factory=list)
    bundle: Any = field(default_factory=lambda: SimpleNamespace(metadata={"sha256": "b" * 64, "classes": list(DIGITS)}))

    def predict_proba(self, ink: Any) -> np.ndarray:
        self.calls.append(len(ink))
        return self.table[[int(image[0, 0]) * 256 + int(image[0, 1]) for image in ink]]


def sample(count: int, seed: int = 0, skill: float = 4.0) -> tuple[Answers, Digits]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, count)
    logits = rng.normal(size=(count, 10))
    logits[np.arange(count), labels] += skill
    table = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    images = np.zeros((count, 4, 4), np.uint8)
    images[:, 0, 0], images[:, 0, 1] = np.divmod(np.arange(count), 256)
    return Answers(table.astype(np.float32)), Digits(images, labels)


def test_scores_are_scikit_learns_and_fit_in_json() -> None:
    recognizer, digits = sample(2345)
    found = evaluate(recognizer, digits)
    predicted = recognizer.table.argmax(axis=1)
    report = classification_report(digits.labels, predicted, output_dict=True)
    assert list(found) == KEYS
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["dataset"] == {"name": "sample", "sha256": "d" * 64, "images": 2345}
    assert found["bundle"] == {"sha256": "b" * 64}
    assert found["accuracy"] == report["accuracy"]
    assert found["macro"]["recall"] == report["macro avg"]["recall"]
    assert found["weighted"]["f1"] == report["weighted avg"]["f1-score"]
    assert found["loss"] == pytest.approx(log_loss(digits.labels, recognizer.table), rel=1e-6)
    assert found["errors"] == int((predicted != digits.labels).sum())
    assert found["accuracy_interval"][0] < found["accuracy"] < found["accuracy_interval"][1]


def test_every_image_is_scored_in_chunks_with_progress() -> None:
    recognizer, digits = sample(2345)
    told: list[int] = []
    found = evaluate(recognizer, digits, progress=told.append)
    assert recognizer.calls == [1000, 1000, 345]
    assert told == [1000, 2000, 2345]
    assert np.sum(found["confusion_matrix"]) == 2345
    assert sum(entry["count"] for entry in found["reliability"]) == 2345


def test_mistakes_are_the_most_confident_first_and_at_most_200() -> None:
    recognizer, digits = sample(2345, skill=1.0)
    found = evaluate(recognizer, digits)
    mistakes = found["mistakes"]
    confidences = [mistake["confidence"] for mistake in mistakes]
    assert found["errors"] > 200
    assert len(mistakes) == 200
    assert confidences == sorted(confidences, reverse=True)
    wrong = recognizer.table.argmax(axis=1) != digits.labels
    assert confidences[0] == recognizer.table[wrong].max()
    for mistake in mistakes:
        assert mistake["truth"] == digits.labels[mistake["index"]] != mistake["predicted"]
        assert mistake["probabilities"] == recognizer.table[mistake["index"]].tolist()
        assert mistake["probabilities"][mistake["predicted"]] == mistake["confidence"]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_shuffling_the_set_changes_no_score(seed: int) -> None:
    recognizer, digits = sample(300)
    order = np.random.default_rng(seed).permutation(300)
    plain, shuffled = evaluate(recognizer, digits), evaluate(recognizer, digits.take(order))
    for found in (plain, shuffled):
        del found["seconds"]
    for mistake in shuffled["mistakes"]:
        mistake["index"] = int(order[mistake["index"]])
    assert shuffled.pop("loss") == pytest.approx(plain.pop("loss"), rel=1e-12)
    assert shuffled == plain


def test_labels_in_another_order_give_chance() -> None:
    """A generator that shuffles between predicting and reading labels scores a good model at one in ten."""
    recognizer, digits = sample(10_000, skill=12.0)
    assert evaluate(recognizer, digits)["accuracy"] > 0.99
    other = replace(digits, labels=np.random.default_rng(1).permutation(digits.labels))
    assert evaluate(recognizer, other)["accuracy"] == pytest.approx(0.10, abs=0.015)


def test_a_small_case_by_hand() -> None:
    table = np.full((4, 10), 0.5 / 9)
    table[[0, 1, 2, 3], [7, 7, 1, 1]] = 0.5
    images = np.zeros((4, 4, 4), np.uint8)
    images[:, 0, 1] = np.arange(4)
    found = evaluate(Answers(table), Digits(images, np.array([7, 7, 7, 1])))
    assert found["accuracy"] == 0.75
    assert found["errors"] == 1
    assert found["accuracy_interval"] == pytest.approx([0.3006, 0.9544], abs=1e-4)
    assert found["loss"] == pytest.approx((3 * np.log(2) + np.log(18)) / 4)
    assert found["per_class"][7] == pytest.approx(
        {"label": "7", "precision": 1.0, "recall": 2 / 3, "f1": 0.8, "support": 3}
    )
    assert found["per_class"][0]["support"] == 0
    assert found["macro"]["recall"] == pytest.approx((2 / 3 + 1) / 2)
    assert found["weighted"]["recall"] == pytest.approx(0.75)
    assert found["top_confusions"] == [{"truth": 7, "predicted": 1, "count": 1}]
    assert found["expected_calibration_error"] == pytest.approx(0.25)
    assert [mistake["index"] for mistake in found["mistakes"]] == [2]


def test_images_of_unequal_size_come_as_a_list() -> None:
    recognizer, digits = sample(30)
    unequal = replace(digits, images=[np.pad(image, (0, n % 3)) for n, image in enumerate(digits.images)])
    assert evaluate(recognizer, unequal)["accuracy"] == evaluate(recognizer, digits)["accuracy"]


def test_an_empty_set_is_refused() -> None:
    recognizer, digits = sample(5)
    with pytest.raises(DatasetError, match="sample: holds no images"):
        evaluate(recognizer, digits.take(np.array([], int)))


@pytest.mark.parametrize("label", [-1, 10])
def test_foreign_labels_are_refused(label: int) -> None:
    recognizer, digits = sample(5)
    with pytest.raises(DatasetError, match="they must lie in 0 to 9"):
        evaluate(recognizer, replace(digits, labels=np.array([0, 1, 2, 3, label])))


def test_fewer_labels_than_images_are_refused() -> None:
    recognizer, digits = sample(5)
    with pytest.raises(DatasetError, match="5 images but 4 labels"):
        evaluate(recognizer, replace(digits, labels=digits.labels[:4]))


def test_a_set_of_other_classes_is_refused() -> None:
    recognizer, digits = sample(5)
    clothes = replace(digits, class_names=("T-shirt", "Trouser", *DIGITS[2:]))
    with pytest.raises(DatasetError, match="its classes are T-shirt, Trouser"):
        evaluate(recognizer, clothes)


def spoil(table: np.ndarray, value: float) -> np.ndarray:
    table[3, 2] = value
    return table


@pytest.mark.parametrize(
    ("spoiled", "message"),
    [
        (lambda table: spoil(table, np.nan), "not finite"),
        (lambda table: spoil(table, np.inf), "not finite"),
        (lambda table: spoil(table, -0.5), "are no probabilities"),
        (lambda table: table * 3, "are no probabilities"),
        (lambda table: table[:, :9], r"shape \(5, 9\) instead of \(5, 10\)"),
        (lambda table: table[..., None], r"shape \(5, 10, 1\) instead"),
    ],
)
def test_what_are_no_probabilities_is_refused(spoiled, message: str) -> None:
    recognizer, digits = sample(5)
    recognizer.table = spoiled(recognizer.table)
    with pytest.raises(BundleError, match=f"bundle bbbbbbbbbbbb: .*{message}"):
        evaluate(recognizer, digits)

"""A finished run, made up: 40 images, four mistakes, a small network."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from inkdigits.explanations import Explanation, Neighbour

DIGITS = "0123456789"


def mistake(index: int, truth: int, predicted: int, confidence: float) -> dict[str, Any]:
    shares = [0.0] * 10
    shares[predicted], shares[truth] = confidence, 1 - confidence
    return {
        "index": index,
        "truth": truth,
        "predicted": predicted,
        "confidence": confidence,
        "probabilities": shares,
    }


@pytest.fixture
def evaluation() -> dict[str, Any]:
    matrix = 4 * np.eye(10, dtype=int)
    matrix[4, [4, 9]] = [2, 2]
    matrix[7, [7, 1]] = [3, 1]
    matrix[9, [9, 4]] = [3, 1]
    label_rows = [
        {"label": name, "precision": 0.91 + 0.001 * n, "recall": 0.92 + 0.001 * n, "f1": 0.93 + 0.001 * n}
        for n, name in enumerate(DIGITS)
    ]
    return {
        "format": 1,
        "dataset": {"name": "mnist/test", "sha256": "ab" * 32, "images": 40},
        "bundle": {"sha256": "cd" * 32},
        "accuracy": 0.9,
        "accuracy_interval": [0.7695, 0.9604],
        "errors": 4,
        "loss": 0.31256,
        "per_class": [row | {"support": 4} for row in label_rows],
        "macro": {"precision": 0.9111, "recall": 0.9222, "f1": 0.9333},
        "weighted": {"precision": 0.9444, "recall": 0.9555, "f1": 0.9666},
        "confusion_matrix": matrix.tolist(),
        "top_confusions": [
            {"truth": 4, "predicted": 9, "count": 2},
            {"truth": 7, "predicted": 1, "count": 1},
            {"truth": 9, "predicted": 4, "count": 1},
        ],
        "expected_calibration_error": 0.0123,
        "reliability": [
            {"confidence": 0.7, "accuracy": 0.75, "count": 20},
            {"confidence": 0.98, "accuracy": 1.0, "count": 20},
        ],
        "risk_coverage": [{"coverage": 0.5, "risk": 0.05}, {"coverage": 1.0, "risk": 0.1}],
        "review": {"errors_left": 1e-4, "share": 0.775, "threshold": 0.99},
        "mistakes": [
            mistake(3, 4, 9, 0.97),
            mistake(8, 7, 1, 0.8),
            mistake(5, 4, 9, 0.7),
            mistake(30, 9, 4, 0.6),
        ],
        "seconds": 0.1,
    }


@pytest.fixture
def mistake_images() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (4, 28, 28), dtype=np.uint8)


@pytest.fixture
def explanations(mistake_images: np.ndarray) -> list[Explanation]:
    """Of the first two mistakes, read as 9 and as 1, with the classes of their neighbours."""
    generator = np.random.default_rng(1)
    around = [(9, 9, 4, 9, 4), (1, 7, 7, 1, 7)]
    return [
        Explanation(
            image,
            label,
            0.9,
            generator.normal(0, 1, (28, 28)).astype(np.float32),
            tuple(Neighbour(one, 1.0 + place, mistake_images[2]) for place, one in enumerate(labels)),
        )
        for image, label, labels in zip(mistake_images, (9, 1), around, strict=False)
    ]


@pytest.fixture
def history() -> list[dict[str, str]]:
    return [
        {
            "epoch": str(n),
            "loss": str(0.5 / n),
            "accuracy": str(1 - 0.1 / n),
            "val_loss": str(0.4 / n + 0.03 * n),
            "val_accuracy": ["0.95", "0.9875", "0.97"][n - 1],
        }
        for n in (1, 2, 3)
    ]


@pytest.fixture
def network() -> dict[str, Any]:
    return {
        "name": "small",
        "parameters": 16330,
        "layers": [
            {"name": "conv", "kind": "Conv2D", "output": [None, 26, 26, 32], "parameters": 320},
            {"name": "dense", "kind": "Dense", "output": "(10,)", "parameters": 16010},
        ],
        "filters": np.linspace(-1, 1, 4 * 9).reshape(4, 3, 3).tolist(),
    }


@pytest.fixture
def manifest() -> dict[str, Any]:
    return {
        "recipe": {
            "name": "cnn-dropout",
            "title": "Convolutions <with> dropout",
            "published": {"accuracy": 0.9924, "loss": 0.0235},
        },
        "seed": 3,
        "versions": {"keras": "3.12.0"},
        "seconds": {"training": 725.0, "total": 800.0},
        "status": "finished",
    }

"""Digits that are not MNIST, by a recogniser trained on MNIST alone: USPS envelopes and scikit-learn's load_digits.

    python benchmarks/transfer.py zip.train.gz
    python benchmarks/transfer.py zip.train.gz --bundle runs/cnn-basic/seed-0/bundle --output -

zip.train.gz is the USPS file that The Elements of Statistical Learning distributes: 7,291 lines of a label and 16 x 16
grey values from -1 (paper) to 1 (ink). Both sets are enlarged four times (bicubic) and no more; MNIST's own test images
stand beside them. ECE is the expected calibration error, over 15 bins of equally many images. Writes
benchmarks/transfer.json.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from inkdigits import Recognizer
from inkdigits.datasets import load
from inkdigits.evaluation.calibration import expected_calibration_error, reliability
from inkdigits.evaluation.metrics import wilson_interval

HERE = Path(__file__).parent
ENLARGED = 4


def main() -> None:
    """Reads the options, scores the three sets, writes the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("usps", type=Path, help="the file zip.train.gz")
    parser.add_argument("--bundle", type=Path, help="the bundle to score, in place of the one that ships")
    parser.add_argument("--output", default=HERE / "transfer.json", help="- prints the result only")
    options = parser.parse_args()
    if not options.usps.exists():
        sys.exit(
            f"{options.usps}: no such file; get zip.train.gz from the site of The Elements of Statistical Learning"
        )
    recognizer = Recognizer(options.bundle)
    test = load("mnist", "test")
    sets = {"usps": usps(options.usps), "load_digits": scikit_digits(), "mnist": (np.asarray(test.images), test.labels)}
    facts = {name: scores(recognizer, *images_and_labels) for name, images_and_labels in sets.items()}
    metadata = recognizer.bundle.metadata
    model = {"recipe": metadata["recipe"]["name"], "seed": metadata["seed"], "sha256": metadata["sha256"]}
    text = json.dumps({"enlarged": ENLARGED, "model": model, "sets": facts}, indent=1)
    if str(options.output) != "-":
        Path(options.output).write_text(text + "\n")
    for name, found in facts.items():
        low, high = found["interval"]
        ece = found["expected_calibration_error"]
        print(f"{name}: {found['accuracy']:.2%} of {found['images']:,} ({low:.2%} to {high:.2%}), ECE {ece:.2%}")


def usps(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """The USPS digits as ink, uint8 (N, 64, 64), and their labels, int64 (N,)."""
    rows = np.loadtxt(path, ndmin=2)
    grey = np.rint((rows[:, 1:].reshape(-1, 16, 16) + 1) * 127.5).astype(np.uint8)
    return enlarged(grey), rows[:, 0].astype(np.int64)


def scikit_digits() -> tuple[np.ndarray, np.ndarray]:
    """scikit-learn's digits as ink, uint8 (1797, 32, 32), and their labels, int64 (1797,)."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    return enlarged(np.rint(digits.images * 255 / 16).astype(np.uint8)), digits.target.astype(np.int64)


def enlarged(images: np.ndarray) -> np.ndarray:
    """Images uint8 (N, H, W), each `ENLARGED` times larger."""
    size = (ENLARGED * images.shape[2], ENLARGED * images.shape[1])
    return np.stack([cv2.resize(image, size, interpolation=cv2.INTER_CUBIC) for image in images])


def scores(recognizer: Recognizer, images: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    """The share that is recognised, with its 95 % Wilson interval, the errors of each digit, calibration error."""
    probabilities = recognizer.predict_proba(images)
    wrong = probabilities.argmax(axis=1) != labels
    right = int((~wrong).sum())
    return {
        "images": len(labels),
        "errors": int(wrong.sum()),
        "accuracy": right / len(labels),
        "interval": list(wilson_interval(right, len(labels))),
        "errors_by_digit": np.bincount(labels[wrong], minlength=10).tolist(),
        "expected_calibration_error": expected_calibration_error(reliability(probabilities.max(axis=1), ~wrong)),
    }


if __name__ == "__main__":
    main()

"""Measures whether occlusion maps show what counts, by deletion curves, and draws one explanation.

    python docs/explanation/why.py

Writes why.json and why.png beside itself; takes a minute. Ink is deleted in four orders from the first 500 of MNIST's
test images, with the recogniser that ships.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

import inkdigits
from inkdigits.datasets import load
from inkdigits.evaluation.deletion import deletion_area
from inkdigits.explanations import Explainer
from inkdigits.explanations.digit_network import DigitNetwork
from inkdigits.explanations.occlusion import occlusion_map
from inkdigits.explanations.picture import card

HERE = Path(__file__).parent
IMAGES, SEED = 500, 0
SHOWN = 3422  # a 6 that looks like a 0


def areas(recognizer: inkdigits.Recognizer, digit_images: np.ndarray) -> dict[str, float]:
    """The mean area under the deletion curves of each order."""
    joint = DigitNetwork(recognizer.bundle, 0).joint
    generator = np.random.default_rng(SEED)
    found: dict[str, list[float]] = {}
    for image, label in zip(digit_images, joint(digit_images).argmax(axis=1), strict=True):
        importance = occlusion_map(joint, image, label)
        orders = {
            "what the map shows first": importance,
            "in any order": generator.random(image.shape),
            "the darkest first": image.astype(float),
            "what the map shows last": -importance,
        }
        for name, order in orders.items():
            found.setdefault(name, []).append(deletion_area(joint, image, label, order))
    return {name: float(np.mean(values)) for name, values in found.items()}


def main() -> None:
    """Measures, draws, writes."""
    recognizer = inkdigits.Recognizer()
    test = load("mnist", "test")
    found = areas(recognizer, recognizer.digit_images(test.images[:IMAGES]))
    facts = {"images": IMAGES, "seed": SEED, "bundle": recognizer.bundle.metadata["sha256"], "areas": found}
    (HERE / "why.json").write_text(json.dumps(facts, indent=1) + "\n")
    print(facts)
    seen = recognizer.recognise(test.images[SHOWN])
    (explanation,) = Explainer(recognizer).explain(seen.digit_images)
    read = recognizer.classes[explanation.label]
    title = f"A {test.labels[SHOWN]}, read as {read}, {explanation.probability:.1%} sure"
    card(title, explanation, recognizer.classes).save(HERE / "why.png")


if __name__ == "__main__":
    main()

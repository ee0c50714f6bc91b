"""MNIST, which ships inside the package."""

from __future__ import annotations

from pathlib import Path

from inkdigits.datasets.digit_images import DigitImages
from inkdigits.datasets.idx_archive import IdxArchive

FOLDER = Path(__file__).with_name("mnist")
LICENCE = "CC BY-SA 3.0"
MNIST = IdxArchive(
    "mnist",
    {
        "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
)
# The test part as `DigitImages` hashes it, and its images whose labels a public study disputes (Northcutt, Athalye
# and Mueller, 2021, "Pervasive label errors in test sets destabilize machine learning benchmarks").
TEST_SHA256 = "9c7a0ec0965ca9367042356ff4f463eb7e11ad8297aa3327c7c58460942b42ae"
DISPUTED = (947, 1621, 1901, 2130, 2462, 2597, 2654, 3520, 3558, 5937, 6651, 6783, 8527, 9679, 9729)


def load_mnist(part: str = "all") -> DigitImages:
    """The 60,000 images of "train", the 10,000 of "test", or "all": uint8 (N, 28, 28)."""
    return MNIST.load(FOLDER, part)

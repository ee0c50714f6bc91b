import subprocess
import sys

import pytest

HEAVY = (
    "keras",
    "tensorflow",
    "tf2onnx",
    "onnx",
    "sklearn",
    "scipy",
    "matplotlib",
    "jax",
    "onnxruntime",
    "cv2",
    "PIL",
    "numpy",
    "pydantic",
    "optuna",
    "sqlalchemy",
)


@pytest.mark.parametrize("module", ["inkdigits", "inkdigits.cli"])
def test_importing_brings_in_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert loaded.stdout.split() == []


def test_recognising_needs_no_training_framework() -> None:
    code = (
        "import sys, inkdigits.recognizer, inkdigits.datasets, inkdigits.ink, inkdigits.pictures, inkdigits.reading\n"
        "heavy = ('keras', 'tensorflow', 'onnx', 'sklearn', 'matplotlib', 'pypdfium2', 'pillow_heif')\n"
        "print(*[name for name in heavy if name in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert loaded.stdout.split() == []

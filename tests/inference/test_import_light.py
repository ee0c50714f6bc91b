import subprocess
import sys
from pathlib import Path

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


def test_reading_one_page_loads_what_that_takes() -> None:
    page = Path(__file__).parents[2] / "docs" / "pictures" / "page.jpg"
    code = (
        f"import atexit, sys\nsys.argv = ['inkdigits', 'read', {str(page)!r}]\nfrom inkdigits.cli import main\n"
        "others = ('concurrent.futures.process', 'multiprocessing', 'pypdfium2', 'tomllib', 'rich')\n"
        "atexit.register(lambda: print(*[name for name in others if name in sys.modules], file=sys.stderr))\nmain()"
    )
    read = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert read.stderr.split() == []
    assert len(read.stdout.splitlines()) > 1


def test_without_a_training_framework_the_estimator_names_the_extra() -> None:
    code = (
        "import sys, inkdigits\nsys.modules['keras'] = None\n"
        "try: inkdigits.DigitClassifier\nexcept inkdigits.InkdigitsError as error: print(error)"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    wanted = "this needs the 'train' extra (keras is not installed): pip install 'inkdigits[train]'\n"
    assert (told.stdout, told.stderr) == (wanted, "")

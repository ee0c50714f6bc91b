"""Seconds to recognise 1 to 10,000 digits: inkdigits beside Keras, scikit-learn and OpenCV, in turn.

    python benchmarks/recognising.py --opencv-python opencv/bin/python

Every system runs in a process of its own, on as many cores as threads; the order changes from round to round. Keras
runs the network of the bundle that ships. The neighbours and the support vectors are those of MNIST's first 10,000
training images, so that fitting takes seconds. OpenCV 5 keeps its kNN in opencv-contrib-python-headless, hence the
other Python: `python -m venv opencv && opencv/bin/pip install opencv-contrib-python-headless numpy`. What is not
installed is left out, and told. Writes benchmarks/recognising.json and the table recognising.md.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from machine import machine
from recognising_systems import NEEDS, SYSTEMS, WAYS
from recognising_table import markdown

HERE = Path(__file__).parent
DRAWING = HERE.parent / "docs" / "pictures" / "five.png"
KNOWN = 10_000  # training images of the neighbours and the support vectors
NAMES = (*SYSTEMS, WAYS)


def main() -> None:
    """Runs what is installed in rounds, and writes the seconds and their table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5, help="of calls with each number of digits")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 10, 100, 1000, 10_000], help="digits in a call")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--systems", nargs="+", choices=NAMES, default=NAMES, metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--opencv-python", default=sys.executable, help="the Python interpreter that has cv2.ml")
    parser.add_argument("--output", type=Path, default=HERE / "recognising.json")
    options = parser.parse_args()
    pythons = {name: options.opencv_python if name == "OpenCV kNN" else sys.executable for name in options.systems}
    left_out = [name for name in pythons if not is_installed(name, pythons[name])]
    for name in left_out:
        print(f"{name}: left out, its Python has no {NEEDS[name]}", file=sys.stderr)
    present = [name for name in options.systems if name not in left_out]
    found: dict[str, Any] = {name: {"seconds": {}} for name in present}
    with tempfile.TemporaryDirectory() as folder:
        digits = save_digits(Path(folder, "digits.npz"), max(options.sizes))
        for number in range(options.rounds):
            for threads in options.threads:
                for name in present[:: -1 if number % 2 else 1]:
                    job = {"threads": threads, "sizes": options.sizes, "seconds": options.seconds, "digits": digits}
                    add(found[name], threads, in_own_process(name, pythons[name], job))
                    print(f"round {number + 1}, threads {threads}: {name}", flush=True)
    results = {"machine": machine(), "rounds": options.rounds, "known_images": KNOWN, "sizes": sorted(options.sizes)}
    results |= {"systems": found, "left_out": left_out}
    options.output.write_text(json.dumps(results, indent=1) + "\n")
    options.output.with_suffix(".md").write_text(markdown(results))
    print(markdown(results), end="")


def is_installed(name: str, python: str) -> bool:
    """Whether the Python interpreter `python` has the modules of the system."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    words = [python, "-c", f"import {NEEDS[name]}"]
    return subprocess.run(words, capture_output=True, check=False, env=environment).returncode == 0


def save_digits(path: Path, most: int) -> str:
    """Writes the digits of recognising_systems.py's job to a file."""
    import numpy as np

    from inkdigits.datasets import load
    from inkdigits.ink import load_ink

    known, test = load("mnist", "train"), load("mnist", "test")
    np.savez(
        path,
        known_images=known.images[:KNOWN],
        known_labels=known.labels[:KNOWN],
        images=test.images[:most],
        labels=test.labels[:most],
        drawing=load_ink(DRAWING),
    )
    return str(path)


def in_own_process(name: str, python: str, job: dict[str, Any]) -> dict[str, Any]:
    """What recognising_systems.py answers."""
    threads = str(job["threads"])
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "OMP_NUM_THREADS": threads}
    environment |= {"OPENBLAS_NUM_THREADS": threads}
    command = [python, str(HERE / "recognising_systems.py"), name]
    done = subprocess.run(command, input=json.dumps(job), capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        sys.exit(f"{name}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")
    return json.loads(done.stdout.splitlines()[-1])


def add(system: dict[str, Any], threads: int, answer: dict[str, Any]) -> None:
    """Puts a round's answer with those of the rounds before."""
    system.update({key: value for key, value in answer.items() if key != "seconds"})
    by_size = system["seconds"].setdefault(str(threads), {})
    for size, seconds in answer["seconds"].items():
        by_size.setdefault(size, []).append(seconds)


if __name__ == "__main__":
    main()

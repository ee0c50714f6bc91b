"""The systems that reading.py sets side by side; it runs each by this file, in a process of its own.

    echo '{"cores": 1, "rounds": 3, "pages": {"a": "photos/a.png"}}' | python benchmarks/reading_systems.py inkdigits

Prints JSON: the system's version, the process's peak memory, and page by page what was read and the seconds of each
round, from the file to the text. Runs under any Python that has the system.
"""

from __future__ import annotations

import json
import math
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Answer = dict[str, Any]
"""`orders`: the lines read, then the same in other reading orders, if any; `turn`: what was found, where it is told."""


def inkdigits(cores: int, bundle: str | None) -> tuple[str, Callable[[str], Answer]]:
    """The reader of this project."""
    from inkdigits import __version__
    from inkdigits.reading.reader import Reader

    reader = Reader(bundle, threads=cores)

    def read(path: str) -> Answer:
        reading = reader.read(path)
        return {"orders": [[line.text for line in reading.lines]], "turn": reading.pages[0].turn}

    return __version__, read


def tesseract(mode: int, cores: int) -> tuple[str, Callable[[str], Answer]]:
    """Tesseract's command; `mode` is its page segmentation mode. Starting it is part of its seconds."""
    words = ["stdout", "--psm", str(mode), "-c", "tessedit_char_whitelist=0123456789"]
    environment = {**os.environ, "OMP_THREAD_LIMIT": str(cores)}

    def read(path: str) -> Answer:
        done = subprocess.run(["tesseract", path, *words], check=True, capture_output=True, text=True, env=environment)
        return {"orders": [done.stdout.splitlines()]}

    version = subprocess.run(["tesseract", "--version"], check=True, capture_output=True, text=True).stdout
    return version.split()[1], read


def rapidocr(cores: int, **call: bool) -> tuple[str, Callable[[str], Answer]]:
    """RapidOCR with the models that its wheel ships; `call` is passed on to it with each page."""
    from importlib.metadata import version

    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": cores})

    def read(path: str) -> Answer:
        result = engine(path, **call)
        found = [] if result.boxes is None else list(zip(result.boxes.tolist(), result.txts, strict=True))
        # It tells places, not an order; a page on its side has its lines in columns, hence the other three.
        return {"orders": [lines_of(found, turn) for turn in (0, 90, 180, 270)]}

    return version("rapidocr"), read


def lines_of(found: list[tuple[list[list[float]], str]], turn: int = 0) -> list[str]:
    """Boxes (corner points, text) as lines: top to bottom, and left to right where centres share half a box's height.

    `turn` is the clockwise turn in degrees that sets the page upright before its boxes are ordered.
    """
    cosine, sine = round(math.cos(math.radians(turn))), round(math.sin(math.radians(turn)))
    boxes = []
    for corners, text in found:
        across = [x * cosine - y * sine for x, y in corners]
        down = [x * sine + y * cosine for x, y in corners]
        boxes.append(((min(down) + max(down)) / 2, max(down) - min(down), min(across), text))
    lines: list[list[tuple[float, float, float, str]]] = []
    for box in sorted(boxes):
        if lines and box[0] - lines[-1][-1][0] < min(box[1], lines[-1][-1][1]) / 2:
            lines[-1].append(box)
        else:
            lines.append([box])
    return [" ".join(text for *_, text in sorted(line, key=lambda box: box[2])) for line in lines]


SYSTEMS: dict[str, Callable[[int], tuple[str, Callable[[str], Answer]]]] = {
    "tesseract --psm 4": lambda cores: tesseract(4, cores),
    "tesseract --psm 6": lambda cores: tesseract(6, cores),
    "tesseract --psm 11": lambda cores: tesseract(11, cores),
    "rapidocr use_cls=False": lambda cores: rapidocr(cores, use_cls=False),
    "rapidocr": rapidocr,
}
INSTALL = {
    "inkdigits": "pip install --editable .",
    "tesseract": "apt-get install tesseract-ocr",
    "rapidocr": "python -m venv peers && peers/bin/pip install rapidocr==3.10.0 onnxruntime==1.31.1, "
    "then add --peers-python peers/bin/python",
}


def is_installed(name: str, python: str) -> bool:
    """Whether the Python interpreter `python` can run the system."""
    if name.startswith("tesseract"):
        return shutil.which("tesseract") is not None
    module = "rapidocr" if name.startswith("rapidocr") else "inkdigits.reading.reader"
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0


def main() -> None:
    """Reads the job from standard input and prints the answers."""
    job = json.load(sys.stdin)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: job["cores"]])
    name = sys.argv[1]
    version, read = inkdigits(job["cores"], job.get("bundle")) if name == "inkdigits" else SYSTEMS[name](job["cores"])
    pages = {page: timed(read, path, job["rounds"]) for page, path in job["pages"].items()}
    print(json.dumps({"version": version, "peak_mib": peak_mib(), "pages": pages}))


def timed(read: Callable[[str], Answer], path: str, rounds: int) -> Answer:
    """What `read` makes of the page, and its seconds; a system that fails on a page has read nothing there.

    The first reading is not counted, unless `rounds` is 0.
    """
    answer: Answer = {}
    seconds: list[float] = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        try:
            answer = read(path)
        except Exception as error:
            answer = {"orders": [[]], "failed": f"{type(error).__name__}: {error}"}
        seconds.append(time.perf_counter() - start)
    return {**answer, "seconds": seconds[1:] or seconds}


def peak_mib() -> float:
    """The largest resident size of this process or of one that it started, in MiB."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    status = Path("/proc/self/status")
    if status.exists():
        # Linux hands getrusage's figure on from the process that started this one; VmHWM is its own.
        own = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    scale = 1024**2 if sys.platform == "darwin" else 1024
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / scale


if __name__ == "__main__":
    main()

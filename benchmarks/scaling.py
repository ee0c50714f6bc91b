"""What reading on a cluster gives and takes: images a second beside those of a plain loop, and the driver's memory.

    python benchmarks/scaling.py                                    # half an hour on two quiet cores
    python benchmarks/scaling.py --images 10000 --pages 256         # the fewest

Each cluster is `inkdigits read --cluster local`, a command of its own, watched from outside. Digits are MNIST's test
images as PNG in a Parquet file, again and again; pages are docs/pictures/page.jpg, each a file. Needs Linux, and a
machine on which nothing else runs. Writes benchmarks/scaling.json, the table scaling.md, the plan in docs/cluster.md.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cv2
import pyarrow as pa
import pyarrow.parquet as pq

from inkdigits.cluster.listing import slices
from inkdigits.cluster.places import place
from inkdigits.datasets import load
from inkdigits.reading import Reader
from inkdigits.reading.output.formats import to_jsonl
from machine import machine
from scaling_table import markdown, with_plan

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "pictures" / "page.jpg"
GUIDE = HERE.parent / "docs" / "cluster.md"
SHARE = 20  # the plain loop and a single worker read a twentieth of the digits, all of the pages
NAMES = 200_000  # files that are listed


def main() -> None:
    """Measures one thing after another."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=200_000, help="digits that pass the driver")
    parser.add_argument("--pages", type=int, default=1280)
    parser.add_argument("--output", type=Path, default=HERE / "scaling.json")
    options = parser.parse_args()
    if options.images < 10_000 or options.pages < 256:
        parser.error("10,000 images and 256 pages are the fewest that tell a rate")
    results: dict[str, Any] = {"machine": machine(), "version": version("inkdigits"), "ray": version("ray")}
    with tempfile.TemporaryDirectory(prefix="scaling-") as name:
        folder, few = Path(name), options.images // SHARE
        coded = [cv2.imencode(".png", 255 - image)[1].tobytes() for image in load("mnist", "test").images]
        results["digits"] = {
            "plain": plain(coded[i % len(coded)] for i in range(few)),
            "1": clustered(digits(folder / "few", coded, few), folder / "one", 1),
            "2": clustered(digits(folder / "many", coded, options.images), folder / "two", 2),
        }
        results["pages"] = {
            "plain": plain([PAGE.read_bytes()] * options.pages),
            "1": clustered(pages(folder / "pages", options.pages), folder / "three", 1),
            "2": clustered(folder / "pages", folder / "four", 2),
        }
        results["listing"] = listed(folder / "names")
    options.output.write_text(json.dumps(results, indent=1) + "\n")
    options.output.with_suffix(".md").write_text(markdown(results))
    if options.output == HERE / "scaling.json":
        GUIDE.write_text(with_plan(GUIDE.read_text(), results))
    print(markdown(results))


def digits(folder: Path, coded: list[bytes], count: int) -> Path:
    """A folder with one Parquet file of images."""
    folder.mkdir()
    schema = pa.schema([("image", pa.binary())])
    with pq.ParquetWriter(folder / "digits.parquet", schema) as writer:
        for begin in range(0, count, 1000):
            rows = [coded[i % len(coded)] for i in range(begin, min(begin + 1000, count))]
            writer.write_table(pa.table({"image": rows}, schema))
    return folder


def pages(folder: Path, count: int) -> Path:
    """A folder with that many copies of the page."""
    folder.mkdir()
    for number in range(count):
        shutil.copy(PAGE, folder / f"{number}.jpg")
    return folder


def plain(images: Iterable[bytes]) -> dict[str, Any]:
    """One reader, one thread, one loop; without the time that the model takes to load."""
    cv2.setNumThreads(1)
    reader, count = Reader(threads=1), 0
    reader.read(PAGE)
    started = time.perf_counter()
    for content in images:
        to_jsonl("image", reader.read(content))
        count += 1
    seconds = time.perf_counter() - started
    return {"images": count, "seconds": round(seconds, 2), "a_second": round(count / seconds, 2)}


def clustered(images: Path, output: Path, workers: int) -> dict[str, Any]:
    """The command's seconds in all, its images a second once parts come, and what its driver held meanwhile."""
    command = [sys.executable, "-m", "inkdigits", "read", str(images), "--cluster", "local", "--format", "jsonl"]
    started = time.time()
    driver = subprocess.Popen([*command, "--output", str(output), "--workers", str(workers)])
    held: list[float] = []
    while driver.poll() is None:
        if any(output.glob("part-*")):
            held.append(mebibytes(driver.pid))
        time.sleep(0.5)
    assert driver.returncode == 0
    seconds = time.time() - started
    ended = sorted((part.stat().st_mtime, part.read_bytes().count(b"\n")) for part in output.glob("part-*"))
    count = sum(images for _, images in ended)
    # Of the first parts nobody knows when they were begun.
    steady = ended[workers:]
    rate = sum(images for _, images in steady) / (ended[-1][0] - ended[workers - 1][0])
    shown = [round(held[i * (len(held) - 1) // 10]) for i in range(11)]
    return {
        "images": count,
        "seconds": round(seconds, 1),
        "first_part_seconds": round(ended[0][0] - started, 1),
        "a_second": round(rate, 2),
        "driver_mebibytes": shown,
    }


def mebibytes(pid: int) -> float:
    """The memory of a process; 0 once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def listed(folder: Path) -> dict[str, Any]:
    """How fast the names of a folder are listed, and what pyarrow holds of them."""
    folder.mkdir()
    for number in range(NAMES):
        (folder / f"{number}.png").touch()
    before, started = mebibytes_here(), time.perf_counter()
    count = sum(1 for _ in slices([place(str(folder))], "image"))
    seconds = time.perf_counter() - started
    return {"names": count, "a_second": round(count / seconds), "mebibytes": round(mebibytes_here() - before)}


def mebibytes_here() -> float:
    """The most memory that this process has had."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()

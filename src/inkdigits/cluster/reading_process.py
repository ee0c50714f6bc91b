"""Reads images in a process of its own: one that ends it, or takes for ever, ends here.

Its first line of input is JSON, the options of `BoundedReader` and "bundle", the folder of the model. For each image a
line of JSON, {"image": NAME, "bytes": N}, and its N bytes follow; the answer is + and a reading, or - and an error, a
line of JSON Lines. It says "ready" when it can begin.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import BinaryIO

from inkdigits.reading.constraint import Constraint
from inkdigits.reading.output.formats import error_to_jsonl, to_jsonl, with_doubts
from inkdigits.reading.problem import problem
from inkdigits.reading.reader import Reader

SECONDS = 300  # for one image, which may be a document of many pages


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answers until there is nothing more to read."""
    options = json.loads(requests.readline())
    reader = Reader(options["bundle"], threads=1)
    constraint = None
    if options["digits"] or options["pattern"]:
        constraint = Constraint(tuple(options["digits"]) if options["digits"] else None, options["pattern"])
    answers.write(b"ready\n")
    answers.flush()
    while header := requests.readline():
        image = json.loads(header)
        content = requests.read(image["bytes"])
        signal.alarm(SECONDS)  # not caught by anyone: the system ends this process, whatever it is about
        row = _row(reader, image["image"], content, options["turn"], constraint, options["minimum"])
        signal.alarm(0)
        answers.write(row.encode())
        answers.flush()


def _row(
    reader: Reader, name: str, content: bytes, turn: int | None, constraint: Constraint | None, minimum: float | None
) -> str:
    try:
        reading = reader.read(content, turn=turn, constraint=constraint, name=name)
    except Exception as error:  # a defect that one image shows must not stop the others
        return "-" + error_to_jsonl(name, problem(error, name))
    return "+" + to_jsonl(name, reading if minimum is None else with_doubts(reading, minimum))


def _main() -> None:
    import cv2

    cv2.setNumThreads(1)  # others work beside this one
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    _main()

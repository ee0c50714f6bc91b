"""How much `inkdigits serve` bears: its own service on a free port of this computer, asked over kept connections.

    python benchmarks/serving.py                 # a minute or two
    python benchmarks/serving.py --soak 30       # and half an hour of mixed load, for its memory

The service and whoever asks share the processor's cores, so a quiet machine is wanted; nothing else is asked, and no
process is ended but the service's own. Images to classify are MNIST's test digits, one a request, each another than the
last; pages are the samples of the web page, in turn. Linux only.
Writes benchmarks/serving.json and the table serving.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cv2

from inkdigits.datasets import load
from inkdigits.ink import load_ink
from inkdigits.reading import Reader
from inkdigits.recognizer import Recognizer
from machine import machine
from serving_load import Outcome, Question, paced, question, unpaced
from serving_service import Service, running
from serving_table import markdown

HERE = Path(__file__).parent
SAMPLES = HERE.parent / "src" / "inkdigits" / "serving" / "page" / "samples"
PAGES = ("board", "desk", "note", "squared")
OVERLOAD = 4  # times what it can bear
HALF_LOAD = 750  # classify requests a second, half of what is wanted
SOAK_CLASSIFY, SOAK_READ = 200, 2  # requests a second
WARM_UP = 2.0  # seconds


def main() -> None:
    """Runs the phases one after another, each against the same service, but for the soak."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=10, help="of each phase")
    parser.add_argument("--soak", type=float, default=0, metavar="MINUTES")
    parser.add_argument("--output", type=Path, default=HERE / "serving.json")
    options = parser.parse_args()
    results: dict[str, Any] = {"machine": machine(), "version": version("inkdigits"), "workers": options.workers}
    digits, pages = digit_questions(), page_questions()
    with running(options.workers) as service:
        results |= asyncio.run(measured(service, digits, pages, options.seconds))
    if options.soak:
        with running(options.workers) as service:
            results["soak"] = asyncio.run(soaked(service, digits, pages, options.soak))
    options.output.write_text(json.dumps(results, indent=1) + "\n")
    options.output.with_suffix(".md").write_text(markdown(results))
    print(markdown(results))


def digit_questions(count: int = 1000) -> list[Question]:
    """To classify MNIST's first test digits, black on white, as the library does."""
    pictures = [cv2.imencode(".png", 255 - image)[1].tobytes() for image in load("mnist", "test").images[:count]]
    seen = Recognizer().recognise([load_ink(picture) for picture in pictures])
    likeliest = zip(pictures, seen.probabilities.argmax(axis=1), seen.accepted, strict=True)
    return [
        question("/v1/classify", "image/png", picture, b'"value":"%d"' % digit if accepted else b'"value":null')
        for picture, digit, accepted in likeliest
    ]


def page_questions() -> list[Question]:
    """To read the sample pages, as the library reads them."""
    reader, questions = Reader(), []
    for path in (SAMPLES / f"{name}.jpg" for name in PAGES):
        text = json.dumps(reader.read(path).text, ensure_ascii=False)
        questions.append(question("/v1/read", "image/jpeg", path.read_bytes(), f'"text":{text}'.encode()))
    return questions


async def measured(service: Service, digits: list[Question], pages: list[Question], seconds: float) -> dict[str, Any]:
    """Every phase's figures."""
    port, found = service.port, {}
    await unpaced(port, digits, 8, WARM_UP)
    found["classify"] = told(await unpaced(port, digits, 24, seconds))
    found["classify_half_load"] = told(await paced(port, digits, 24, seconds, HALF_LOAD), HALF_LOAD)
    found["read"] = told(await unpaced(port, pages, 2 * service.workers, seconds))
    bearable = found["read"]["a_second"]
    found["read_overload"] = told(await paced(port, pages, 400, seconds, OVERLOAD * bearable), OVERLOAD * bearable)
    found["read_after_overload"] = told(await paced(port, pages, 8, seconds, bearable / 2), bearable / 2)
    found["classify_worker_killed"] = told(await bereaved(service, digits, seconds))
    return found


def told(outcome: Outcome, asked: float | None = None) -> dict[str, Any]:
    """An outcome in figures: asked and answered a second, how many by status, how many wrong, milliseconds."""
    refused = {"refused_p99_ms": round(outcome.milliseconds(99, 503), 1)} if outcome.count(503) else {}
    return {
        **({"asked_a_second": round(asked, 1)} if asked else {}),
        "a_second": round(outcome.count() / outcome.seconds, 1),
        "answers": {str(status): len(times) for status, times in sorted(outcome.times.items())},
        "wrong": outcome.count() - outcome.right,
        "p50_ms": round(outcome.milliseconds(50), 1),
        "p99_ms": round(outcome.milliseconds(99), 1),
        **refused,
    }


async def bereaved(service: Service, digits: list[Question], seconds: float) -> Outcome:
    """A load during which a worker is killed; then there are as many as before."""
    asyncio.get_running_loop().call_later(seconds / 3, service.kill_worker)
    outcome = await unpaced(service.port, digits, 8 * service.workers, seconds)
    await asyncio.to_thread(service.wait_ready, service.workers + 1)
    return outcome


async def soaked(service: Service, digits: list[Question], pages: list[Question], minutes: float) -> dict[str, Any]:
    """Both kinds of questions at a moderate rate; the workers' memory after the first tenth and at the end."""
    seconds, held = 60 * minutes, []

    async def watch() -> None:
        while True:
            held.append(service.mebibytes())
            await asyncio.sleep(seconds / 100)

    watching = asyncio.create_task(watch())
    classified, read = await asyncio.gather(
        paced(service.port, digits, 16, seconds, SOAK_CLASSIFY), paced(service.port, pages, 16, seconds, SOAK_READ)
    )
    watching.cancel()
    settled = held[10:]
    return {
        "minutes": minutes,
        "classify": told(classified, SOAK_CLASSIFY),
        "read": told(read, SOAK_READ),
        "mebibytes": [round(one) for one in held],
        "growth_mebibytes": round(statistics.median(settled[-10:]) - statistics.median(settled[:10]), 1),
    }


if __name__ == "__main__":
    main()

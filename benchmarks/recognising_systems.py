"""The systems that recognising.py sets side by side; it runs each by this file, in a process of its own.

    python benchmarks/recognising_systems.py "model()" < job.json

The job: {"threads": 1, "sizes": [1, 100], "seconds": 0.5, "digits": "digits.npz"}, where the file holds uint8 images
(N, 28, 28) to learn from and to recognise, their labels, and one drawing (H, W). Prints JSON: the system's version, the
median seconds of a call with so many digits, and the share of the most digits that it got right. Runs under any Python
that has the system.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import numpy as np

NEIGHBOURS = 5
WAY_BATCHES = (32, 256)  # and all at once
Digits = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Side:
    """A system ready to recognise: `prepared` makes of uint8 images what `answers` takes, which is not timed."""

    version: str
    answers: Callable[[Any], np.ndarray]
    prepared: Callable[[np.ndarray], Any] = lambda images: images
    trained: bool = True
    warms_up: bool = True
    any_size: bool = False


def inkdigits(threads: int, variant: str = "") -> Side:
    """The bundle that ships, or its int8 variant, on raw ink: finding, centring and scaling are part of its time."""
    from inkdigits import Recognizer, __version__
    from inkdigits.bundle import PRETRAINED

    recognizer = Recognizer(PRETRAINED / variant, threads=threads)
    return Side(__version__, recognizer.predict_proba, any_size=True)


def keras_network(threads: int, precision: str = "float32") -> Any:
    """The network of the bundle that ships, with random weights, for its time does not depend on them."""
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    import keras

    from inkdigits.bundle import PRETRAINED, load_bundle
    from inkdigits.recipes.catalog import find_recipe

    keras.config.set_dtype_policy(precision)
    metadata = load_bundle(PRETRAINED).metadata
    network = find_recipe(metadata["recipe"]["name"]).build()
    if network.count_params() != metadata["parameters"]:
        sys.exit(
            f"the bundle that ships is not of the present recipe {metadata['recipe']['name']}; run make pretrained"
        )
    return network


def keras(threads: int, call: Callable[[Any, np.ndarray], np.ndarray]) -> Side:
    """The network through Keras, on pixels that are centred and scaled already; softmax is left out."""
    from importlib.metadata import version

    network = keras_network(threads)
    return Side(version("keras"), lambda pixels: call(network, pixels), _pixels, trained=False)


def sklearn(kind: str, digits: Digits) -> Side:
    """scikit-learn's classifier of that kind with its defaults, on pixels 0..1."""
    from importlib.metadata import version

    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.svm import SVC

    model = SVC(kernel="rbf") if kind == "SVC" else KNeighborsClassifier(NEIGHBOURS)
    model.fit(_rows(digits["known_images"]), digits["known_labels"])
    return Side(version("scikit-learn"), model.predict, _rows, warms_up=False)


def opencv(threads: int, digits: Digits) -> Side:
    """OpenCV's k nearest neighbours, on pixels 0..1."""
    import cv2

    cv2.setNumThreads(threads)
    model = cv2.ml.KNearest_create()
    model.train(_rows(digits["known_images"]), cv2.ml.ROW_SAMPLE, digits["known_labels"].astype(np.int32))
    return Side(cv2.__version__, lambda rows: model.findNearest(rows, NEIGHBOURS)[1].ravel(), _rows, warms_up=False)


SYSTEMS: dict[str, Callable[[int, Digits], Side]] = {
    "inkdigits": lambda threads, digits: inkdigits(threads),
    "inkdigits int8": lambda threads, digits: inkdigits(threads, "int8"),
    "model.predict": lambda threads, digits: keras(threads, lambda network, x: network.predict(x, verbose=0)),
    "model()": lambda threads, digits: keras(threads, lambda network, x: np.asarray(network(x))),
    "scikit-learn SVC": lambda threads, digits: sklearn("SVC", digits),
    "scikit-learn KNN": lambda threads, digits: sklearn("KNN", digits),
    "OpenCV kNN": opencv,
}
WAYS = "Keras' ways"
NEEDS = {
    **dict.fromkeys(SYSTEMS, "inkdigits"),
    **dict.fromkeys(("model.predict", "model()", WAYS), "keras, tensorflow"),
    **dict.fromkeys(("scikit-learn SVC", "scikit-learn KNN"), "sklearn"),
    "OpenCV kNN": "cv2.ml",
}
"""The modules that a system needs."""


def ways(threads: int, count: int) -> Iterator[tuple[str, Callable[[np.ndarray], Any]]]:
    """Ways of having Keras recognise `count` digits, by name: calls, precisions and sizes of batches."""
    import tensorflow as tf

    def in_batches(call: Callable[[Any], Any], size: int) -> Callable[[np.ndarray], Any]:
        return lambda x: [np.asarray(call(tf.constant(x[start : start + size]))) for start in range(0, len(x), size)]

    def predicted(network: Any, size: int) -> Callable[[np.ndarray], Any]:
        return lambda x: network.predict(x, batch_size=size, verbose=0)

    for precision in ("float32", "mixed_bfloat16"):
        network = keras_network(threads, precision)
        function = tf.function(network, reduce_retracing=True)
        for size in sorted({*(size for size in WAY_BATCHES if size < count), count}):
            suffix = f"{precision}, batches of {size:,}"
            yield f"`model.predict`, {suffix}", predicted(network, size)
            yield f"`model()`, {suffix}", in_batches(network, size)
            yield f"`tf.function(model)`, {suffix}", in_batches(function, size)


def measured(side: Side, digits: Digits, sizes: list[int], allotted: float) -> dict[str, Any]:
    """The median seconds of a call by its number of digits, of one with the drawing, and the share that is right."""
    seconds: dict[str, float] = {}
    found: dict[str, Any] = {"version": side.version, "seconds": seconds}
    for size in sorted(sizes):
        parts = [side.prepared(part) for part in _parts(digits["images"], size)]
        seconds[str(size)], answers = timed(side.answers, parts, allotted, warms_up=side.warms_up)
    if side.trained:  # the most digits are one part
        classes = answers.argmax(axis=1) if answers.ndim == 2 else answers
        found["right"] = float((classes == digits["labels"][: len(classes)]).mean())
    if side.any_size:
        seconds["drawing"], _ = timed(side.answers, [digits["drawing"]], allotted)
    return found


def timed(
    call: Callable[[Any], Any], inputs: list[Any], allotted: float, *, warms_up: bool = True
) -> tuple[float, Any]:
    """The median seconds of calls with the inputs in turn, for as long as is allotted, and the last answer.

    The first call is not counted if it may be slower than the others.
    """
    if warms_up:
        call(inputs[-1])
    seconds: list[float] = []
    turn = cycle(inputs)
    while sum(seconds) < allotted or not seconds:
        given = next(turn)
        start = time.perf_counter()
        answer = call(given)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), answer


def _parts(images: np.ndarray, size: int, most: int = 100) -> list[np.ndarray]:
    """The first whole parts of so many images each."""
    return [images[start : start + size] for start in range(0, len(images) - size + 1, size)][:most]


def _pixels(images: np.ndarray) -> np.ndarray:
    return images[..., None].astype(np.float32) / 255


def _rows(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1).astype(np.float32) / 255


def main() -> None:
    """Reads the job from standard input and prints what was measured."""
    job = json.load(sys.stdin)
    threads, name = job["threads"], sys.argv[1]
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    with np.load(job["digits"]) as file:
        digits = dict(file)
    if name == WAYS:
        x = _pixels(digits["images"][: max(job["sizes"])])
        found = {"seconds": {way: timed(call, [x], job["seconds"])[0] for way, call in ways(threads, len(x))}}
    else:
        found = measured(SYSTEMS[name](threads, digits), digits, job["sizes"], job["seconds"])
    print(json.dumps(found))


if __name__ == "__main__":
    main()

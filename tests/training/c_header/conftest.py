"""Small quantised networks of random weights, and a C compiler for what is made of them."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from inkdigits.bundle import Bundle, write_bundle
from inkdigits.datasets import load

STRICT = ("-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-Wconversion", "-O2")
CLASSES = [str(digit) for digit in range(10)]


def pooled_first() -> list:
    from keras import layers

    return [
        layers.Conv2D(4, 5, use_bias=False),
        *(layers.MaxPooling2D(), layers.BatchNormalization(), layers.ReLU()),
        *(layers.Conv2D(6, 3, use_bias=False), layers.BatchNormalization(), layers.ReLU()),
        *(layers.Conv2D(8, 3, use_bias=False), layers.MaxPooling2D(), layers.BatchNormalization(), layers.ReLU()),
        layers.DepthwiseConv2D(4),
    ]


def averaged() -> list:
    from keras import layers

    return [
        *(layers.Conv2D(4, 5), layers.BatchNormalization(), layers.ReLU(), layers.MaxPooling2D()),
        *(layers.DepthwiseConv2D(3, depth_multiplier=2, use_bias=False), layers.BatchNormalization(), layers.ReLU()),
        *(layers.Conv2D(12, 1, use_bias=False), layers.BatchNormalization(), layers.ReLU()),
        layers.GlobalAveragePooling2D(),
    ]


def dense() -> list:
    from keras import layers

    return [
        *(layers.Conv2D(3, 3, activation="relu"), layers.MaxPooling2D(3)),
        *(layers.Flatten(), layers.Dense(16, activation="relu")),
    ]


BODIES = {body.__name__: body for body in (pooled_first, averaged, dense)}


@pytest.fixture(scope="session", params=list(BODIES))
def small(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A bundle called tiny, quantised; factors of batch normalisation have either sign, no digit prevails."""
    import keras
    from keras import layers

    from inkdigits.training.export import deployed_model, to_onnx
    from inkdigits.training.quantisation import quantised

    keras.utils.set_random_seed(1)
    body = BODIES[request.param]()
    network = keras.Sequential([layers.Input((28, 28, 1)), *body, layers.Flatten(), layers.Dense(10)])
    chance = np.random.default_rng(2)
    for layer in network.layers:
        if isinstance(layer, layers.BatchNormalization):
            factor, term, mean, variance = (chance.uniform(-1, 1, part.shape) for part in layer.get_weights())
            layer.set_weights([2 * factor + 1, term / 8, mean / 8, 0.05 + variance**2 / 4])
    calibration = load("mnist", "train").take(np.arange(300)).images
    logits = keras.ops.convert_to_numpy(network((calibration / np.float32(255))[..., None]))
    weights, _ = network.layers[-1].get_weights()
    network.layers[-1].set_weights([weights / logits.std(axis=0), -(logits / logits.std(axis=0)).mean(axis=0)])
    model = to_onnx(deployed_model(network, 0.7, 10))
    facts = {"classes": CLASSES, "recipe": {"name": "tiny"}, "quantised_from": "0" * 64}
    return write_bundle(tmp_path_factory.mktemp("bundles") / "small", quantised(model, calibration), facts)


@pytest.fixture
def compiled(tmp_path: Path) -> Callable[[str], Path]:
    """Compiles a program beside the headers in `tmp_path`, any warning an error."""
    if shutil.which("gcc") is None:
        pytest.skip("gcc is not installed")

    def compile_program(source: str) -> Path:
        (tmp_path / "program.c").write_text(source)
        command = ["gcc", *STRICT, "program.c", "-o", "program"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        return tmp_path / "program"

    return compile_program

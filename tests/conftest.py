"""Keeps TensorFlow quiet, every test away from the user's own settings and runs, and a folder's tests together."""

import os
import signal
import struct
import sys

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# A shell's background job ignores Ctrl-C, and so would every process that a test starts and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("INKDIGITS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("INKDIGITS_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setenv("INKDIGITS_DATA_DIR", str(tmp_path / "data"))
    yield
    if "keras" in sys.modules:  # a training within the test may have set its own
        sys.modules["keras"].config.set_dtype_policy("float32")


@pytest.fixture(scope="session")
def mnist_folder(tmp_path_factory):
    """Writes MNIST's first `train` training and 60 test images, and names them as "idx:DIR"."""

    def write(train: int) -> str:
        import numpy as np

        from inkdigits.datasets import load

        folder = tmp_path_factory.mktemp("digits")
        for part, prefix, count in (("train", "train", train), ("test", "t10k", 60)):
            digits = load("mnist", part).take(np.arange(count))
            for kind, values in (("images-idx3", np.asarray(digits.images)), ("labels-idx1", digits.labels)):
                header = struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape)
                (folder / f"{prefix}-{kind}-ubyte").write_bytes(header + values.astype(np.uint8).tobytes())
        return f"idx:{folder}"

    return write


@pytest.hookimpl(tryfirst=True)  # pytest-xdist looks for the marks in the same hook
def pytest_collection_modifyitems(config, items):
    if not config.pluginmanager.hasplugin("xdist"):
        return
    for item in items:
        # What takes long to make, such as a cluster, is made once for a folder: one process takes all its tests.
        item.add_marker(pytest.mark.xdist_group(str(item.path.parent)))

"""Keeps TensorFlow quiet, every test away from the user's own settings and runs, and a folder's tests together."""

import os
import signal
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


def pytest_collection_modifyitems(config, items):
    if not config.pluginmanager.hasplugin("xdist"):
        return
    for item in items:
        # What takes long to make, such as a cluster, is made once for a folder: one process takes all its tests.
        item.add_marker(pytest.mark.xdist_group(str(item.path.parent)))

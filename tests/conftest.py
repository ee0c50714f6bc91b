"""Keeps TensorFlow quiet and every test away from the user's own settings and runs."""

import os

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("INKDIGITS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("INKDIGITS_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setenv("INKDIGITS_DATA_DIR", str(tmp_path / "data"))

"""What `inkdigits --version` tells: this package and what it computes with, none of it imported."""

from __future__ import annotations

import os
import platform
from importlib import metadata

import inkdigits

_BACKENDS = {"tensorflow": ("TensorFlow", ("tensorflow-cpu", "tensorflow")), "jax": ("JAX", ("jax",))}


def version_lines() -> list[str]:
    """A line each for inkdigits, Python, what recognises and what trains."""
    return [
        f"inkdigits {inkdigits.__version__}",
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}",
        f"ONNX Runtime {_installed('onnxruntime')}",
        _training(),
    ]


def _training() -> str:
    keras, backend = _installed("keras"), os.environ.get("KERAS_BACKEND", "tensorflow")
    title, packages = _BACKENDS.get(backend, (backend, (backend,)))
    found = _installed(*packages)
    if keras is None or found is None:
        missing = "Keras" if keras is None else title
        return f"{missing} is not installed; to train: pip install 'inkdigits[train]'"
    return f"Keras {keras} on {title} {found}"


def _installed(*packages: str) -> str | None:
    """The version of the first of these packages that is installed."""
    for package in packages:
        try:
            return metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return None

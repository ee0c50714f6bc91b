"""The machine under Keras: threads, precision, seeds, all set explicitly and written down."""

from __future__ import annotations

import platform
from importlib import metadata
from pathlib import Path
from typing import Any

import keras
import numpy as np

from inkdigits.recognizer import usable_cores
from inkdigits.settings import settings

FAST_BFLOAT16 = {"avx512_bf16", "amx_bf16"}


def best_precision() -> str:
    """ "mixed_bfloat16" where the hardware multiplies bfloat16 faster than float32, else "float32"."""
    if keras.backend.backend() == "jax":
        import jax

        return "float32" if jax.default_backend() == "cpu" else "mixed_bfloat16"
    return "mixed_bfloat16" if FAST_BFLOAT16 & _processor_flags() else "float32"


def prepare(seed: int, precision: str) -> None:
    """Makes what follows in this process repeatable, and sets the precision."""
    keras.utils.set_random_seed(seed)
    keras.config.set_dtype_policy(precision)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()
        if threads := settings().threads:
            _set_threads(tf, threads)


def describe_machine() -> dict[str, Any]:
    """Processor, cores and system, for a run's manifest."""
    return {
        "processor": _processor_name(),
        "cores": usable_cores(),
        "threads": settings().threads,
        "system": f"{platform.system()} {platform.machine()}",
    }


def describe_versions() -> dict[str, str]:
    """Versions of what decides a run's numbers."""
    names = ("inkdigits", "keras", "tensorflow-cpu", "tensorflow", "jax", "onnxruntime", "numpy")
    found = {name: _version(name) for name in names}
    return {
        "python": platform.python_version(),
        "backend": keras.backend.backend(),
        **{name: version for name, version in found.items() if version},
    }


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _set_threads(tf: Any, threads: int) -> None:
    try:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
    except RuntimeError:  # TensorFlow fixes its threads at its first operation
        return


def _processor_flags() -> set[str]:
    return set(_cpuinfo("flags").split())


def _processor_name() -> str:
    return _cpuinfo("model name") or platform.processor() or platform.machine()


def _cpuinfo(key: str) -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(key)), "")


def permutation(seed: int, epoch: int, count: int) -> np.ndarray:
    """The order, int64 (count,), in which an epoch sees its images: a function of seed and epoch alone."""
    return np.random.default_rng([seed, epoch]).permutation(count)

"""ONNX Runtime's side: a session on the processor over a bundle's model, and what it must take and give."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from functools import cache

import numpy as np
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as ort_state

from inkdigits.bundle import Bundle
from inkdigits.errors import BundleError, InkdigitsError, lacks_memory

DIGIT_SIDE = 28
OPTIONAL = ("digit_probability", "several_probability")
# What a stranger's model may take; ours takes 1.3 GiB for ink of 100 megapixels, and far below a second.
MAX_MEMORY = 4 * 2**30
MAX_CHECK_SECONDS = 60.0

# ONNX Runtime's exceptions share no base class but Exception.
ORT_ERRORS = (
    ort_state.EPFail,
    ort_state.Fail,
    ort_state.InvalidArgument,
    ort_state.InvalidGraph,
    ort_state.InvalidProtobuf,
    ort_state.NoSuchFile,
    ort_state.NotImplemented,
    ort_state.RuntimeException,
    RuntimeError,
    ValueError,
)


def open_session(bundle: Bundle, threads: int, model: bytes | None = None) -> ort.InferenceSession:
    """One sequential session on the processor with `threads` threads (0: one per usable core).

    It runs the bundle's model, or what was made of it: `model`.
    """
    if threads < 0:
        raise InkdigitsError(f"threads={threads}: must be 0 (one per core) or more")
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads or usable_cores()
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 4  # what goes wrong is raised as BundleError, not logged as well
    _bound_memory()
    options.add_session_config_entry("session.use_env_allocators", "1")
    options.add_session_config_entry("optimization.constant_folding_max_output_size_in_bytes", str(2**26))
    # What was verified is what is loaded; and no path, which may have no UTF-8 name.
    content = bundle.read_model() if model is None else model
    try:
        return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except ORT_ERRORS as error:
        raise BundleError(f"{bundle.model_path}: not a usable ONNX model: {first_line(error)}") from error


@cache
def _bound_memory() -> None:
    """Lets the models of this process together take `MAX_MEMORY`; ONNX Runtime keeps one allocator for them all."""
    place = ort.OrtMemoryInfo("Cpu", ort.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, ort.OrtMemType.DEFAULT)
    with suppress(*ORT_ERRORS):  # who embeds us may have registered another, with bounds of its own
        ort.create_and_register_allocator(place, ort.OrtArenaCfg({"max_mem": MAX_MEMORY}))


def check_model(bundle: Bundle, session: ort.InferenceSession) -> None:
    """Raises `BundleError` unless the model takes ink and gives what `Recognizer` promises, within a minute."""
    promised = "ink uint8 [N, H, W] -> probabilities float32 [N, classes], digit_image uint8 [N, 28, 28]"
    inputs = [(node.name, node.type, len(node.shape)) for node in session.get_inputs()]
    names = {node.name for node in session.get_outputs()}
    if inputs != [("ink", "tensor(uint8)", 3)] or not names >= {"probabilities", "digit_image"}:
        raise BundleError(f"{bundle.model_path}: the model must be {promised}")
    run = ort.RunOptions()
    timer = threading.Timer(MAX_CHECK_SECONDS, setattr, (run, "terminate", True))
    timer.daemon = True
    timer.start()
    try:
        # Exporters leave output sizes open, so only a run tells them.
        wanted = ["probabilities", "digit_image", *(name for name in OPTIONAL if name in names)]
        outputs = session.run(wanted, {"ink": np.full((2, 9, 5), 255, np.uint8)}, run)
    except ORT_ERRORS as error:
        raise BundleError(f"{bundle.model_path}: the model fails: {first_line(error)}") from error
    finally:
        timer.cancel()
    found = [(output.dtype, output.shape) for output in outputs]
    side, count = DIGIT_SIDE, len(bundle.classes)
    if found[:2] != [(np.float32, (2, count)), (np.uint8, (2, side, side))]:
        raise BundleError(f"{bundle.model_path}: the model must be {promised}, and model.json names {count} classes")
    if any(kind != (np.float32, (2,)) for kind in found[2:]):
        raise BundleError(f"{bundle.model_path}: {' and '.join(OPTIONAL)} of the model must be float32 [N]")


def usable_cores() -> int:
    """Cores this process may use: a container or `taskset` may grant fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def first_line(error: Exception) -> str:
    return "not enough memory" if lacks_memory(error) else str(error).partition("\n")[0]

"""Runs the application under uvicorn: one process or several, ended gently by SIGTERM."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
import threading
import time
from functools import partial
from multiprocessing import parent_process
from types import FrameType
from typing import Any, NoReturn

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from inkdigits.errors import InkdigitsError
from inkdigits.serving.app import create_app
from inkdigits.serving.json_log import log_config
from inkdigits.serving.options import Options
from inkdigits.serving.patient_protocol import PatientProtocol

_IDLE_SECONDS = 15
_DRAIN_SECONDS = 30
_GRACE_SECONDS = 5
_CONNECTIONS = 1000
_HEAD_BYTES = 32 * 1024


def listening(host: str, port: int) -> socket.socket:
    """A socket that waits for connections; raises `InkdigitsError` where it cannot."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = _bound(socket.socket(family, kind, protocol), address)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InkdigitsError(f"--host {host} --port {port}: cannot be used ({reason}); choose another") from error
    listener.set_inheritable(True)
    return listener


def _bound(listener: socket.socket, address: Any) -> socket.socket:
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_CONNECTIONS)  # now: two services may both bind, but not both listen
    except OSError:
        listener.close()
        raise
    return listener


def serve(options: Options, listener: socket.socket, workers: int, log_level: str) -> None:
    """Serves until SIGTERM or SIGINT; requests under way are answered first."""
    config = uvicorn.Config(
        partial(_app, options),
        factory=True,
        workers=workers,
        http=PatientProtocol,
        ws="none",
        lifespan="on",
        log_config=log_config(log_level),
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
        h11_max_incomplete_event_size=_HEAD_BYTES,
    )
    if workers > 1:
        _serve_with_workers(config, listener)
        return
    # uvicorn drains, and then sends itself the signal again.
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    uvicorn.Server(config).run([listener])


def _serve_with_workers(config: uvicorn.Config, listener: socket.socket) -> None:
    with tempfile.TemporaryDirectory(prefix="inkdigits-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder  # before a worker imports the client library
        Multiprocess(config, [listener]).run()


def _app(options: Options) -> FastAPI:
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    return create_app(options)


def _leave_with_parent() -> None:
    """Ends a worker, gently, when the process that started it is gone, which it would not notice by itself."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        signal.raise_signal(signal.SIGTERM)
        time.sleep(_DRAIN_SECONDS + _GRACE_SECONDS)
        os._exit(1)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(0)

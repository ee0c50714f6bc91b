"""The connection to Ray: a cluster of this process's own, or one that runs already; quiet, and closed at the end."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import socket
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any, TextIO, cast

import ray
from ray.exceptions import RayError, RayTaskError

from inkdigits.cluster.places import first_line
from inkdigits.errors import InkdigitsError
from inkdigits.recognizer import usable_cores
from inkdigits.silent_stderr import silent_stderr

_log = logging.getLogger(__name__)

_OBJECT_BYTES = 256 * 2**20  # what travels is small; the default is a third of the memory
_PATIENCE = 10.0  # seconds for an address to answer


@contextlib.contextmanager
def connected(address: str) -> Iterator[None]:
    """Within, Ray is there: "local" starts it on this machine, for it alone; else a cluster's HOST:PORT, or "auto".

    What Ray says of nodes that died and tasks that are tried again goes to the log, level INFO. Raises
    `InkdigitsError`, also for what Ray raises within.
    """
    output = _AnswersOnly(sys.stdout)
    with _quiet(), contextlib.redirect_stdout(cast(TextIO, output)):
        _connect(address)
        try:
            yield
        except RayError as error:
            raise explained(error) from error
        finally:
            output.open = False
            ray.shutdown()


def explained(error: RayError) -> InkdigitsError:
    """In one line what went wrong in the cluster; what a user can cause is told as it would be without one."""
    cause: BaseException = error
    while isinstance(cause, RayTaskError) and isinstance(cause.cause, Exception):
        cause = cause.cause
    if isinstance(cause, InkdigitsError):
        return type(cause)(str(cause))
    return InkdigitsError(f"the cluster: {type(cause).__name__}: {first_line(cause)}")


def cores() -> int:
    """The processor cores that the cluster has at present."""
    return max(1, int(ray.cluster_resources().get("CPU", 0)))


def _connect(address: str) -> None:
    try:
        if address == "local":
            # Ray listens to other computers, too, and asks them for a token; this one is of this run alone.
            os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
            own: dict[str, Any] = {"num_cpus": usable_cores(), "object_store_memory": _OBJECT_BYTES}
            own["include_dashboard"] = False
        else:
            _check_address(address)
            own = {}
        with silent_stderr():
            ray.init(address, log_to_driver=False, logging_level=logging.ERROR, **own)
    except ConnectionError as error:
        remedy = "does it want a token (RAY_AUTH_MODE=token, RAY_AUTH_TOKEN), has it this version of Ray?"
        if "Could not find" in str(error):
            remedy = "start it: ray start --head"
        raise InkdigitsError(f"--cluster {address}: {first_line(error).partition('. ')[0]}; {remedy}") from error
    except (RayError, OSError, RuntimeError, ValueError) as error:
        raise InkdigitsError(f"--cluster {address}: {first_line(error)}") from error


def _check_address(address: str) -> None:
    """Raises `InkdigitsError` for an address of another form, and for one that nobody listens at."""
    host, colon, port = address.rpartition(":")
    if address == "auto":
        return
    if "/" in address or not (colon and host and port.isdecimal()):
        raise InkdigitsError(
            f"--cluster {address}: must be local, auto or HOST:PORT; run it on a machine of the cluster ('ray start')"
        )
    try:
        with socket.create_connection((host, int(port)), timeout=_PATIENCE):
            pass
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InkdigitsError(
            f"--cluster {address}: nobody answers there ({reason}); is 'ray start' running?"
        ) from error


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keeps what Ray says of itself off the terminal."""
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        # Ray Data's own defaults are out of date, it says.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"ray\.data\.")
        yield


class _AnswersOnly:
    """Standard output without what Ray tells there of nodes that died, in threads of its own and at the end."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.open = True

    def write(self, text: str) -> int:
        """Writes what the main thread says while it is open; the rest goes to the log."""
        if self.open and threading.current_thread() is threading.main_thread():
            return self._stream.write(text)
        if text.strip():
            _log.info("%s", text.strip())
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

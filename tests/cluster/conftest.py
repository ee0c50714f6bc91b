"""A Ray cluster of several nodes on this machine, each started by `ray start` as docs/cluster.md says, with a token.

In every process of it, images whose content begins with DEADLY kill whoever reads them, SLOW ones take for ever, and
WAIT ones, a true image behind that word, are read once the gate is open.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 180  # seconds

POISON = """
import os, signal, sys, time

if "inkdigits.cluster.reading_process" in " ".join(sys.orig_argv):
    from inkdigits.reading import reader

    read, gate = reader.Reader.read, {gate!r}

    def poisoned(self, source, **asked):
        if source.startswith(b"DEADLY"):
            os.kill(os.getpid(), signal.SIGKILL)
        if source.startswith(b"SLOW"):
            signal.alarm(1)
            time.sleep(1000)
        if source.startswith(b"WAIT"):
            open(os.path.join(gate, str(os.getpid())), "w").close()
            while not os.path.exists(os.path.join(gate, "open")):
                time.sleep(0.02)
            source = source[4:]
        return read(self, source, **asked)

    reader.Reader.read = poisoned
"""

RECIPE = """
from dataclasses import replace

import keras

from inkdigits.recipes.recipe import Recipe, cross_entropy


def build():
    layers = keras.layers
    return keras.Sequential([layers.Input((28, 28, 1)), layers.AveragePooling2D(4), layers.Flatten(), layers.Dense(10)])


def search_space(trial):
    rate = trial.suggest_float("rate", 0.01, 1.0, log=True)
    return replace(RECIPE, optimizer=lambda steps: keras.optimizers.SGD(rate))


RECIPE = Recipe(name="tiny", title="tiny", build=build, optimizer=lambda steps: keras.optimizers.SGD(0.1),
                loss=cross_entropy, epochs=2, batch_size=32, search_space=search_space)
"""


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


class Nodes:
    """The nodes of a cluster, of one core each."""

    def __init__(self, folder: Path) -> None:
        port, client_port = free_ports(2)
        self.address = f"127.0.0.1:{port}"
        token = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32), "RAY_USAGE_STATS_ENABLED": "0"}
        poison = {"PYTHONPATH": str(folder / "poison")}
        threads = {"OMP_NUM_THREADS": "1", "INKDIGITS_THREADS": "1"}
        self.environment = {**os.environ, **token, **poison, **threads}
        self.gate = folder / "gate"
        self.gate.mkdir()
        (folder / "poison").mkdir()
        (folder / "poison" / "sitecustomize.py").write_text(POISON.format(gate=str(self.gate)))
        self.started: list[subprocess.Popen[bytes]] = []
        self.commands: list[subprocess.Popen[str]] = []
        ports = ["--port", str(port), "--ray-client-server-port", str(client_port), "--include-dashboard=false"]
        head = self.start("--head", "--temp-dir", str(folder / "ray"), *ports)
        self.wait_until(self.answers, head)

    def answers(self) -> bool:
        host, _, port = self.address.partition(":")
        with socket.socket() as client:
            return client.connect_ex((host, int(port))) == 0

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        """A node; without options one that joins the others."""
        ray = str(Path(sysconfig.get_path("scripts"), "ray"))
        usual = ["--block", "--num-cpus", "1", "--memory", str(4 * 2**30), "--object-store-memory", str(100 * 2**20)]
        command = [ray, "start", *usual, *(options or ["--address", self.address])]
        node = subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        self.started.append(node)
        return node

    def stop(self) -> None:
        for command in self.commands:
            command.kill()
            command.communicate()
        for node in self.started:
            self.end(node)

    def end(self, node: subprocess.Popen[bytes]) -> None:
        """As when its machine loses its power."""
        for pid in self.family(node.pid):
            self.kill(pid)
        node.wait(PATIENCE)

    def kill(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def inkdigits(self, *arguments: object, cwd: Path | None = None) -> subprocess.Popen[str]:
        """A command as a user types it on a machine of the cluster."""
        command = subprocess.Popen(
            [sys.executable, "-m", "inkdigits", *map(str, arguments)],
            cwd=cwd,
            env={**self.environment, "INKDIGITS_RUNS_DIR": "runs"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.commands.append(command)
        return command

    def finish(self, process: subprocess.Popen[str]) -> tuple[int, str, str]:
        out, errors = process.communicate(timeout=PATIENCE)
        assert "Traceback" not in errors
        return process.returncode, out, errors

    def wait_until(self, true: Callable[[], bool], process: subprocess.Popen[Any]) -> None:
        until = time.monotonic() + PATIENCE
        while not true():
            assert process.poll() is None, "ended before what was waited for"
            assert time.monotonic() < until
            time.sleep(0.2)

    def family(self, pid: int) -> dict[int, str]:
        """The command lines of a process and all its descendants."""
        parents, lines = {}, {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                stat, line = (
                    (folder / "stat").read_text(errors="replace"),
                    (folder / "cmdline").read_text(errors="replace"),
                )
            except OSError:
                continue  # it has ended meanwhile
            parents[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
            lines[int(folder.name)] = line.replace("\0", " ")
        found = {pid}
        while more := {child for child, parent in parents.items() if parent in found} - found:
            found |= more
        return {one: lines[one] for one in found if one in lines}

    def working(self, name: str) -> list[int]:
        """The processes of all nodes that carry out the Ray task of this name."""
        families = [self.family(node.pid) for node in self.started]
        return [pid for family in families for pid, line in family.items() if line.startswith(f"ray::{name}")]


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    """The head, of one core; tests start the other nodes that they want, and kill them as they like."""
    with tempfile.TemporaryDirectory(prefix="ink-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        nodes = Nodes(Path(folder))
        try:
            yield nodes
        finally:
            nodes.stop()


@pytest.fixture(scope="session")
def data(mnist_folder: Callable[[int], str]) -> str:
    """MNIST's first 240 training and 60 test images, as "idx:DIR"."""
    return mnist_folder(240)


@pytest.fixture(scope="session")
def recipe_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recipe") / "tiny.py"
    path.write_text(RECIPE)
    return path

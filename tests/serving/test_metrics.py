"""Figures that several processes add up."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="only POSIX tells which processes are gone")

BUSY = """
import asyncio, sys
from inkdigits.serving.options import Options
from inkdigits.serving.service import Service

async def work():
    service = Service(Options())
    for request in range(3):
        service.pool.enter("client")
    print("busy", flush=True)
    sys.stdin.read()

asyncio.run(work())
"""
SCRAPED = "from inkdigits.serving.metrics import Metrics; print(Metrics().text().decode())"


def test_requests_of_all_living_processes_are_pending(tmp_path: Path) -> None:
    shared = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}

    def pending() -> float:
        text = subprocess.check_output([sys.executable, "-c", SCRAPED], env=shared, text=True)
        return float(re.findall("^inkdigits_pending_requests (.*)$", text, re.MULTILINE)[0])

    command, pipe = [sys.executable, "-c", BUSY], subprocess.PIPE
    with subprocess.Popen(command, env=shared, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "busy\n"
            assert pending() == 3
        finally:
            process.kill()
    assert pending() == 0

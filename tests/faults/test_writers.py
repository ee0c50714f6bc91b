"""Two that write to the same place at once, and what is damaged there."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from inkdigits.bundle import load_bundle, write_bundle
from inkdigits.errors import RunError

# Writes the scores of a bundle for ever, each time other ones.
SCORING = """
import itertools, sys
from inkdigits.bundle import write_bundle
for number in itertools.count():
    write_bundle(sys.argv[1], b"a model", {"classes": ["0"], "told": str(number) * 10_000})
"""


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    write_bundle(tmp_path / "bundle", b"a model", {"classes": ["0"], "told": "0" * 10_000})
    return tmp_path / "bundle"


def test_a_bundle_is_whole_at_every_moment_though_two_write_its_scores_and_are_killed(bundle: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", SCORING, str(bundle)]) for _ in range(2)]
    try:
        written = set()
        deadline = time.monotonic() + 60
        while len(written) < 50 and time.monotonic() < deadline:
            told = load_bundle(bundle).metadata["told"]
            assert told == told[: len(told) // 10_000] * 10_000
            written.add(told)
    finally:
        for writer in writers:
            os.kill(writer.pid, signal.SIGKILL)
            writer.wait()
    assert len(written) == 50
    told = load_bundle(bundle).metadata["told"]
    assert told == told[: len(told) // 10_000] * 10_000


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 100, None])
def test_a_damaged_study_is_one_line(damage: bytes | None, tmp_path: Path) -> None:
    pytest.importorskip("optuna")
    from inkdigits.experiments.search.plan import SearchPlan
    from inkdigits.experiments.search.study import open_study

    plan = SearchPlan("mine", "mine", "mnist", 0, "tpe", None, None, False, "float32", images="")
    file = tmp_path / "study.db"
    open_study(f"sqlite:///{file}", plan)
    whole = file.read_bytes()
    file.write_bytes(whole[:5000] if damage is None else damage)
    if damage == b"":
        assert open_study(f"sqlite:///{file}", plan).trials == []  # an empty file is a study without trials
        return
    with pytest.raises(RunError) as caught:
        open_study(f"sqlite:///{file}", plan)
    assert len(str(caught.value).splitlines()) == 1
    assert str(file) in str(caught.value)

"""Folders of runs that never began."""

from pathlib import Path

import pytest

from inkdigits.errors import RunError
from inkdigits.experiments import run_folder
from inkdigits.experiments.run_folder import RunFolder


def test_a_disk_without_room_is_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_folder, "NEEDED_BYTES", 2**80)
    with pytest.raises(RunError, match="MiB free; make room"), RunFolder(tmp_path / "runs" / "mine").claimed():
        pytest.fail("has begun")
    assert list(tmp_path.iterdir()) == []

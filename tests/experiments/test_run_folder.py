"""Folders of runs that never began."""

from pathlib import Path

import pytest

from inkdigits.errors import RunError
from inkdigits.experiments import run_folder
from inkdigits.experiments.run import refuse_occupied
from inkdigits.experiments.run_folder import RunFolder


def test_a_disk_without_room_is_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_folder, "NEEDED_BYTES", 2**80)
    with pytest.raises(RunError, match="MiB free; make room"), RunFolder(tmp_path / "runs" / "mine").claimed():
        pytest.fail("has begun")
    assert list(tmp_path.iterdir()) == []


def test_only_what_a_killed_run_left_is_tidied(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    mine = [tmp_path / "docs" / ".thesis.2024.partial", tmp_path / ".manifest.json.draft.partial"]
    mine += [tmp_path / ".report-2024" / "mine.txt", tmp_path / "other" / "checkpoint" / ".state.npz.77.partial"]
    left = [tmp_path / "checkpoint" / ".state.npz.77.partial", tmp_path / ".history.csv.77.partial"]
    left += [tmp_path / ".report-ab12_x9z" / "report.html", tmp_path / ".bundle-ab12_x9z" / "fresh" / "model.json"]
    for file in (*mine, *left, tmp_path / ".report-theirs_1" / "x"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
    with folder.claimed():
        assert all(file.exists() for file in (*mine, *left[2:]))
        folder.write_json(folder.manifest_file, {})
    with folder.claimed():
        assert all(file.exists() for file in mine)
        assert not any(file.exists() for file in left)


def test_a_run_goes_nowhere_its_bundle_cannot_lie(tmp_path: Path) -> None:
    (tmp_path / "bundle").mkdir()
    refuse_occupied(RunFolder(tmp_path))
    (tmp_path / "bundle" / "notes.txt").write_text("x")
    with pytest.raises(RunError, match=r"bundle: is no bundle, and the run's would lie there; choose another --output"):
        refuse_occupied(RunFolder(tmp_path))

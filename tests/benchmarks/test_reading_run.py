"""The run of the reading benchmark: what is asked of whom, what is written, what is refused."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import reading
import reading_systems


@pytest.fixture
def folder(tmp_path) -> Path:
    """Two pages, one of them a wide one that lies on its side, a black bar at the top of the upright picture."""
    pages = tmp_path / "photos"
    pages.mkdir()
    upright = np.full((40, 60, 3), 255, np.uint8)
    upright[:10] = 0
    Image.fromarray(upright).save(pages / "a.png")
    Image.fromarray(np.ascontiguousarray(np.rot90(upright, 1))).save(pages / "b.png")  # one quarter to the left
    (pages / "truth.json").write_text('{"a.png": ["12"], "b.png": ["34", "56"]}')
    (pages / "turns.json").write_text('{"b.png": 90}')
    return pages


def run(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["reading.py", *map(str, words)])
    reading.main()


def test_every_system_reads_both_ways_on_each_number_of_cores(folder, tmp_path, monkeypatch, capsys):
    asked = []

    def answer(name, paths, cores, options):
        turned = Image.open(paths["b.png"])
        asked.append((name, turned.size, bool(np.asarray(turned)[0].max() == 0), cores))
        lines = {"a.png": ["12"], "b.png": ["34", "56"] if turned.width > turned.height else ["9"]}
        pages = {page: {"orders": [lines[page]], "seconds": [0.25], "turn": 0} for page in paths}
        return {"version": "1", "peak_mib": 50.0, "pages": pages}

    monkeypatch.setattr(reading, "in_own_process", answer)
    monkeypatch.setattr(reading, "is_installed", lambda name, python: not name.startswith("rapidocr"))
    run(monkeypatch, folder, "--systems", "inkdigits", "rapidocr", "--output", tmp_path / "out.json", "--show")
    assert asked == [
        ("inkdigits", (40, 60), False, 1),
        ("inkdigits", (40, 60), False, 2),
        ("inkdigits", (60, 40), True, 1),
        ("inkdigits", (60, 40), True, 2),
    ]
    found = json.loads((tmp_path / "out.json").read_text())["folders"]["photos"]
    assert (found["pages"], found["digits"]) == (2, 6)
    photographed, upright = (found["systems"]["inkdigits"][way]["1"] for way in ("as photographed", "upright"))
    assert (photographed["errors"], photographed["turns_right"]) == (4, 1)
    assert (upright["errors"], upright["turns_right"]) == (0, 2)
    shown = capsys.readouterr()
    assert "rapidocr: skipped, not installed; python -m venv peers" in shown.err
    assert "b.png: 34 / 56\n   read as 9" in shown.out
    assert "| inkdigits (1) | 0 | 0.0% |" in (tmp_path / "out.md").read_text()


def test_folders_stand_side_by_side(folder, tmp_path, monkeypatch):
    pages = {page: {"orders": [[]], "seconds": [1.0]} for page in ("a.png", "b.png")}
    monkeypatch.setattr(reading, "in_own_process", lambda *_: {"version": "1", "peak_mib": 1.0, "pages": pages})
    monkeypatch.setattr(reading, "is_installed", lambda *_: True)
    output = tmp_path / "out.json"
    output.write_text('{"folders": {}}')
    run(monkeypatch, folder, "--output", output)
    folder.rename(tmp_path / "more")
    run(monkeypatch, tmp_path / "more", "--turns", "a.png=180", "--output", output)
    found = json.loads(output.read_text())["folders"]
    assert list(found) == ["photos", "more"]
    assert list(found["more"]["systems"]) == list(reading.NAMES)


def test_what_a_user_gets_wrong_is_one_line(folder, tmp_path, monkeypatch):
    with pytest.raises(SystemExit, match=r"truth.json: no such file"):
        run(monkeypatch, tmp_path)
    with pytest.raises(SystemExit, match=r"z.png: has a turn but no line in"):
        run(monkeypatch, folder, "--turns", "z.png=90")
    (folder / "a.png").unlink()
    with pytest.raises(SystemExit, match=r"a.png: no such file, though truth.json names it"):
        run(monkeypatch, folder)


def test_a_turn_is_a_quarter(folder, monkeypatch, capsys):
    with pytest.raises(SystemExit):
        run(monkeypatch, folder, "--turns", "b.png=45")
    assert "a turn is 0, 90, 180 or 270 degrees" in capsys.readouterr().err


def test_the_first_reading_is_not_timed(monkeypatch):
    clock = iter([0, 100, 100, 101, 101, 103])
    monkeypatch.setattr(reading_systems.time, "perf_counter", lambda: next(clock))
    assert reading_systems.timed(lambda path: {"orders": [[path]]}, "x", 2) == {"orders": [["x"]], "seconds": [1, 2]}


def test_a_system_that_fails_has_read_nothing():
    def read(path):
        raise OSError("damaged")

    answer = reading_systems.timed(read, "x", 0)
    assert answer["orders"] == [[]]
    assert answer["failed"] == "OSError: damaged"
    assert len(answer["seconds"]) == 1


def test_memory_is_that_of_the_process_not_of_who_started_it():
    ballast = np.ones(40_000_000)  # 320 MB here
    code = "import sys; sys.path.append(sys.argv[1]); from reading_systems import peak_mib; "
    code += "kept = b'x' * (int(sys.argv[2]) << 20); print(peak_mib())"
    place = str(Path(reading_systems.__file__).parent)

    def peak(mib):
        done = subprocess.run([sys.executable, "-c", code, place, str(mib)], check=True, capture_output=True, text=True)
        return float(done.stdout)

    light, heavy = peak(0), peak(100)
    assert light < 100 < ballast.nbytes / 2**20
    assert 90 < heavy - light < 110


def test_inkdigits_reads_in_its_own_process(folder):
    job = json.dumps({"cores": 1, "rounds": 1, "pages": {"a.png": str(folder / "a.png")}})
    command = [sys.executable, reading_systems.__file__, "inkdigits"]
    done = subprocess.run(command, input=job, check=True, capture_output=True, text=True)
    answer = json.loads(done.stdout)
    assert answer["peak_mib"] > 20
    assert "failed" not in answer["pages"]["a.png"]
    assert len(answer["pages"]["a.png"]["seconds"]) == 1

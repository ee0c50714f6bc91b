"""`inkdigits tune`: words that do not fit together, and what the terminal shows of the trials."""

import json
import sys

import pytest

from inkdigits.cli import main
from inkdigits.cli.search_table import SearchTable
from inkdigits.cli.tune import _seconds
from inkdigits.errors import RunError
from inkdigits.experiments.search.folder import Search, SearchFolder
from inkdigits.experiments.search.plan import SearchPlan


def told(monkeypatch, capsys, *arguments: object) -> str:
    """What the command says before it exits with 2."""
    monkeypatch.setattr(sys, "argv", ["inkdigits", "tune", *map(str, arguments)])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    return capsys.readouterr().err.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give a recipe to tune or --resume FOLDER"),
        (["cnn-tuned", "--resume", "x"], "give a recipe to tune or --resume FOLDER"),
        (["--resume", "x", "--seed", "1"], "--resume goes on with the search's own options"),
        (["--resume", "no/such"], "no/such: no search to resume here (no search.json)"),
        (["cnn-tuned", "--time-limit", "soon"], "--time-limit soon: must be a time such as 2h, 90m or 1h30m"),
        (["cnn-basic"], "recipe cnn-basic: has no search_space to search; cnn_tuned.py shows the form"),
        (["cnn-tund"], "there is no recipe 'cnn-tund': did you mean cnn-tuned?"),
        (["cnn-tuned", "--storage", "somewhere"], "--storage somewhere: is no address such as postgresql+psycopg://"),
    ],
)
def test_mistakes_are_told_in_one_line(monkeypatch, capsys, arguments, message):
    last = told(monkeypatch, capsys, *arguments)
    assert last.startswith("inkdigits: ")
    assert message in last


@pytest.mark.parametrize("content", ["{}", "nonsense", "[" * 100_000, '{"plan": 3}', '{"plan": {"recipe": "x"}}'])
def test_a_damaged_search_is_named(monkeypatch, capsys, tmp_path, content):
    (tmp_path / "search.json").write_text(content)
    assert "search.json: damaged" in told(monkeypatch, capsys, "--resume", tmp_path)


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("trials", "1"),
        ("storage", 5),
        ("own_data", "no"),
        ("versions", []),
        ("seed", -1),
        ("seed", True),
        ("epochs", 1.5),
        ("limit", "9"),
        ("data", 5),
        ("sampler", "grid"),
    ],
)
def test_an_entry_that_no_search_writes_is_named(tmp_path, entry, value):
    plan = SearchPlan("cnn-tuned", "cnn-tuned", "mnist", 0, "tpe", None, None, False, "float32", "1-2")
    folder = SearchFolder(tmp_path)
    folder.write(Search(plan, 60, None, False, {}, {}))
    content = json.loads(folder.search_file.read_text())
    assert folder.read().trials == 60
    (content["plan"] if entry in content["plan"] else content)[entry] = value
    folder.search_file.write_text(json.dumps(content))
    with pytest.raises(RunError, match=rf"search\.json: damaged \({entry} is none that a search can have\)"):
        folder.read()


@pytest.mark.parametrize("option", ["--data", "--storage"])
def test_nothing_is_written_where_data_or_storage_are_missing(monkeypatch, capsys, tmp_path, option):
    folder, missing = tmp_path / "search", tmp_path / "no" / "such"
    address = f"folder:{missing}" if option == "--data" else f"sqlite:///{missing}"
    assert str(missing) in told(monkeypatch, capsys, "cnn-tuned", option, address, "--output", folder)
    assert not folder.exists()


@pytest.mark.parametrize(("text", "seconds"), [("45s", 45), ("90m", 5400), ("2h", 7200), ("1h30m", 5400)])
def test_a_time_is_read(text, seconds):
    assert _seconds(text) == seconds


def row(trial: int, state: str, accuracy: float | None = None, failure: str | None = None) -> dict:
    usual = {"loss": 0.1, "epochs": 3, "planned": 12, "seconds": 65.0, "choices": {"rate": 0.001234, "kernel": 3}}
    return {"trial": trial, "state": state, "accuracy": accuracy, "failure": failure} | usual


def test_without_a_terminal_each_trial_that_ends_is_a_line_once(capsys):
    with SearchTable(4, None) as table:
        table.show([row(0, "complete", 0.98), row(1, "running", 0.9)])  # 0 ended before this process began
        table.show([row(0, "complete", 0.98), row(1, "pruned", 0.9), row(2, "running")])
        last = [row(2, "failed", failure="[too] large"), row(3, "interrupted")]
        table.show([row(0, "complete", 0.98), row(1, "pruned", 0.9), *last])
    assert capsys.readouterr().err.splitlines() == [
        "trial   1 pruned      90.00 % after 3/12 epochs, 1 min 5 s: rate 0.00123, kernel 3",
        "trial   2 failed      [too] large, 1 min 5 s: rate 0.00123, kernel 3",
        "trial   3 interrupted after 3/12 epochs, 1 min 5 s: rate 0.00123, kernel 3",
    ]


def test_the_live_table_shows_the_last_trials_and_keeps_the_best_in_sight(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    with SearchTable(20, None) as table:
        table.show([row(0, "complete", 0.9876), *(row(number, "complete", 0.97) for number in range(1, 15))])
    shown = capsys.readouterr().err
    assert "98.76 %" in shown
    assert "97.00 %" in shown
    assert "15 of 20 trials" in shown
    assert "best so far 98.76 %, trial 0" in shown


def test_the_time_left_is_that_of_the_trials_left_at_the_pace_of_this_process(capsys):
    rows = [row(number, "complete", 0.97) for number in range(4)]
    unlimited, limited = SearchTable(20, None), SearchTable(20, 300)
    for table in (unlimited, limited):
        table.show(rows[:1])  # ended before this process began
        table.started -= 60
    assert "1 of 20 trials  ·  ? left" in unlimited.summary(rows[:1])
    assert "4 min 0 s left" in limited.summary(rows[:1])
    assert "4 of 20 trials  ·  5 min 20 s left" in unlimited.summary(rows)  # 16 more at 3 a minute
    assert "4 min 0 s left" in limited.summary(rows)


def test_an_occupied_folder_is_left_alone(monkeypatch, capsys, tmp_path):
    (tmp_path / "search.json").write_text("{}")
    last = told(monkeypatch, capsys, "cnn-tuned", "--output", tmp_path)
    assert last.endswith(f"holds a search; go on with: inkdigits tune --resume {tmp_path}, or choose --output")
    assert (tmp_path / "search.json").read_text() == "{}"

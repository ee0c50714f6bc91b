import re
from pathlib import Path

import pytest

from inkdigits.errors import InkdigitsError
from inkdigits.settings import Settings, settings

EXAMPLE = Path(__file__).parents[1] / ".env.example"
ENTRY = re.compile(r"# (?P<comment>.+)\n# INKDIGITS_(?P<name>\w+)=(?P<value>.*)\n")


@pytest.fixture(autouse=True)
def bare_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting and no .env of the machine that runs the tests takes part."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"INKDIGITS_{name.upper()}", raising=False)


def test_the_defaults() -> None:
    found = settings()
    assert found.data_dir == Path.home() / ".cache" / "inkdigits"
    assert found.runs_dir == Path("runs")
    assert found.threads == 0
    assert found.log_level == "WARNING"


def test_the_example_lists_every_setting_with_its_default_and_meaning() -> None:
    listed = {entry["name"].lower(): entry for entry in ENTRY.finditer(EXAMPLE.read_text())}

    assert list(listed) == list(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        assert listed[name]["value"] == str(field.default)
        assert listed[name]["comment"].lower().startswith(str(field.description).lower())


def test_the_example_can_be_used_as_it_is(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(re.sub(r"^# (INKDIGITS_)", r"\1", EXAMPLE.read_text(), flags=re.MULTILINE))
    assert settings() == Settings(_env_file=None, data_dir=Path.home() / ".cache" / "inkdigits")


def test_an_environment_variable_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("INKDIGITS_THREADS=3\nINKDIGITS_RUNS_DIR=~/runs\nUNRELATED=1\n")
    assert settings().threads == 3
    assert settings().runs_dir == Path.home() / "runs"
    monkeypatch.setenv("INKDIGITS_THREADS", "4")
    assert settings().threads == 4


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INKDIGITS_THREADS", "many"),
        ("INKDIGITS_THREADS", "-1"),
        ("INKDIGITS_THREADS", "1025"),
        ("INKDIGITS_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_bad_value_is_one_line_that_names_it(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InkdigitsError) as caught:
        settings()
    assert str(caught.value).startswith(f"{name}={value!r}: Input should be ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["INKDIGITS_DATA_DIR", "INKDIGITS_RUNS_DIR"])
def test_a_home_directory_that_nobody_knows_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "~nobody-here/x")
    with pytest.raises(InkdigitsError, match=rf"^{name}='~nobody-here/x': whose home directory is not known"):
        settings()

"""`inkdigits data`: the table, the contact sheet, the export."""

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from inkdigits.cli.data import data_app
from inkdigits.datasets import export_folder, fashion_mnist, load
from inkdigits.errors import DatasetError

runner = CliRunner()


@pytest.fixture(autouse=True)
def without_fashion_mnist(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("INKDIGITS_DATA_DIR", str(tmp_path / "none"))
    monkeypatch.setattr(fashion_mnist, "DEBIAN_FOLDER", tmp_path / "none")


def test_the_list_pipes_whole_lines() -> None:
    result = runner.invoke(data_app, [])
    assert result.exit_code == 0
    lines = {line.split()[0]: line for line in result.stdout.splitlines() if line.strip()}
    for cell in (
        "70,000",
        "9219304dec2a",
        "CC BY-SA 3.0",
        "6903 7877 6990 7141 6824 6313 6876 7293 6825 6958",
    ):
        assert cell in lines["mnist"]
    assert "datasets/mnist" in lines["mnist"].replace("\\", "/")
    assert "not here" in lines["fashion-mnist"]
    assert "apt install dataset-fashion-mnist" in lines["fashion-mnist"]


def test_show_writes_a_sheet_and_prints_its_path(tmp_path) -> None:
    target = tmp_path / "sheet.png"
    result = runner.invoke(data_app, ["show", "mnist", "--part", "test", "--output", str(target)])
    assert (result.exit_code, result.stdout) == (0, f"{target}\n")
    with Image.open(target) as image:
        assert image.format == "PNG"


def test_show_names_the_file_after_the_set(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert runner.invoke(data_app, ["show", "mnist", "--part", "test"]).stdout == "mnist-test.png\n"


def test_export_writes_what_folder_reads(tmp_path) -> None:
    target = tmp_path / "digits"
    arguments = ["export", "mnist", "--part", "test", "--to", f"folder:{target}", "--limit", "100"]
    result = runner.invoke(data_app, arguments)
    assert (result.exit_code, result.stdout) == (0, f"{target}\n")
    assert load(f"folder:{target}").sha256 == load("mnist", "test").take(np.arange(100)).sha256
    again = runner.invoke(data_app, arguments)
    assert isinstance(again.exception, DatasetError)
    assert "is in use" in str(again.exception)


def test_skip_bad_reports_the_count(tmp_path) -> None:
    source = export_folder(load("mnist", "test").take(np.arange(100)), tmp_path / "source")
    (source / "3" / "broken.png").write_bytes(b"\x89PNG")
    arguments = ["export", f"folder:{source}", "--to", f"folder:{tmp_path / 'copy'}"]
    assert isinstance(runner.invoke(data_app, arguments).exception, DatasetError)
    result = runner.invoke(data_app, [*arguments, "--skip-bad"])
    assert result.exit_code == 0
    assert "1 bad items left out, 100 kept" in result.stderr


def test_a_wrong_target_is_named() -> None:
    result = runner.invoke(data_app, ["export", "mnist", "--to", "csv:x"])
    assert str(result.exception) == "--to csv:x: give folder:DIR"
    result = runner.invoke(data_app, ["export", "mnist", "--to", "folder:~nobody-here/x"])
    assert str(result.exception) == "folder:~nobody-here/x: whose home directory is not known; write the path in full"


@pytest.mark.parametrize("verb", [[], ["show"], ["export"], ["audit"]])
def test_help_gives_examples(verb: list[str]) -> None:
    result = runner.invoke(data_app, [*verb, "--help"])
    assert result.exit_code == 0
    assert "Examples:" in result.stdout
    assert f"inkdigits {' '.join(['data', *verb])}" in result.stdout

"""`inkdigits evaluate`, `compare` and `recipes` as a user types them."""

import json
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from inkdigits.bundle import PRETRAINED, load_bundle
from inkdigits.cli import main
from inkdigits.cli.app import app
from inkdigits.datasets import export_folder, load
from inkdigits.recognizer import Recognizer

ROOT = Path(__file__).parents[2]


def run(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def digits(tmp_path_factory) -> Path:
    return export_folder(load("mnist", "test").take(np.arange(300)), tmp_path_factory.mktemp("digits") / "folder")


def test_scores_of_a_folder_as_json_and_report(digits, tmp_path):
    done = run("evaluate", PRETRAINED, "--data", f"folder:{digits}", "--format", "json", "--report", tmp_path / "r")
    assert done.exit_code == 0
    evaluation = json.loads(done.stdout)
    assert evaluation["dataset"]["images"] == 300
    assert evaluation["accuracy"] >= 0.98
    page = (tmp_path / "r" / "report.html").read_text()
    assert "http-equiv" not in page
    assert "Published" not in page  # published figures are MNIST's, this is a folder


def test_scores_as_a_table(digits):
    done = run("evaluate", "--data", f"folder:{digits}")
    assert done.exit_code == 0
    assert "accuracy" in done.stdout
    assert "macro average" in done.stdout


def test_damage_is_told_in_one_line(digits, tmp_path, monkeypatch, capsys):
    shutil.copytree(digits, tmp_path / "folder")
    (tmp_path / "folder" / "3" / "bad.png").write_text("no image")
    monkeypatch.setattr("sys.argv", ["inkdigits", "evaluate", "--data", f"folder:{tmp_path / 'folder'}"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert last.startswith("inkdigits: ")
    assert "bad.png" in last
    left_out = run("evaluate", "--data", f"folder:{tmp_path / 'folder'}", "--skip-bad", "--format", "json")
    assert json.loads(left_out.stdout)["dataset"]["images"] == 300


def test_scores_are_kept_in_the_bundle(digits, tmp_path):
    shutil.copytree(PRETRAINED, tmp_path / "bundle")
    before = load_bundle(tmp_path / "bundle").metadata
    done = run("evaluate", tmp_path / "bundle", "--data", f"folder:{digits}", "--save")
    assert str(tmp_path / "bundle" / "model.json") in done.stdout
    after = load_bundle(tmp_path / "bundle").metadata
    assert after["scores"]["dataset"]["images"] == 300
    assert sum(map(sum, after["scores"]["confusion_matrix"])) == 300
    assert {key: after[key] for key in after if key != "scores"} == {
        key: before[key] for key in before if key != "scores"
    }
    assert (tmp_path / "bundle" / "README.md").read_bytes() == (PRETRAINED / "README.md").read_bytes()


def test_scores_are_kept_in_a_named_bundle_only(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["inkdigits", "evaluate", "--save"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert capsys.readouterr().err.endswith("name its folder before it\n")


def test_sets_are_measured_and_kept_for_classify(digits, tmp_path):
    bundle = tmp_path / "bundle"
    shutil.copytree(PRETRAINED, bundle)
    done = run("evaluate", bundle, "--data", f"folder:{digits}", "--coverage", "0.9", "--save", "--format", "json")
    found = json.loads(done.stdout)["conformal"]
    assert found["coverage"] == 0.9
    assert found["validation"]["coverage"] > 0.97  # of a model more often right than was asked, one class is enough
    five = ROOT / "docs" / "pictures" / "five.png"
    answer = json.loads(run("classify", five, "--bundle", bundle, "--coverage", "0.9", "--format", "json").stdout)
    assert answer[0]["one_of"] == ["5"]
    assert run("classify", five, "--bundle", bundle, "--coverage", "0.9").stdout.endswith("one of 5\n")
    rows = run("classify", five, "--bundle", bundle, "--coverage", "0.9", "--format", "csv").stdout.splitlines()
    assert [row.rpartition(",")[2] for row in rows] == ["one_of", "5"]


def test_a_set_that_no_bundle_keeps_is_told_in_one_line(monkeypatch, capsys):
    five = str(ROOT / "docs" / "pictures" / "five.png")
    monkeypatch.setattr("sys.argv", ["inkdigits", "classify", five, "--coverage", "0.77"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert "keeps no sets of coverage 0.77; calibrate them: inkdigits evaluate" in capsys.readouterr().err


def test_an_idx_folder_with_a_test_part_is_scored_on_that(tmp_path):
    for part, images in (("train", 3), ("t10k", 2)):
        (tmp_path / f"{part}-images-idx3-ubyte").write_bytes(
            struct.pack(">4I", 0x803, images, 28, 28) + bytes(784 * images)
        )
        (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(struct.pack(">2I", 0x801, images) + bytes(images))
    scored = json.loads(run("evaluate", "--data", f"idx:{tmp_path}", "--format", "json").stdout)
    assert scored["dataset"]["images"] == 2
    every = json.loads(run("evaluate", "--data", f"idx:{tmp_path}", "--part", "all", "--format", "json").stdout)
    assert every["dataset"]["images"] == 5


def test_scores_of_images_are_one_pass(digits, monkeypatch):
    heard = []
    predict = Recognizer.predict_proba
    monkeypatch.setattr(Recognizer, "predict_proba", lambda self, ink: heard.append(len(ink)) or predict(self, ink))
    monkeypatch.setattr("inkdigits.experiments.set_coverage.validation_images", lambda bundle: None)
    assert run("evaluate", "--data", f"folder:{digits}", "--coverage", "0.9").exit_code == 0
    assert heard == [300]


def test_corruptions_are_scored_and_shown(digits, tmp_path):
    report = tmp_path / "report"
    done = run("evaluate", "--data", f"folder:{digits}", "--corruptions", "--report", report)
    assert "mean of the corruptions" in done.stdout
    assert f"picture  {report / 'corruptions.png'}" in done.stdout
    with Image.open(report / "corruptions.png") as sheet:
        assert sheet.height > 800


def test_a_pdf_needs_a_report(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["inkdigits", "evaluate", "--pdf"])
    with pytest.raises(SystemExit):
        main()
    assert capsys.readouterr().err.endswith("give --report DIR with it\n")


def test_compare_prints_the_committed_results_three_ways(monkeypatch):
    monkeypatch.chdir(ROOT)
    rows = json.loads(run("compare", "--format", "json").stdout)
    assert {row["recipe"] for row in rows} >= {"cnn-basic", "cnn-dropout", "mlp-batchnorm"}
    assert run("compare", "--format", "markdown").stdout.strip() in (ROOT / "README.md").read_text()
    assert "cnn-dropout" in run("compare").stdout


def test_compare_without_results_says_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs").mkdir()
    monkeypatch.setattr("sys.argv", ["inkdigits", "compare", "runs"])
    with pytest.raises(SystemExit):
        main()
    assert "runs: no finished run here; start one: inkdigits train" in capsys.readouterr().err


def test_recipes_lists_networks_plans_and_figures(monkeypatch):
    monkeypatch.chdir(ROOT)
    lines = run("recipes").stdout.splitlines()
    (line,) = [line for line in lines if line.startswith("cnn-dropout ")]
    assert "34,826" in line
    assert "15 epochs of 128, Adam" in line
    assert "99.24 %" in line
    assert "seed" in line

"""`inkdigits data audit`: a set with planted faults, its page and its findings."""

import json
import os

import numpy as np
import pytest
from typer.testing import CliRunner

from inkdigits.cli.data import data_app
from inkdigits.datasets import DigitImages, export_folder, load
from inkdigits.errors import DatasetError
from inkdigits.experiments import data_audit
from inkdigits.experiments.data_audit import audit
from inkdigits.reports.audit.wording import findings


@pytest.fixture(scope="module")
def spec(tmp_path_factory) -> str:
    """1,000 digits; 20 of the first 100 have wrong labels, and two are there twice."""
    digits = load("mnist", "test").take(np.arange(4000, 5000))
    labels = digits.labels.copy()
    labels[:100:5] = (labels[:100:5] + 3) % 10
    twice = np.concatenate([digits.images, digits.images[[500, 600]]])
    digits = DigitImages.of("faulty", twice, np.concatenate([labels, labels[[500, 600]]]))
    return f"folder:{export_folder(digits, tmp_path_factory.mktemp('faulty') / 'set')}"


def test_faults_are_found_and_shown(spec, tmp_path):
    done = CliRunner().invoke(data_app, ["audit", spec, "--output", str(tmp_path / "out")], catch_exceptions=False)
    assert done.exit_code == 0
    *sentences, path = done.stdout.splitlines()
    assert path == str(tmp_path / "out" / "audit.html")
    assert sentences[0].startswith("Doubtful labels: ")
    assert sentences[1] == "Pairs of images that are nearly the same: 2"
    found = json.loads((tmp_path / "out" / "audit.json").read_text())
    assert found["dataset"]["images"] == 1002
    assert sum(found["class_counts"]["all"]) == 1002
    assert len(found["label_errors"]) >= 10
    for pair in found["near_duplicates"]:
        assert pair["distance"] == pytest.approx(0, abs=1e-6)
        assert len({image["label"] for image in pair["images"]}) == 1
    page = (tmp_path / "out" / "audit.html").read_text()
    assert page.count("rather <b>") == min(60, len(found["label_errors"]))
    assert "http://" not in page
    assert "https://" not in page


def test_images_of_other_sizes_are_seen_as_the_recogniser_sees_them(tmp_path):
    test = load("mnist", "test")
    digits = test.take(np.concatenate([np.flatnonzero(test.labels == label)[:6] for label in range(10)]))
    sized = [np.pad(image.repeat(2, 0).repeat(2, 1), index % 3) for index, image in enumerate(digits.images)]
    sized[7] = np.pad(digits.images[6].repeat(3, 0).repeat(3, 1), 4)  # the same digit, larger, in another place
    folder = export_folder(DigitImages.of("sized", sized, digits.labels), tmp_path / "set")
    found = audit(f"folder:{folder}", tmp_path / "out")
    assert found["class_counts"]["all"] == [6] * 10
    (pair,) = found["near_duplicates"]
    assert {image["index"] for image in pair["images"]} == {6, 7}


def test_sets_too_small_are_refused(tmp_path):
    def written(*labels: int) -> str:
        (tmp_path / "set.csv").write_text("".join(f"{label}{',200' * 784}\n" for label in labels))
        return f"csv:{tmp_path / 'set.csv'}"

    with pytest.raises(DatasetError, match="4 images of class 3; an audit takes 5 or more of each"):
        audit(written(*[3] * 4, *[7] * 9), tmp_path / "out")
    with pytest.raises(DatasetError, match="takes images of two classes or more"):
        audit(written(*[3] * 9), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_blank_images_in_a_folder_whose_name_is_no_utf8_are_examined(tmp_path):
    blank = DigitImages.of("blank", np.zeros((50, 28, 28), np.uint8), np.repeat(np.arange(10), 5))
    try:
        folder = export_folder(blank, tmp_path / os.fsdecode(b"bad\xff"))
    except OSError:
        pytest.skip("this file system takes names in UTF-8 alone")
    assert audit(f"folder:{folder}", tmp_path / "out")["class_counts"]["all"] == [5] * 10
    assert "bad?" in (tmp_path / "out" / "audit.html").read_text()


def test_disputed_labels_among_the_doubtful_ones_are_named():
    doubtful = [{"part": part, "index": index} for part, index in (("test", 2597), ("train", 947), ("test", 8527))]
    disputed = data_audit._disputed(doubtful)
    assert disputed["found"] == [2597, 8527]
    found = {"dataset": {"images": 70_000, "classes": ["0"]}, "label_errors": doubtful, "near_duplicates": []}
    sentences = findings({**found, "class_counts": {"train": [9], "test": [9]}, "disputed": disputed})
    assert sentences[1] == "Of 15 test labels that a public study disputes, 2 are among them: 2597, 8527"

"""Results and their comparison: recorded from a run, averaged, and held against the published."""

import json
import statistics

import pytest

from inkdigits.errors import RunError
from inkdigits.experiments.results import Result, collect, comparison, record


def result(name: str, seed: int, accuracy: float, loss: float, variant_of: str | None = None, /, **published) -> Result:
    manifest = {
        "recipe": {"name": name, "variant_of": variant_of, "published": published or None, "data": "mnist"},
        "seed": seed,
        "parameters": 10,
        "status": "finished",
    }
    evaluation = {
        "accuracy": accuracy,
        "loss": loss,
        "macro": {"recall": accuracy - 0.001},
        "mistakes": [{"index": 3, "truth": 1, "predicted": 7, "probabilities": [0.1] * 10}],
        "reliability": [],
    }
    return Result(manifest, evaluation)


def write_run(folder, found: Result):
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps(found.manifest))
    (folder / "evaluation.json").write_text(json.dumps(found.evaluation))


def test_means_and_spread_over_seeds():
    scores = [0.990, 0.992, 0.991, 0.9925]
    rows = comparison([result("a", seed, score, 0.03, accuracy=0.99) for seed, score in enumerate(scores)])
    assert len(rows) == 1
    assert rows[0]["seeds"] == 4
    assert rows[0]["mean"] == pytest.approx(0.991375)
    assert rows[0]["spread"] == pytest.approx(statistics.stdev(scores))
    assert rows[0]["ahead"] == "ours"


@pytest.mark.parametrize(
    ("accuracy", "loss", "ahead"),
    [(0.9951, 0.02, ["ours", "ours"]), (0.98, 0.04, ["theirs", "theirs"]), (0.99, 0.03, ["level", "level"])],
)
def test_who_is_ahead(accuracy, loss, ahead):
    rows = comparison([result("a", 0, accuracy, loss, accuracy=0.99, loss=0.03)])
    assert [row["ahead"] for row in rows] == ahead
    assert [row["spread"] for row in rows] == [None, None]


def test_a_variant_follows_what_it_varies_and_nothing_published_is_no_contest():
    results = [result("b-fast", 0, 0.9, 1, "b", accuracy=0.8), result("c", 0, 0.9, 1), result("b", 0, 0.7, 1)]
    rows = comparison(results)
    assert [(row["recipe"], row["ahead"]) for row in rows] == [("b", None), ("b-fast", "ours"), ("c", None)]


def test_a_run_that_is_there_twice_counts_once():
    rows = comparison([result("a", 0, 0.99, 0.03), result("a", 0, 0.99, 0.03), result("a", 1, 0.98, 0.03)])
    assert [row["seeds"] for row in rows] == [2]


def test_a_repeat_of_a_run_is_no_other_seed():
    first, repeat = result("a", 0, 0.99, 0.03), result("a", 0, 0.98, 0.03)
    repeat.manifest["seconds"] = {"total": 5.0}
    (row,) = comparison([first, repeat])
    assert (row["seeds"], row["mean"], row["spread"]) == (1, 0.99, None)
    repeat.manifest["data"] = {"train": {"sha256": "of other images"}}
    assert [row["seeds"] for row in comparison([first, repeat])] == [2]


def test_a_recorded_run_reads_back(tmp_path):
    found = result("a", 4, 0.99, 0.03, accuracy=0.98)
    write_run(tmp_path / "runs" / "a" / "seed-4", found)
    file = record(tmp_path / "runs" / "a" / "seed-4", tmp_path / "results")
    assert file == tmp_path / "results" / "mnist" / "a" / "seed-4.json"
    assert comparison(collect(tmp_path / "results")) == comparison([found]) == comparison(collect(tmp_path / "runs"))
    assert collect(tmp_path / "results")[0].evaluation["mistakes"] == [[3, 7]]


def test_what_a_run_needed_is_no_result_of_its_own(tmp_path):
    write_run(tmp_path / "try", result("both", 0, 0.99, 0.03))
    write_run(tmp_path / "try" / "needed" / "a" / "seed-0", result("a", 0, 0.98, 0.04))
    assert [found.recipe["name"] for found in collect(tmp_path)] == ["both"]


def test_an_unfinished_run_is_no_result(tmp_path):
    found = result("a", 0, 0.99, 0.03)
    found.manifest["status"] = "training"
    write_run(tmp_path / "a", found)
    assert collect(tmp_path) == []
    with pytest.raises(RunError, match="no finished run"):
        record(tmp_path / "a", tmp_path / "results")


def test_runs_of_other_data_limits_or_epochs_are_rows_of_their_own():
    whole, limited, other, short = (result("a", 0, 0.99, 0.03, accuracy=0.98) for _ in range(4))
    limited.manifest["limit"] = 500
    other.recipe["data"] = "folder:mine"
    short.manifest["epochs_asked"] = 1
    short.recipe["epochs"] = 1
    rows = comparison([whole, limited, other, short])
    assert {(row["recipe"], row["published"]) for row in rows} == {
        ("a", 0.98),
        ("a, 500 images", None),
        ("a, folder:mine", 0.98),
        ("a, 1 epochs", None),
    }


def test_a_run_without_what_a_comparison_needs_is_named(tmp_path):
    found = result("a", 0, 0.99, 0.03)
    for lacking in ("recipe", "name", "data", "parameters"):
        manifest = {**found.manifest, "recipe": {**found.recipe}}
        (manifest if lacking in manifest else manifest["recipe"]).pop(lacking)
        write_run(tmp_path / lacking, Result(manifest, found.evaluation))
        file = tmp_path / f"{lacking}-recorded" / "seed-0.json"
        file.parent.mkdir()
        file.write_text(json.dumps({"manifest": manifest, "evaluation": found.evaluation}))
        for broken in (tmp_path / lacking / "manifest.json", file):
            with pytest.raises(RunError, match=rf"^{broken}: is no result of inkdigits \(.*{lacking}"):
                collect(broken.parent)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"manifest": 1}', '{"manifest": {}, "evaluation": {}}', '{"manifest": [], "evaluation": 0}'],
)
def test_a_damaged_result_is_named(tmp_path, text):
    (tmp_path / "seed-0.json").write_text(text)
    with pytest.raises(RunError, match=r"seed-0\.json: is no result"):
        collect(tmp_path)

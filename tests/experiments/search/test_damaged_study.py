"""A study in this folder: its address whatever the folder is called, and one line where somebody edited it."""

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from inkdigits.errors import RunError
from inkdigits.experiments.search.folder import SearchFolder
from inkdigits.experiments.search.plan import SearchPlan
from inkdigits.experiments.search.study import next_trial, open_study

PLAN = SearchPlan("tiny", "tiny", "mnist", 7, "random", None, None, False, "float32", "1-2")


@pytest.fixture(scope="module")
def searched(tmp_path_factory) -> Path:
    """A search's folder with a study of one trial; its name is full of what addresses read otherwise."""
    folder = SearchFolder(tmp_path_factory.mktemp("searched") / "q?x=1 a%41 {x}#@: ä")
    folder.path.mkdir()
    study = open_study(folder.own_storage, PLAN)
    trial = next_trial(study, PLAN, 1, "a")
    trial.suggest_float("rate", 0, 1)
    trial.set_user_attr("loss", 0.5)
    study.tell(trial, 0.9)
    return folder.path


def test_a_study_lies_in_its_folder_whatever_that_is_called(searched):
    assert [file.name for file in searched.iterdir()] == ["study.db"]
    assert len(open_study(SearchFolder(searched).own_storage, PLAN).trials) == 1


def test_a_folder_that_no_address_can_name_is_told(tmp_path):
    with pytest.raises(RunError, match="its name is no UTF-8; choose --output"):
        _ = SearchFolder(tmp_path / os.fsdecode(b"bad\xff")).own_storage


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE alembic_version SET version_num = 'zzz'",
        "UPDATE trial_params SET distribution_json = '{}'",
        "UPDATE trial_user_attributes SET value_json = 'x'",
        "UPDATE trials SET state = 'BOGUS'",
        "UPDATE trials SET datetime_start = 'yesterday'",
        "UPDATE study_user_attributes SET value_json = '5'",
        "UPDATE study_user_attributes SET value_json = '{}'",
        "UPDATE trial_user_attributes SET value_json = '\"x\"' WHERE key = 'place'",
        "DELETE FROM trial_user_attributes WHERE key = 'loss'",
        "DELETE FROM trial_values",
    ],
)
def test_an_edited_study_is_named(searched, tmp_path, edit):
    shutil.copy(searched / "study.db", tmp_path)
    database = sqlite3.connect(tmp_path / "study.db")
    with database:
        assert database.execute(edit).rowcount > 0
    database.close()
    with pytest.raises(RunError, match=r"study\.db: damaged \(.*\); restore it, or begin a new search$"):
        open_study(SearchFolder(tmp_path).own_storage, PLAN)

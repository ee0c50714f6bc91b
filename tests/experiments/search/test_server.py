"""One study on a PostgreSQL server, shared by two machines; skipped where the server is not installed."""

import json
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from inkdigits.cli.searches import resume_search
from inkdigits.errors import RunError
from inkdigits.experiments.search.folder import SearchFolder
from inkdigits.experiments.search.start import begin
from inkdigits.experiments.search.study import next_trial, retire_dead
from inkdigits.experiments.search.trials import trial_rows
from inkdigits.recipes.catalog import find_recipe

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server of our own, on a socket that nobody else uses."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    if not PROGRAMS:
        pytest.skip("there is no PostgreSQL in /usr/lib/postgresql")
    user = None
    if os.geteuid() == 0:  # the server refuses to be run by root
        user = "postgres"
        if user not in {entry.pw_name for entry in pwd.getpwall()}:
            pytest.skip("there is no user postgres")
    folder = Path(tempfile.mkdtemp())
    if user:
        shutil.chown(folder, user)
    options = {"user": user, "check": True, "capture_output": True, "cwd": folder}
    control = [PROGRAMS[-1] / "pg_ctl", "--pgdata", folder / "data"]
    subprocess.run([PROGRAMS[-1] / "initdb", "--pgdata", folder / "data", "-A", "trust", "-U", "me"], **options)
    start = ["start", "--wait", "--log", folder / "log", "--options", f"-k {folder} -c listen_addresses=''"]
    subprocess.run([*control, *start], **options)
    yield f"postgresql+psycopg://me:secret@/postgres?host={folder}"
    subprocess.run([*control, "stop", "--mode", "immediate"], **options)
    shutil.rmtree(folder)


def test_two_machines_share_a_study(server, plan, tmp_path):
    recipe = find_recipe(plan.recipe)
    ours, _, study = begin(recipe, plan, 4, server, tmp_path / "ours")
    theirs, _, same = begin(recipe, plan, 4, server, tmp_path / "theirs")
    with ours.claim("a"), theirs.claim("b"):
        first, second = next_trial(study, plan, 4, "a"), next_trial(same, plan, 4, "b")
        retire_dead(study, ours)  # not ours to judge: b works in another folder
        assert [trial.user_attrs["place"] for trial in (first, second)] == [0, 1]
        study.tell(first, 0.9)
        same.tell(second, 0.8)
    assert [(row["state"], row["accuracy"]) for row in trial_rows(same)] == [("complete", 0.9), ("complete", 0.8)]
    for folder in (ours, theirs):
        assert "secret" not in folder.search_file.read_text()
        assert json.loads(folder.search_file.read_text())["storage"].startswith("postgresql+psycopg://me:***@/")
    with pytest.raises(RunError, match=r"ours: its study lies in postgresql\+psycopg://me:\*\*\*@"):
        resume_search(ours.path, None, None, None)
    with pytest.raises(RunError, match="was begun with limit None, not 100"):
        begin(recipe, replace(plan, limit=100), 4, server, tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_a_server_that_is_down_is_named_without_its_password(server, plan, tmp_path):
    down = server.replace("host=/tmp", "host=/tmp/nowhere")
    with pytest.raises(RunError) as caught:
        begin(find_recipe(plan.recipe), plan, 4, down, tmp_path / "search")
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("postgresql+psycopg://me:***@/postgres?host=%2Ftmp%2Fnowhere")
    assert not SearchFolder(tmp_path / "search").path.exists()

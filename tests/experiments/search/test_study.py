"""Who may try what next: decided by seed and place alone, given back by the dead, refused to strangers."""

import subprocess
import sys
from dataclasses import replace

import optuna
import pytest
from optuna.trial import TrialState

from inkdigits.errors import InkdigitsError, RunError
from inkdigits.experiments.search.folder import SearchFolder
from inkdigits.experiments.search.plan import SearchPlan
from inkdigits.experiments.search.study import next_trial, open_study, retire, retire_dead, without_password
from inkdigits.experiments.search.trials import trial_rows

PLAN = SearchPlan("tiny", "tiny", "mnist", 7, "tpe", None, None, False, "float32", "1-2")


def parabola(trial: optuna.Trial) -> float:
    return -((trial.suggest_float("x", -10, 10) - 3) ** 2) - (trial.suggest_float("y", -10, 10) + 5) ** 2


def searched(plan: SearchPlan, trials: int, killed: tuple[int, ...] = ()) -> optuna.Study:
    """A whole search of a parabola, in which the trials of these numbers are cut off and another worker goes on."""
    study = optuna.create_study(direction="maximize")
    worker = 0
    while trial := next_trial(study, plan, trials, f"worker-{worker}"):
        value = parabola(trial)
        if trial.number in killed:
            assert retire(study, f"worker-{worker}")
            worker += 1
        else:
            study.tell(trial, value)
    return study


def choices(study: optuna.Study) -> list[dict[str, float]]:
    return [trial.params for trial in study.get_trials(states=(TrialState.COMPLETE,))]


@pytest.fixture
def folders(tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    return SearchFolder(tmp_path / "first"), SearchFolder(tmp_path / "second")


@pytest.mark.parametrize("sampler", ["tpe", "random"])
def test_a_search_that_was_cut_off_chooses_as_if_it_had_not_been(sampler):
    plan = replace(PLAN, sampler=sampler)
    cut = searched(plan, 16, killed=(0, 5, 6, 14))
    assert choices(cut) == choices(searched(plan, 16))
    states = [row["state"] for row in trial_rows(cut)]
    assert len(states) == 20
    assert [number for number, state in enumerate(states) if state == "interrupted"] == [0, 5, 6, 14]


def test_another_seed_chooses_otherwise():
    assert choices(searched(PLAN, 3)) != choices(searched(replace(PLAN, seed=8), 3))


def test_tpe_comes_nearer_to_the_top_than_random_search():
    tpe, random = (searched(replace(PLAN, sampler=sampler), 60).trials[30:] for sampler in ("tpe", "random"))
    # The values are below zero: less than half as far from the top.
    assert sum(trial.value for trial in tpe) > sum(trial.value for trial in random) / 2


def test_two_workers_never_hold_the_same_place(folders):
    ours, theirs = (open_study(folders[0].own_storage, PLAN) for _ in range(2))
    first, second = next_trial(ours, PLAN, 3, "a"), next_trial(theirs, PLAN, 3, "b")
    chosen = first.suggest_float("x", 0, 1)
    assert second.suggest_float("x", 0, 1) != chosen
    retire(theirs, "a")
    third = next_trial(ours, PLAN, 3, "c")
    assert [trial.user_attrs["place"] for trial in (first, second, third)] == [0, 1, 0]
    assert third.suggest_float("x", 0, 1) == chosen
    assert next_trial(theirs, PLAN, 3, "d").user_attrs["place"] == 2
    assert next_trial(ours, PLAN, 3, "e") is None


def test_of_two_machines_that_take_a_place_in_the_same_moment_one_takes_another(folders, monkeypatch):
    ours, theirs = (open_study(folders[0].own_storage, PLAN) for _ in range(2))
    ask, others = ours.ask, []

    def slow_ask() -> optuna.Trial:
        if not others:
            others.append(next_trial(theirs, PLAN, 3, "b"))
        return ask()

    monkeypatch.setattr(ours, "ask", slow_ask)
    trial = next_trial(ours, PLAN, 3, "a")
    assert [others[0].user_attrs["place"], trial.user_attrs["place"]] == [0, 1]
    assert [row["state"] for row in trial_rows(theirs)] == ["running", "interrupted", "running"]


def test_a_death_with_a_cause_is_a_failure_and_keeps_its_place(folders):
    study = open_study(folders[0].own_storage, PLAN)
    next_trial(study, PLAN, 1, "a")
    assert retire(study, "a", "its process was killed")
    assert not retire(study, "a")
    row = trial_rows(study)[0]
    assert (row["state"], row["failure"]) == ("failed", "its process was killed")
    assert next_trial(study, PLAN, 1, "b") is None


def test_only_the_dead_of_this_folder_are_retired(folders):
    here, elsewhere = folders
    study = open_study(here.own_storage, PLAN)
    hold = "import sys, os; from pathlib import Path; from inkdigits.experiments.search.folder import SearchFolder\n"
    hold += "lock = SearchFolder(Path(sys.argv[1])).claim(sys.argv[2]); lock.acquire(); print('held', flush=True)\n"
    hold += "sys.stdin.read()"
    processes = {}
    for folder, name in ((here, "killed"), (here, "alive"), (elsewhere, "stranger")):
        command = [sys.executable, "-c", hold, str(folder.path), name]
        processes[name] = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert processes[name].stdout.readline() == "held\n"
        next_trial(study, PLAN, 3, name)
    try:
        for name in ("killed", "stranger"):
            processes[name].kill()
            processes[name].wait()
        retire_dead(study, here)
        assert [row["state"] for row in trial_rows(study)] == ["interrupted", "running", "running"]
    finally:
        for process in processes.values():
            process.kill()
            process.communicate()


def test_a_study_begun_with_other_options_is_refused(folders):
    open_study(folders[0].own_storage, PLAN)
    open_study(folders[0].own_storage, replace(PLAN, recipe="/elsewhere/tiny.py", precision="mixed_bfloat16"))
    with pytest.raises(RunError, match=r"study tiny-tpe-seed-7 was begun with limit None, not 500; choose the same"):
        open_study(folders[0].own_storage, replace(PLAN, limit=500))


def test_a_password_is_not_shown():
    assert without_password("postgresql+psycopg://me:secret@host/studies") == "postgresql+psycopg://me:***@host/studies"
    with pytest.raises(RunError, match="--storage nonsense: is no address"):
        without_password("nonsense")


@pytest.mark.parametrize(
    ("storage", "message"),
    [
        ("postgresql+psycopg://me@host:none/studies", "is no address such as postgresql+psycopg://"),
        ("sqlite:////no/such/folder/study.db", "unable to open database file; is it reachable and writable?"),
        ("nosuchbase://host/name", "nosuchbase://host/name: "),
    ],
)
def test_a_storage_that_cannot_be_used_is_named(storage, message):
    with pytest.raises(InkdigitsError) as caught:
        open_study(storage, PLAN)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)

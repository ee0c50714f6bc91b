"""What every verb shares: the versions, help for the shell's Tab key, and `python -m`."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

import inkdigits
from inkdigits.cli.completion import DATA_HELP, data_begun, recipes_begun
from inkdigits.cli.versions import version_lines
from inkdigits.datasets import load
from inkdigits.datasets.loading import FORMS
from inkdigits.errors import DatasetError
from inkdigits.recipes.catalog import all_recipes


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "inkdigits", *arguments]
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


def test_the_version_names_what_computes() -> None:
    done = run("--version", KERAS_BACKEND="jax")
    assert (done.returncode, done.stderr) == (0, "")
    first, python, runtime, training = done.stdout.splitlines()
    assert first == f"inkdigits {inkdigits.__version__}"
    assert python.startswith(f"Python {sys.version_info.major}.{sys.version_info.minor}.")
    assert runtime == f"ONNX Runtime {metadata.version('onnxruntime')}"
    assert training == f"Keras {metadata.version('keras')} on JAX {metadata.version('jax')}"


def test_the_version_loads_nothing_heavy() -> None:
    heavy = ("keras", "tensorflow", "onnxruntime", "numpy")
    code = f"import sys, inkdigits.cli.versions as v; v.version_lines(); print(*sys.modules.keys() & set({heavy}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    ("missing", "line"),
    [
        ("keras", "Keras is not installed; to train: pip install 'inkdigits[train]'"),
        ("tensorflow", "TensorFlow is not installed; to train: pip install 'inkdigits[train]'"),
    ],
)
def test_the_version_tells_what_training_lacks(monkeypatch: pytest.MonkeyPatch, missing: str, line: str) -> None:
    known = metadata.version

    def version(package: str) -> str:
        if package.startswith(missing):
            raise metadata.PackageNotFoundError(package)
        return known(package)

    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setattr(metadata, "version", version)
    assert version_lines()[-1] == line


def test_tab_offers_every_recipe_and_every_kind_of_data() -> None:
    assert sorted(recipes_begun("")) == sorted(all_recipes())
    assert recipes_begun("cnn-d") == ["cnn-dropout", "cnn-dropout-onecycle"]
    assert data_begun("f") == ["fashion-mnist", "folder:"]
    assert f"{FORMS}." == DATA_HELP
    for spec in data_begun(""):
        assert spec in FORMS
        if spec.endswith(":"):
            with pytest.raises(DatasetError, match="nowhere"):  # known, but not there
                load(f"{spec}nowhere")


@pytest.fixture
def bash(tmp_path: Path) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Runs lines in a bash that has `inkdigits` on its path and a home of its own."""
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    command = tmp_path / "bin" / "inkdigits"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m inkdigits "$@"\n')
    command.chmod(0o755)
    environment = {**os.environ, "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path)}

    def run_lines(lines: str) -> subprocess.CompletedProcess[str]:
        # Typer looks for the shell among the processes that it runs in: `true` keeps bash among them.
        words = ["bash", "-c", f"{lines}\ntrue"]
        return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)

    return run_lines


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["tra"], ["train"]),
        (["tune", "cnn-t"], ["cnn-tuned"]),
        (["train", "cnn-dropout-"], ["cnn-dropout-onecycle"]),
        (["train", "cnn-basic", "--data", "fash"], ["fashion-mnist"]),
        (["data", "show", "mn"], ["mnist"]),
        (["classify", "--format", "l"], ["labels"]),
    ],
)
def test_tab_completes_in_bash(
    words: list[str], offered: list[str], bash: Callable[[str], subprocess.CompletedProcess[str]]
) -> None:
    done = bash(
        f"""source <(inkdigits --show-completion)
        COMP_WORDS=(inkdigits {" ".join(words)}); COMP_CWORD={len(words)}
        _inkdigits_completion inkdigits
        printf '%s\\n' "${{COMPREPLY[@]}}"
        """
    )
    assert (done.stdout.split(), done.stderr) == (offered, "")


def test_completion_is_installed(bash: Callable[[str], subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    done = bash("inkdigits --install-completion")
    assert "bash completion installed" in done.stdout, done.stderr
    (script,) = (tmp_path / ".bash_completions").iterdir()
    assert script.name == "inkdigits.sh"
    assert str(script) in (tmp_path / ".bashrc").read_text()


def test_as_a_module_it_calls_itself_by_its_name() -> None:
    assert "Usage: inkdigits " in run("--help").stdout

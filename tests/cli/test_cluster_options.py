"""`--cluster`: words that do not fit together, and what it needs."""

import sys

import pytest

from inkdigits.cli import main


def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command says before it exits with 2."""
    monkeypatch.setattr(sys, "argv", ["inkdigits", *arguments])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    return line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("read x --cluster local", "--cluster writes a folder: add --output DIR, or --resume DIR to go on with one"),
        ("read x --cluster local --output a --resume b", "--resume does not go with --output; leave one of them out"),
        ("read x --cluster local --form f", "--cluster does not go with --form; leave one of them out"),
        ("read x --cluster local --explain d", "--cluster does not go with --explain; leave one of them out"),
        ("read x --cluster local --output a --format csv", "--cluster writes Parquet or JSONL; leave --format csv out"),
        ("read - --cluster local --output a", "--cluster: what standard input holds is for this process alone"),
        ("read x --cluster nowhere --output a", "--cluster nowhere: must be local, auto or HOST:PORT"),
        ("read x --cluster local --output a --bundle no", "no: no such folder; a bundle is a folder with"),
        ("read x --format parquet", "--format parquet is for many images: add --cluster local, and --output DIR"),
        ("read x --image-column scan", "--image-column is Parquet's, which is read on a cluster: add --cluster local"),
        ("read x --workers 1025", "--workers 1025: 1024 are the most of one machine; more want --cluster"),
        (
            "train cnn-basic --cluster local",
            "--cluster trains several seeds at a time: give them, such as --seeds 0..19",
        ),
        ("train cnn-basic --cluster nowhere --seeds 0..1", "--cluster nowhere: must be local, auto or HOST:PORT"),
        ("tune cnn-tuned --cluster nowhere", "--cluster nowhere: must be local, auto or HOST:PORT"),
    ],
)
def test_mistakes_are_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: str, message: str
) -> None:
    assert f"inkdigits: {message}" in told(monkeypatch, capsys, *arguments.split())


@pytest.mark.parametrize(
    "arguments",
    [
        "read x --cluster local --output a",
        "train cnn-basic --cluster local --seeds 0..1",
        "tune cnn-tuned --cluster local",
    ],
)
def test_a_missing_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: str
) -> None:
    for name in [name for name in sys.modules if name.startswith(("inkdigits.cluster.", "ray"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "ray", None)
    line = told(monkeypatch, capsys, *arguments.split())
    assert line == (
        "inkdigits: this needs the 'cluster' extra (ray is not installed): pip install 'inkdigits[cluster]'"
    )

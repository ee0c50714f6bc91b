"""A checkpoint: read back as written, replaced whole, damage named."""

import numpy as np
import pytest

from inkdigits.errors import RunError
from inkdigits.training import checkpoint
from inkdigits.training.checkpoint import State

STATE = State([{"epoch": 1, "loss": 0.5}], [np.arange(6.0).reshape(2, 3), np.array(7)], [np.ones(2)])


def test_round_trip(tmp_path):
    checkpoint.save(tmp_path / "a" / "state.npz", STATE)
    found = checkpoint.load(tmp_path / "a" / "state.npz")
    assert found.history == STATE.history
    np.testing.assert_array_equal(found.variables[0], STATE.variables[0])
    assert found.variables[1].shape == ()
    np.testing.assert_array_equal(found.best[0], STATE.best[0])
    assert [file.name for file in (tmp_path / "a").iterdir()] == ["state.npz"]


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not a zip", b"\x00" * 1000])
def test_damage_is_named(tmp_path, damage):
    file = tmp_path / "state.npz"
    file.write_bytes(damage)
    with pytest.raises(RunError, match=r"state\.npz: the checkpoint is damaged"):
        checkpoint.load(file)


def test_truncation_is_named(tmp_path):
    file = tmp_path / "state.npz"
    checkpoint.save(file, STATE)
    whole = file.read_bytes()
    for length in range(1, len(whole), 97):
        file.write_bytes(whole[:length])
        with pytest.raises(RunError, match="damaged"):
            checkpoint.load(file)


@pytest.mark.parametrize(
    ("before", "byte"),
    [
        (b"PK\x01\x02-\x03-\x00", b"\x01"),  # as if encrypted
        (b"PK\x01\x02-\x03-\x00\x00\x00", b"\x63"),  # an unknown compression
        (b"'shape': (200000,", b"("),  # NumPy's header, read before the checksum of so large an array is known
    ],
)
def test_a_changed_byte_is_named(tmp_path, before, byte):
    file = tmp_path / "state.npz"
    checkpoint.save(file, State(variables=[np.zeros(200_000)]))
    whole = file.read_bytes()
    place = whole.index(before) + len(before)
    file.write_bytes(whole[:place] + byte + whole[place + 1 :])
    with pytest.raises(RunError, match=r"state\.npz: the checkpoint is damaged \(.*\); start the run anew$"):
        checkpoint.load(file)


def test_a_missing_one_is_named(tmp_path):
    with pytest.raises(RunError, match="no checkpoint here"):
        checkpoint.load(tmp_path / "state.npz")


def test_a_pickle_is_never_opened(tmp_path):
    file = tmp_path / "state.npz"
    np.savez(file, history=np.array([{"evil": 1}], dtype=object))
    with pytest.raises(RunError, match="damaged"):
        checkpoint.load(file)

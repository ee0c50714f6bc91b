"""A file that is there whole or not at all."""

import pytest

from inkdigits.whole_file import whole_file


def test_replaces_in_one_step(tmp_path):
    target = tmp_path / "new" / "a.txt"
    with whole_file(target) as file:
        file.write(b"first")
        assert not target.exists()
    with whole_file(target) as file:
        file.write(b"second")
        assert target.read_bytes() == b"first"
    assert target.read_bytes() == b"second"
    assert [path.name for path in target.parent.iterdir()] == ["a.txt"]


def test_a_device_is_refused_and_a_link_followed(tmp_path):
    with pytest.raises(OSError, match="is no regular file"), whole_file(tmp_path):
        pytest.fail("a folder was opened for writing")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with whole_file(tmp_path / "link") as file:
        file.write(b"through")
    assert (tmp_path / "target").read_bytes() == b"through"
    assert (tmp_path / "link").is_symlink()


def test_an_error_leaves_what_was_there(tmp_path):
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")

    def write_half():
        with whole_file(target) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_loop_of_links_is_an_error_of_the_system(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OSError, match="symbolic links"), whole_file(tmp_path / "loop") as file:
        file.write(b"x")


def test_a_file_keeps_its_readers(tmp_path):
    target = tmp_path / "a.txt"
    for mode in (0o600, 0o640, 0o644):
        target.write_bytes(b"old")
        target.chmod(mode)
        with whole_file(target) as file:
            (partial,) = set(tmp_path.iterdir()) - {target}
            assert partial.stat().st_mode & 0o077 == 0  # nobody else reads what is being written
            file.write(b"new")
        assert target.stat().st_mode & 0o777 == mode

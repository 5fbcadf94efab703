import os
import stat

import pytest

from spkbound.whole_file import remove_temporaries, whole_file, write_whole


def write_half(file):
    file.write_bytes(b"half")
    raise KeyboardInterrupt


def test_what_is_written_takes_the_place_of_what_was_there(tmp_path):
    file = tmp_path / "new folder" / "x.json"
    write_whole(file, b"before")
    with whole_file(file) as temporary:
        temporary.write_bytes(b"after")
        assert file.read_bytes() == b"before"
    assert file.read_bytes() == b"after"
    assert os.listdir(file.parent) == ["x.json"]


@pytest.mark.parametrize("durable", [True, False])
def test_a_block_that_fails_leaves_what_was_there(tmp_path, durable):
    write_whole(tmp_path / "x", b"before", durable=durable)
    with pytest.raises(KeyboardInterrupt), whole_file(tmp_path / "x", durable=durable) as temporary:
        write_half(temporary)
    assert (tmp_path / "x").read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["x"]


def test_a_file_that_cannot_be_written_leaves_nothing_and_is_named(tmp_path):
    (tmp_path / "x.json").mkdir()
    with pytest.raises(OSError, match=r"x\.json'$"):
        write_whole(tmp_path / "x.json", b"{}")
    assert os.listdir(tmp_path) == ["x.json"]


@pytest.mark.parametrize("name", [b"n" * 255, "中".encode() * 85, b"no \xff text"])
def test_any_name_that_a_file_may_have(tmp_path, name):
    file = tmp_path / os.fsdecode(name)
    write_whole(file, b"x")
    assert [os.fsencode(each) for each in os.listdir(tmp_path)] == [name]


def test_what_killed_processes_left_is_removed_and_nothing_else(tmp_path):
    kept = [".tmp-of-somebody-else", "x", ".hidden"]
    for name in kept:
        (tmp_path / name).touch()
    with whole_file(tmp_path / "x") as temporary:
        temporary.touch()
        remove_temporaries(tmp_path)
        assert not temporary.exists()
        temporary.touch()
    assert sorted(os.listdir(tmp_path)) == sorted(kept)


def test_a_file_keeps_the_rights_that_its_writer_gave_it(tmp_path):
    with whole_file(tmp_path / "x") as temporary:
        temporary.touch(0o600)
        temporary.write_bytes(b"secret")
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o600

import json
import os

import pytest

from spkbound.corpus import read_manifest
from spkbound.errors import CorpusError


def read(tmp_path, name, content, **options):
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_manifest(file, **options)


def paths(corpus):
    return corpus.paths.to_pylist()


def test_a_kaldi_list_fixes_the_order(tmp_path):
    corpus = read(tmp_path, "wav.scp", "u1 z.wav\nu2   a b.wav \n\nu3\tsub/c.wav\r\n")
    assert paths(corpus) == [b"z.wav", b"a b.wav", b"sub/c.wav"]
    assert corpus.root == os.fsencode(tmp_path)
    assert corpus.order == "manifest"


def test_a_pipe_is_refused_by_line(tmp_path):
    with pytest.raises(CorpusError, match=r"line 2: a pipe"):
        read(tmp_path, "wav.scp", "u1 a.wav\nu2 sox b.wav -t wav - |\n")


def test_a_kaldi_line_needs_two_words(tmp_path):
    with pytest.raises(CorpusError, match="line 1: found one word"):
        read(tmp_path, "wav.scp", "a.wav\n")


@pytest.mark.parametrize("name", ["list.csv", "list.tsv", "list"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_table_has_a_path_column(tmp_path, name, mark):
    content = f'id{mark}Path{mark}text\r\n1{mark}"b{mark}""x"".wav"{mark}"two\nlines"\r\n2{mark}a.wav{mark}\r\n'
    assert paths(read(tmp_path, name, "\ufeff" + content)) == [f'b{mark}"x".wav'.encode(), b"a.wav"]


def test_a_table_without_a_path_column_is_refused(tmp_path):
    with pytest.raises(CorpusError, match="no column called 'path'"):
        read(tmp_path, "list.csv", "file,speaker\na.wav,1\n")


def test_an_empty_cell_is_refused_by_line(tmp_path):
    with pytest.raises(CorpusError, match="line 3: nothing in the column"):
        read(tmp_path, "list.csv", "path,speaker\na.wav,1\n,2\n")


def test_json_lines_name_files_in_either_field(tmp_path):
    rows = [{"audio_filepath": "b.wav", "duration": 1}, {"path": "new\nline.wav"}, {"path": "\udcff.wav"}]
    content = "".join(json.dumps(row) + "\n" for row in rows)
    assert paths(read(tmp_path, "m.jsonl", content)) == [b"b.wav", b"new\nline.wav", b"\xff.wav"]


def test_our_own_escapes_are_read_back_and_a_file_of_just_that_name_wins(tmp_path):
    (tmp_path / r"b\x41.wav").touch()
    content = json.dumps({"path": r"a\xff.wav"}) + "\n" + json.dumps({"path": r"b\x41.wav"}) + "\n"
    assert paths(read(tmp_path, "m.jsonl", content)) == [b"a\xff.wav", rb"b\x41.wav"]


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"file": "x"}', '{"path": 3}', '{"path": "\\ud800"}', '{"path": "a\\u0000"}']
)
def test_a_json_line_without_a_usable_path_is_refused_by_line(tmp_path, line):
    with pytest.raises(CorpusError, match="line 2: "):
        read(tmp_path, "m.jsonl", '{"path": "a.wav"}\n' + line + "\n")


@pytest.mark.parametrize(
    ("name", "content"),
    [("wav.scp", b"u \xff.wav\n"), ("m.csv", b"path\n\xff.wav\n"), ("m.jsonl", b'{"path": "\xff.wav"}\n')],
)
def test_names_need_not_be_utf8(tmp_path, name, content):
    assert paths(read(tmp_path, name, content)) == [b"\xff.wav"]


def test_a_file_named_twice_is_refused_with_both_lines(tmp_path):
    with pytest.raises(CorpusError, match=r"line 3: \./x/\.\./a\.wav is already named in line 1"):
        read(tmp_path, "wav.scp", "u1 a.wav\nu2 b.wav\nu3 ./x/../a.wav\n")


def test_entries_elsewhere_move_the_root_to_their_common_parent(tmp_path):
    (tmp_path / "lists").mkdir()
    corpus = read(tmp_path, "lists/wav.scp", f"u1 ../wavs/x/a.wav\nu2 {tmp_path}/wavs/y/b.wav\n")
    assert corpus.root == os.fsencode(tmp_path / "wavs")
    assert paths(corpus) == [b"x/a.wav", b"y/b.wav"]


def test_the_root_may_be_the_root_of_the_machine(tmp_path):
    corpus = read(tmp_path, "wav.scp", "u1 /x/a.wav\nu2 /y.wav\n")
    assert corpus.root == b"/"
    assert [corpus.source(i) for i in range(2)] == [b"/x/a.wav", b"/y.wav"]


def test_another_order_can_be_asked_for(tmp_path):
    content = "u x10.wav\nu x9.wav\nu a.wav\n"
    assert paths(read(tmp_path, "wav.scp", content, order="path")) == [b"a.wav", b"x10.wav", b"x9.wav"]
    assert paths(read(tmp_path, "wav.scp", content, order="natural")) == [b"a.wav", b"x9.wav", b"x10.wav"]


def test_a_missing_or_empty_manifest_is_named(tmp_path):
    with pytest.raises(CorpusError, match=r"nothing\.scp: No such file"):
        read_manifest(tmp_path / "nothing.scp")
    with pytest.raises(CorpusError, match="names no file"):
        read(tmp_path, "empty.scp", "\n\n")
    with pytest.raises(CorpusError, match="cannot read the manifest"):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    ("name", "content"), [("a.jsonl", b'{"path":' + b"[" * 200_000), ("a.csv", b"x" * 200_000), ("a.csv", b"a\rb\nc")]
)
def test_what_is_no_manifest_is_refused_by_name(tmp_path, name, content):
    with pytest.raises(CorpusError, match=f"cannot read the manifest .*{name}: line 1"):
        read(tmp_path, name, content)

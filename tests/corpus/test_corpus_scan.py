import json
import os

import pytest

from spkbound.corpus import scan_folder
from spkbound.corpus.sort import natural_key, sort_paths
from spkbound.errors import CorpusError, UsageError


def put(root, *names):
    for name in names:
        path = os.path.join(os.fsencode(root), name if isinstance(name, bytes) else name.encode())
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(b"x")


def paths(corpus):
    return corpus.paths.to_pylist()


def test_audio_files_are_found_at_any_depth_whatever_the_case_of_their_suffix(tmp_path):
    put(tmp_path, "b.WAV", "a/x.flac", "a/deep/er/y.Mp3", "notes.txt", "a/no_suffix")
    assert paths(scan_folder(tmp_path)) == [b"a/deep/er/y.Mp3", b"a/x.flac", b"b.WAV"]


def test_path_order_is_byte_wise_over_the_joined_path(tmp_path):
    put(tmp_path, "a/z.wav", "a-b/a.wav", "a.wav", "B.wav", "é.wav", b"\xff.wav")
    assert paths(scan_folder(tmp_path)) == sorted(
        [b"a/z.wav", b"a-b/a.wav", b"a.wav", b"B.wav", "é.wav".encode(), b"\xff.wav"]
    )


def test_natural_order_puts_2_before_10_and_keeps_folders_together(tmp_path):
    put(tmp_path, "x10/1.wav", "x2/11.wav", "x2/9.wav", "x2-old/1.wav", "x02/5.wav")
    assert paths(scan_folder(tmp_path, order="natural")) == [
        b"x02/5.wav",
        b"x2/9.wav",
        b"x2/11.wav",
        b"x2-old/1.wav",
        b"x10/1.wav",
    ]


def test_numbers_of_any_length_are_compared_by_value():
    numbers = [b"x" + str(10**k).encode() for k in (0, 1, 5, 45, 46, 47, 48, 200, 254)]
    assert sort_paths(reversed(numbers), "natural") == numbers
    assert natural_key(b"x007") < natural_key(b"x8")


def test_hostile_names_are_kept_as_bytes(tmp_path):
    names = [b"quo\"te's.wav", b"new\nline.wav", b"${x}.wav", b"\xff\xfe.wav", b"back\\x41slash.wav", b"-rf.wav"]
    put(tmp_path, *names)
    corpus = scan_folder(os.fsencode(tmp_path))
    assert paths(corpus) == sorted(names)
    assert all(os.path.exists(corpus.source(i)) for i in range(len(corpus)))


def test_hidden_files_and_folders_are_left_out(tmp_path):
    put(tmp_path, "a.wav", ".b.wav", ".cache/c.wav", "._d.wav")
    assert paths(scan_folder(tmp_path)) == [b"a.wav"]


OURS = ("speaker_001", "Anna")


def test_what_spkbound_exported_into_the_corpus_is_not_scanned_again(tmp_path):
    put(tmp_path, "a.wav", "project/project.json", "project/export/speaker_001/a.wav", "out/speaker_001/a.wav")
    put(tmp_path, "out/Anna/a.wav", "out/others/b.wav")
    rows = [{"audio_filepath": f"{name}/a.wav", "speaker": name, "sha256": "", "reviewed": False} for name in OURS]
    (tmp_path / "out/manifest.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert paths(scan_folder(tmp_path)) == [b"a.wav", b"out/others/b.wav"]


def test_speaker_folders_of_somebody_else_are_scanned(tmp_path):
    put(tmp_path, "speaker_001/a.wav", "speaker_002/b.wav")
    (tmp_path / "manifest.jsonl").write_text('{"audio_filepath": "speaker_001/a.wav", "duration": 1.0}\n')
    assert len(scan_folder(tmp_path)) == 2


def test_a_loop_of_links_ends_and_a_linked_folder_is_followed(tmp_path):
    put(tmp_path, "corpus/a/1.wav", "elsewhere/2.wav")
    (tmp_path / "corpus/a/up").symlink_to(tmp_path / "corpus")
    (tmp_path / "corpus/linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/back").symlink_to(tmp_path / "corpus/a")
    found = paths(scan_folder(tmp_path / "corpus"))
    assert {b"a/1.wav", b"linked/2.wav", b"linked/back/1.wav"} <= set(found)
    assert len(found) < 10


def test_a_link_to_nowhere_keeps_its_place_and_a_pipe_is_no_utterance(tmp_path):
    put(tmp_path, "a.wav")
    (tmp_path / "b.wav").symlink_to(tmp_path / "gone.wav")
    os.mkfifo(tmp_path / "c.wav")
    assert paths(scan_folder(tmp_path)) == [b"a.wav", b"b.wav"]


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(CorpusError, match="nowhere does not exist"):
        scan_folder(tmp_path / "nowhere")


def test_a_folder_without_audio_says_what_was_found(tmp_path):
    put(tmp_path, "a.txt", "b.txt", "c.pdf")
    with pytest.raises(CorpusError, match=r"2 × \.txt, 1 × \.pdf; looked for .*\.wav"):
        scan_folder(tmp_path)


def test_a_file_is_not_a_folder(tmp_path):
    put(tmp_path, "a.wav")
    with pytest.raises(CorpusError, match="cannot list"):
        scan_folder(tmp_path / "a.wav")


def test_manifest_order_needs_a_manifest(tmp_path):
    with pytest.raises(UsageError, match="--manifest"):
        scan_folder(tmp_path, order="manifest")


def test_an_utterance_is_made_on_demand(tmp_path):
    put(tmp_path, "a/x.wav")
    utterance = scan_folder(tmp_path).utterance(0)
    assert (utterance.index, utterance.path, utterance.name) == (0, b"a/x.wav", b"x.wav")

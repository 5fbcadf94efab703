"""A text that keeps what it was made of is a text like any other."""

import json
import pickle

from spkbound.errors import UsageError
from spkbound.words import Words, from_disk, joined_words, pack_words, unpack_words, words_of

INNER = Words("{n} wrong", n=1200)
TEXT = Words("{name} has {wrong}; see {place}", name="{n} <b>", wrong=INNER, place="x")


def test_it_is_its_text():
    assert TEXT == "{n} <b> has 1,200 wrong; see x"
    assert json.dumps([TEXT]) == json.dumps([str(TEXT)])


def test_packed_pickled_and_back_it_is_the_same():
    for again in (unpack_words(json.loads(json.dumps(pack_words(TEXT)))), pickle.loads(pickle.dumps(TEXT))):
        assert again == TEXT
        assert (again.template, again.values) == (TEXT.template, TEXT.values)
        assert again.values["wrong"].template == INNER.template
    assert unpack_words(pack_words("plain {n}")) == "plain {n}"


def test_one_and_many_have_a_form_each():
    texts = [Words("{n} file|{n} files", n=n) for n in (0, 1, 1182)]
    assert texts == ["0 files", "1 file", "1,182 files"]
    assert joined_words("\n", texts[1:]) == "1 file\n1,182 files"
    assert joined_words("\n", texts).values["text1"].template == "{n} file|{n} files"


def test_what_the_system_says_is_a_template_of_its_own():
    assert from_disk(OSError(13, "Permission denied", "/a/{b}")).template == "Permission denied"
    assert from_disk(OSError("only {words}")) == "only {words}"


def test_an_error_keeps_them():
    assert words_of(UsageError(TEXT)).template == TEXT.template
    assert words_of(UsageError("plain")) == "plain"
    assert words_of(OSError(2, "No such file")) == "[Errno 2] No such file"

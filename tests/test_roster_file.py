"""Lists of speakers as people have them: from spreadsheets, with gaps, and with names that no folder can have."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkbound.errors import RosterError
from spkbound.roster_file import folder_names, open_roster, read_roster_file, roster_setting


@pytest.fixture
def read(tmp_path):
    def read(content: str | bytes):
        file = tmp_path / "speakers.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_roster_file(file)

    return read


@pytest.mark.parametrize(
    "content",
    [
        "name,count\nAnna,100\nBjörn,\n\nZoë,98\n",
        "\ufeffName;Count;paid\r\nAnna;100;yes\r\nBjörn;;no\r\n;;\r\nZoë;98;\r\n",
        "count\tname\n100\tAnna\n\tBjörn\n98\tZoë",
        'name,count\n" Anna ","100"\n"Björn",""\nZoë, 98 \nNobody,0\n',
        "name,count\nAnna,100\nBjörn,\nZoë,98\n".encode("utf-16"),
    ],
)
def test_a_list_is_read_as_spreadsheets_write_it(read, content):
    roster = read(content)
    assert (roster.names, roster.counts) == (("Anna", "Björn", "Zoë"), (100, None, 98))


def test_either_column_may_be_missing(read):
    assert read("name\nAnna\nBob\n").counts == (None, None)
    assert read("count\n100\n98\n").names == (None, None)
    assert read('name,count\n"Anna\nMaria",5\nBob\n').names == ("Anna_Maria", "Bob")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "line 1: the header has no column name or count"),
        ("Anna,100\nBob,98\n", "line 1: the header has no column name or count"),
        ("name,count\n", "names nobody"),
        ("name,count\nAnna,100\nBob,many\n", "line 3: the count 'many'"),
        ("name,count\nAnna,-5\n", "line 2: the count '-5'"),
        ("name,count\nAnna,1.5\n", "line 2: the count '1.5'"),
        ("name,count\nAnna,²\n", "line 2: the count"),
        ("name,count\nAnna," + "9" * 5000, "line 2: the count"),
        ("name,count\nAnna,1\n\nBob,2\nAnna,3\n", "line 5: 'Anna' is in line 2 already"),
        ("name,count\nJürgen,1\n".encode("latin-1"), "line 2: neither UTF-8 nor UTF-16"),
        ('name,count\n"Anna,1\n', "not CSV"),
        ("name\nDoe, Jane\n", "line 2: more cells than the header"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_by_line(read, content, says):
    with pytest.raises(RosterError) as refused:
        read(content)
    assert "speakers.csv" in str(refused.value)
    assert says in str(refused.value)


def test_a_list_that_is_not_there_is_refused_by_name(tmp_path):
    with pytest.raises(RosterError, match=r"nowhere\.csv"):
        read_roster_file(tmp_path / "nowhere.csv")
    with pytest.raises(RosterError, match="speakers"):
        read_roster_file(tmp_path)


def test_a_project_keeps_where_the_list_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name = os.fsdecode(b"list\xff.csv")
    (tmp_path / name).write_text("name\nAnna\n")
    setting = roster_setting(tmp_path.relative_to(tmp_path) / name)
    assert setting.endswith(r"list\xff.csv")
    assert open_roster(setting).names == ("Anna",)
    assert open_roster(None) is None


def test_names_become_names_of_folders():
    given = ["Anna/Bea", "..", ".hidden", "con", "NUL.x", "a\tb", "manifest.jsonl", "Öz ", "", "end. .", "日本語"]
    assert folder_names(given) == [
        "Anna_Bea",
        None,
        "_hidden",
        "_con",
        "_NUL.x",
        "a_b",
        "_manifest.jsonl",
        "Öz",
        None,
        "end",
        "日本語",
    ]


def test_names_that_come_out_equal_are_told_apart():
    assert folder_names(["anna", "Anna", "ANNA__2", "a/b", "a:b", "Ö", "O\u0308"]) == [
        "anna",
        "Anna__3",
        "ANNA__2",
        "a_b",
        "a_b__2",
        "Ö",
        "Ö__2",
    ]


@given(st.lists(st.text(max_size=300) | st.sampled_from(["a", "A", "a__2", "ß", "ss", "é" * 150, "."]), max_size=12))
def test_every_name_can_be_a_folder_and_no_two_are_equal(names):
    names = [name.encode("utf-8", "ignore").decode() for name in names]
    found = [name for name in folder_names(names) if name is not None]
    assert len({name.casefold() for name in found}) == len(found)
    for name in found:
        assert 0 < len(name.encode()) <= 200
        assert not set(name) & set('/\\\0\n:*?"<>|')
        assert not name.startswith(".")

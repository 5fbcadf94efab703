"""What the store reads, Arrow reads by itself."""

import ast
from pathlib import Path

import pyarrow as pa
import pytest

import spkbound
from spkbound.embedding.files import open_for_arrow
from spkbound.embedding.layout import Layout
from spkbound.embedding.mirrors import read_noted_corpus
from spkbound.embedding.parts import write_table

_READERS = {"read_table", "read_metadata", "read_schema", "ParquetFile"}


def readers_of_other_files(source: str) -> list[str]:
    """Calls that read Parquet from anything but what a `with open_for_arrow(…) as name` opened."""
    nodes = list(ast.walk(ast.parse(source)))
    opened = [item for node in nodes if isinstance(node, ast.With) for item in node.items if item.optional_vars]
    ours = {ast.unparse(item.optional_vars) for item in opened if "open_for_arrow(" in ast.unparse(item.context_expr)}
    calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    reads = [call for call in calls if ast.unparse(call.func.value) == "pq" and call.func.attr in _READERS]
    return [ast.unparse(call) for call in reads if ast.unparse(call.args[0]) not in ours]


def test_parquet_is_read_from_files_of_arrows_own():
    """From a file of Python's, one process in three that ended right afterwards was aborted (apache/arrow#34314)."""
    folder = Path(spkbound.__file__).parent
    assert {name: found for name in folder.rglob("*.py") if (found := readers_of_other_files(name.read_text()))} == {}


def test_a_read_from_a_file_of_pythons_would_be_found():
    source = "with file.open('rb') as stored:\n    pq.read_table(stored, columns=['path'])"
    assert readers_of_other_files(source) == ["pq.read_table(stored, columns=['path'])"]


def test_a_store_in_a_folder_whose_name_is_no_text_is_read(tmp_path):
    layout = Layout(tmp_path / "no\udcfftext")
    layout.corpus.parent.mkdir(parents=True)
    write_table(layout.corpus, pa.table({"path": [b"a.wav"]}))
    assert read_noted_corpus(layout).to_pylist() == [b"a.wav"]


def test_a_file_that_is_not_there_is_said_as_such(tmp_path):
    with pytest.raises(FileNotFoundError):
        open_for_arrow(tmp_path / "nothing.parquet")

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kindtext.errors import InputError, NoTextError, ReadError
from kindtext.passages import assemble
from kindtext.readers.source import Source
from kindtext.readers.table import read

ROWS = [
    {"ref": "A", "text": "We will listen; to carers, too.\n\nAnd “learn”."},
    {"ref": "B", "text": ""},
    {"ref": "C", "text": "Zażółć gęślą jaźń."},
]


def rows(data, name="table.csv", **options):
    return list(read(Source(name, None, data), **options))


def texts(drafts):
    return [assemble(draft).text for draft in drafts]


def quoted(delimiter):
    lines = [delimiter.join(ROWS[0])]
    lines += [delimiter.join(f'"{value}"' for value in row.values()) for row in ROWS]
    return "\r\n".join(lines)


def parquet(table):
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(table), sink)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("t.csv", quoted(",").encode("utf-8")),
        ("t.csv", quoted(";").encode("utf-8-sig")),
        ("t.csv", quoted("|").encode("utf-16")),
        ("t.tsv", quoted("\t").encode("utf-8")),
        ("t.jsonl", "\n".join(map(json.dumps, ROWS)).encode("utf-8")),
        ("t.json", json.dumps(ROWS, indent=1).encode("utf-8")),
        ("t.parquet", parquet(ROWS)),
    ],
)
def test_every_kind_of_table_gives_one_draft_a_row_in_order(name, data):
    found = rows(data, name)
    assert texts(found) == ["We will listen; to carers, too.\n\nAnd “learn”.", "", "Zażółć gęślą jaźń."]
    assert [draft.name for draft in found] == [f"{name}#1", f"{name}#2", f"{name}#3"]
    assert [draft.metadata for draft in found][1] == {"row": 2, "columns": {"ref": "B"}}


def test_an_empty_cell_is_a_document_without_text():
    document = assemble(rows(b"text,x\n,1\n   ,2\n")[1])
    assert (document.text, document.passages) == ("", ())


def test_a_column_of_identifiers_names_the_rows():
    assert [draft.name for draft in rows(b"ID,text\nn7,a\n,b\nn7,c\n")] == [
        "table.csv#n7",
        "table.csv#2",
        "table.csv#n7 (3)",
    ]


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("id,Text", "Text"),
        ("description,text", "text"),
        ("id,Notice Text", "Notice Text"),
        ("ref,Full description of need,n", "Full description of need"),
        ("anything", "anything"),
    ],
)
def test_the_text_column_is_guessed(header, column):
    width = header.count(",") + 1
    values = ["word"] * width
    (draft,) = rows(f"{header}\n{','.join(values)}\n".encode())
    assert column not in draft.metadata["columns"]
    assert len(draft.metadata["columns"]) == width - 1


def test_the_text_column_can_be_named():
    assert texts(rows(b"text,need\nshut,open days\n", text_column="need")) == ["open days"]
    assert texts(rows(b"text,Need\nshut,open days\n", text_column="need")) == ["open days"]


def test_a_column_that_cannot_be_told_lists_the_columns_and_the_option():
    with pytest.raises(InputError, match=r"table\.csv: which column .* are ref, what, where; .* --text-column"):
        rows(b"ref,what,where\n1,a,b\n")
    with pytest.raises(InputError, match=r"no column 'need'; the columns are ref, what"):
        rows(b"ref,what\n1,a\n", text_column="need")


@pytest.mark.parametrize("data", [b"text,x\n", b"[]", b"\n\n"])
def test_a_table_without_rows_is_refused(data):
    with pytest.raises(NoTextError, match="no rows"):
        rows(data)


def test_ragged_rows_and_odd_headers_keep_every_cell():
    found = rows(b"text,,x,x\na,1,2,3,4\nb\n")
    assert found[0].metadata["columns"] == {"column 2": "1", "x": "2", "x (4)": "3", "column 5": "4"}
    assert found[1].metadata["columns"] == {"column 2": "", "x": "", "x (4)": ""}


def test_windows_1252_and_very_long_cells_are_read():
    long = "word " * 60_000
    found = rows(f"text,n\n\u201cOpen\u201d \u2013 \u00a35,1\n{long},2\n".encode("cp1252"))
    assert texts(found[:1]) == ["“Open” – £5"]
    assert len(texts(found)[1]) > 200_000


def test_cells_of_other_types_are_read_as_text():
    data = json.dumps(
        [{"text": None}, {"text": 12}, {"text": ["One.", "Two."]}, {"text": {"a": "b"}}, {"other": 1}, None]
    ).encode()
    assert texts(rows(data, "t.json"))[:3] == ["", "", "One.\n\nTwo."]
    assert len(rows(data, "t.json")) == 6


def test_numbers_that_json_does_not_have_become_none():
    found = rows(b'{"text": "a", "n": NaN, "m": 1e9999}\n{"text": "b"}', "t.jsonl")
    assert found[0].metadata["columns"] == {"n": None, "m": None}
    nan = parquet([{"text": "a", "n": float("nan")}])
    assert rows(nan, "t.parquet")[0].metadata["columns"] == {"n": None}


def test_one_object_is_a_table_of_one_row_in_a_jsonl_file():
    assert [draft.name for draft in rows(b'{"text": "a b"}', "t.jsonl")] == ["t.jsonl#1"]


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("t.jsonl", b'{"text": "a"}\n{"text": "b"\n', "broken JSON at line 2"),
        ("t.jsonl", b'{"text": "a"}\n["b"]\n', "entry 2 is list"),
        ("t.json", b'[{"text": "a"}, 7]', "entry 2 is int"),
        ("t.parquet", b"PAR1 but no more", "damaged Parquet"),
        ("t.parquet", parquet(ROWS)[:-60], "damaged Parquet"),
        ("t.csv", b'text,x\n"' + b"a" * 10_000_001 + b'",1\n', "broken table at line"),
    ],
)
def test_a_damaged_table_is_refused_in_one_line(name, data, found):
    with pytest.raises(ReadError, match=found) as caught:
        rows(data, name)
    assert str(caught.value).startswith(f"{name}: ")
    assert "\n" not in str(caught.value)


def test_a_rows_text_reads_like_the_same_text_alone():
    from kindtext.passages import from_text

    text = ROWS[0]["text"]
    document = assemble(rows(json.dumps([ROWS[0]]).encode(), "t.json")[0])
    assert (document.text, document.passages) == (from_text(text).text, from_text(text).passages)

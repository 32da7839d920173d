import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from handmade import made_score, no_score

from kindtext.errors import InputError
from kindtext.report.files import FORMATS, atomic, dumps, format_of, write_scores


def written(scores, kind):
    stream = io.BytesIO()
    write_scores(iter(scores), stream, kind)
    return stream.getvalue()


def rows(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


@pytest.mark.parametrize(
    ("path", "wanted", "kind"),
    [
        (None, None, "table"),
        ("s.json", None, "json"),
        ("s.JSONL", None, "jsonl"),
        ("s.ndjson", None, "jsonl"),
        ("s.csv", None, "csv"),
        ("s.parquet", None, "parquet"),
        ("s.txt", None, "table"),
        ("s.csv", "json", "json"),
        (None, "csv", "csv"),
    ],
)
def test_the_format_is_the_one_wanted_else_the_suffixes(path, wanted, kind):
    assert format_of(path and Path(path), wanted) == kind


def test_an_unknown_format_is_refused_with_those_that_there_are_and_the_nearest():
    with pytest.raises(InputError, match="did you mean 'jsonl'") as caught:
        format_of(None, "jsnol")
    assert all(kind in str(caught.value) for kind in FORMATS)


def test_parquet_to_a_terminal_is_refused_with_the_way_out():
    with pytest.raises(InputError, match="-o"):
        format_of(None, "parquet")


def test_json_is_an_array_of_what_to_dict_gives():
    scores = [made_score(), no_score()]
    assert json.loads(written(scores, "json")) == [json.loads(dumps(s.to_dict())) for s in scores]
    assert json.loads(written([], "json")) == []


def test_json_lines_are_one_document_a_line():
    lines = written([made_score(), no_score()], "jsonl").decode("utf-8").splitlines()
    assert [json.loads(line)["document"]["name"] for line in lines] == ["tender [final] & more.pdf", "short.txt"]
    assert written([], "jsonl") == b""


def test_csv_has_one_row_a_document_and_a_header():
    first, second = rows(written([made_score(), no_score()], "csv"))
    assert (first["document"], first["score"], first["low"]) == ("tender [final] & more.pdf", "46.25", "20.5")
    assert (second["score"], second["reason"]) == ("", "only 3 words; at least 30 are needed")


def test_csv_of_documents_with_different_columns_has_them_all():
    one = replace(made_score(), metadata={"columns": {"buyer": "Moray"}})
    other = replace(made_score(), metadata={"columns": {"sector": "health"}})
    first, second = rows(written([one, other], "csv"))
    assert (first["buyer"], first["sector"]) == ("Moray", "")
    assert (second["buyer"], second["sector"]) == ("", "health")


def test_no_cell_of_csv_is_a_formula():
    evil = replace(
        made_score(), name="=HYPERLINK(1)", metadata={"columns": {"@buyer": "+1", "note": "=1+1", "value": -3}}
    )
    table = list(csv.reader(io.StringIO(written([evil], "csv").decode("utf-8"), newline="")))
    texts = [cell for row in table for cell in row]
    assert [t for t in texts if t.startswith(("=", "+", "-", "@")) and t != "-3"] == []
    assert "'=HYPERLINK(1)" in texts


def test_parquet_holds_the_rows(tmp_path):
    path = tmp_path / "s.parquet"
    path.write_bytes(written([no_score(), made_score()], "parquet"))
    table = pq.read_table(path).to_pylist()
    assert [row["score"] for row in table] == [None, 46.25]
    assert table[1]["document"] == "tender [final] & more.pdf"


def test_parquet_takes_documents_with_different_columns(tmp_path):
    one = replace(made_score(), metadata={"columns": {"value": 1}})
    other = replace(made_score(), metadata={"columns": {"value": "unknown", "sector": "health"}})
    path = tmp_path / "s.parquet"
    path.write_bytes(written([one, other], "parquet"))
    first, second = pq.read_table(path).to_pylist()
    assert (first["value"], first["sector"]) == ("1", None)
    assert (second["value"], second["sector"]) == ("unknown", "health")


def test_parquet_of_no_document_is_a_file_without_rows(tmp_path):
    path = tmp_path / "s.parquet"
    path.write_bytes(written([], "parquet"))
    assert pq.read_table(path).num_rows == 0


@pytest.mark.parametrize("kind", ["json", "jsonl", "csv"])
def test_what_is_written_carries_no_control_character(kind):
    evil = "a\x1b[2J\x9b31m\u202eb"
    score = replace(made_score(), name=evil, metadata={"columns": {evil: evil}})
    text = written([score], kind).decode("utf-8")
    assert not [c for c in text if c not in "\r\n" and not c.isprintable()]


def test_json_keeps_every_character_of_a_document():
    evil = "a\x1b[2J\x9b31m\u202eb – é"
    assert json.loads(dumps({"name": evil})) == {"name": evil}
    assert "é" in dumps("é")


def test_json_has_no_nan():
    assert json.loads(dumps({"a": [float("nan"), 1.5, float("inf")], "b": (1, None)})) == {
        "a": [None, 1.5, None],
        "b": [1, None],
    }


def test_a_file_takes_its_place_when_it_is_whole(tmp_path):
    path = tmp_path / "scores.csv"
    path.write_text("older", encoding="utf-8")
    with atomic(path) as stream:
        stream.write(b"newer")
        assert path.read_text(encoding="utf-8") == "older"
    assert path.read_text(encoding="utf-8") == "newer"
    assert [p.name for p in tmp_path.iterdir()] == ["scores.csv"]


def test_a_file_that_could_not_be_finished_is_not_there(tmp_path):
    path = tmp_path / "scores.csv"
    path.write_text("older", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt), atomic(path) as stream:
        stream.write(b"newer")
        raise KeyboardInterrupt
    assert path.read_text(encoding="utf-8") == "older"
    assert [p.name for p in tmp_path.iterdir()] == ["scores.csv"]


@pytest.mark.parametrize("where", ["none/scores.csv", "."])
def test_a_place_that_cannot_be_written_is_said_in_one_line(tmp_path, where):
    with pytest.raises(InputError) as caught, atomic(tmp_path / where) as stream:
        stream.write(b"x")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / where))

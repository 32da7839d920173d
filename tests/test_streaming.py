"""Long runs: files read a piece at a time, results kept as they come, and the same rows whatever stops a run."""

import csv
import gzip
import json
import os
import random
import re
import signal
import subprocess
import sys
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from trained import SAMPLES, excerpts, small_model

from kindtext import batch, cli
from kindtext.errors import KindtextError
from kindtext.readers import file_documents, streams
from kindtext.readers.limits import DEFAULT
from kindtext.report import parts

PROGRAM = "from kindtext.report import parts; parts.ROWS = {rows}; from kindtext.cli import main; main()"


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory):
    return small_model().save(tmp_path_factory.mktemp("models") / "small")


@pytest.fixture(autouse=True)
def default_is_the_small_model(model_folder, monkeypatch):
    monkeypatch.setenv("KINDTEXT_MODEL", str(model_folder))


@pytest.fixture
def kindtext(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["kindtext", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


def records(number):
    texts = [record.text for record in excerpts(20)]
    draw = random.Random(number)
    return [
        {"id": f"n{i}", "buyer": f"Council {i % 3}", "text": "\n\n".join(draw.sample(texts, 2))} for i in range(number)
    ]


def release(record):
    return {"ocid": record["id"], "tender": {"title": "Notice", "description": record["text"]}}


@pytest.fixture
def notices(tmp_path):
    """Notices as JSON Lines, one of them broken."""
    path = tmp_path / "notices.jsonl"
    lines = [json.dumps(record) for record in records(11)]
    lines.insert(4, '{"id": "broken", "text": ')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write(path, rows):
    """Write rows in the format of a file's name."""
    kind = path.name.split(".", 1)[1].removesuffix(".gz").removesuffix(".zst")
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
        return
    if kind == "csv":
        columns = list(rows[0])
        cells = [columns, *([row[c] for c in columns] for row in rows)]
        data = "".join(",".join('"' + str(c).replace('"', '""') + '"' for c in line) + "\n" for line in cells)
    elif kind == "jsonl":
        data = "".join(json.dumps(row) + "\n" for row in rows)
    else:
        data = json.dumps(rows)
    data = data.encode("utf-8")
    if path.suffix == ".gz":
        data = gzip.compress(data)
    if path.suffix == ".zst":
        with pa.CompressedOutputStream(str(path), "zstd") as stream:
            stream.write(data)
        return
    path.write_bytes(data)


# Reading


@pytest.mark.parametrize("kind", ["jsonl", "jsonl.gz", "jsonl.zst", "csv", "csv.gz", "parquet", "json", "json.zst"])
@pytest.mark.parametrize("form", ["table", "ocds"])
def test_a_file_read_in_pieces_gives_the_documents_of_one_read_at_once(tmp_path, monkeypatch, kind, form):
    if form == "ocds" and kind.startswith(("csv", "parquet")):
        pytest.skip("notices are JSON")
    rows = records(7) if form == "table" else [release(record) for record in records(7)]
    path = tmp_path / f"notices.{kind}"
    write(path, rows)
    monkeypatch.setattr(streams, "LONG", 10)
    assert streams.is_long(path)
    assert streams.open_long(path, path.name) is not None
    streamed = list(file_documents(path, path.name, None, DEFAULT))
    plain = tmp_path / ("plain.json" if form == "ocds" else "plain.csv")
    write(plain, rows)
    monkeypatch.setattr(streams, "LONG", 10**9)
    at_once = list(file_documents(plain, plain.name, None, DEFAULT))
    assert len(streamed) == 7
    assert [d.name.partition("#")[2] for d in streamed] == [d.name.partition("#")[2] for d in at_once]
    assert [(d.text, d.passages) for d in streamed] == [(d.text, d.passages) for d in at_once]
    assert [d.metadata for d in streamed] == [d.metadata for d in at_once]
    assert len({d.sha256 for d in streamed}) == 1


@pytest.mark.parametrize("key", ["releases", "records"])
def test_a_long_package_is_read_one_notice_at_a_time(tmp_path, monkeypatch, key):
    items = [release(record) for record in records(5)]
    if key == "records":
        items = [{"ocid": item["ocid"], "compiledRelease": item} for item in items]
    path = tmp_path / "package.json"
    path.write_text(json.dumps({"uri": "x", "extensions": ["y"], key: items}), encoding="utf-8")
    monkeypatch.setattr(streams, "LONG", 10**9)
    at_once = list(file_documents(path, path.name, None, DEFAULT))
    monkeypatch.setattr(streams, "LONG", 10)
    assert list(file_documents(path, path.name, None, DEFAULT)) == at_once
    monkeypatch.setattr("kindtext.readers.ocds.parse", None)
    assert len(list(file_documents(path, path.name, None, DEFAULT))) == 5


def test_a_packed_document_is_read(tmp_path):
    (tmp_path / "notice.html.gz").write_bytes(gzip.compress(b"<html><p>We will listen to every resident.</p></html>"))
    (document,) = file_documents(tmp_path / "notice.html.gz", "notice.html.gz", None, DEFAULT)
    assert (document.format, document.text) == ("html", "We will listen to every resident.")


@pytest.mark.parametrize("name", ["notices.jsonl.gz", "notices.csv.gz"])
def test_a_packed_file_that_was_cut_is_named_with_the_way_out(tmp_path, name):
    write(tmp_path / name, records(50))
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-20])
    with pytest.raises(KindtextError, match=f"{name}: .*; "):
        list(file_documents(tmp_path / name, name, None, DEFAULT))


def test_bytes_that_are_no_utf8_are_read_as_windows_1252(tmp_path, monkeypatch):
    monkeypatch.setattr(streams, "LONG", 10)
    path = tmp_path / "t.csv"
    path.write_bytes(b"id,text\r\n1,caf\xe9 \x96 open\r\n2,caf\xc3\xa9\r\n")
    assert [d.text for d in file_documents(path, path.name, None, DEFAULT)] == ["café – open", "café"]


# Rows


def rows_of(path):
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_what_cannot_be_read_is_a_row_with_its_error_in_its_place(kindtext, notices, tmp_path, kind):
    out = tmp_path / f"out.{kind}"
    code, _, err = kindtext("score", notices, tmp_path / "none.pdf", "-o", out)
    assert code == 1
    assert err.count("\n") == 2
    rows = rows_of(out)
    assert len(rows) == 13
    assert [bool(row.get("error")) for row in rows] == [i in (4, 12) for i in range(13)]
    assert "line 5" in rows[4]["error"]
    assert not (tmp_path / f"out.{kind}.parts").exists()


def test_a_fault_of_ours_is_a_row_and_not_the_end(kindtext, notices, tmp_path, monkeypatch):
    from kindtext import scoring

    right = scoring.score

    def wrong(document, **options):
        if document.name.endswith("n3"):
            raise ZeroDivisionError("no")
        return right(document, **options)

    monkeypatch.setattr(scoring, "score", wrong)
    code, _, err = kindtext("score", notices, "-o", tmp_path / "out.csv")
    assert code == 1
    assert "notices.jsonl#n3: cannot be scored (ZeroDivisionError: no)" in err
    assert len(rows_of(tmp_path / "out.csv")) == 12


def test_rows_do_not_depend_on_processes_pieces_or_order(notices, monkeypatch):
    settings = batch.Settings("row")

    def scored(paths, **options):
        return [outcome.content for outcome in batch.run(batch.inputs_of(paths), settings, **options)]

    paths = [notices, SAMPLES / "08-notices.jsonl", SAMPLES / "03-laptops-supply-notice.txt"]
    one = scored(paths)
    assert scored(paths, jobs=2) == one
    assert sorted(scored(paths[::-1]), key=str) == sorted(one, key=str)
    monkeypatch.setattr(batch, "CHUNK", 1)
    assert scored(paths) == one


def test_words_of_texts_that_are_done_are_given_back(notices):
    from kindtext.pipeline import shared_pipeline

    strings = shared_pipeline().vocab.strings
    before = len(strings)
    for outcome in batch.run(batch.inputs_of([notices] * 3), batch.Settings("row")):
        assert outcome.content
    assert len(strings) == before


# Stops and starts


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(parts, "ROWS", 2)


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("stops", [[3], [1, 7], [2, 4, 4, 11]])
def test_a_run_that_was_interrupted_goes_on_to_the_same_rows(
    kindtext, notices, tmp_path, monkeypatch, small_parts, kind, stops
):
    whole, out = tmp_path / f"whole.{kind}", tmp_path / f"out.{kind}"
    kindtext("score", notices, SAMPLES / "03-laptops-supply-notice.txt", "-o", whole)
    command = ["score", notices, SAMPLES / "03-laptops-supply-notice.txt", "-o", out]
    right = parts.Parts.add
    monkeypatch.setattr(parts, "WORTH_KEEPING", 0.0)
    for number, stop in enumerate(stops):

        def interrupted(self, *arguments, stop=stop, **options):
            right(self, *arguments, **options)
            if self.rows >= stop:
                raise KeyboardInterrupt

        monkeypatch.setattr(parts.Parts, "add", interrupted)
        code, _, err = kindtext(*command, *(["--resume"] if number else []))
        assert code == 130
        assert f"rows are kept in {out}.parts; go on with: kindtext score" in err
        assert err.rstrip().endswith("--resume")
        assert not out.exists()
    monkeypatch.setattr(parts.Parts, "add", right)
    assert kindtext(*command, "--resume")[0] == 1
    assert out.read_bytes() == whole.read_bytes()
    assert not (tmp_path / f"out.{kind}.parts").exists()


@pytest.mark.parametrize("place", ["put_away", "_note", "_begin", "finish"])
@pytest.mark.parametrize("after", [False, True])
def test_an_interrupt_between_two_steps_loses_and_doubles_nothing(
    kindtext, notices, tmp_path, monkeypatch, small_parts, place, after
):
    whole, out = tmp_path / "whole.csv", tmp_path / "out.csv"
    kindtext("score", notices, "-o", whole)
    right, calls = getattr(parts.Parts, place), []

    def broken(self, *arguments):
        calls.append(1)
        if after:
            right(self, *arguments)
        if len(calls) == 1:
            raise KeyboardInterrupt
        if not after:
            right(self, *arguments)

    monkeypatch.setattr(parts.Parts, place, broken)
    assert kindtext("score", notices, "-o", out)[0] == 130
    monkeypatch.setattr(parts.Parts, place, right)
    if not (out.exists() and not parts.folder_of(out).exists()):
        kindtext("score", notices, "-o", out, "--resume")
    assert out.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_that_was_killed_goes_on_to_the_same_rows(kindtext, tmp_path, jobs):
    many, whole, out = tmp_path / "many.jsonl", tmp_path / "whole.csv", tmp_path / "out.csv"
    write(many, records(300))
    program = [sys.executable, "-c", PROGRAM.format(rows=5), "score", many, "-o", out, "--jobs", str(jobs)]
    process = subprocess.Popen(program, stderr=subprocess.DEVNULL)
    manifest = parts.folder_of(out) / parts.MANIFEST
    until = time.monotonic() + 60
    while not (manifest.exists() and manifest.read_bytes().count(b"\n") > 2) and time.monotonic() < until:
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert manifest.exists()
    # A kill may leave a torn line, a part that is not yet named, and half a file.
    with manifest.open("ab") as stream:
        stream.write(b'{"part": "0000')
    (parts.folder_of(out) / "000999.jsonl").write_bytes(b"{")
    assert kindtext("score", many, "-o", out)[0] == 2, "what is kept is not thrown away unasked"
    code, _, err = kindtext("score", many, "-o", out, "--resume")
    assert code == 0
    assert "going on after" in err
    kindtext("score", many, "-o", whole)
    assert out.read_bytes() == whole.read_bytes()


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_ends_a_run_within_two_seconds_with_what_is_done(kindtext, tmp_path, jobs):
    many, out = tmp_path / "many.jsonl", tmp_path / "out.csv"
    write(many, records(2000))
    program = [sys.executable, "-c", PROGRAM.format(rows=5), "score", many, "-o", out, "--jobs", str(jobs)]
    process = subprocess.Popen(program, stderr=subprocess.PIPE, start_new_session=True)
    until = time.monotonic() + 60
    while not (parts.folder_of(out) / "000003.jsonl").exists() and time.monotonic() < until:
        time.sleep(0.01)
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
    _, err = process.communicate(timeout=30)
    assert time.monotonic() - began < 2
    assert process.returncode == 130
    assert err.decode().count("\n") == 1
    assert "rows are kept" in err.decode()


def test_parts_of_another_run_are_refused(kindtext, notices, tmp_path, monkeypatch, small_parts):
    out = tmp_path / "out.csv"
    monkeypatch.setattr(parts.Parts, "finish", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
    assert kindtext("score", notices, "-o", out)[0] == 130
    notices.write_text(notices.read_text(encoding="utf-8") + '{"text": "more"}\n', encoding="utf-8")
    code, _, err = kindtext("score", notices, "-o", out, "--resume")
    assert code == 2
    assert "files" in err
    assert "delete the folder" in err


def test_resume_without_an_output_that_is_kept_is_wrong_usage(kindtext, notices, tmp_path):
    assert kindtext("score", notices, "--resume")[0] == 2
    assert kindtext("score", notices, "--resume", "-o", tmp_path / "out.json")[0] == 2


def test_resume_with_nothing_kept_starts_at_the_beginning(kindtext, notices, tmp_path):
    assert kindtext("score", notices, "--resume", "-o", tmp_path / "out.csv")[0] == 1
    assert len(rows_of(tmp_path / "out.csv")) == 12


def test_parts_beside_an_output_in_a_folder_that_is_read_are_no_input(kindtext, notices, monkeypatch, small_parts):
    folder = notices.parent
    right = parts.Parts.finish
    monkeypatch.setattr(parts.Parts, "finish", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
    assert kindtext("score", folder, "-o", folder / "out.csv")[0] == 130
    monkeypatch.setattr(parts.Parts, "finish", right)
    kindtext("score", folder, "-o", folder / "out.csv", "--resume")
    assert len(rows_of(folder / "out.csv")) == 12


def test_columns_of_later_tables_left_out_of_csv_on_stdout_are_said(kindtext, tmp_path, monkeypatch):
    monkeypatch.setattr("kindtext.report.files.LOOKED_AT", 2)
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(f"text,{name}\nWe listen.,1\nWe listen.,2\n", encoding="utf-8")
    code, out, err = kindtext("score", tmp_path / "a.csv", tmp_path / "b.csv", "--format", "csv")
    assert code == 0
    assert out.startswith("a,document")
    assert re.search(r"left out \(b\)", err)

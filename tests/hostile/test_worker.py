"""Reading in a process that may be killed: what goes wrong there is one file's error, and the batch goes on."""

import os
import signal

import pytest
from making import FAIR, docx, one_page, zeros
from typer.testing import CliRunner

from kindtext.cli import app
from kindtext.cli.common import limits_for
from kindtext.errors import NoTextError, ReadError, UnsupportedError
from kindtext.readers import Limits, read, read_all, worker
from kindtext.readers.limits import BATCH_SECONDS, BYTES

APART = Limits(seconds=60)


@pytest.fixture
def folder(tmp_path):
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(FAIR * 3, encoding="utf-8")
    return tmp_path


def test_a_document_read_apart_is_the_one_read_here(folder):
    (folder / "d.docx").write_bytes(docx())
    assert list(read_all(folder, limits=APART)) == list(read_all(folder))


def test_errors_keep_their_kind_and_words(folder):
    (folder / "d.xls").write_bytes(b"prices")
    (folder / "e.txt").write_bytes(b"")
    for name, kind in (("d.xls", UnsupportedError), ("e.txt", NoTextError), ("gone.txt", ReadError)):
        with pytest.raises(kind) as here:
            read(folder / name)
        with pytest.raises(kind) as apart:
            read(folder / name, limits=APART)
        assert str(apart.value) == str(here.value)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs signals")
def test_a_worker_that_dies_is_replaced(folder):
    documents = read_all(folder, limits=APART)
    assert next(documents).name == "a.txt"
    documents.close()
    assert read(folder / "b.txt", limits=APART).name == "b.txt"
    assert worker._current is not None
    os.kill(worker._current.process.pid, signal.SIGKILL)
    worker._current.process.wait()
    assert read(folder / "c.txt", limits=APART).name == "c.txt"


def test_one_worker_reads_file_after_file_and_is_ended(folder):
    list(read_all(folder, limits=APART))
    first = worker._current
    list(read_all(folder, limits=APART))
    assert worker._current is first
    worker._end()
    assert first.process.poll() is not None


def test_two_folders_are_read_at_once_by_two_workers(folder):
    pairs = zip(read_all(folder, limits=APART), read_all(folder, limits=APART), strict=True)
    assert all(one == other for one, other in pairs)


def test_a_crash_is_one_files_error_and_the_rest_is_read(folder):
    (folder / "b2.pdf").write_bytes(one_page(zeros(600, times=3)))
    errors = []
    limits = Limits(seconds=60, memory=300_000_000)
    assert [d.name for d in read_all(folder, limits=limits, on_error=errors.append)] == ["a.txt", "b.txt", "c.txt"]
    assert len(errors) == 1
    assert str(errors[0]).startswith("b2.pdf: ")


def test_one_file_is_read_here_and_several_apart(folder):
    assert limits_for([folder / "a.txt"]).seconds is None
    assert limits_for([folder]).seconds == limits_for([folder / "a.txt", folder / "b.txt"]).seconds == BATCH_SECONDS
    assert limits_for([folder], timeout=0).seconds is None
    assert limits_for([folder / "a.txt"], timeout=5).seconds == 5
    assert (limits_for([folder]).bytes, limits_for([folder], max_bytes=10).bytes) == (BYTES, 10)


def test_the_command_names_what_is_over_its_limits_and_scores_the_rest(folder):
    (folder / "large.txt").write_text(FAIR * 100, encoding="utf-8")
    ran = CliRunner().invoke(app, ["score", str(folder), "--max-bytes", "2000", "--timeout", "60", "--format", "csv"])
    assert ran.exit_code == 1
    assert "large.txt" in ran.stderr
    assert "over the limit" in ran.stderr
    assert len(ran.stdout.splitlines()) == 4

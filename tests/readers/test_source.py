import os

import pytest

from kindtext.errors import NoTextError, ReadError
from kindtext.readers.limits import Limits
from kindtext.readers.source import HEAD_BYTES, Source


def test_a_file_is_read_with_its_name_suffix_and_head(tmp_path):
    path = tmp_path / "Notice.TXT"
    path.write_bytes(b"a" * (HEAD_BYTES + 10))
    source = Source.from_path(path)
    assert (source.name, source.path, source.suffix) == ("Notice.TXT", path, ".txt")
    assert len(source.head) == HEAD_BYTES
    assert len(source.data) == HEAD_BYTES + 10
    assert len(repr(source)) < 100


def test_a_path_may_be_a_string(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("x", encoding="utf-8")
    assert Source.from_path(str(path)).data == b"x"


@pytest.mark.parametrize(
    ("name", "found"),
    [("missing.pdf", "no such file"), (".", "this is a folder"), ("nul\0byte", "no such file")],
)
def test_what_is_no_file_is_refused_by_name(tmp_path, name, found):
    with pytest.raises(ReadError, match=found):
        Source.from_path(f"{tmp_path}/{name}")


def test_an_empty_file_has_no_text(tmp_path):
    path = tmp_path / "empty.txt"
    path.touch()
    with pytest.raises(NoTextError, match=r"empty\.txt: the file is empty"):
        Source.from_path(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path):
    path = tmp_path / "pipe.txt"
    os.mkfifo(path)
    with pytest.raises(ReadError, match="pipe or a device"):
        Source.from_path(path)


def test_a_file_over_the_limit_is_refused_with_both_sizes(tmp_path):
    path = tmp_path / "big.txt"
    path.write_bytes(b"x" * 2_000_000)
    with pytest.raises(ReadError, match=r"1\.9 MB is over the limit of 1\.0 MB"):
        Source.from_path(path, limits=Limits(bytes=1024 * 1024))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(tmp_path):
    path = tmp_path / "secret.txt"
    path.write_text("x", encoding="utf-8")
    path.chmod(0)
    with pytest.raises(ReadError, match="no permission"):
        Source.from_path(path)

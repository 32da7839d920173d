"""PDFs that are made to loop, to swell, to crash or to keep the reader busy."""

import subprocess
import sys
import time

import pytest
from making import FAIR, deflated, forms, one_page, page_content, stream, zeros

from kindtext.errors import ReadError
from kindtext.readers import Limits, file_documents, read

LOCKED = b"/Encrypt<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P -4>>/ID[<00><00>]" % (b"ab" * 32, b"cd" * 32)


def words_of(folder, data, **limits):
    path = folder / "itt.pdf"
    path.write_bytes(data)
    (document,) = file_documents(path, path.name, None, Limits(**limits))
    return document.words


@pytest.mark.parametrize(
    "data",
    [
        one_page(),
        one_page(pages=b"/Kids[2 0 R 2 0 R 3 0 R]/Count 1000"),
        one_page(pages=b"/Kids[3 0 R]/Count 1000000"),
        one_page(trailer=b"/Prev 9"),
        one_page(resources=b"/Font<<" + b"".join(b"/F%d 5 0 R" % n for n in range(100_000)) + b">>"),
        one_page(deflated(page_content(), times=5)),
        one_page(resources=b"<<" * 50_000),
    ],
    ids=[
        "plain",
        "page tree in a loop",
        "a million pages",
        "table in a loop",
        "100,000 fonts",
        "deflated five times",
        "deep names",
    ],
)
def test_what_can_be_read_of_an_odd_file_is_read_in_time(tmp_path, data):
    begun = time.process_time()
    assert words_of(tmp_path, data) >= len((FAIR * 2).split())
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    "data",
    [
        one_page(pages=b"/Kids[2 0 R]/Count 1"),
        one_page(b"[4 0 R 4 0 R]"),
        one_page(b"<</Length 4 0 R>>stream\nabc\nendstream"),
        one_page(stream(b"[" * 200_000 + b"]" * 200_000)),
        one_page(stream(b"q " * 200_000)),
        one_page(zeros(100)),
        one_page(
            trailer=b"/Encrypt<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P -4>>/ID[<00><00>]" % (b"ab" * 32, b"cd" * 32)
        ),
    ],
    ids=[
        "page tree of itself",
        "content of itself",
        "length of itself",
        "arrays",
        "states",
        "blanks",
        "locked",
    ],
)
def test_a_file_without_end_or_text_is_refused_in_time(tmp_path, data):
    begun = time.process_time()
    with pytest.raises(ReadError, match=r"^itt\.pdf: .*; "):
        words_of(tmp_path, data)
    assert time.process_time() - begun < 10


@pytest.mark.parametrize("tenth", range(10))
def test_a_file_cut_off_is_read_or_refused(tmp_path, tenth):
    whole = one_page(deflated(page_content(FAIR * 30)))
    try:
        words_of(tmp_path, whole[: len(whole) * tenth // 10])
    except ReadError as error:
        assert str(error).startswith(("itt.pdf: ", str(tmp_path)))


def test_text_over_the_limit_is_refused_while_it_is_read(tmp_path):
    with pytest.raises(ReadError, match="over the limit of 300; split the file"):
        words_of(tmp_path, one_page(stream(page_content(FAIR * 10))), text=300)


def test_forms_that_draw_for_ever_are_given_up_and_the_next_file_is_read(tmp_path):
    loop = stream(b"/X Do " * 9, b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X 6 0 R>>>>")
    for name, objects in (("tree.pdf", forms(12, 10)), ("loop.pdf", [loop])):
        data = one_page(stream(b"/X Do"), resources=b"/XObject<</X 6 0 R>>", more=objects)
        assert len(data) < 4_000
        (tmp_path / name).write_bytes(data)
        begun = time.monotonic()
        with pytest.raises(ReadError, match=rf"^{name}: not read within 1.5 seconds; .*Raise --timeout"):
            read(tmp_path / name, limits=Limits(seconds=1.5))
        assert time.monotonic() - begun < 6
    (tmp_path / "good.pdf").write_bytes(one_page())
    assert read(tmp_path / "good.pdf", limits=Limits(seconds=60)).words > 30


def test_a_stream_that_unfolds_to_gigabytes_takes_no_more_memory_than_allowed(tmp_path):
    bomb = zeros(600, times=3)
    assert len(bomb) < 10_000
    (tmp_path / "bomb.pdf").write_bytes(one_page(bomb))
    with pytest.raises(ReadError, match=r"^bomb\.pdf: "):
        read(tmp_path / "bomb.pdf", limits=Limits(seconds=60, memory=300_000_000))


PROGRAM = """
import sys
from pathlib import Path
from kindtext.errors import KindtextError
from kindtext.readers import pdf, read
pdf.PAGE_SECONDS = 1.0
for path in sys.argv[1:]:
    try:
        print(read(path).words)
    except KindtextError as error:
        print(error)
"""


def test_without_a_limit_of_time_a_page_that_never_ends_is_given_up_too_and_the_program_ends_well(tmp_path):
    loop = stream(b"/X Do " * 9, b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X 6 0 R>>>>")
    data = one_page(stream(b"/X Do"), resources=b"/XObject<</X 6 0 R>>", more=[loop])
    (tmp_path / "good.pdf").write_bytes(one_page())
    (tmp_path / "loop.pdf").write_bytes(data)
    (tmp_path / "next.pdf").write_bytes(one_page())
    paths = [tmp_path / name for name in ("good.pdf", "loop.pdf", "next.pdf")]
    command = [sys.executable, "-c", PROGRAM, *paths]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 1
    good, stuck, after = ran.stdout.splitlines()
    assert int(good) > 30
    assert stuck.startswith("loop.pdf: page 1 was not read within 1 seconds; ")
    assert after.startswith("next.pdf: an earlier PDF still keeps the reader busy; ")
    assert ran.stderr == ""

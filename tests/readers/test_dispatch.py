import hashlib
import importlib
import io
import json
import subprocess
import sys
import zipfile

import pytest

from kindtext.errors import InputError, KindtextError, NoTextError, ReadError, UnsupportedError
from kindtext.readers import FORMATS, Source, detect, read, read_all

RELEASE = {
    "ocid": "ocds-1",
    "tender": {"title": "Park", "description": "Children will help to choose the swings."},
}
TED = b'<?xml version="1.0"?><!-- a notice --><TED_EXPORT xmlns="x"/>'


def archive(*names, mimetype=None):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        if mimetype:
            file.writestr("mimetype", mimetype)
        for name in names:
            file.writestr(name, "x")
    return buffer.getvalue()


def of(name, data):
    return detect(Source(name, None, data))


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.pdf", b"%PDF-1.4", "pdf"),
        ("renamed.docx", b"\n\n%PDF-1.4", "pdf"),
        ("a.docx", archive("word/document.xml"), "docx"),
        ("renamed.zip", archive("word/document.xml"), "docx"),
        ("a.odt", archive("content.xml", mimetype="application/vnd.oasis.opendocument.text"), "odt"),
        ("a.ott", archive(mimetype="application/vnd.oasis.opendocument.text-template"), "odt"),
        ("a.html", b"<div>x</div>", "html"),
        ("saved.doc", b"<!DOCTYPE html><html>", "html"),
        ("a.txt", b"<html><body>", "html"),
        ("page", b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", "html"),
        ("a.md", b"# Title", "markdown"),
        ("a.md", b"<p align=center>Title</p>", "markdown"),
        ("a.md", b"[link](x) text", "markdown"),
        ("a.txt", b"[Insert name]", "text"),
        ("a.txt", b"{{ title }}", "text"),
        ("README", b"plain words", "text"),
        ("a.csv", b"a,b", "table"),
        ("a.csv", b"<p>text,b", "table"),
        ("a.bin", b"PAR1xxxx", "table"),
        ("a.json", json.dumps(RELEASE).encode(), "ocds"),
        ("a.txt", json.dumps(RELEASE).encode(), "ocds"),
        ("a.json", json.dumps([None, RELEASE]).encode(), "ocds"),
        ("a.json", json.dumps({"uri": "x", "releases": [RELEASE]}).encode("utf-16"), "ocds"),
        ("a.jsonl", json.dumps(RELEASE).encode(), "ocds"),
        ("a.json", b'[{"text": "a"}]', "table"),
        ("a.jsonl", b'{"text": "a"}\n{"text": "b"}', "table"),
        ("a.jsonl", b'{"text": "a"}', "table"),
        ("rows.json", b'[{"ocid": "ocds-1", "description": "a row"}]', "table"),
        ("a.json", b'{"other": 1}', "ocds"),
        ("a.json", b'{"broken', "ocds"),
        ("a.xml", TED, "ted"),
        ("a", TED, "ted"),
        ("a.xml", b"<n:ContractNotice xmlns:n='x'/>", "eforms"),
        ("a.xml", "<?xml version='1.0' encoding='utf-16'?><ContractAwardNotice/>".encode("utf-16"), "eforms"),
    ],
)
def test_content_tells_the_format_before_the_suffix(name, data, expected):
    assert of(name, data) == expected


@pytest.mark.parametrize(
    ("name", "data", "found", "way_out"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word document", "save it as .docx or PDF"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel", "save the sheet as CSV"),
        ("a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "e-mail", ".txt"),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "password",
            "copy",
        ),
        ("a.xlsx", archive("xl/workbook.xml"), "Excel", "CSV"),
        ("a.ods", archive(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "Excel", "CSV"),
        ("a.pptx", archive("ppt/presentation.xml"), "slides", "PDF"),
        ("a.rtf", b"{\\rtf1 x}", "Rich Text", ".docx"),
        ("a.png", b"\x89PNG\r\n", "image", "OCR"),
        ("a.pdf", b"\xff\xd8\xff\xe0", "image", "OCR"),
        ("a.tif", b"II*\x00", "image", "OCR"),
        ("a.eml", b"Received: from x\r\nSubject: y\r\n", "e-mail", ".txt"),
        ("a.zip", archive("a.txt"), "a zip archive", "unpack"),
        ("a.docx", archive("a.txt"), r"a zip archive named \.docx", "unpack"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c", "archive", "unpack"),
        ("a.xml", b"<rss><channel/></rss>", "root element is 'rss'", "TED_EXPORT"),
    ],
)
def test_a_known_format_that_is_not_read_is_named_with_the_way_out(name, data, found, way_out):
    with pytest.raises(UnsupportedError, match=found) as caught:
        of(name, data)
    assert str(caught.value).startswith(f"{name}: ")
    assert way_out in str(caught.value)


@pytest.mark.parametrize("name", ["a.docx", "a.pdf", "a.odt", "a.parquet"])
def test_a_suffix_that_the_content_belies_is_told(name):
    with pytest.raises(ReadError, match="its content is not"):
        of(name, b"just words")


def test_a_damaged_zip_is_told():
    with pytest.raises(ReadError, match=r"a\.docx: damaged"):
        of("a.docx", archive("word/document.xml")[:-30])


def test_xml_that_is_broken_is_told():
    with pytest.raises(ReadError, match="broken XML"):
        of("a.xml", b"no markup at all")


def test_every_format_has_a_reader():
    for name in FORMATS:
        assert callable(importlib.import_module(f"kindtext.readers.{name}").read)


def test_importing_the_readers_loads_no_library():
    code = (
        "import sys, kindtext.readers; "
        "heavy = {'lxml', 'pypdfium2', 'docx', 'pyarrow', 'spacy', 'pandas', 'trafilatura', 'simplemma'}; "
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "b.txt").write_text("We will listen to carers and act on what they say.", encoding="utf-8")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "notice.json").write_text(json.dumps([RELEASE, RELEASE]), encoding="utf-8")
    (tmp_path / "c.csv").write_text("id,text\nx,One row of text.\n", encoding="utf-8")
    for litter in (".hidden.txt", "~$b.docx", "Thumbs.db"):
        (tmp_path / litter).write_text("litter", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config.txt").write_text("litter", encoding="utf-8")
    return tmp_path


def test_a_file_is_read_with_its_digest(folder):
    document = read(folder / "b.txt")
    assert (document.name, document.format) == ("b.txt", "text")
    assert document.sha256 == hashlib.sha256((folder / "b.txt").read_bytes()).hexdigest()
    assert read(str(folder / "c.csv")).name == "c.csv#x"


def test_offsets_of_blocks_and_passages_are_exact(folder):
    for document in read_all(folder):
        for part in (*document.blocks, *document.passages):
            assert document.text[part.start : part.end] == part.text


def test_a_file_with_several_documents_asks_for_read_all(folder):
    with pytest.raises(InputError, match=r"notice\.json: holds several documents .* read_all"):
        read(folder / "a" / "notice.json")
    assert len(list(read_all(folder / "a" / "notice.json"))) == 2


def test_a_folder_is_read_in_order_and_without_litter(folder):
    assert [document.name for document in read_all(folder)] == [
        "a/notice.json#ocds-1",
        "a/notice.json#ocds-1 (2)",
        "b.txt",
        "c.csv#x",
    ]


def test_reading_a_folder_as_one_document_points_to_read_all(folder):
    with pytest.raises(ReadError, match="read_all"):
        read(folder)


def test_a_bad_file_in_a_folder_is_reported_and_the_rest_read(folder):
    (folder / "b.png").write_bytes(b"\x89PNG\r\n")
    (folder / "empty.txt").touch()
    errors = []
    assert len(list(read_all(folder, on_error=errors.append))) == 4
    assert [type(error) for error in errors] == [UnsupportedError, NoTextError]
    assert all(isinstance(error, KindtextError) for error in errors)
    with pytest.raises(UnsupportedError, match=r"b\.png"):
        list(read_all(folder))


def test_a_folder_without_documents_is_told(tmp_path):
    (tmp_path / ".hidden").touch()
    with pytest.raises(NoTextError, match="no documents in it"):
        list(read_all(tmp_path))


def test_a_text_column_is_for_tables(folder):
    (document,) = read_all(folder / "c.csv", text_column="id")
    assert document.metadata["columns"] == {"text": "One row of text."}
    with pytest.raises(InputError, match="a text column is for tables, and this is text"):
        list(read_all(folder / "b.txt", text_column="text"))
    assert len(list(read_all(folder, text_column="text"))) == 4


def test_json_that_is_no_notice_is_refused(tmp_path):
    path = tmp_path / "x.json"
    path.write_text('{"region": "north"}', encoding="utf-8")
    with pytest.raises(UnsupportedError, match=r"x\.json: JSON, but not OCDS: found an object with region"):
        read(path)

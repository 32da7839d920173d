"""Files other than PDF that are made to do harm: each ends in one clear error, soon, and reads nothing but itself."""

import json
import os
import time

import pytest
from making import FAIR, WORD, docx, odt, packed

from kindtext.errors import KindtextError, ReadError, UnsupportedError
from kindtext.readers import Limits, file_documents, read, read_all

SECRET = "The secret of the house."
LAUGHS = "<!DOCTYPE n [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
QUADRATIC = f"<!DOCTYPE n [<!ENTITY a '{'a' * 100_000}'>]>"


def outcome(folder, name, data):
    """The text of a file, or the error; within ten seconds of work either way."""
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    begun = time.process_time()
    try:
        found = "\n\n".join(document.text for document in file_documents(path, name, None, Limits()))
    except KindtextError as error:
        found = error
        assert str(error).startswith((f"{name}: ", f"{path}: "))
        assert "\n" not in str(error)
    assert time.process_time() - begun < 10
    return found


# Zips

ODF = "application/vnd.oasis.opendocument."


def blanks(megabytes):
    return b" " * (megabytes * 1_000_000)


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("a.docx", packed({"word/document.xml": b"<a>" + blanks(50)}), "unpacks to 47 MB"),
        ("a.odt", packed({"mimetype": f"{ODF}text", "content.xml": blanks(50)}), "47 MB"),
        ("a.docx", packed({"word/document.xml": "<a/>"} | {f"p{n}.xml": b"" for n in range(20_001)}), "20,000 parts"),
        ("a.docx", packed({"inner.docx": docx()}), "a zip archive named .docx"),
        ("a.odt", packed({"mimetype": "application/zip", "a.odt": odt()}), "a zip archive named .odt"),
        (
            "a.ods",
            packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet" + blanks(90)}),
            "save the sheet as CSV",
        ),
        ("a.zip", packed({"../../etc/cron.d/x": "* * * * * root true"}), "archive"),
    ],
)
def test_a_zip_that_unfolds_or_nests_is_refused(tmp_path, name, data, found):
    assert len(data) < 5_000_000
    assert found in str(outcome(tmp_path, name, data))
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_relation_cannot_name_a_part_outside_the_package(tmp_path):
    (tmp_path / "secret.xml").write_text(f'<w:styles xmlns:w="{WORD}"><w:t>{SECRET}</w:t></w:styles>', encoding="utf-8")
    relation = '<Relationships><Relationship Id="a" Type="x/{}" Target="{}"/></Relationships>'
    for target in ("../../secret.xml", str(tmp_path / "secret.xml"), f"file://{tmp_path}/secret.xml"):
        data = docx(**{"word/_rels/document.xml.rels": relation.format("styles", target)})
        assert SECRET not in str(outcome(tmp_path, "a.docx", data))
        assert isinstance(
            outcome(tmp_path, "b.docx", packed({"_rels/.rels": relation.format("officeDocument", target)})), ReadError
        )


# XML


@pytest.mark.parametrize("head", [f"{LAUGHS}]>", QUADRATIC], ids=["billion laughs", "quadratic"])
@pytest.mark.parametrize("root", ["TED_EXPORT", "ContractNotice"])
def test_entities_that_unfold_are_refused_in_notices(tmp_path, root, head):
    body = "&i;" if "ENTITY i" in head else "&a;" * 100_000
    assert "entities" in str(outcome(tmp_path, "n.xml", f"{head}<{root}>{body}</{root}>"))


@pytest.mark.parametrize("body", ["&i;" * 10, "&x;"])
def test_entities_are_never_unfolded_in_documents(tmp_path, body):
    (tmp_path / "secret.txt").write_text(SECRET, encoding="utf-8")
    head = f"{LAUGHS}<!ENTITY x SYSTEM 'file://{tmp_path}/secret.txt'>]>"
    run = f"<w:p><w:r><w:t>{FAIR}{body}</w:t></w:r></w:p>"
    word = f'{head}<w:document xmlns:w="{WORD}"><w:body>{run}</w:body></w:document>'
    for name, data in (
        ("a.docx", packed({"word/document.xml": word})),
        ("a.odt", odt(f"<text:p>{FAIR}{body}</text:p>", head)),
        ("a.html", f"{head.replace('DOCTYPE n', 'DOCTYPE html')}<html><p>{FAIR}{body}</p></html>"),
    ):
        found = str(outcome(tmp_path, name, data))
        assert SECRET not in found
        assert len(found) < 5_000


@pytest.mark.parametrize("where", ["file:///etc/hostname", "http://192.0.2.1/x.dtd", "//192.0.2.1/share/x"])
def test_no_outer_entity_or_document_type_is_fetched(tmp_path, where):
    for head in (f"<!DOCTYPE n SYSTEM '{where}'>", f"<!DOCTYPE n [<!ENTITY % p SYSTEM '{where}'> %p;]>"):
        found = outcome(tmp_path, "n.xml", f"{head}<TED_EXPORT><FORM_SECTION/></TED_EXPORT>")
        assert isinstance(found, KindtextError)


@pytest.mark.parametrize("depth", [1_000, 100_000])
def test_deep_xml_is_refused(tmp_path, depth):
    for root in ("TED_EXPORT", "ContractNotice"):
        nested = f"<{root}>" + "<a>" * depth + "x" + "</a>" * depth + f"</{root}>"
        assert isinstance(outcome(tmp_path, "n.xml", nested), ReadError)


# JSON


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"tender":{"items":['])
def test_deep_json_is_refused(tmp_path, opening):
    assert isinstance(outcome(tmp_path, "n.json", opening * 100_000), ReadError)


ODD = [1e308, -1, "1e9999", None, True, "", "x", [], {}, [None], [[]], [{}], {"a": None}, ["x"], {"id": {"id": []}}]


def test_anything_may_stand_anywhere_in_a_release(tmp_path):
    good = {
        "ocid": "ocds-1",
        "tag": ["tender"],
        "buyer": {"name": "A council", "id": "1"},
        "parties": [{"name": "A council", "roles": ["buyer"]}],
        "tender": {
            "title": "Meals",
            "description": FAIR,
            "value": {"amount": 1, "currency": "GBP"},
            "awardCriteria": {
                "criteria": [{"name": "Price", "numbers": [{"number": 60, "weight": "percentageExact"}]}]
            },
            "lots": [{"id": "1", "title": "Lot 1", "description": FAIR, "awardCriteria": {"criteria": []}}],
            "tenderPeriod": {"endDate": "2024-01-01T00:00:00Z"},
        },
    }

    def places(value, path=()):
        yield path
        for key, item in (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        ):
            yield from places(item, (*path, key))

    tried = 0
    for path in places(good):
        for odd in ODD:
            copy = json.loads(json.dumps({"releases": [good]}))
            at = copy["releases"]
            for key in (0, *path)[:-1]:
                at = at[key]
            at[(0, *path)[-1]] = odd
            data = json.dumps(copy).replace('"1e9999"', "1e9999")
            outcome(tmp_path, "n.json", data)
            tried += 1
    assert tried > 300


def test_bytes_that_are_not_utf_8_are_read_or_refused(tmp_path):
    for bad in (b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\x00", b"\xfe\xff"):
        data = (
            b'{"releases":[{"ocid":"a","tender":{"title":"Meals","description":"caf'
            + bad
            + FAIR.encode() * 2
            + b'"}}]}'
        )
        outcome(tmp_path, "n.json", data)


# Web pages and text


@pytest.mark.parametrize("tag", ["div", "span", "ul><li", "table><tr><td", "b", "blockquote"])
def test_a_page_of_100_000_nested_tags_ends(tmp_path, tag):
    outcome(tmp_path, "a.html", f"<html><body><p>{FAIR}</p>" + f"<{tag}>" * 100_000 + FAIR)


@pytest.mark.parametrize(
    ("name", "line"),
    [("a.txt", FAIR * 110_000), ("a.md", FAIR * 110_000), ("a.html", "a" * 50_000_001)],
    ids=["text", "markdown", "html"],
)
def test_one_endless_line_is_refused_by_its_length(tmp_path, name, line):
    assert "characters in one document, over the limit" in str(outcome(tmp_path, name, line))


@pytest.mark.parametrize("piece", ["a", FAIR, "é", "ti", "о", ". ", "1.1 ", "- ", "\u200b", "_", "<", "&amp;", "|"])
def test_a_line_of_200_000_characters_is_read_in_time(tmp_path, piece):
    for name in ("a.txt", "a.md", "a.html"):
        outcome(tmp_path, name, FAIR + piece * (200_000 // len(piece)))


def test_a_file_of_100_mb_is_refused_by_its_size_without_being_read(tmp_path):
    path = tmp_path / "large.txt"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)
    with pytest.raises(ReadError, match=r"over the limit of 1\.0 MB"):
        read(path, limits=Limits(bytes=1024 * 1024))


# Names and things that are no files


def test_odd_names_are_read_and_shown_on_one_line(tmp_path):
    for name in ("new\nline.txt", "tab\tand \x1b[2J.txt", "-rf.txt", "‮txt.exe.txt", "a" * 200 + ".txt", "$(true).txt"):
        (tmp_path / name).write_text(FAIR * 3, encoding="utf-8")
    assert len(list(read_all(tmp_path))) == 6


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipes_devices_and_links_to_them_are_refused_and_the_rest_of_the_folder_read(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    (tmp_path / "gone.txt").symlink_to("nowhere")
    (tmp_path / "round").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "good.txt").write_text(FAIR * 3, encoding="utf-8")
    errors = []
    begun = time.monotonic()
    assert [document.name for document in read_all(tmp_path, on_error=errors.append)] == ["good.txt"]
    assert time.monotonic() - begun < 10
    assert len(errors) == 4
    assert all(isinstance(error, ReadError) and not isinstance(error, UnsupportedError) for error in errors)

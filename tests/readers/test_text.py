import codecs

import pytest

from kindtext.document import Block
from kindtext.errors import NoTextError, UnsupportedError
from kindtext.readers.source import Source
from kindtext.readers.text import decode, read, row_blocks

SENTENCE = "We won’t pay less than £12 – café staff too."


def source(data):
    return Source("notice.txt", None, data)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (SENTENCE.encode("utf-8"), "utf-8"),
        (codecs.BOM_UTF8 + SENTENCE.encode("utf-8"), "utf-8"),
        (codecs.BOM_UTF16_LE + SENTENCE.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + SENTENCE.encode("utf-16-be"), "utf-16-be"),
        (codecs.BOM_UTF32_LE + SENTENCE.encode("utf-32-le"), "utf-32-le"),
        (SENTENCE.encode("utf-16-le"), "utf-16-le"),
        (SENTENCE.encode("utf-16-be"), "utf-16-be"),
        (SENTENCE.encode("cp1252"), "cp1252"),
        (b"Quote: \x93yes\x94", "cp1252"),
    ],
)
def test_text_is_decoded_whatever_its_encoding(data, encoding):
    text, found = decode(source(data))
    assert found == encoding
    assert text in (SENTENCE, "Quote: “yes”")


def test_another_code_page_is_guessed():
    greek = "Διαγωνισμός για κοινωνικές υπηρεσίες. Οι κάτοικοι θα συμμετέχουν στην αξιολόγηση. " * 5
    text, encoding = decode(source(greek.encode("iso8859-7")))
    assert encoding != "cp1252"
    assert "κάτοικοι" in text


@pytest.mark.parametrize("declared", ["windows-1252", "ISO-8859-1", "us-ascii", "cp1252"])
def test_a_declared_encoding_is_followed_and_latin_1_read_as_browsers_do(declared):
    assert decode(source(SENTENCE.encode("cp1252")), declared=declared) == (SENTENCE, "cp1252")


@pytest.mark.parametrize("declared", ["no-such-thing", "hex", "utf-16", "utf-8", "punycode", ""])
def test_a_wrong_declaration_does_not_stop_the_reading(declared):
    assert decode(source(SENTENCE.encode("utf-8")), declared=declared)[0] == SENTENCE


def test_line_ends_are_unified_and_stray_control_characters_left_out():
    assert decode(source(b"one\r\ntwo\rthree\x07" + b" more" * 50))[0].startswith("one\ntwo\nthree more")


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 20,
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0",
        b"\0" * 100,
        b"\x7fELF\x02\x01\x01" + bytes(range(128, 160)) * 10,
    ],
)
def test_a_binary_file_is_refused_with_a_way_out(data):
    with pytest.raises(UnsupportedError, match=r"^notice\.txt: this is not text .*; export it"):
        list(read(source(data)))


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", codecs.BOM_UTF8])
def test_a_file_without_text_is_refused(data):
    with pytest.raises(NoTextError, match=r"^notice\.txt: the file holds no text"):
        list(read(source(data)))


def test_the_draft_has_blocks_and_names_the_encoding():
    (draft,) = read(source(b"Scope\n\nWe will listen to residents.\n\n- We answer.\n- We pay."))
    assert (draft.name, draft.format, draft.metadata) == ("notice.txt", "text", {"encoding": "utf-8"})
    assert [block.text for block in draft.blocks][:2] == ["Scope", "We will listen to residents."]


def test_a_row_of_short_cells_is_one_block():
    cells = [[Block("Quality"), Block("of care")], [Block("  ")], [Block("60%")]]
    assert row_blocks(cells) == [Block("Quality\nof care | 60%", kind="row")]


def test_a_row_without_text_is_nothing():
    assert row_blocks([]) == row_blocks([[], [Block(" ")]]) == []


def test_a_row_with_one_filled_cell_is_the_cells_blocks():
    blocks = [Block("Scope", kind="heading", level=2), Block("We listen.")]
    assert row_blocks([[], blocks]) == blocks


def test_a_layout_row_is_read_paragraph_by_paragraph():
    long = [Block("We listen to people. " * 30), Block("We answer them. " * 30)]
    assert row_blocks([[Block("Menu")], long]) == [Block("Menu"), *long]


def test_a_long_row_of_single_paragraphs_stays_a_row():
    (row,) = row_blocks([[Block("Care")], [Block("word " * 200)]])
    assert row.kind == "row"


def test_a_row_with_a_table_in_it_is_not_run_together():
    inner = Block("Price | 40%", kind="row")
    assert row_blocks([[Block("Criteria")], [inner]]) == [Block("Criteria"), inner]

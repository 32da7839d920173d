import io
import zipfile

import pytest

from kindtext.errors import NoTextError, ReadError, UnsupportedError
from kindtext.readers._package import HEADING_WORDS
from kindtext.readers.odt import read
from kindtext.readers.source import Source

BASE = "urn:oasis:names:tc:opendocument:xmlns:"
DECLARATIONS = " ".join(
    f'xmlns:{prefix}="{BASE}{name}:1.0"'
    for prefix, name in {
        "office": "office",
        "text": "text",
        "table": "table",
        "draw": "drawing",
        "style": "style",
        "svg": "svg-compatible",
        "manifest": "manifest",
    }.items()
)
DECLARATIONS += ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xml="http://www.w3.org/XML/1998/namespace"'
MIMETYPE = "application/vnd.oasis.opendocument.text"


def packed(parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return buffer.getvalue()


def odt(body, *, automatic="", styles="", masters="", mimetype=MIMETYPE, **parts):
    """An OpenDocument text with this body, automatic styles, named styles and page styles."""
    return packed(
        {
            "mimetype": mimetype,
            "content.xml": f"<office:document-content {DECLARATIONS}><office:automatic-styles>{automatic}"
            f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
            "</office:document-content>",
            "styles.xml": f"<office:document-styles {DECLARATIONS}><office:styles>{styles}</office:styles>"
            f"<office:master-styles>{masters}</office:master-styles></office:document-styles>",
        }
        | parts
    )


def source(data):
    return Source("itt.odt", None, data)


def draft_of(data):
    (draft,) = read(source(data))
    return draft


def texts(data):
    return [block.text for block in draft_of(data).blocks]


def kinds(data):
    return [(block.kind, block.level, block.text) for block in draft_of(data).blocks]


def p(text, style=""):
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def cell(text):
    return f"<table:table-cell>{text if text.startswith('<') else p(text)}</table:table-cell>"


def row(*cells):
    return f"<table:table-row>{''.join(map(cell, cells))}</table:table-row>"


def test_headings_paragraphs_and_lists_keep_their_kind_and_level():
    automatic = '<style:style style:family="paragraph" style:name="P1" style:parent-style-name="Title"/>'
    body = (
        p("Meals", "P1")
        + '<text:h text:outline-level="2">Scope</text:h><text:h>Lots</text:h>'
        + f'<text:section text:name="s">{p("We will listen.")}</text:section>'
        + f"<text:list><text:list-header>{p('For')}</text:list-header><text:list-item>{p('Residents')}"
        + f"<text:list><text:list-item>{p('Carers')}</text:list-item></text:list>"
        + "</text:list-item></text:list>"
        + f'<text:numbered-paragraph text:level="3">{p("Third")}</text:numbered-paragraph>'
    )
    assert kinds(odt(body, automatic=automatic)) == [
        ("title", 0, "Meals"),
        ("heading", 2, "Scope"),
        ("heading", 1, "Lots"),
        ("paragraph", 0, "We will listen."),
        ("item", 1, "For"),
        ("item", 1, "Residents"),
        ("item", 2, "Carers"),
        ("item", 3, "Third"),
    ]


def test_a_whole_clause_in_a_heading_is_text():
    assert kinds(odt(f"<text:h>{'word ' * (HEADING_WORDS + 1)}</text:h>"))[0][0] == "paragraph"


def test_white_space_is_what_its_elements_say():
    body = p(
        "One  \n two<text:s/><text:s text:c='2'/>three<text:tab/>four<text:line-break/>five<text:soft-page-break/>"
    )
    assert texts(odt(body)) == ["One two   three\tfour\nfive"]


def test_spans_links_marks_and_fields_give_their_text():
    body = p(
        "See <text:a href='x'><text:span>our</text:span> plan</text:a><text:bookmark text:name='b'/>"
        "<text:placeholder>, now</text:placeholder><?pi x?><!-- note --> and <text:ruby><text:ruby-base>here"
        "</text:ruby-base><text:ruby-text>there</text:ruby-text></text:ruby>."
    )
    assert texts(odt(body)) == ["See our plan, now and here."]


def test_tables_become_rows_each_merged_cell_once():
    body = (
        "<table:table><table:table-column/><table:table-header-rows>"
        + row("Criterion", "Weight")
        + "</table:table-header-rows><table:table-rows><table:table-row><table:table-cell "
        + f'table:number-columns-spanned="2">{p("Wide")}{p("cell")}</table:table-cell>'
        + f"<table:covered-table-cell>{p('covered')}</table:covered-table-cell></table:table-row>"
        + row("Parts", f"<table:table>{row('a', '1')}{row('b', '2')}</table:table>")
        + "</table:table-rows></table:table>"
        + f"<table:table>{row(p('We listen.') + p('We answer.'))}</table:table>"
    )
    assert kinds(odt(body)) == [
        ("row", 0, "Criterion | Weight"),
        ("paragraph", 0, "Wide"),
        ("paragraph", 0, "cell"),
        ("paragraph", 0, "Parts"),
        ("row", 0, "a | 1"),
        ("row", 0, "b | 2"),
        ("paragraph", 0, "We listen."),
        ("paragraph", 0, "We answer."),
    ]


def test_tracked_deletions_and_comments_are_left_out_and_insertions_kept():
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion>"
        + p("must not")
        + "</text:deletion></text:changed-region></text:tracked-changes>"
        + p(
            "We <text:change text:change-id='1'/><text:change-start/>will<text:change-end/> listen"
            f"<office:annotation><dc:creator>Ann</dc:creator>{p('Really?')}</office:annotation>."
        )
    )
    assert texts(odt(body)) == ["We will listen."]


def test_notes_follow_the_body_with_the_section_of_their_citation():
    note = f"<text:note-citation>1</text:note-citation><text:note-body>{p('A note.')}</text:note-body>"
    note = f"<text:note>{note}</text:note>"
    body = f"<text:h>Scope</text:h>{p(f'Text{note} on.')}<text:h>Annex</text:h>"
    blocks = draft_of(odt(body)).blocks
    assert [(block.kind, block.text, block.section) for block in blocks[1::2]] == [
        ("paragraph", "Text on.", None),
        ("note", "A note.", "Scope"),
    ]


def test_text_boxes_follow_their_paragraph():
    frame = (
        "<draw:frame><draw:text-box>{}</draw:text-box><svg:title>alt</svg:title><svg:desc>b</svg:desc></draw:frame>"
    ).format(p("In the box.") + f"<table:table>{row('a', 'b')}</table:table>")
    body = p(f"Anchor{frame} text.") + frame + p(f"<draw:custom-shape>{p('In a shape.')}</draw:custom-shape>")
    assert texts(odt(body)) == ["Anchor text.", *["In the box.", "a | b"] * 2, "In a shape."]


def test_hidden_text_and_contents_are_left_out_with_a_note():
    automatic = """<style:style style:family="text" style:name="T1">
    <style:text-properties text:display="none"/></style:style>
    <style:style style:family="paragraph" style:name="P1" style:parent-style-name="Ghost"/>"""
    styles = """<style:style style:family="paragraph" style:name="Ghost">
    <style:text-properties text:display="none"/></style:style>
    <style:style style:family="text" style:name="A" style:parent-style-name="A"/>"""
    body = (
        f"<text:table-of-content><text:index-body>{p('Scope 3')}</text:index-body></text:table-of-content>"
        + p("Seen <text:span text:style-name='T1'>not seen</text:span><text:span text:style-name='A'>again</text:span>")
        + p("ghost", "P1")
        + f'<text:section text:display="none">{p("two words")}</text:section>'
    )
    draft = draft_of(odt(body, automatic=automatic, styles=styles))
    assert [block.text for block in draft.blocks] == ["Seen again"]
    assert draft.notes == ("5 words of hidden text were left out.", "The table of contents was left out.")


def test_headers_and_footers_are_read_once_and_without_page_numbers():
    masters = (
        f"<style:master-page><style:header>{p('Official')}</style:header>"
        f"<style:footer>{p('12')}</style:footer>"
        f"<style:footer-left>{p('Version 2')}</style:footer-left></style:master-page><style:master-page>"
        f"<style:header>{p('Official')}</style:header>"
        f'<style:header-first style:display="false">{p("Off")}</style:header-first></style:master-page>'
    )
    assert kinds(odt(p("Text"), masters=masters)) == [
        ("header", 0, "Official"),
        ("paragraph", 0, "Text"),
        ("footer", 0, "Version 2"),
    ]


def test_the_title_becomes_metadata():
    title = "<office:meta><dc:title>Meals </dc:title></office:meta>"
    meta = f"<office:document-meta {DECLARATIONS}>{title}</office:document-meta>"
    draft = draft_of(odt(p("Text"), **{"meta.xml": meta}))
    assert (draft.metadata, draft.format, draft.name) == ({"title": "Meals"}, "odt", "itt.odt")


def test_an_identifier_that_is_given_twice_is_no_damage():
    assert texts(odt('<text:p xml:id="a">One.</text:p><text:p xml:id="a">Two.</text:p>')) == ["One.", "Two."]


@pytest.mark.parametrize("body", ["", p(" "), "<text:p><text:s/></text:p>"])
def test_a_document_without_text_is_refused(body):
    with pytest.raises(NoTextError, match=r"^itt\.odt: the document holds no text"):
        draft_of(odt(body))


@pytest.mark.parametrize("data", [b"", b"We listen."])
def test_what_is_no_zip_is_refused(data):
    with pytest.raises(UnsupportedError, match=r"^itt\.odt: this is no OpenDocument text; "):
        draft_of(data)


def test_a_zip_with_other_things_in_it_is_refused():
    with pytest.raises(UnsupportedError, match=r"^itt\.odt: a zip file without an OpenDocument text in it; "):
        draft_of(packed({"readme.txt": "hello"}))


def test_a_spreadsheet_is_refused_by_name():
    with pytest.raises(UnsupportedError, match=r"^itt\.odt: an OpenDocument spreadsheet, not a text; "):
        draft_of(odt(p("x"), mimetype=MIMETYPE.replace("text", "spreadsheet")))


def test_an_encrypted_document_is_refused():
    entry = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    manifest = f"<manifest:manifest {DECLARATIONS}>{entry}</manifest:manifest>"
    with pytest.raises(ReadError, match=r"^itt\.odt: encrypted with a password; "):
        draft_of(odt("x", **{"META-INF/manifest.xml": manifest, "content.xml": b"\x8f\x01\x02"}))


def test_a_truncated_file_is_refused_wherever_it_is_cut():
    whole = odt(p("We will listen. " * 200))
    for share in (0.1, 0.5, 0.9, 0.99):
        with pytest.raises(ReadError, match=r"^itt\.odt: a damaged OpenDocument text .*download it again"):
            draft_of(whole[: int(len(whole) * share)])


def test_a_file_with_any_byte_changed_is_read_or_refused_but_never_breaks():
    whole = odt(p("We will listen."))
    for position in range(len(whole)):
        data = bytearray(whole)
        data[position] ^= 0xFF
        try:
            draft_of(bytes(data))
        except ReadError as error:
            assert str(error).startswith("itt.odt: ")


def test_damaged_xml_and_entities_are_not_let_in():
    with pytest.raises(ReadError, match=r"^itt\.odt: content\.xml in it is damaged"):
        draft_of(packed({"content.xml": "<office>"}))
    entity = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    body = f"<office:body><office:text>{p('We listen.&e;')}</office:text></office:body>"
    content = f"{entity}<office:document-content {DECLARATIONS}>{body}</office:document-content>"
    assert texts(packed({"content.xml": content})) == ["We listen."]


def test_deep_nesting_is_refused_and_what_the_parser_lets_through_does_not_blow_the_stack():
    depth = 240
    assert texts(odt(p("<text:span>" * depth + "Deep." + "</text:span>" * depth))) == ["Deep."]
    assert texts(odt("<text:section>" * depth + p("Deep.") + "</text:section>" * depth)) == ["Deep."]
    with pytest.raises(ReadError, match="is damaged"):
        texts(odt("<text:section>" * 9_000 + "</text:section>" * 9_000))


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    with pytest.raises(ReadError, match=r"^itt\.odt: unpacks to 47 MB, which no real document does; "):
        draft_of(packed({"mimetype": MIMETYPE, "content.xml": b"<a>" + b" " * 50_000_000}))

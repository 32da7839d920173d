import io
import zipfile

import docx
import pytest

from kindtext.errors import NoTextError, ReadError, UnsupportedError
from kindtext.readers._package import HEADING_WORDS, open_package
from kindtext.readers.docx import read
from kindtext.readers.source import Source

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DECLARATIONS = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def source(data):
    return Source("itt.docx", None, data)


def packed(parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return buffer.getvalue()


def word(body, **parts):
    """A Word document with this body, and with other parts by their kind: footnotes, styles ..."""
    relations = "".join(
        f'<Relationship Id="{kind}" Type="{OFFICE}/{kind.rstrip("0123456789")}" Target="{kind}.xml"/>' for kind in parts
    )
    package = {
        "word/document.xml": f"<w:document {DECLARATIONS}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f"<Relationships>{relations}</Relationships>",
    }
    return packed(package | {f"word/{kind}.xml": text for kind, text in parts.items()})


def p(text, properties=""):
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def cell(text, properties=""):
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{text if text.startswith('<') else p(text)}</w:tc>"


def row(*cells):
    return f"<w:tr>{''.join(each if each.startswith('<w:tc>') else cell(each) for each in cells)}</w:tr>"


def table(*rows):
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def draft_of(data):
    (draft,) = read(source(data))
    return draft


def texts(data):
    return [block.text for block in draft_of(data).blocks]


def kinds(data):
    return [(block.kind, block.level, block.text) for block in draft_of(data).blocks]


def saved(document):
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_a_document_of_headings_lists_and_tables_in_order():
    document = docx.Document()
    document.core_properties.title = "Meals for schools"
    document.add_heading("Meals", 0)
    document.add_heading("Scope", 1)
    document.add_paragraph("We will listen.")
    document.add_paragraph("Residents", style="List Bullet")
    document.add_paragraph("Carers", style="List Bullet 2")
    document.add_paragraph("Schools", style="List Number")
    grid = document.add_table(2, 2)
    for place, text in zip(grid._cells, ("Criterion", "Weight", "Quality", "60%"), strict=True):
        place.text = text
    document.add_heading("Award", 2)
    document.sections[0].header.paragraphs[0].text = "Official"
    document.sections[0].footer.paragraphs[0].text = "Version 2"
    draft = draft_of(saved(document))
    assert [(block.kind, block.level, block.text) for block in draft.blocks] == [
        ("header", 0, "Official"),
        ("title", 0, "Meals"),
        ("heading", 1, "Scope"),
        ("paragraph", 0, "We will listen."),
        ("item", 1, "Residents"),
        ("item", 2, "Carers"),
        ("item", 1, "Schools"),
        ("row", 0, "Criterion | Weight"),
        ("row", 0, "Quality | 60%"),
        ("heading", 2, "Award"),
        ("footer", 0, "Version 2"),
    ]
    assert (draft.name, draft.format, draft.metadata, draft.notes) == (
        "itt.docx",
        "docx",
        {"title": "Meals for schools"},
        (),
    )


def test_heading_levels_are_inherited_and_may_be_set_on_the_paragraph():
    styles = f"""<w:styles {DECLARATIONS}>
    <w:style w:styleId="H2"><w:name w:val="heading 2"/></w:style>
    <w:style w:styleId="Clause"><w:name w:val="Clause"/><w:basedOn w:val="H2"/></w:style>
    <w:style w:styleId="Lined"><w:name w:val="x"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
    <w:style w:styleId="Plain"><w:name w:val="y"/><w:basedOn w:val="H2"/>
    <w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>
    <w:style w:styleId="A"><w:name w:val="a"/><w:basedOn w:val="B"/></w:style>
    <w:style w:styleId="B"><w:name w:val="b"/><w:basedOn w:val="A"/></w:style></w:styles>"""
    names = ("Clause", "Lined", "Plain", "A", "Missing")
    body = "".join(p(name, f'<w:pStyle w:val="{name}"/>') for name in names)
    body += p("Direct", '<w:outlineLvl w:val="0"/>') + p("Off", '<w:pStyle w:val="H2"/><w:outlineLvl w:val="9"/>')
    assert [(kind, level) for kind, level, _ in kinds(word(body, styles=styles))] == [
        ("heading", 2),
        ("heading", 3),
        *[("paragraph", 0)] * 3,
        ("heading", 1),
        ("paragraph", 0),
    ]


def test_a_whole_clause_in_a_heading_style_is_text():
    clause = "word " * (HEADING_WORDS + 1)
    body = p(clause, '<w:outlineLvl w:val="1"/>') + p(
        clause, '<w:outlineLvl w:val="1"/><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>'
    )
    assert [(kind, level) for kind, level, _ in kinds(word(body))] == [("paragraph", 0), ("item", 2)]


def test_list_levels_come_from_the_paragraph_its_style_or_the_lists_definition():
    styles = f"""<w:styles {DECLARATIONS}>
    <w:style w:styleId="L1"><w:name w:val="L1"/>
    <w:pPr><w:numPr><w:numId w:val="5"/></w:numPr></w:pPr></w:style>
    <w:style w:styleId="L2"><w:name w:val="L2"/>
    <w:pPr><w:numPr><w:numId w:val="5"/></w:numPr></w:pPr></w:style>
    </w:styles>"""
    numbering = f"""<w:numbering {DECLARATIONS}><w:abstractNum w:abstractNumId="0">
    <w:lvl w:ilvl="0"><w:pStyle w:val="L1"/></w:lvl>
    <w:lvl w:ilvl="1"><w:pStyle w:val="L2"/></w:lvl></w:abstractNum>
    <w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""
    body = (
        p("one", '<w:pStyle w:val="L1"/>')
        + p("two", '<w:pStyle w:val="L2"/>')
        + p("three", '<w:numPr><w:ilvl w:val="2"/><w:numId w:val="1"/></w:numPr>')
        + p("none", '<w:pStyle w:val="L1"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    )
    assert kinds(word(body, styles=styles, numbering=numbering)) == [
        ("item", 1, "one"),
        ("item", 2, "two"),
        ("item", 3, "three"),
        ("paragraph", 0, "none"),
    ]


def test_merged_cells_are_read_once():
    document = docx.Document()
    grid = document.add_table(3, 3)
    for index, place in enumerate(grid._cells):
        place.text = f"c{index}"
    grid.cell(0, 0).merge(grid.cell(0, 1)).text = "wide"
    grid.cell(1, 0).merge(grid.cell(2, 0)).text = "tall"
    assert texts(saved(document)) == ["wide | c2", "tall | c4 | c5", "c7 | c8"]


def test_one_cell_and_nested_and_layout_tables_read_as_what_is_in_them():
    box = table(row(cell(p("Scope", '<w:outlineLvl w:val="0"/>') + p("We listen."))))
    nested = table(row("Outer", cell(table(row("a", "1"), row("b", "2")) + "<w:p/>")))
    long = "".join(p("We will listen to the people who use it. " * 6) for _ in range(3))
    layout = table(row("Menu", cell(long)))
    short = table(row(cell(p("Two") + p("lines")), "x"))
    assert [(kind, text[:11]) for kind, _, text in kinds(word(box + nested + layout + short))] == [
        ("heading", "Scope"),
        ("paragraph", "We listen."),
        ("paragraph", "Outer"),
        ("row", "a | 1"),
        ("row", "b | 2"),
        ("paragraph", "Menu"),
        *[("paragraph", "We will lis")] * 3,
        ("row", "Two\nlines |"),
    ]


def test_tracked_changes_are_read_as_accepted():
    run = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>".format
    mark = "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>"
    body = (
        f"<w:p>{run('We ')}<w:del><w:r><w:delText>must not </w:delText></w:r></w:del>"
        f"<w:ins>{run('will ')}</w:ins>"
        f"<w:moveFrom>{run('moved ')}</w:moveFrom><w:moveTo>{run('listen.')}</w:moveTo></w:p>"
        f"<w:p>{mark}{run('Joined ')}</w:p><w:p>{run('with the next.')}</w:p>"
        f"<w:p>{mark}<w:del>{run('All gone.')}</w:del></w:p>"
        + table("<w:tr><w:trPr><w:del/></w:trPr>" + cell("deleted") + "</w:tr>", row("kept", "1"))
    )
    assert texts(word(body)) == ["We will listen.", "Joined with the next.", "kept | 1"]


def test_a_text_box_is_read_once_after_its_paragraph():
    def box(text):
        return f"<w:txbxContent>{p(text)}{table(row('a', 'b'))}</w:txbxContent>"

    body = (
        "<w:p><w:r><w:t>Anchor.</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>"
        f"{box('In the box.')}</w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box('In the box.')}"
        "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        f"<w:p><w:r><w:pict><v:textbox>{box('Old box.')}</v:textbox></w:pict></w:r></w:p>"
        "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='x'><w:drawing/></mc:Choice>"
        "<mc:Fallback><w:t>Fallback.</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert texts(word(body)) == ["Anchor.", "In the box.", "a | b", "Old box.", "a | b", "Fallback."]


def test_content_controls_links_fields_and_special_characters_give_their_text():
    body = (
        "<w:sdt><w:sdtPr><w:alias w:val='x'/></w:sdtPr>"
        f"<w:sdtContent>{p('Block control.')}</w:sdtContent></w:sdt>"
        "<w:p><w:r><w:t>See </w:t></w:r><w:hyperlink><w:r><w:t>our plan</w:t></w:r></w:hyperlink>"
        "<w:sdt><w:sdtContent><w:r><w:t>, now</w:t></w:r></w:sdtContent></w:sdt>"
        "<w:r><w:fldChar w:fldCharType='begin'/><w:instrText>PAGE</w:instrText></w:r>"
        "<w:fldSimple w:instr='DATE'><w:r><w:t> 2026</w:t></w:r></w:fldSimple>"
        "<w:r><w:tab/><w:t>non</w:t><w:noBreakHyphen/><w:t>profit</w:t><w:br/><w:t>end</w:t></w:r>"
        "<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath><w:smartTag><w:r><w:t>.</w:t></w:r></w:smartTag></w:p>"
        + table(f"<w:sdt><w:sdtContent>{row('a', 'b')}</w:sdtContent></w:sdt>")
    )
    assert texts(word(body)) == ["Block control.", "See our plan, now 2026\tnon-profit\nendx=1.", "a | b"]


def test_hidden_text_is_left_out_with_a_note_and_comments_without():
    styles = f"""<w:styles {DECLARATIONS}><w:style w:styleId="Ghost"><w:name w:val="Ghost"/>
    <w:rPr><w:vanish/></w:rPr></w:style></w:styles>"""
    body = (
        "<w:p><w:r><w:t>Seen</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t> not seen</w:t></w:r>"
        "<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t> again</w:t><w:commentReference w:id='1'/></w:r></w:p>"
        "<w:p><w:r><w:rPr><w:rStyle w:val='Ghost'/></w:rPr><w:t>ghost</w:t></w:r></w:p>"
        "<w:p><w:pPr><w:pStyle w:val='Ghost'/></w:pPr><w:r><w:t>all hidden</w:t></w:r></w:p>"
    )
    comments = f"<w:comments {DECLARATIONS}><w:comment w:id='1'>{p('Delete this?')}</w:comment></w:comments>"
    draft = draft_of(word(body, styles=styles, comments=comments))
    assert [block.text for block in draft.blocks] == ["Seen again"]
    assert draft.notes == ("5 words of hidden text were left out.",)


WHITE = "<w:r><w:rPr><w:color w:val='FFFFFF'/></w:rPr><w:t>white</w:t></w:r>"


@pytest.mark.parametrize(
    "unseen",
    [WHITE, WHITE.replace("FFFFFF", "ffffff"), WHITE.replace("color w:val='FFFFFF'", "sz w:val='2'")],
)
def test_text_that_is_printed_so_that_nobody_sees_it_is_left_out_with_a_note(unseen):
    draft = draft_of(word(f"<w:p>{unseen}</w:p>" + p("Seen.")))
    assert [block.text for block in draft.blocks] == ["Seen."]
    assert draft.notes == ("1 words of hidden text were left out.",)


@pytest.mark.parametrize(
    "body",
    [
        f"<w:p><w:pPr><w:shd w:fill='003366'/></w:pPr>{WHITE}</w:p>",
        "<w:p>" + WHITE.replace("<w:color", "<w:shd w:fill='003366'/><w:color") + "</w:p>",
        f"<w:tbl><w:tr><w:tc><w:p>{WHITE}</w:p></w:tc></w:tr></w:tbl>",
        f"<w:p><w:pPr><w:pStyle w:val='Band'/></w:pPr>{WHITE}</w:p>",
    ],
    ids=["shaded paragraph", "shaded words", "table", "shaded style"],
)
def test_white_text_on_a_colour_is_read(body):
    styles = f"""<w:styles {DECLARATIONS}><w:style w:styleId="Band"><w:name w:val="Band"/>
    <w:pPr><w:shd w:fill='003366'/></w:pPr></w:style></w:styles>"""
    assert texts(word(body, styles=styles)) == ["white"]


def test_notes_follow_the_body_in_the_order_of_citation():
    footnotes = f"""<w:footnotes {DECLARATIONS}>
    <w:footnote w:type="separator" w:id="0">{p("---")}</w:footnote>
    <w:footnote w:id="1">{p("Second.")}</w:footnote><w:footnote w:id="2">{p("First.")}</w:footnote>
    <w:footnote w:id="3">{p("Not cited.")}</w:footnote></w:footnotes>"""
    endnotes = f'<w:endnotes {DECLARATIONS}><w:endnote w:id="1">{p("Third.")}</w:endnote></w:endnotes>'
    body = (
        p("Scope", '<w:outlineLvl w:val="0"/>')
        + "<w:p><w:r><w:t>Text</w:t><w:footnoteReference w:id='2'/>"
        + "<w:footnoteReference w:id='1'/></w:r></w:p>"
        + "<w:p><w:r><w:t>more</w:t><w:endnoteReference w:id='1'/></w:r></w:p>"
        + p("Annex", '<w:outlineLvl w:val="0"/>')
        + "<w:p><w:del><w:r><w:footnoteReference w:id='3'/></w:r></w:del></w:p>"
    )
    blocks = draft_of(word(body, footnotes=footnotes, endnotes=endnotes)).blocks
    assert [(block.kind, block.text, block.section) for block in blocks[-3:]] == [
        ("note", "First.", "Scope"),
        ("note", "Second.", "Scope"),
        ("note", "Third.", "Scope"),
    ]


def test_headers_and_footers_are_read_once_and_without_page_numbers():
    body = p("Text") + "".join(
        f"<w:sectPr><w:headerReference r:id='header{n}'/><w:footerReference r:id='footer1'/></w:sectPr>" for n in (1, 2)
    )
    header = f"<w:hdr {DECLARATIONS}>{p('Official')}{{}}</w:hdr>"
    parts = {
        "header1": header.format(""),
        "header2": header.format(table(row("Draft", "v2"))),
        "footer1": f"<w:ftr {DECLARATIONS}>{p('12')}{p('Page 1 of 9')}</w:ftr>",
    }
    assert kinds(word(body, **parts)) == [
        ("header", 0, "Official"),
        ("header", 0, "Draft | v2"),
        ("paragraph", 0, "Text"),
        ("footer", 0, "Page 1 of 9"),
    ]


def test_the_table_of_contents_and_embedded_documents_are_left_out_with_a_note():
    styles = f'<w:styles {DECLARATIONS}><w:style w:styleId="T"><w:name w:val="toc 1"/></w:style></w:styles>'
    draft = draft_of(word(p("Scope 3", '<w:pStyle w:val="T"/>') + p("Text") + "<w:altChunk/>", styles=styles))
    assert [block.text for block in draft.blocks] == ["Text"]
    assert draft.notes[0] == "The table of contents was left out."
    assert draft.notes[1].startswith("A document embedded in this one was not read")


def test_strict_documents_and_those_with_another_main_part_are_read():
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    main = f'<w:document xmlns:w="{strict}"><w:body>{p("We listen.")}</w:body></w:document>'
    target = 'Type="x/officeDocument" Target="/word/other.xml"'
    relation = f'<Relationships><Relationship Id="a" {target}/></Relationships>'
    assert texts(packed({"word/other.xml": main, "_rels/.rels": relation})) == ["We listen."]


def test_entities_are_not_expanded():
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname"><!ENTITY f "{"a" * 50}">]>'
    main = f"{entity}<w:document {DECLARATIONS}><w:body>{p('We listen.&e;&f;')}</w:body></w:document>"
    assert texts(packed({"word/document.xml": main})) == ["We listen."]


@pytest.mark.parametrize("inside", ["<w:p/>", "", p(" "), table(row(" ", " "))])
def test_a_document_without_text_is_refused(inside):
    with pytest.raises(NoTextError, match=r"^itt\.docx: the document holds no text"):
        draft_of(word(inside))


@pytest.mark.parametrize("data", [b"", b"We listen.", b"%PDF-1.7 ..."])
def test_what_is_no_zip_is_refused(data):
    with pytest.raises(UnsupportedError, match=r"^itt\.docx: this is no Word document; "):
        draft_of(data)


def test_a_zip_with_other_things_in_it_is_refused():
    with pytest.raises(UnsupportedError, match=r"^itt\.docx: a zip file without a Word document in it; "):
        draft_of(packed({"readme.txt": "hello"}))


def test_encrypted_and_old_office_files_are_told_apart():
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    with pytest.raises(ReadError, match=r"^itt\.docx: encrypted with a password; "):
        draft_of(container + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(UnsupportedError, match=r"^itt\.docx: an Office 97-2003 file; "):
        draft_of(container + "WordDocument".encode("utf-16-le"))


def test_a_truncated_file_is_refused_wherever_it_is_cut():
    whole = word(p("We will listen. " * 200))
    for share in (0.1, 0.5, 0.9, 0.99):
        with pytest.raises(ReadError, match=r"^itt\.docx: a damaged Word document .*download it again"):
            draft_of(whole[: int(len(whole) * share)])


def test_a_file_with_any_byte_changed_is_read_or_refused_but_never_breaks():
    whole = word(p("We will listen."), styles=f"<w:styles {DECLARATIONS}/>")
    for position in range(len(whole)):
        data = bytearray(whole)
        data[position] ^= 0xFF
        try:
            draft_of(bytes(data))
        except ReadError as error:
            assert str(error).startswith("itt.docx: ")


def test_damaged_xml_is_refused():
    with pytest.raises(ReadError, match=r"^itt\.docx: word/document\.xml in it is damaged \(.*\); open the file"):
        draft_of(packed({"word/document.xml": "<w:document>"}))


def test_deep_nesting_is_refused_and_what_the_parser_lets_through_does_not_blow_the_stack():
    depth = 80
    nested = "<w:tbl><w:tr><w:tc>" * depth + p("Deep.") + "</w:tc></w:tr></w:tbl>" * depth
    assert texts(word(nested)) == ["Deep."]
    smart = "<w:hyperlink>" * 240 + "<w:r><w:t>Deep.</w:t></w:r>" + "</w:hyperlink>" * 240
    assert texts(word(f"<w:p>{smart}</w:p>")) == ["Deep."]
    with pytest.raises(ReadError, match="is damaged"):
        texts(word("<w:sdt>" * 9_000 + "</w:sdt>" * 9_000))


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = packed({"word/document.xml": b"<a>" + b" " * 50_000_000})
    assert len(bomb) < 100_000
    with pytest.raises(ReadError, match=r"^itt\.docx: unpacks to 47 MB, which no real document does; "):
        draft_of(bomb)


def test_a_bomb_under_another_name_is_refused_too():
    relation = '<Relationships><Relationship Id="a" Type="x/officeDocument" Target="word/x.bin"/></Relationships>'
    with pytest.raises(ReadError, match="which no real document does"):
        draft_of(packed({"_rels/.rels": relation, "word/x.bin": b" " * 50_000_000}))


def test_an_unknown_compression_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as package:
        package.writestr("word/document.xml", "<x/>")
    with pytest.raises(ReadError, match=r"cannot be unpacked \(unknown compression\)"):
        draft_of(buffer.getvalue())


def test_large_pictures_do_not_count_as_a_bomb():
    data = packed({"word/media/image.bmp": b"\0" * 50_000_000, "word/document.xml": b"<x/>"})
    open_package(source(data), "Word document").close()

import time

import pytest

from kindtext.errors import NoTextError, ReadError
from kindtext.passages import assemble
from kindtext.readers import pdf
from kindtext.readers.limits import Limits
from kindtext.readers.source import Source

WIDTH, HEIGHT = 595, 842
BODY = 11


def escaped(text):
    return text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def make_pdf(*pages, title=None, extra=b"", rotate=0):
    """Return a PDF; a page is a list of lines ``(x, y, text, size, bold)``, or bytes of its content."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]

    def add(content):
        objects.append(content)
        return len(objects)

    fonts = [
        add(b"<</Type/Font/Subtype/Type1/BaseFont/%s/Encoding/WinAnsiEncoding>>" % name)
        for name in (b"Helvetica", b"Helvetica-Bold")
    ]
    kids = []
    for page in pages:
        if not isinstance(page, bytes):
            shown = [
                b"/F%d %g Tf 1 0 0 1 %g %g Tm (%s) Tj" % (bold, size, x, y, escaped(text))
                for x, y, text, size, bold in page
            ]
            page = b"BT\n" + b"\n".join(shown) + b"\nET"
        content = add(b"<</Length %d>>stream\n%s\nendstream" % (len(page), page))
        kids.append(
            add(
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Rotate %d/Contents %d 0 R"
                b"/Resources<</Font<</F0 %d 0 R/F1 %d 0 R>>>>>>" % (WIDTH, HEIGHT, rotate, content, *fonts)
            )
        )
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (
        b" ".join(b"%d 0 R" % kid for kid in kids),
        len(kids),
    )
    if title is not None:
        extra += b"/Info %d 0 R" % add(b"<</Title(%s)>>" % escaped(title))
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    xref = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        xref,
        len(objects) + 1,
        extra,
        len(out),
    )


def lines(*texts, top=740, x=72, step=14, size=BODY, bold=False):
    """Return lines one below the other; an empty text leaves a gap."""
    return [(x, top - step * row, text, size, bold) for row, text in enumerate(texts) if text]


def read(data, name="itt.pdf"):
    (draft,) = pdf.read(Source(name, None, data))
    return draft


def blocks(data):
    return [(block.kind, block.text) for block in read(data).blocks]


LONG = "The Council wishes to work with people who use the service, with their carers and all"
DRAWING = b"0 0 300 300 re f"


def test_lines_become_paragraphs_parted_by_gaps_and_by_lines_that_end_early():
    page = lines(LONG, "who help them.", "", LONG, "of them. It ends.", "Another begins here after a short line.")
    assert [text for _, text in blocks(make_pdf(page))] == [
        f"{LONG}\nwho help them.",
        f"{LONG}\nof them. It ends.",
        "Another begins here after a short line.",
    ]


def test_bullets_and_numbers_begin_items_and_clauses():
    page = lines("The panel will have on it:", "• two carers, paid for", "• a resident", "2.1 The Buyer pays.", LONG)
    assert [kind for kind, _ in blocks(make_pdf(page))] == [
        "paragraph",
        "item",
        "item",
        "paragraph",
        "paragraph",
    ]


def test_larger_and_bold_lines_are_headings():
    page = [
        *lines("Social value", top=740, size=18),
        *lines("How we listen", top=700, bold=True),
        *lines(LONG, LONG, "to the end.", top=680),
    ]
    draft = read(make_pdf(page))
    assert [block.kind for block in draft.blocks] == ["heading", "heading", "paragraph"]
    assert draft.metadata == {"pages": 1, "title": "Social value"}
    assert assemble(draft).passages[0].section == "How we listen"


def test_a_bold_line_within_a_sentence_is_no_heading():
    page = [
        *lines(LONG, top=740),
        *lines("who help them, must be asked and", top=726, bold=True),
        *lines(f"that {LONG}", "must be paid.", top=712),
    ]
    assert [kind for kind, _ in blocks(make_pdf(page))] == ["paragraph"]


def test_running_headers_footers_and_page_numbers_are_marked():
    pages = [
        [
            *lines("Core Terms", top=800),
            *lines(LONG, f"on the page {n}.", top=700),
            *lines(f"Version 2.{n}", top=70),
            *lines(str(n), top=30, x=290),
        ]
        for n in range(1, 5)
    ]
    draft = read(make_pdf(*pages))
    assert [block.kind for block in draft.blocks] == ["header", "paragraph", "footer", "footer"] * 4
    assert [block.page for block in draft.blocks] == [n for n in range(1, 5) for _ in range(4)]
    text = assemble(draft).text
    assert "Core Terms" not in text and "Version" not in text


def test_a_paragraph_goes_on_over_the_page():
    data = make_pdf(
        [*lines(LONG, "suppliers pay the living", top=120), *lines("1", top=30)],
        [*lines("wage to everyone.", top=740), *lines("2", top=30)],
    )
    document = assemble(read(data))
    assert document.text == f"{LONG} suppliers pay the living wage to everyone."
    assert [passage.page for passage in document.passages] == [1]


def test_hyphens_at_line_ends_are_mended():
    page = lines(
        "Residents take part in the whole of the work of the com-",
        "munity panel and the co-",
        "production of it.",
    )
    text = assemble(read(make_pdf(page))).text
    assert text == "Residents take part in the whole of the work of the community panel and the co-production of it."


def test_columns_do_not_run_into_one_another():
    page = [
        *lines("The left column has a", "sentence that ends here.", top=700, x=72),
        *lines("The right column has a", "sentence of its own.", top=700, x=330),
    ]
    assert [text.replace("\n", " ") for _, text in blocks(make_pdf(page))] == [
        "The left column has a sentence that ends here.",
        "The right column has a sentence of its own.",
    ]


def test_a_footnote_is_a_note():
    page = [*lines(LONG, LONG, "to the end."), *lines("1 See the Act of 2023.", top=110, size=8)]
    assert blocks(make_pdf(page))[-1] == ("note", "1 See the Act of 2023.")


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_rotated_page_is_read_in_lines(rotate):
    # Text that is upright once the page has been turned.
    turns = {0: "1 0 0 1 72 {}", 90: "0 1 -1 0 {} 72", 180: "-1 0 0 -1 500 {}", 270: "0 -1 1 0 {} 600"}
    places = {0: (700, 686), 90: (200, 214), 180: (200, 214), 270: (400, 386)}
    shown = "\n".join(
        f"/F0 11 Tf {turns[rotate].format(place)} Tm ({text}) Tj"
        for place, text in zip(places[rotate], ("We listen to the people", "who use it."), strict=True)
    )
    data = make_pdf(f"BT\n{shown}\nET".encode(), rotate=rotate)
    assert blocks(data) == [("paragraph", "We listen to the people\nwho use it.")]


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("Home care: invitation to tender", "Home care: invitation to tender"),
        ("Microsoft Word - Home care ITT.docx", "Home care ITT"),
        ("Document1", None),
        ("", None),
    ],
)
def test_the_title_is_the_one_stated_unless_a_program_made_it_up(stated, title):
    assert read(make_pdf(lines(LONG), title=stated)).metadata.get("title") == title


def test_a_scan_is_refused_with_the_way_out():
    with pytest.raises(NoTextError, match=r"^scan\.pdf: .*no text layer.*ocrmypdf"):
        read(make_pdf(DRAWING, DRAWING), "scan.pdf")


def test_pages_without_a_text_layer_are_noted_and_blank_ones_are_not():
    draft = read(make_pdf(lines(LONG), DRAWING, b"", DRAWING))
    assert len(draft.notes) == 1
    assert draft.notes[0].startswith("Pages 2, 4 have no text layer")
    assert draft.metadata["pages"] == 4


def test_a_pdf_with_a_password_is_refused_with_the_way_out():
    locked = b"/Encrypt<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P -4>>/ID[<00><00>]" % (b"ab" * 32, b"cd" * 32)
    with pytest.raises(ReadError, match=r"^itt\.pdf: .*remove the password") as caught:
        read(make_pdf(lines(LONG), extra=locked))
    assert not isinstance(caught.value, NoTextError)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4\n", b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n<<", b"not a PDF", bytes(999)])
def test_a_broken_pdf_is_refused_with_the_way_out(data):
    with pytest.raises(ReadError, match=r"^itt\.pdf: .*; "):
        read(data)


def test_a_pdf_cut_short_anywhere_is_read_or_refused_and_nothing_else():
    whole = make_pdf(lines(LONG, LONG), lines(LONG))
    for end in range(0, len(whole), 37):
        try:
            read(whole[:end])
        except ReadError as error:
            assert str(error).startswith("itt.pdf: ")


def test_no_more_pages_are_read_than_the_limit():
    data = make_pdf(*[lines(f"{LONG} {n}") for n in range(3)])
    (draft,) = pdf.read(Source("itt.pdf", None, data, Limits(pages=2)))
    assert max(block.page for block in draft.blocks) == 2
    assert draft.notes == ("Only the first 2 of 3 pages were read.",)


def test_fifty_pages_a_second_are_read():
    data = make_pdf(*[lines(*[LONG] * 45) for _ in range(50)])
    begun = time.process_time()
    read(data)
    assert time.process_time() - begun < 1

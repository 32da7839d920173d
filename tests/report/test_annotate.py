import io
import shutil
import subprocess
import zipfile
from itertools import pairwise

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from trained import SAMPLES, small_model

from kindtext.document import Document
from kindtext.errors import UnsupportedError
from kindtext.passages import assemble, from_text
from kindtext.readers import read
from kindtext.readers.docx import read as read_docx
from kindtext.readers.source import Source
from kindtext.report.annotate import annotate
from kindtext.report.remarks import remarks
from kindtext.scoring import Evidence, PassageScore, Score, score

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
SAID = "The Authority will reject late tenders at once, and shall owe nobody a reason for it whatever they ask."


def word(body, w=W, **parts):
    """A Word file with this body and, by their kind, other parts."""
    declared = (
        f'xmlns:w="{w}" xmlns:r="{OFFICE}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    )
    relations = "".join(f'<Relationship Id="{kind}" Type="{OFFICE}/{kind}" Target="{kind}.xml"/>' for kind in parts)
    package = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships">{relations}</Relationships>',
        "word/document.xml": f"<w:document {declared}><w:body>{body}</w:body></w:document>",
        "word/media/picture.png": "not looked at",
    }
    for kind, inner in parts.items():
        package[f"word/{kind}.xml"] = f"<w:{kind} {declared}>{inner}</w:{kind}>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in package.items():
            file.writestr(name, text)
    return buffer.getvalue()


def p(inner):
    return f"<w:p><w:pPr/>{inner}</w:p>"


def r(text, properties=""):
    look = properties and f"<w:rPr>{properties}</w:rPr>"
    return f'<w:r w:rsidR="00A1">{look}<w:t xml:space="preserve">{text}</w:t></w:r>'


def source_of(data):
    return Source("draft.docx", None, data)


def document_of(data) -> Document:
    (draft,) = read_docx(source_of(data))
    return assemble(draft)


def judged(document, *quotes, signal="sanction", pole="transactional", assertion="affirmed", moved=-1.0):
    """A score with these words as evidence, each where it first stands."""
    found = []
    for passage in document.passages:
        evidence = []
        for quote in quotes:
            at = document.text.find(quote)
            if passage.start <= at < passage.end:
                evidence.append(Evidence(signal, pole, quote, at, at + len(quote), assertion, "buyer", moved))
        found.append(PassageScore(passage, (0.1, 0.1, 0.8), 1.0, tuple(evidence)))
    return Score("draft.docx", "docx", "", document.words, 20.0, (10.0, 30.0), None, tuple(found))


def marked(data, *quotes):
    document = document_of(data)
    return annotate(source_of(data), document, judged(document, *quotes))


def part(data, name="word/document.xml"):
    return zipfile.ZipFile(io.BytesIO(data)).read(name)


def anchors(data):
    """The words that each comment stands on, in the order of the comments."""
    root = etree.fromstring(part(data))
    w = root.tag.removesuffix("document")
    held, done = {}, {}
    for each in root.iter():
        if each.tag == w + "commentRangeStart":
            held[each.get(w + "id")] = []
        elif each.tag == w + "commentRangeEnd":
            done[each.get(w + "id")] = "".join(held.pop(each.get(w + "id")))
        elif each.tag == w + "t":
            for words in held.values():
                words.append(each.text or "")
    assert not held
    signs = [each.get(w + "id") for each in root.iter(w + "commentReference")]
    assert sorted(signs) == sorted(done)
    return [done[number] for number in sorted(done, key=int)]


def ours(data):
    """Numbers of our own comments."""
    root = etree.fromstring(part(data, "word/comments.xml"))
    w = root.tag.removesuffix("comments")
    return {each.get(w + "id") for each in root if each.get(w + "author") == "kindtext"}


def plain(data, numbers=frozenset()):
    """The body without some comments' marks, runs of one format put together again."""
    root = etree.fromstring(part(data))
    w = root.tag.removesuffix("document")
    for each in list(root.iter(w + "commentRangeStart", w + "commentRangeEnd", w + "commentReference")):
        if each.get(w + "id") in numbers:
            mark = each.getparent() if each.tag == w + "commentReference" else each
            mark.getparent().remove(mark)
    for change in root.iter(w + "rPrChange"):
        change.set(w + "id", "0")
    for text in root.iter(w + "t"):
        text.text = text.text if text.get(SPACE) == "preserve" else (text.text or "").strip()
        text.attrib.pop(SPACE, None)
    for run in list(root.iter(w + "r")):
        while (after := run.getnext()) is not None and after.tag == run.tag and look(after, w) == look(run, w):
            run.extend([each for each in after if each.tag != w + "rPr"])
            after.getparent().remove(after)
        texts = [each for each in run if each.tag == w + "t"]
        for text in texts:
            before = text.getprevious()
            if before is not None and before.tag == text.tag:
                text.text = (before.text or "") + (text.text or "")
                run.remove(before)
    for each in root.iter():
        each.tail = each.tail if (each.tail or "").strip() else None
    return etree.tostring(root, method="c14n")


def look(run, w):
    properties = run.find(w + "rPr")
    return dict(run.attrib), properties is not None and etree.tostring(properties, method="c14n", with_tail=False)


def assert_untouched(before, after):
    old, new = (zipfile.ZipFile(io.BytesIO(data)) for data in (before, after))
    changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
    lists = {"[Content_Types].xml", "word/_rels/document.xml.rels"}
    assert changed <= {"word/document.xml", "word/comments.xml", *lists}
    assert set(new.namelist()) - set(old.namelist()) <= {"word/comments.xml"}
    assert [name for name in new.namelist() if name in old.namelist()] == old.namelist()
    assert plain(after, ours(after)) == plain(before)
    assert b"ns0" not in part(after)


def assert_exact(data, *quotes):
    result = marked(data, *quotes)
    assert [len(result.exact), len(result.near), len(result.lost)] == [len(quotes), 0, 0]
    assert sorted(anchors(result.data)) == sorted(quotes)
    assert_untouched(data, result.data)
    return result


def test_a_comment_stands_on_the_very_words_of_a_run_which_keeps_its_format():
    result = assert_exact(word(p(r(SAID, "<w:b/>"))), "reject late tenders")
    root = etree.fromstring(part(result.data))
    runs = [run for run in root.iter(f"{{{W}}}r") if run.find(f"{{{W}}}t") is not None]
    assert ["".join(run.itertext()) for run in runs] == [
        "The Authority will ",
        "reject late tenders",
        SAID[SAID.index(" at once") :],
    ]
    assert all(run.find(f"{{{W}}}rPr/{{{W}}}b") is not None for run in runs)


def test_words_over_several_runs_are_one_comment():
    body = p(r("The Authority will re", "<w:b/>") + r("ject late", "<w:i/>") + r(SAID[SAID.index(" tenders") :]))
    assert_exact(word(body), "reject late tenders")


def test_a_whole_run_is_not_cut():
    result = assert_exact(word(p(r("The Authority will ") + r("reject") + r(SAID[25:]))), "reject")
    assert part(result.data).count(b"<w:t") == 3


def test_comments_may_touch_cross_and_hold_one_another():
    quotes = ["will reject", "reject late", " tenders"[1:], "will reject late tenders at once", "late"]
    assert_exact(word(p(r(SAID))), *quotes)


def test_words_in_tracked_insertions_and_links_are_found_and_deleted_ones_are_not():
    deleted = '<w:del w:id="7" w:author="A"><w:r><w:delText>accept </w:delText></w:r></w:del>'
    inserted = f'<w:ins w:id="8" w:author="A">{r("reject late")}</w:ins>'
    link = f'<w:hyperlink r:id="x">{r(" tenders at")}</w:hyperlink>'
    body = p(r("The Authority will ") + deleted + inserted + link + r(SAID[SAID.index(" once") :]))
    result = assert_exact(word(body), "reject late tenders", "late")
    assert part(result.data).count(b"<w:delText>accept </w:delText>") == 1


def test_the_sign_of_a_comment_stays_when_an_insertion_is_rejected():
    body = p(f'{r("The Authority ")}<w:ins w:id="8" w:author="A">{r(SAID[14:])}</w:ins>')
    root = etree.fromstring(part(assert_exact(word(body), "reject").data))
    (sign,) = root.iter(f"{{{W}}}commentReference")
    assert sign.getparent().getparent().tag == f"{{{W}}}p"


def test_a_tracked_change_of_format_gets_a_number_of_its_own():
    change = '<w:b/><w:rPrChange w:id="3" w:author="A"><w:rPr/></w:rPrChange>'
    root = etree.fromstring(part(assert_exact(word(p(r(SAID, change))), "reject").data))
    numbers = [each.get(f"{{{W}}}id") for each in root.iter(f"{{{W}}}rPrChange")]
    assert len(numbers) == len(set(numbers)) == 3


def test_white_space_that_word_does_not_show_does_not_appear():
    body = f"<w:p><w:r><w:t>  {SAID} </w:t></w:r></w:p>"
    result = assert_exact(word(body), "The Authority", "reject")
    root = etree.fromstring(part(result.data))
    assert "".join(root.itertext()) == SAID
    assert all(t.get(SPACE) == "preserve" for t in root.iter(f"{{{W}}}t") if t.text != t.text.strip())


def test_a_tab_or_a_break_in_a_run_stays_where_it_was():
    body = p(f"<w:r><w:t>One:</w:t><w:tab/><w:t>{SAID}</w:t><w:br/><w:t>Two is said here too.</w:t></w:r>")
    assert_exact(word(body), "One:", "reject late", "they ask.", "Two is")


def test_words_in_a_cell_are_found():
    cell = f"<w:tc><w:tcPr/>{p(r(SAID))}</w:tc><w:tc><w:tcPr/>{p(r('Forty laptops.'))}</w:tc>"
    assert_exact(word(f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr>{cell}</w:tr></w:tbl>{p('')}"), "reject late", "Forty")


def test_words_over_two_cells_are_marked_on_the_paragraph_of_the_first():
    cells = "".join(f"<w:tc>{p(r(text))}</w:tc>" for text in (SAID, "Never again."))
    data = word(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>{p('')}")
    result = marked(data, "they ask. | Never again")
    assert [len(result.exact), len(result.near)] == [0, 1]
    assert anchors(result.data) == [SAID]
    assert "they ask. | Never again" in "".join(etree.fromstring(part(result.data, "word/comments.xml")).itertext())


def test_words_of_a_note_are_marked_where_it_is_cited():
    body = p(r("We will answer. ") + '<w:r><w:footnoteReference w:id="2"/></w:r>' + r(" All of it is below."))
    data = word(body, footnotes=f'<w:footnote w:id="2">{p(r(SAID))}</w:footnote>')
    result = marked(data, "reject late tenders")
    assert [len(result.exact), len(result.near), len(result.lost)] == [0, 1, 0]
    assert anchors(result.data) == [""]
    assert b'<w:commentRangeStart w:id="0"/><w:r><w:footnoteReference w:id="2"/></w:r><w:commentRangeEnd' in part(
        result.data
    )
    assert_untouched(data, result.data)


def test_words_of_a_text_box_are_marked_where_it_hangs():
    box = f"<w:r><w:pict><w:txbxContent>{p(r(SAID))}</w:txbxContent></w:pict></w:r>"
    data = word(p(r("Beside this stands a box. ") + box) + p(r("What follows it is here.")))
    result = marked(data, "reject late tenders")
    assert [len(result.exact), len(result.near)] == [0, 1]
    assert_untouched(data, result.data)
    root = etree.fromstring(part(result.data))
    (start,) = root.iter(f"{{{W}}}commentRangeStart")
    assert start.getnext().find(f".//{{{W}}}txbxContent") is not None
    assert not any(start is each for box in root.iter(f"{{{W}}}txbxContent") for each in box.iter())


@pytest.mark.parametrize("around", ["sdt", "fldSimple"])
def test_what_can_only_be_marked_as_a_whole_is(around):
    inner = r("reject late tenders")
    held = (
        f"<w:sdt><w:sdtContent>{inner}</w:sdtContent></w:sdt>"
        if around == "sdt"
        else f"<w:fldSimple>{inner}</w:fldSimple>"
    )
    data = word(p(r("The Authority will ") + held + r(SAID[SAID.index(" at once") :])))
    result = marked(data, "late")
    assert [len(result.exact), len(result.near)] == [0, 1]
    assert anchors(result.data) == ["reject late tenders"]
    assert_untouched(data, result.data)


def test_the_second_of_two_equal_paragraphs_gets_its_own_comment():
    data = word(p(r(SAID)) + p(r("Between them stands another one.")) + p(r(SAID)))
    document = document_of(data)
    at = document.text.rindex("reject")
    passage = document.passages[-1]
    evidence = Evidence("sanction", "transactional", "reject", at, at + 6, "affirmed", "buyer", -1.0)
    found = judged(document)
    last = PassageScore(passage, (0.1, 0.1, 0.8), 1.0, (evidence,))
    changed = Score(
        **{
            **{name: getattr(found, name) for name in Score.__slots__},
            "passages": (*found.passages[:-1], last),
        }
    )
    result = annotate(source_of(data), document, changed)
    before, after = part(result.data).split(b"commentRangeStart")
    assert b"Between them" in before
    assert b"Between them" not in after


def test_words_beside_hidden_and_left_out_text_are_found():
    hidden = f"{p(r('Contents', '<w:vanish/>'))}{p(r('_____'))}"
    body = hidden + p(r("The Authority will ") + r("never ever ", "<w:vanish/>") + r(SAID[19:]))
    assert_exact(word(body), "reject late tenders")


def test_what_cannot_be_found_at_all_is_handed_back():
    data = word(p(r("Quite another text, which has nothing of it in it.")))
    document = from_text(SAID)
    document = Document(document.name, document.text, document.blocks, document.passages, "docx")
    result = annotate(source_of(data), document, judged(document, "reject late tenders"))
    assert [remark.quote for remark in result.lost] == ["reject late tenders"]
    assert result.data == data


def test_what_was_reworded_in_reading_is_marked_on_its_paragraph():
    data = word(p(r(SAID.replace("reject", "turn down"))))
    document = from_text(SAID)
    document = Document(document.name, document.text, document.blocks, document.passages, "docx")
    result = annotate(source_of(data), document, judged(document, "reject late tenders"))
    assert [len(result.exact), len(result.near), len(result.lost)] == [0, 1, 0]


def test_comments_of_others_are_kept_and_ours_come_after_them():
    theirs = '<w:comment w:id="4" w:author="Ann"><w:p><w:r><w:t>Why?</w:t></w:r></w:p></w:comment>'
    marks = '<w:commentRangeStart w:id="4"/>', '<w:commentRangeEnd w:id="4"/><w:r><w:commentReference w:id="4"/></w:r>'
    data = word(p(r("The Authority will ") + marks[0] + r("reject late") + marks[1] + r(SAID[30:])), comments=theirs)
    result = marked(data, "late tenders")
    assert_untouched(data, result.data)
    assert anchors(result.data) == ["reject late", "late tenders"]
    comments = part(result.data, "word/comments.xml")
    assert theirs.encode() in comments
    assert b'w:id="5" w:author="kindtext"' in comments
    assert part(result.data, "[Content_Types].xml") == part(data, "[Content_Types].xml")


def test_strict_documents_stay_strict():
    result = assert_exact(word(p(r(SAID)), w=STRICT), "reject late tenders")
    assert W.encode() not in part(result.data)
    assert STRICT.encode() in part(result.data, "word/comments.xml")


def test_the_same_draft_gives_the_same_file():
    data = word(p(r(SAID)))
    assert marked(data, "reject").data == marked(data, "reject").data


def test_a_comment_says_what_why_and_what_instead():
    result = marked(word(p(r(SAID))), "reject", "late")
    first, second = etree.fromstring(part(result.data, "word/comments.xml"))
    lines = ["".join(each.itertext()) for each in first]
    assert lines[0] == "Sanction"
    assert [line.partition(":")[0] for line in lines[1:]] == ["Why it matters", "Write instead", "For example"]
    assert "".join(second.itertext()) == "Sanction"  # the reasons stand beside the first in a passage


def test_nothing_to_say_gives_the_very_file():
    data = word(p(r(SAID)))
    assert marked(data).data == data


def test_other_formats_are_refused_with_a_way_out():
    document = from_text(SAID)
    with pytest.raises(UnsupportedError, match="Word documents"):
        annotate(source_of(b""), document, judged(document))


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ({}, "Sanction"),
        ({"assertion": "conditional"}, "Sanction"),
        ({"assertion": "negated"}, None),
        ({"assertion": "citation"}, None),
        ({"moved": 0.1}, None),
        ({"signal": "fair_work", "pole": "kind", "assertion": "hedged"}, "Fair work, not firm"),
        ({"signal": "fair_work", "pole": "kind", "assertion": "conditional"}, "Fair work, not firm"),
        ({"signal": "fair_work", "pole": "kind", "assertion": "negated"}, "Fair work, refused"),
        ({"signal": "fair_work", "pole": "kind"}, None),
        ({"signal": "no_longer_there"}, None),
    ],
)
def test_what_counts_is_remarked_on_and_nothing_else(said, title):
    found = remarks(judged(from_text(SAID), "reject late", **said))
    assert [remark.title for remark in found] == ([title] if title else [])


def test_language_is_remarked_on_when_asked():
    text = f"{SAID} The aforementioned notwithstanding, tenders shall be submitted forthwith. " * 4
    found = score(text, model=small_model())
    assert not [remark for remark in remarks(found) if "Legalese" in remark.title]
    titles = {remark.title for remark in remarks(found, language=True)}
    assert any(title.startswith("Legalese: write '") for title in titles)


_WORDS = SAID.split()


@given(
    st.sets(st.integers(1, len(SAID) - 1), max_size=8),
    st.lists(st.tuples(st.integers(0, len(_WORDS) - 1), st.integers(1, 6)), min_size=1, max_size=4, unique=True),
    st.booleans(),
)
def test_wherever_runs_end_comments_stand_on_their_words(ends, places, alike):
    cuts = [0, *sorted(ends), len(SAID)]
    pieces = [SAID[a:b] for a, b in pairwise(cuts)]
    data = word(p("".join(r(piece, "" if alike else f'<w:sz w:val="{n}"/>') for n, piece in enumerate(pieces, 20))))
    document = document_of(data)
    quotes = {" ".join(_WORDS[at : at + length]) for at, length in places}
    result = annotate(source_of(data), document, judged(document, *quotes))
    letters = [letters_of(anchor) for anchor in anchors(result.data)]
    assert sorted(letters) == sorted(map(letters_of, quotes))
    assert_untouched(data, result.data)


def letters_of(text):
    return "".join(filter(str.isalnum, text))


def test_the_sample_keeps_all_and_gains_comments():
    path = SAMPLES / "02-codesigned-home-care.docx"
    source, document = Source.from_path(path), read(path)
    result = annotate(source, document, score(document, model=small_model()), language=True)
    assert_untouched(source.data, result.data)
    assert len(result.exact) > 10
    assert len(result.near) <= 2  # footnotes
    assert not result.lost
    said = {letters_of(remark.quote) for remark in result.exact}
    assert said <= {letters_of(anchor) for anchor in anchors(result.data)}
    before, after = (docx.Document(io.BytesIO(data)) for data in (source.data, result.data))
    assert [(p.style.name, p.text) for p in before.paragraphs] == [(p.style.name, p.text) for p in after.paragraphs]
    assert len(list(after.comments)) == len(result.exact) + len(result.near)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_the_same_text_and_all_comments(tmp_path):
    path = SAMPLES / "02-codesigned-home-care.docx"
    source, document = Source.from_path(path), read(path)
    result = annotate(source, document, score(document, model=small_model()))
    (tmp_path / "before.docx").write_bytes(source.data)
    (tmp_path / "after.docx").write_bytes(result.data)
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "odt", "--outdir", str(tmp_path)]
    subprocess.run([*command, *map(str, tmp_path.glob("*.docx"))], check=True, capture_output=True, timeout=120)
    before, after = (
        etree.fromstring(part((tmp_path / name).read_bytes(), "content.xml")) for name in ("before.odt", "after.odt")
    )
    comments = list(after.iter("{*}annotation"))
    assert len(comments) == len(result.exact) + len(result.near)
    # LibreOffice 7.4 loses the text of the first footnote of any file with two comments, whoever wrote them.
    notes = [*before.iter("{*}note-body"), *after.iter("{*}note-body")]
    for left_out in (*comments, *after.iter("{*}annotation-end"), *notes):
        left_out.clear(keep_tail=True)
    assert "".join(before.itertext()) == "".join(after.itertext())

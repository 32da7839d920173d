"""Lines of findings, and the comments that switch rules off, in files whose marks the readers drop."""

import pytest

from kindtext.passages import assemble
from kindtext.readers import Source
from kindtext.readers.html import read as read_html
from kindtext.readers.markdown import read as read_markdown
from kindtext.readers.text import read as read_text
from kindtext.report.places import Places, lined_text, place_name

READERS = {"md": read_markdown, "html": read_html, "txt": read_text}


def placed(text, suffix="md", encoding="utf-8"):
    data = text.encode(encoding)
    (draft,) = READERS[suffix](Source(f"tender.{suffix}", None, data))
    document = assemble(draft, "")
    return document, Places(document, lined_text(document, data))


def lines_of(words, document, places):
    start = document.text.index(words)
    return places.lines(start, start + len(words))


def is_off(rule, words, document, places):
    start = document.text.index(words)
    return places.is_off(rule, start, start + len(words))


def test_lines_are_found_through_marks_links_and_wrapped_lines():
    document, places = placed(
        "---\ntitle: Meals\n---\n\n# Scope & **terms**\n\nWe will [listen](https://example.org/late-tenders) to\n"
        "every *resident*.\n\n```\nlate tenders\n```\n\n| Price | 40 % |\n|---|---|\n| Quality | 60 % |\n\n"
        "- Late tenders\n  are rejected.\n"
    )
    assert lines_of("Scope", document, places) == (5, 5)
    assert lines_of("listen", document, places) == (7, 7)
    assert lines_of("listen to every resident", document, places) == (7, 8)
    assert lines_of("Quality | 60", document, places) == (16, 16)
    assert lines_of("Late tenders are", document, places) == (18, 19)


def test_lines_are_found_in_text_with_hyphens_and_in_other_encodings():
    document, places = placed(
        "A caf\xe9 is \x96 open.\r\n\r\nThe Contrac-\r\ntor shall indem-\r\nnify us.", "txt", "latin-1"
    )
    assert lines_of("indemnify", document, places) == (4, 5)


def test_lines_are_found_in_a_page_with_tags_scripts_and_entities():
    document, places = placed(
        "<html><head><script>\nlate tenders\n</script></head><body>\n<main>\n<p>Rights &amp; duties of all.</p>\n"
        "<p\nclass='x'>Late tenders</p></main></body></html>",
        "html",
    )
    assert lines_of("Rights & duties", document, places) == (5, 5)
    assert lines_of("Late tenders", document, places) == (7, 7)


def test_a_rule_is_off_between_its_comments_and_on_elsewhere():
    file = placed(
        "Late tenders are rejected.\n\n<!-- kindtext: off KT203 KT5 -->\nThe second is rejected.\n\n"
        "<!-- kindtext: on KT203 -->\nThe third is rejected.\n\n<!-- kindtext: on -->\nThe fourth is rejected.\n"
    )
    assert not is_off("KT203", "Late", *file)
    assert is_off("KT203", "second", *file) and not is_off("KT202", "second", *file)
    assert is_off("KT501", "third", *file) and not is_off("KT203", "third", *file)
    assert not is_off("KT501", "fourth", *file)


def test_a_comment_within_a_paragraph_covers_what_follows_it_there():
    file = placed("Late tenders <!-- kindtext: off --> are rejected.\n")
    assert not is_off("KT203", "Late", *file)
    assert is_off("KT203", "rejected", *file)


def test_off_line_covers_its_line_or_the_next_one_if_it_has_one_to_itself():
    file = placed(
        "Late tenders are rejected. <!-- kindtext: off-line KT2 -->\n\nThe second is rejected.\n\n"
        "<!-- kindtext: off-line -->\n\nThe third is rejected.\n"
    )
    assert is_off("KT203", "Late", *file)
    assert not is_off("KT203", "second", *file)
    assert is_off("KT501", "third", *file)


def test_what_is_about_the_whole_is_off_where_it_is_never_switched_on_again():
    _, places = placed("# Title\n\n<!-- kindtext: off KT601 -->\n\nText.\n")
    assert places.is_off("KT601", None) and not places.is_off("KT102", None)
    _, places = placed("<!-- kindtext: off -->\n\nText.\n\n<!-- kindtext: on -->\n")
    assert not places.is_off("KT601", None)


def test_switches_work_in_a_page():
    file = placed(
        "<body><main><p>Late tenders are out.</p><!-- kindtext: off KT203 -->\n<p>The second is rejected.</p></main>",
        "html",
    )
    assert not is_off("KT203", "Late", *file) and is_off("KT203", "second", *file)


@pytest.mark.parametrize("code", ["```\n<!-- kindtext: off -->\n```\n", "`<!-- kindtext: off -->`\n"])
def test_a_switch_shown_as_code_switches_nothing(code):
    assert not is_off("KT203", "rejected", *placed(code + "\nThe third is rejected.\n"))


def test_plain_text_has_no_switches():
    assert not is_off("KT203", "rejected", *placed("<!-- kindtext: off -->\n\nThe third is rejected.\n", "txt"))


@pytest.mark.parametrize(
    ("comment", "fault"),
    [
        ("of KT203", "no switch 'of' (did you mean 'off'?)"),
        ("off KT777", "no rule 'KT777'"),
        ("off KT20x", "no rule 'KT20X' (did you mean 'KT20"),
    ],
)
def test_a_switch_that_is_wrong_is_told_with_its_line(comment, fault):
    _, places = placed(f"Text is here.\n\n<!-- kindtext: {comment} -->\n")
    (told,) = places.faults
    assert told.startswith("tender.md:3: ") and fault in told


def test_other_comments_are_let_alone():
    _, places = placed("Text is here. <!-- kindtext is a tool --> <!-- off -->\n")
    assert places.faults == [] and not places.is_off("KT203", 0, 4)


def test_a_place_without_lines_is_its_page_field_or_paragraph():
    document, _ = placed("One.\n\nTwo.\n", "txt")
    places = Places(document, None)
    assert places.lines(0, 3) is None
    assert place_name(document, places, document.text.index("Two"), None) == "paragraph 2"


@pytest.mark.parametrize(
    "hostile", ["<!--" * 50_000, "```\n" * 50_000, "<script " * 50_000, "`" * 100_000, "[](" * 50_000]
)
def test_hostile_marks_are_read_in_no_time(hostile):
    document, _ = placed("Some text.\n")
    places = Places(document, "Some text.\n" + hostile)
    assert places.lines(0, 4) == (1, 1)


def test_a_long_line_is_read():
    text = "We will listen to every resident of the ward. " * 5_000
    document, places = placed(text, "txt")
    assert places.lines(len(document.text) - 10, len(document.text)) == (1, 1)

import time

import pytest

from kindtext.readers._fields import BREAKS_NOTE, HTML_NOTE, Fields, field_blocks, is_prose, mend, notice_name

LONG = "The provider will meet every resident at home and ask what a good day looks like to them."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We pay in 30 days.rnrnQuestions are welcome.", "We pay in 30 days.\nQuestions are welcome."),
        ("Scope:rn Cleaningrn Windowsrn Floors", "Scope:\nCleaning\nWindows\nFloors"),
        ("Visits. rn      rn      Carers choose.", "Visits.\nCarers choose."),
        ("Works:rn Maintenancern Checking", "Works:\nMaintenance\nChecking"),
        ("Trades: not limited torn Joinery.rn Paint", "Trades: not limited to\nJoinery.\nPaint"),
        # The same letters at the end of words.
        ("Modern Western homes return. Learn more in Blackburn Town.",) * 2,
        (
            "A concern.rn Modern Windows return to Malvern Hills",
            "A concern.\nModern Windows return to Malvern Hills",
        ),
        ("The RN on duty; an rn code",) * 2,
    ],
)
def test_lost_line_breaks_come_back_where_they_must_have_been(text, expected):
    assert mend(text)[0] == expected


def test_mended_line_breaks_are_told():
    assert mend("One.rn Two")[1] == (BREAKS_NOTE,)
    assert mend("One\r\nTwo")[1] == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>One.</p><p>Two &amp; three.</p>", "One.\n\nTwo & three."),
        ("We ask:<ul><li>one</li><li>two</li></ul>", "We ask:\n- one\n- two"),
        ("One<br/>Two", "One\nTwo"),
        ("&lt;b&gt;Bold&lt;/b&gt; words", "Bold words"),
        ("<script>alert('x')</script>Open<!-- no -->", "Open"),
    ],
)
def test_html_in_a_field_becomes_text(text, expected):
    mended, notes = mend(text)
    assert mended == expected
    assert HTML_NOTE in notes


@pytest.mark.parametrize("text", ["firms with <5 staff", "a < b and c > d", "<name of lot> to follow", "R&D; tests"])
def test_text_that_only_looks_like_html_stays(text):
    assert mend(text)[0] == text


def test_escaped_breaks_controls_and_surrogates_are_cleaned():
    assert mend("One\\r\\nTwo\x00\x07_x000D_\nThree")[0] == "One\nTwo\nThree"
    mended = mend("bad \ud800 half")[0]
    assert mended.encode("utf-8")


@pytest.mark.parametrize(
    "text",
    ["", "https://example.org/a b.pdf"[:22], "a@b.org", "Lot 3 final (v2).docx", "ocds-b5fd17-1", "85000000"],
)
def test_codes_links_and_file_names_are_no_prose(text):
    assert not is_prose(text, words=1)


@pytest.mark.parametrize(
    "text",
    [
        " " * 300_000 + "x",
        "<!--" * 50_000,
        "<p" * 100_000,
        "<br>" * 100_000,
        "rn" * 100_000,
        "&amp" * 80_000,
        "\n" * 300_000,
    ],
)
def test_a_hostile_field_takes_no_quadratic_time(text):
    begin = time.perf_counter()
    mend(f"a{text}b")
    assert time.perf_counter() - begin < 5


def test_each_text_is_kept_once():
    fields = Fields()
    fields.add("Play park", field="title", kind="title")
    fields.add("PLAY  PARK.", field="description")
    fields.add(f"{LONG}\n\nLot one only.", field="lots/0")
    fields.add(f"{LONG}\n\nLot two only.", field="lots/1")
    assert [block.text for block in fields.blocks] == ["Play park", LONG, "Lot one only.", "Lot two only."]
    assert fields.notes == ("2 repeated paragraphs were kept once.",)


def test_texts_that_differ_by_a_number_are_both_kept():
    fields = Fields()
    fields.add("Price: 60%", field="a")
    fields.add("Price: 40%", field="b")
    assert len(fields.blocks) == 2


def test_a_lead_in_stays_with_a_new_list_and_goes_with_an_old_one():
    lead = "In this lot the services that we are looking for are these:"
    fields = Fields()
    fields.add(f"{lead}\n\n{LONG}", field="lots/0")
    fields.add(f"{lead}\n\n{LONG}", field="lots/1")
    fields.add(f"{lead}\n\n{LONG} And at night too.", field="lots/2")
    assert [block.field for block in fields.blocks] == ["lots/0", "lots/0", "lots/2", "lots/2"]


def test_short_lines_of_a_list_are_no_headings():
    blocks = field_blocks(f"{LONG} {LONG}\nWindows and doors\nCondition surveys\n{LONG}")
    assert [block.kind for block in blocks] == ["paragraph"] * 4
    assert [block.text for block in blocks][1:3] == ["Windows and doors", "Condition surveys"]


def test_notices_of_one_file_have_names_of_their_own():
    seen = set()
    names = [notice_name("f", label, number, seen) for number, label in enumerate(["a", "a", "", " b\n"], start=1)]
    assert names == ["f#a", "f#a (2)", "f#3", "f#b"]

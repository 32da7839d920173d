import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindtext.document import Block, Draft
from kindtext.passages import MAX_WORDS, MIN_WORDS, assemble, from_text, text_blocks


def document_of(*blocks):
    return assemble(Draft("test", "text", blocks))


def sentences(count, words=10):
    """Return so many sentences of so many words."""
    return " ".join(f"S{number} " + "word " * (words - 2) + "end." for number in range(count))


def check_offsets(document):
    for part in (*document.blocks, *document.passages):
        assert document.text[part.start : part.end] == part.text
    for above, below in pairwise(document.blocks):
        assert above.end < below.start
    for above, below in pairwise(document.passages):
        assert above.end <= below.start
    for passage in document.passages:
        assert passage.text == passage.text.strip() != ""
        assert passage.words <= MAX_WORDS


# The first word that is looked up loads the dictionary, which may take longer than an example's deadline.
unhurried = settings(deadline=None)

# Text that exercises what is looked for: markers, hyphens, leaders, furniture, headings, foreign letters.
fragments = st.sampled_from(
    [
        "- ",
        "● ",
        "1. ",
        "2.1 The",
        "(a) ",
        "iv. ",
        "\n",
        "\n\n",
        " ",
        "com-\nmunity",
        "x-\n_",
        "\u00ad\n",
        "....... 4",
        "Page 2 of 3\n",
        "Contents\n",
        "SCOPE\n",
        "Lot 2\n",
        "# ",
        "====\n",
        "____",
        "Yes/No",
        "we will listen ",
        "The supplier must pay. ",
        "including:\n",
        "\u200b",
        "ﬁ",
        "e\u0301",
        "\ud800",
        "\x00",
        "\uf0b7 ",
        "word " * 60,
        "Sentence here. " * 40,
    ]
)
texts = st.one_of(st.text(), st.lists(fragments, max_size=40).map("".join))
kinds = ["title", "heading", "paragraph", "item", "row", "note", "header", "footer", "field"]
blocks = st.builds(
    Block,
    text=texts,
    kind=st.sampled_from(kinds),
    page=st.one_of(st.none(), st.integers(1, 9)),
    section=st.sampled_from([None, None, "A", "B"]),
    field=st.sampled_from([None, None, "title", "lots/0"]),
    stage=st.sampled_from([None, "tender"]),
)


@unhurried
@given(texts)
def test_offsets_are_exact_and_passages_do_not_overlap_in_any_text(text):
    check_offsets(from_text(text))


@unhurried
@given(st.lists(blocks, max_size=12))
def test_offsets_are_exact_and_no_field_or_section_is_crossed_in_any_blocks(given_blocks):
    document = document_of(*given_blocks)
    check_offsets(document)
    document.text.encode("utf-8")
    for passage in document.passages:
        inside = [b for b in document.blocks if b.start < passage.end and passage.start < b.end]
        assert {b.field for b in inside} == {passage.field}
        body = [b for b in inside if b.kind not in ("title", "heading")]
        assert len({b.section for b in body}) <= 1


@unhurried
@given(st.text(alphabet="abc \n", min_size=1))
def test_reading_the_mended_text_again_changes_no_words(text):
    once = from_text(text)
    assert from_text(once.text).text.split() == once.text.split()


@pytest.mark.parametrize("text", ["", " \n\t", "12", "... ---", "Page 3 of 9", "\u200b", "Yes / No"])
def test_text_that_says_nothing_gives_no_passage(text):
    assert from_text(text).passages == ()


@pytest.mark.parametrize("text", ["a", "We will listen", "SCOPE", "4. Evaluation criteria", "Ça va?", "社会価値"])
def test_text_with_letters_gives_one_passage(text):
    assert [p.text for p in from_text(text).passages] == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the com-\nmunity panel", "the community panel"),
        ("the co-\nproduction of it", "the co-production of it"),
        ("a long-\nterm plan", "a long-term plan"),
        ("cross-\nfunctional", "cross-functional"),
        ("commis-\nsioning", "commissioning"),
        ("pro-\nvide it", "provide it"),
        ("short-\nand long-term", "short- and long-term"),
        ("North-\nEast", "North-East"),
        ("NHS-\nfunded care", "NHS-funded care"),
        ("2025-\n26 budget", "2025-26 budget"),
        ("re-\nprocurement", "re-procurement"),
        ("fixed-\nprice work", "fixed-price work"),
        ("oppor\u00adtunity", "opportunity"),
        ("oppor\u00ad\n tunity", "opportunity"),
        ("well\u2011being", "well-being"),
        ("x-\n_ y letters", "x-_ y letters"),
        ("a line - \nand a dash", "a line - and a dash"),
    ],
)
def test_words_broken_at_a_line_end_are_mended(text, expected):
    assert document_of(Block(text)).text == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two\nlines  and\ttabs", "two lines and tabs"),
        ("zero\u200bwidth \ufeffmark", "zerowidth mark"),
        ("nul\x00 and bell\x07", "nul and bell"),
        ("bene\ufb01t of the o\ufb03ce", "benefit of the office"),
        ("cafe\u0301 society", "café society"),
        ("no\u00a0break space", "no break space"),
        ("lone \ud800surrogate here", "lone surrogate here"),
        ("Name: ______ Date: ______", "Name: Date:"),
        ("Reason: Click here to enter text.", "Reason:"),
        ("☐ We agree to it", "We agree to it"),
        ("● its liability for death", "its liability for death"),
        ("\uf0b7 \uf0fc its liability", "its liability"),
        ("Signed ............ Dated ............", "Signed Dated"),
    ],
)
def test_debris_within_a_block_is_taken_out(text, expected):
    assert document_of(Block(text)).text == expected


@pytest.mark.parametrize(
    "block",
    [
        Block("Core Terms v2.7", "header"),
        Block("Crown Copyright", "footer"),
        Block("Page 3 of 10"),
        Block("- 12 -"),
        Block("iv"),
        Block("1. Introduction ......... 4"),
        Block("1. Introduction . . . . . . 4"),
        Block("Introduction…………… 4"),
        Block("1. Scope ..... 4\n2. Award ..... 9"),
        Block("____________"),
        Block("Yes ☐ No ☐"),
        Block("None"),
        Block("Choose an item."),
        Block("[Insert the Buyer's name here]"),
        Block("12.50 13.75 | 1,000"),
    ],
)
def test_furniture_is_left_out(block):
    assert document_of(Block("We will listen."), block).text == "We will listen."


def test_a_contents_page_is_left_out_up_to_the_text():
    document = document_of(
        Block("Contents", "heading"),
        Block("Introduction\t3"),
        Block("Evaluation of tenders 7\nAward and\nstandstill 12"),
        Block("Annex\n14"),
        Block("Introduction", "heading"),
        Block("The Council buys care in 12"),
    )
    assert document.text == "Introduction\n\nThe Council buys care in 12"


def test_a_line_on_half_of_the_pages_is_left_out_and_a_form_line_on_a_few_is_kept():
    body = [Block(f"Paragraph number {n} says so.", page=n) for n in range(1, 11)]
    running = [Block(f"ITT ref 77/{n}", page=n) for n in range(1, 11)]
    form = [Block("Evidence is given below.", page=n) for n in range(1, 4)]
    text = document_of(*body, *running, *form).text
    assert "ITT ref" not in text
    assert text.count("Evidence is given below.") == 3


@pytest.mark.parametrize(
    ("above", "below", "joined"),
    [
        (Block("Suppliers pay the living", page=1), Block("wage to all.", page=2), True),
        (Block("Suppliers must,", page=1), Block("The Council says, pay.", page=1), True),
        (Block("as agreed with the", page=1), Block("Council in writing.", page=2), True),
        (Block("pay the com-", page=1), Block("munity fund.", page=2), True),
        (Block("an item that goes", "item"), Block("on below.", "paragraph"), True),
        (Block("It ends here."), Block("iPhones are bought."), False),
        (Block("The panel has:"), Block("carers and residents"), False),
        (Block("A heading", "heading"), Block("and text below it."), False),
        (Block("one thing", "item"), Block("another thing", "item"), False),
        (Block("one thing; and"), Block("Another thing."), False),
        (Block("In one field", field="a"), Block("not in another", field="b"), False),
        (Block("The following"), Block("a) is a list"), False),
    ],
)
def test_paragraphs_broken_by_a_page_are_joined(above, below, joined):
    document = document_of(above, below)
    assert len(document.blocks) == (1 if joined else 2)
    if joined and above.text.endswith("com-"):
        assert document.text == "pay the community fund."


def test_a_sentence_goes_on_over_the_page_with_a_name():
    long = "The service was built with the help of many carers and residents and this now enables"
    document = document_of(Block(long, page=1), Block("HCC to listen to them.", page=2))
    assert document.text == f"{long} HCC to listen to them."


def test_a_footnote_does_not_part_a_paragraph():
    document = document_of(
        Block("Suppliers pay the", page=1),
        Block("1 See the Act.", "note", page=1),
        Block("living wage.", page=2),
    )
    assert [b.text for b in document.blocks] == ["Suppliers pay the living wage.", "1 See the Act."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One.\n\nTwo.", [("paragraph", "One."), ("paragraph", "Two.")]),
        ("One is\nwrapped.", [("paragraph", "One is\nwrapped.")]),
        ("a) one\nb) two", [("item", "a) one"), ("item", "b) two")]),
        ("• one\n• two\n  wrapped", [("item", "• one"), ("item", "• two\n  wrapped")]),
        ("1. Laptops\n2. Screens\n3. Mice", [("item", "1. Laptops"), ("item", "2. Screens"), None]),
        ("1. Scope\nThe buyer buys.", [("heading", "1. Scope"), ("paragraph", "The buyer buys.")]),
        ("2.1 The Buyer pays.\n2.2 The Supplier waits.", [("paragraph", "2.1 The Buyer pays."), None]),
        ("# Award\nWe weigh.", [("heading", "Award"), ("paragraph", "We weigh.")]),
        ("Award\n=====\nWe weigh all.", [("heading", "Award"), ("paragraph", "We weigh all.")]),
        ("Award\n===\n===\nWe weigh all.", [("heading", "Award"), ("paragraph", "We weigh all.")]),
        ("Annex B\n\nPrices.", [("heading", "Annex B"), ("paragraph", "Prices.")]),
        ("We grew by\n2.5 million people.", [("paragraph", "We grew by\n2.5 million people.")]),
        ("We will listen\n\nYou will talk to us.", [("paragraph", "We will listen"), None]),
    ],
)
def test_plain_text_is_cut_into_blocks(text, expected):
    found = [(block.kind, block.text) for block in text_blocks(text)]
    assert len(found) == len(expected)
    for have, want in zip(found, expected, strict=True):
        assert want is None or have == want


def test_wrapped_text_and_one_paragraph_a_line_read_alike():
    wrapped = (
        "The Council wishes to work with people who use\n"
        "the service and with their carers in all of it.\n"
        "Bids are scored by a panel of residents, who are\n"
        "paid for their time.\n"
        "There is more to say."
    )
    lines = (
        "The Council wishes to work with people who use the service and with their carers in all of it.\n"
        "Bids are scored by a panel of residents, who are paid for their time.\n"
        "There is more to say."
    )
    assert from_text(wrapped).text.split() == from_text(lines).text.split()
    assert len(list(text_blocks(lines))) == 3


def test_a_list_is_judged_with_its_lead_in():
    document = from_text("The panel will have on it:\n- two carers\n- two residents\n- one officer")
    assert [p.text for p in document.passages] == [
        "The panel will have on it:\n\ntwo carers\ntwo residents\none officer"
    ]


def test_a_long_list_is_cut_between_items_into_even_parts():
    items = "\n".join(f"- item {n} {'word ' * 17}end" for n in range(15))
    document = from_text(f"The supplier provides:\n{items}")
    words = [p.words for p in document.passages]
    assert len(words) == 3
    assert max(words) <= MAX_WORDS and min(words) > MAX_WORDS / 2
    assert all(p.text.endswith("end") for p in document.passages)


def test_numbered_clauses_are_judged_one_by_one():
    clause = "The Supplier must " + "do this and that " * 4 + "on time."
    document = from_text(f"2.1 {clause}\n2.2 {clause}")
    assert [p.text[:3] for p in document.passages] == ["2.1", "2.2"]


def test_short_paragraphs_are_judged_with_their_neighbours():
    long = sentences(3)
    assert len(document_of(Block("Yes, we will."), Block(long)).passages) == 1
    assert len(document_of(Block(long), Block("Yes, we will.")).passages) == 1
    assert len(document_of(Block(long), Block(long)).passages) == 2


def test_an_over_long_paragraph_is_cut_at_sentence_ends_into_even_parts():
    passages = document_of(Block(sentences(31))).passages
    assert [p.words for p in passages] == [100, 100, 110]
    assert all(p.text.endswith("end.") for p in passages)


def test_a_sentence_is_not_cut_after_an_abbreviation():
    text = sentences(11) + " Carers (e.g. Parents) talk to Mr. Smith of Care Ltd. Leeds on it. " + sentences(8)
    assert not any(p.text.endswith(("e.g.", "Mr.", "Ltd.")) for p in document_of(Block(text)).passages)


def test_text_without_a_full_stop_is_cut_all_the_same():
    assert [p.words for p in document_of(Block("word " * 310)).passages] == [150, 150, 10]


def test_rows_of_a_table_are_judged_together_and_apart_from_the_text():
    rows = [Block(f"Quality {n} | {n} %", "row") for n in range(5)]
    passages = document_of(Block(sentences(3)), *rows).passages
    assert [p.text.count("Quality") for p in passages] == [0, 5]


def test_a_footnote_is_judged_by_itself():
    passages = document_of(Block(sentences(2)), Block("1 See the Act.", "note"), Block("Yes, all.")).passages
    assert [p.text for p in passages] == [sentences(2), "1 See the Act.", "Yes, all."]


def test_a_heading_is_no_passage_but_begins_one_when_little_follows():
    heading, long = Block("Social value", "heading"), Block(sentences(2))
    assert document_of(heading, long).passages[0].text == long.text
    assert document_of(heading, Block("None is sought.")).passages[0].text.startswith("Social value")
    assert len(document_of(long, heading).passages) == 1


def test_passages_know_their_section_page_field_and_stage():
    document = document_of(
        Block("Part A", "heading", page=1),
        Block(sentences(2), page=2, field="tender/description", stage="tender"),
        Block("Stated", section="Its own"),
    )
    first, second = document.passages
    assert (first.section, first.page, first.field, first.stage) == (None, 2, "tender/description", "tender")
    assert (second.section, second.field) == ("Its own", None)
    assert document_of(Block("Part A", "heading"), Block(sentences(2))).passages[0].section == "Part A"


def test_a_field_with_several_paragraphs_is_cut_and_keeps_its_path():
    document = document_of(Block(f"{sentences(2)}\n\nWe ask for:\n- care\n- time", "field", field="tender/description"))
    assert [b.kind for b in document.blocks] == ["field", "field", "item", "item"]
    assert {p.field for p in document.passages} == {"tender/description"}
    assert len(document.passages) == 2


def test_most_of_an_ordinary_text_is_judged_in_passages_of_the_codebooks_length():
    parts = [f"{n}.1 {sentences(n % 5 + 1, 12)}" for n in range(1, 60)]
    words = [p.words for p in from_text("\n\n".join(parts)).passages]
    assert sum(MIN_WORDS <= count <= MAX_WORDS for count in words) / len(words) > 0.95


def test_the_digest_is_of_the_text():
    digest = "c0535e4be2b79ffd93291305436bf889314e4a3faec05ecffcbb7df31ad9e51a"
    assert from_text("Hello world!").sha256 == digest


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        " ",
        "-",
        ".",
        " .",
        ". ",
        "\n",
        "a-\n",
        "_",
        "(",
        "[insert ",
        "Yes ",
        "…",
        "aa.",
        "- a b\n",
        "1 2 ",
        "é",
    ],
)
def test_time_is_linear_in_hostile_text(unit):
    text = unit * (300_000 // len(unit))
    begun = time.process_time()
    from_text(text)
    # A quadratic step takes minutes here; a linear one well under a second on its own.
    assert time.process_time() - begun < 20


def test_contents_without_a_title_are_left_out_and_fewer_numbered_lines_are_kept():
    titles = ["1. About us 2", "2. Scope: what we buy 2", "3. Price 4", "4. Fair work 5", "Schedule 1: Questions 9"]
    contents = tuple(Block(title) for title in titles)
    body = Block("We will involve local residents in the design of the service at every stage of the work.")
    assert assemble(Draft("x", "docx", (*contents, body))).text == body.text
    quantities = (*contents[:4], body)
    assert "Fair work 5" in assemble(Draft("x", "docx", quantities)).text

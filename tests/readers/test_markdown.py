import pytest

from kindtext.errors import NoTextError, UnsupportedError
from kindtext.readers.markdown import read
from kindtext.readers.source import Source


def draft_of(text):
    (draft,) = read(Source("notice.md", None, text.encode("utf-8")))
    return draft


def kinds(text):
    return [(block.kind, block.level, block.text) for block in draft_of(text).blocks]


def test_headings_paragraphs_lists_and_quotations():
    assert kinds(
        "# Meals\n\nFor *every*\nschool.\n\nLots\n----\n\n1. North\n   - Primary\n2. South\n\n> We listen."
    ) == [
        ("heading", 1, "Meals"),
        ("paragraph", 0, "For every school."),
        ("heading", 2, "Lots"),
        ("item", 1, "North"),
        ("item", 2, "Primary"),
        ("item", 1, "South"),
        ("paragraph", 0, "We listen."),
    ]


def test_tables_of_markdown_and_of_html_become_rows():
    text = "| Criterion | Weight |\n|---|---|\n| Quality | 60% |\n\n<table><tr><td>Price<td>40%</table>\n"
    assert kinds(text) == [
        ("row", 0, "Criterion | Weight"),
        ("row", 0, "Quality | 60%"),
        ("row", 0, "Price | 40%"),
    ]


def test_the_text_of_links_is_kept_without_target_and_html_is_stripped():
    text = "See [our plan](https://example.org/plan) and ![a map](map.png) [this][1].<br/><b>Bold</b>"
    text += "\n\n[1]: /x\n\n<script>x</script>"
    assert draft_of(text).blocks[0].text == "See our plan and this.\nBold"


def test_fenced_code_is_left_out_and_inline_code_kept():
    assert kinds("Run `make`.\n\n```\nx = 1\n```\n\n~~~python\ny\n~~~") == [("paragraph", 0, "Run make.")]


def test_an_indented_clause_is_text_and_not_code():
    assert kinds("(f) Except that --\n\n\t(1) the Buyer pays nothing; and\n\n    (2) the Supplier bears the cost.") == [
        ("paragraph", 0, "(f) Except that --"),
        ("paragraph", 0, "(1) the Buyer pays nothing; and"),
        ("paragraph", 0, "(2) the Supplier bears the cost."),
    ]


def test_a_contents_list_is_left_out():
    assert kinds("- [Scope](#scope)\n  - [Lots](#lots)\n- [Price](#price)\n\n## Scope\n\nWe listen.") == [
        ("heading", 2, "Scope"),
        ("paragraph", 0, "We listen."),
    ]


@pytest.mark.parametrize(
    ("front_matter", "title"),
    [
        ("title: Meals for schools", "Meals for schools"),
        ("layout: x\ntitle:   'Meals: for schools'\ntags: [a]", "Meals: for schools"),
        ('title: "Meals"', "Meals"),
        ("title: |\n  Meals", None),
        ("title:", None),
        ("subtitle: Meals", None),
    ],
)
@pytest.mark.parametrize("end", ["---", "..."])
def test_front_matter_gives_the_title_and_no_text(front_matter, title, end):
    draft = draft_of(f"---\n{front_matter}\n{end}\nWe listen.\n\n---\n\nWe answer.")
    assert [block.text for block in draft.blocks] == ["We listen.", "We answer."]
    assert draft.metadata.get("title") == title
    assert draft.metadata["encoding"] == "utf-8"


def test_a_rule_at_the_top_is_no_front_matter():
    assert [block.text for block in draft_of("---\n\nWe listen.\n").blocks] == ["We listen."]


def test_front_matter_alone_is_refused_with_a_way_out():
    with pytest.raises(NoTextError, match=r"^notice\.md: there is nothing but front matter"):
        draft_of("---\ntitle: Meals\nlayout: page\n---\n")


@pytest.mark.parametrize("text", ["", " \n", "```\ncode\n```", "![picture](x.png)"])
def test_a_file_without_text_is_refused(text):
    with pytest.raises(NoTextError, match=r"^notice\.md: the file holds no text"):
        draft_of(text)


def test_a_binary_file_is_refused():
    with pytest.raises(UnsupportedError, match=r"^notice\.md: this is not text"):
        list(read(Source("notice.md", None, b"\0\1\2" * 99)))


@pytest.mark.parametrize("mark", ["> ", "- ", "*", "[", "<div>", "  - "])
def test_deep_nesting_does_not_blow_the_stack(mark):
    assert draft_of("We listen.\n\n" + mark * 5_000 + "deep").blocks[0].text == "We listen."


def test_text_blocks_of_front_matter_are_read_where_there_is_nothing_below_it():
    page = (
        b"---\nlayout: notice\nNOTICE:\n   ID: 7\n   TEXT: |\n      Tenants will help us to choose.\n\n"
        b"      - We will answer questions.\n   END: 1\n---\n"
    )
    (draft,) = read(Source("notice.md", None, page))
    assert [block.text for block in draft.blocks] == ["Tenants will help us to choose.", "We will answer questions."]
    assert "front matter" in draft.notes[0]

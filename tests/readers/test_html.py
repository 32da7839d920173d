import time

import pytest

from kindtext.errors import NoTextError, UnsupportedError
from kindtext.readers.html import fragment_blocks, read
from kindtext.readers.source import Source


def draft_of(page):
    data = page if isinstance(page, bytes) else page.encode("utf-8")
    (draft,) = read(Source("page.html", None, data))
    return draft


def texts(page):
    return [block.text for block in draft_of(page).blocks]


def kinds(page):
    return [(block.kind, block.level, block.text) for block in draft_of(page).blocks]


def test_headings_paragraphs_and_nested_lists_keep_their_kind_and_level():
    page = """<h1>Meals</h1><p>For <b>every</b>
    school.<h3>Lots</h3><ul><li>North<ol><li>Primary</li></ol></li><li><p>South</p></li></ul>"""
    assert kinds(page) == [
        ("heading", 1, "Meals"),
        ("paragraph", 0, "For every school."),
        ("heading", 3, "Lots"),
        ("item", 1, "North"),
        ("item", 2, "Primary"),
        ("item", 1, "South"),
    ]


def test_a_table_becomes_rows_and_a_table_in_a_table_too():
    page = """<table><caption>Award</caption><thead><tr><th>Criterion</th><th>Weight</th></tr></thead>
    <tr><td>Quality</td><td>60%</td></tr><tr><td>Parts</td><td><table><tr><td>a<td>1<tr><td>b<td>2</table></td></tr>
    <tr><td></td></tr></table><p>After."""
    assert kinds(page) == [
        ("paragraph", 0, "Award"),
        ("row", 0, "Criterion | Weight"),
        ("row", 0, "Quality | 60%"),
        ("paragraph", 0, "Parts"),
        ("row", 0, "a | 1"),
        ("row", 0, "b | 2"),
        ("paragraph", 0, "After."),
    ]


def test_a_layout_table_reads_as_paragraphs():
    page = f"""<table><tr><td><ul><li>One item<li>Two item</ul></td>
    <td><h2>Scope</h2><p>{"We listen. " * 90}</td></tr></table>"""
    assert [kind for kind, _, _ in kinds(page)] == ["item", "item", "heading", "paragraph"]


def test_a_definition_list_becomes_rows_of_term_and_definition():
    page = "<dl><div><dt>Buyer</dt><dd>A council</dd></div><dt>Value</dt><dd>£1</dd><dd>a year</dd></dl>"
    assert texts(page) == ["Buyer | A council", "Value | £1 | a year"]


def test_line_breaks_part_lines_and_two_of_them_paragraphs():
    assert texts("<div>We will listen to you and others.<br><br>We will answer everyone who asks us.</div>") == [
        "We will listen to you and others.",
        "We will answer everyone who asks us.",
    ]


def test_preformatted_text_is_kept_and_code_is_not():
    assert texts("<pre>We will listen.\n\nWe will answer.</pre><pre><code>x = 1</code></pre>") == [
        "We will listen.",
        "We will answer.",
    ]


@pytest.mark.parametrize(
    "debris",
    [
        "<nav><ul><li>Home</ul></nav>",
        "<script>let debris = '<p>'</script><style>p{}</style><noscript>Enable scripts</noscript>",
        "<header><a href='/'>Site</a></header>",
        "<footer><p>Crown copyright</p></footer>",
        "<div id='cookie-banner'>We use cookies</div>",
        "<div class='govuk-cookie-banner'><p>We use cookies</div>",
        "<ol class='breadcrumb'><li>Home</ol>",
        "<div role='navigation'>Menu</div>",
        "<p hidden>Secret</p>",
        "<p style='color: red; DISPLAY : none'>Secret</p>",
        "<span aria-hidden='true'>x</span>",
        "<button>Send</button><select><option>One</select><textarea>Type</textarea>",
        "<a href='#main'>Skip to main content</a>",
        "<ul><li><a href='/a'>Home</a><li><a href='/b'>News</a><li><a href='/c'>About us</a></ul>",
        "<!-- a comment --><?php echo 1 ?>",
        "<template><p>Later</p></template><dialog open>Sure?</dialog>",
    ],
)
@pytest.mark.parametrize("tail", ["", "{}<p>We will answer.</p>"])
def test_what_is_not_main_text_is_left_out(debris, tail):
    page = f"<body>{debris}<p>We will listen.</p>{tail.format(debris)}</body>"
    assert texts(page) == ["We will listen.", *(["We will answer."] if tail else [])]


def test_only_the_main_part_is_read_where_there_is_one_with_the_title_above_it():
    page = """<h1>Site</h1><div><h1>Meals</h1></div><p>Follow us</p>
    <main><header><p>Deadline</p></header><p>We will listen.</p></main><h1>Elsewhere</h1><p>Contact</p>"""
    assert kinds(page) == [
        ("heading", 1, "Meals"),
        ("paragraph", 0, "Deadline"),
        ("paragraph", 0, "We will listen."),
    ]


def test_an_empty_main_part_does_not_hide_the_page():
    assert texts("<main></main><div><p>We will listen.</p></div>") == ["We will listen."]


def test_a_main_part_in_a_main_part_is_read_once():
    assert texts("<main><div role=main><p>We will listen.</p></div></main>") == ["We will listen."]


def test_a_name_of_navigation_on_the_element_around_everything_does_not_hide_the_page():
    assert texts("<body><div class='page navigation'><p>We will listen to everyone.</p></div></body>") == [
        "We will listen to everyone."
    ]


def test_social_value_is_not_taken_for_social_media():
    page = """<p>Scope of the contract.</p><div class='social-value'>We ask for jobs.</div>
    <div class='social-links'>Follow</div>"""
    assert texts(page) == ["Scope of the contract.", "We ask for jobs."]


def test_a_list_of_links_is_kept_in_the_main_part_and_after_a_colon():
    links = "<ul><li><a href='/a'>Carers</a><li><a href='/b'>Residents</a><li><a href='/c'>Schools</a></ul>"
    assert len(texts(f"<main><p>We listened.</p>{links}</main>")) == 4
    assert len(texts(f"<p>We will listen to:</p>{links}")) == 4


def test_a_contents_list_is_left_out_even_in_the_main_part():
    links = "<ul><li><a href='#a'>Scope</a><li><a href='#b'>Lots</a><li><a href='#c'>Price</a></ul>"
    assert texts(f"<main>{links}<h2>Scope</h2><p>We listen.</p></main>") == ["Scope", "We listen."]


def test_template_code_is_left_out_and_its_text_kept():
    page = """{% extends "x.html" %}{# note #}<h1>{{ title }}</h1><h2>1. {{ name }}</h2>
    {% if a < b %}<p class="{{ c }}">We {{ verb }} listen.</p>{% endif %}<% loop %>
    {{ button({ text: "Send",
      href: "#" }) }}<p>Yes.</p>"""
    assert texts(page) == ["We listen.", "Yes."]


def test_stray_braces_far_apart_do_not_swallow_the_text():
    assert (
        texts("<p>Use {{ here.</p>" + "<p>We will listen.</p>" * 200 + "<p>And }} there.</p>")[1] == "We will listen."
    )


def test_title_language_and_encoding_become_metadata():
    draft = draft_of(
        "<html lang='en-GB'><head><title>\n Meals &amp;\n more</title><meta charset=utf-8></head><p>Café</p>"
    )
    assert draft.metadata == {"title": "Meals & more", "language": "en-GB", "encoding": "utf-8"}
    assert draft.format == "html"


@pytest.mark.parametrize(
    ("page", "encoding"),
    [
        ("<meta charset='windows-1252'><p>£5 – “yes”</p>".encode("cp1252"), "cp1252"),
        (
            b"<meta http-equiv=Content-Type content='text/html; charset=iso-8859-1'>"
            + "<p>£5 – “yes”</p>".encode("cp1252"),
            "cp1252",
        ),
        ("<p>£5 – “yes”</p>".encode("cp1252"), "cp1252"),
        ("<p>£5 – “yes”</p>".encode(), "utf-8"),
        ("<?xml version='1.0' encoding='utf-8'?><html><p>£5 – “yes”</p></html>".encode(), "utf-8"),
        ("\ufeff<p>£5 – “yes”</p>".encode("utf-16-le"), "utf-16-le"),
    ],
)
def test_the_encoding_is_declared_marked_or_found(page, encoding):
    draft = draft_of(page)
    assert draft.metadata["encoding"] == encoding
    assert draft.blocks[0].text == "£5 – “yes”"


@pytest.mark.parametrize(
    "page", [b"", b"  \n", b"<html><body></body></html>", b"<nav>Home</nav>", b"<p></p><!-- x -->"]
)
def test_a_page_without_text_is_refused(page):
    with pytest.raises(NoTextError, match=r"^page\.html: the page holds no text"):
        list(read(Source("page.html", None, page)))


def test_a_binary_file_is_refused():
    with pytest.raises(UnsupportedError, match=r"^page\.html: this is not text"):
        list(read(Source("page.html", None, b"<html>\0\1\2\3\0" * 50)))


def test_a_page_cut_off_in_the_middle_is_read_as_far_as_it_goes():
    assert texts("<html><body><table><tr><td>Quality</td><td>60%</td></tr><tr><td>We liste") == [
        "Quality | 60%",
        "We liste",
    ]


@pytest.mark.parametrize("tag", ["div", "span", "section", "blockquote", "b", "ul><li", "table><tr><td"])
@pytest.mark.parametrize("depth", [300, 3_000, 100_000])
def test_deep_nesting_is_read_without_recursion(tag, depth):
    began = time.perf_counter()
    page = f"<p>Before.</p>{f'<{tag}>' * depth}Deep.</{tag.rpartition('<')[2]}><p>After.</p>"
    found = texts(page)
    assert found[0] == "Before."
    if depth == 300 or ">" not in tag:
        # Tables that are never closed take what follows them in.
        assert sorted(found) == ["After.", "Before.", "Deep."]
    else:
        assert draft_of(page).notes
    assert time.perf_counter() - began < 20


def test_many_open_template_tags_take_no_quadratic_time():
    began = time.perf_counter()
    assert texts("<p>We listen.</p>" + "{{" * 200_000)[0] == "We listen."
    assert time.perf_counter() - began < 10


def test_a_fragment_is_all_main_text():
    assert [block.text for block in fragment_blocks("<header>Notice</header>text<li>item")] == [
        "Notice",
        "text",
        "item",
    ]
    assert fragment_blocks("") == ()

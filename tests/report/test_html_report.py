import base64
import hashlib
import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
import typer
from handmade import FEEDBACK, LEXICON, REJECTION, assert_golden, made_score, no_score
from lxml import html
from trained import SAMPLES, small_model

from kindtext import cli
from kindtext.document import Passage, Quote
from kindtext.errors import InputError
from kindtext.lexicon import load_lexicon
from kindtext.measures.burdens import Burden, Burdens
from kindtext.measures.criteria import AwardCriteria, Criterion, Shares
from kindtext.passages import from_text
from kindtext.posterior import aggregate
from kindtext.readers import read, read_all
from kindtext.report.html import Names, document_html, entry, index_html, new_folder, replaceable
from kindtext.report.html.changes import first_changes
from kindtext.report.html.text import Text
from kindtext.scoring import Evidence, PassageScore, score

SEEN = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> &amp; {{ 7*7 }}"
HOSTILE = SEEN + " \x00\x1b[2J\u202egnp.exe\u2066 \ud800 =1+1"
TEXT = (
    "We will involve local residents in the design of the service and give feedback to every bidder. "
    "Staff are paid at least the real Living Wage, and we meet every month to solve problems together.\n\n"
    "Late tenders will be rejected and the Authority accepts no liability for any costs. The Contractor shall "
    "indemnify the Authority, which may terminate the Contract at its sole discretion without compensation.\n"
)


def parsed(page):
    return html.document_fromstring(page.encode("utf-8"))


def text_of(element):
    return " ".join(element.text_content().split())


def made_page(**changed):
    return document_html(replace(made_score(), **changed), LEXICON)


@pytest.fixture(scope="module")
def scored_samples():
    """Three documents of different formats, each with its score."""
    names = ("01-price-only-cleaning-itt.pdf", "02-codesigned-home-care.docx", "07-school-meals-notice.json")
    documents = [next(iter(read_all(SAMPLES / name))) for name in names]
    return [(document, score(document, model=small_model())) for document in documents]


# The page as a whole


def test_what_a_page_shows():
    body = parsed(made_page(model={"corpus": "excerpts"})).find("body")
    for element in (body.find("script"), body.find(".//section[@aria-labelledby='made']")):
        element.getparent().remove(element)
    assert_golden("report.html", html.tostring(body, encoding="unicode") + "\n")


def test_a_page_runs_only_its_own_style_and_script(scored_samples):
    page = document_html(scored_samples[0][1], load_lexicon(), scored_samples[0][0])
    tree = parsed(page)
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'")
    for tag in ("style", "script"):
        (element,) = tree.xpath(f"//{tag}")
        digest = base64.b64encode(hashlib.sha256(element.text.encode("utf-8")).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    attributes = {name for element in tree.iter() for name in element.attrib}
    assert not [name for name in attributes if name == "style" or name.startswith("on")]


def test_a_page_fetches_nothing(scored_samples):
    for document, result in scored_samples:
        tree = parsed(document_html(result, load_lexicon(), document))
        assert not tree.xpath("//*[@src or @srcset or @action or @data]")
        assert all(href.startswith(("#", "data:,")) for href in tree.xpath("//@href"))


def test_every_link_leads_somewhere_and_every_id_is_its_own(scored_samples):
    for document, result in scored_samples:
        for given in (document, None):
            tree = parsed(document_html(result, load_lexicon(), given))
            ids = tree.xpath("//@id")
            assert len(ids) == len(set(ids))
            named = [
                *tree.xpath("//@aria-labelledby"),
                *(part for d in tree.xpath("//@aria-describedby") for part in d.split()),
            ]
            wanted = {href[1:] for href in tree.xpath("//@href") if href.startswith("#")} | set(named)
            assert wanted <= set(ids)


def test_the_same_document_gives_the_same_page():
    assert made_page() == made_page()
    assert "3 May 2026" in document_html(made_score(), LEXICON, date=date(2026, 5, 3))


def test_hostile_text_renders_as_text():
    passage = Passage(HOSTILE + " will be rejected", 0, len(HOSTILE) + 17, section=HOSTILE, field=HOSTILE)
    start = len(HOSTILE) + 1
    found = Evidence(
        "unilateral_control", "transactional", "will be rejected", start, start + 16, "affirmed", "buyer", -1.0
    )
    page = made_page(
        name=HOSTILE,
        metadata={"title": HOSTILE, "buyer": HOSTILE, "published": HOSTILE},
        notes=(HOSTILE,),
        format=HOSTILE,
        model={"corpus": HOSTILE},
        passages=(PassageScore(passage, (0.1, 0.1, 0.8), 1.0, (found,)),),
    )
    tree = parsed(page)
    assert len(tree.xpath("//script")) == 1 and not tree.xpath("//img")
    assert SEEN in text_of(tree.xpath("//h1")[0])
    assert SEEN in text_of(tree.get_element_by_id("p0"))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page)


def test_hostile_text_in_an_index_renders_as_text():
    page = index_html([entry(replace(made_score(), name=HOSTILE, metadata={}), "a.html")], failures=[HOSTILE])
    assert len(parsed(page).xpath("//script")) == 1 and not parsed(page).xpath("//img")
    assert page.encode("utf-8")


# Score and changes


def test_the_score_stands_with_its_interval_in_words():
    top = text_of(parsed(made_page()).xpath("//header")[0])
    assert "46 of 100" in top
    assert "The score lies between 20 and 74 with a probability of 90 %" in top
    assert "neither can be said to prevail" in top


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (70, 90, "It mostly involves, supports and shares."),
        (52, 80, "It is more kind than transactional"),
        (20, 48, "It is more transactional than kind"),
        (5, 30, "It mostly commands, rejects and punishes."),
    ],
)
def test_the_interval_and_not_the_number_decides_what_is_said(low, high, words):
    assert words in text_of(parsed(made_page(value=(low + high) / 2, interval=(low, high))).xpath("//header")[0])


def test_a_document_without_a_score_gets_the_reason():
    page = document_html(no_score(), LEXICON)
    assert "There is no score: only 3 words; at least 30 are needed." in text_of(parsed(page).xpath("//header")[0])


def test_what_to_change_comes_first(scored_samples):
    document, result = scored_samples[0]
    sections = parsed(document_html(result, load_lexicon(), document)).xpath("//main/section")
    assert text_of(sections[0].find("h2")) == "Three things to change first"
    items = sections[0].xpath(".//ol/li")
    assert len(items) == 3
    assert all(item.xpath(".//p[@class='advice']") for item in items)


def test_hard_wording_is_ranked_by_what_the_score_would_gain():
    result = score(
        from_text((TEXT.split("\n\n")[1] + "\n\n") * 4 + "Ask us if anything is unclear. " * 8), model=small_model()
    )
    changes = first_changes(result, load_lexicon())
    gains = [change.gain for change in changes if change.gain is not None]
    assert gains and all(a >= b for a, b in pairwise(gains))
    kind = sum(p.weight * p.probabilities[0] for p in result.passages)
    assert 0 < gains[0] <= aggregate(kind, 0.0)[0] - result.value


def test_burdens_and_criteria_past_their_borders_are_named():
    measures = replace(
        made_score().measures,
        burdens=Burdens(
            (
                Burden("payment", 90, "days", "buyer", Quote("within 90 days", 3, 17)),
                Burden("days_to_deadline", 10, "days", "bidder"),
            ),
            words=100,
        ),
        criteria=AwardCriteria(
            (Criterion("Price", "price", 80.0),), "best_price_quality", None, (Shares(None, 80.0, 20.0),)
        ),
    )
    changes = first_changes(replace(made_score(), passages=(), measures=measures), LEXICON)
    assert [change.title for change in changes] == ["Time to answer", "Payment", "Weight of price"]
    assert changes[1].finding == "The supplier waits 90 days for the money; UK law asks for 30."


def test_a_burden_has_a_place_even_where_much_is_hard():
    measures = replace(made_score().measures, burdens=Burdens((Burden("payment", 90, "days", "buyer"),), words=100))
    assert [c.title for c in first_changes(replace(made_score(), measures=measures), LEXICON)][:2] == [
        "One-sided control",
        "Payment",
    ]


# The text


def test_the_text_is_whole_and_in_order(scored_samples):
    for document, result in scored_samples:
        items = [item for item in Text(result, load_lexicon(), document).items() if item.kind == "passage"]
        shown = [
            "".join(html.fragment_fromstring(str(i.html), create_parent="p").text_content().split()) for i in items
        ]
        assert shown == ["".join(p.passage.text.split()) for p in result.passages]
        everything = "".join(
            "".join(html.fragment_fromstring(str(item.html), create_parent="p").text_content().split())
            for item in Text(result, load_lexicon(), document).items()
        )
        letters = [c for c in document.text if c.isalnum()]
        assert [c for c in everything if c.isalnum()] == letters


def test_highlights_hold_the_words_of_their_evidence(scored_samples):
    for document, result in scored_samples:
        tree = parsed(document_html(result, load_lexicon(), document))
        rows = tree.xpath("//table[@class='evidence-table']/tbody/tr")
        assert len(rows) == len(result.evidence)
        for row in rows:
            (link,) = row.xpath(".//a")
            mark = tree.get_element_by_id(link.get("href")[1:])
            assert row.get("data-s") in mark.get("data-s").split()
            assert "".join(link.text_content().rstrip("…").split())[:40] in "".join(mark.text_content().split())


def test_evidence_that_shares_words_is_one_highlight():
    text = "We will give feedback."
    one = Evidence(FEEDBACK.id, "kind", "give feedback", 8, 21, "affirmed", "buyer", 0.5)
    other = Evidence(REJECTION.id, "transactional", "will give", 3, 12, "negated", "buyer", -0.1)
    p = PassageScore(Passage(text, 0, len(text)), (0.6, 0.3, 0.1), 0.5, (one, other))
    tree = parsed(made_page(passages=(p,)))
    (mark,) = tree.xpath("//a[contains(@class, 'ev ')]")
    assert mark.text_content() == "will give feedback"
    assert mark.get("class").split()[:2] == ["ev", "both"] and mark.get("data-n") == "2"


def test_without_the_document_a_heading_stands_where_the_section_changes():
    headings = [text_of(h) for h in parsed(made_page()).xpath("//h3[@class='heading']")]
    assert headings == ["1. How we work", "2. Rules [final]"]


def test_a_quote_leads_to_its_words(scored_samples):
    document, result = scored_samples[1]
    tree = parsed(document_html(result, load_lexicon(), document))
    fact = next(f for f in result.measures.burdens.facts if f.quote)
    anchor = tree.get_element_by_id(f"q{fact.quote.start}")
    after = anchor.tail or anchor.getnext().text_content()
    assert fact.quote.text.startswith(after[:8])


def test_a_quote_outside_the_text_shown_is_no_link():
    text = Text(made_score(), LEXICON)
    assert text.link(Quote("far away", 10_000, 10_008)) is None
    assert text.link(None) is None


def test_a_long_document_gives_a_page_of_a_few_megabytes():
    p = made_score().passages[2]
    length = len(p.passage.text) + 2
    passages = tuple(
        replace(
            p,
            passage=replace(p.passage, start=i * length, end=i * length + length - 2),
            evidence=tuple(
                replace(e, start=e.start - p.passage.start + i * length, end=e.end - p.passage.start + i * length)
                for e in p.evidence
            ),
        )
        for i in range(2_500)  # 100,000 words
    )
    assert len(made_page(passages=passages)) < 4_000_000


# Several documents


def test_the_index_lists_all_documents_and_what_was_not_read():
    page = parsed(
        index_html([entry(made_score(), "a.html"), entry(no_score(), "b.html")], failures=["c.pdf: damaged."])
    )
    rows = page.xpath("//table/tbody/tr")
    assert [row.xpath(".//a/@href") for row in rows] == [["a.html"], ["b.html"]]
    assert "46" in text_of(rows[0]) and "no score: only 3 words" in text_of(rows[1])
    assert "c.pdf: damaged." in text_of(page)


def test_the_picture_of_a_thousand_documents_stays_small():
    entries = [replace(entry(made_score(), "a.html"), value=i / 10) for i in range(1_000)]
    page = index_html(entries)
    assert len(parsed(page).xpath("//svg[@class='spread']/g")) == 300
    assert "300 of 1,000 documents are drawn" in page


def test_names_of_pages_are_plain_and_differ():
    names = Names()
    made = [names.new(name) for name in ("a b.pdf", "a-b.pdf", "../../etc/passwd", "con", "index", "日本", "x" * 300)]
    assert made[:6] == [
        "a-b-pdf.html",
        "a-b-pdf-2.html",
        "etc-passwd.html",
        "con-document.html",
        "index-document.html",
        "document.html",
    ]
    assert len(made[6]) < 100


def test_a_folder_appears_whole_or_not_at_all(tmp_path):
    place = tmp_path / "out"
    with pytest.raises(RuntimeError), new_folder(place) as folder:
        (folder / "index.html").write_text("half", encoding="utf-8")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_failed_report_leaves_the_earlier_one(tmp_path):
    place = tmp_path / "out"
    page = index_html([entry(made_score(), "a.html")])
    with new_folder(place) as folder:
        (folder / "index.html").write_text(page, encoding="utf-8")
    with pytest.raises(RuntimeError), new_folder(place):
        raise RuntimeError
    assert (place / "index.html").read_text(encoding="utf-8") == page
    with new_folder(place) as folder:
        (folder / "other.html").write_text(page, encoding="utf-8")
    assert [file.name for file in place.iterdir()] == ["other.html"]
    assert list(tmp_path.iterdir()) == [place]


def test_a_folder_with_other_files_is_never_replaced(tmp_path):
    (tmp_path / "out").mkdir()
    assert replaceable(tmp_path / "out")
    (tmp_path / "out" / "letter.html").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="name a new folder"), new_folder(tmp_path / "out"):
        pass
    assert (tmp_path / "out" / "letter.html").exists()


# The command


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory):
    return small_model().save(tmp_path_factory.mktemp("models") / "small")


@pytest.fixture
def report(monkeypatch, capsys, tmp_path, model_folder):
    """Run ``kindtext report`` in an empty folder that holds two tenders; gives exit code and messages."""
    monkeypatch.setenv("KINDTEXT_MODEL", str(model_folder))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.txt").write_text(TEXT * 2, encoding="utf-8")

    def run(*arguments):
        try:
            code = typer.main.get_command(cli.app).main(["report", *map(str, arguments)], standalone_mode=False) or 0
        except typer.Exit as ended:
            code = ended.exit_code
        return code, capsys.readouterr().err

    return run


def test_one_document_gives_one_page(report, tmp_path):
    assert report("a.txt", "-o", "report.html")[0] == 0
    assert "a.txt" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert report("a.txt")[0] == 0
    assert (tmp_path / "kindtext-report.html").exists()


def test_several_documents_give_a_folder(report, tmp_path):
    assert report("a.txt", "b.txt", "-o", "out")[0] == 0
    assert sorted(f.name for f in (tmp_path / "out").iterdir()) == ["a-txt.html", "b-txt.html", "index.html"]


def test_several_documents_do_not_go_into_one_page(report, tmp_path):
    code, said = report("a.txt", "b.txt", "-o", "report.html")
    assert code == 2 and "name a folder" in said
    assert not (tmp_path / "report.html").exists()


def test_what_cannot_be_read_is_named_and_the_rest_done(report, tmp_path):
    missing = tmp_path / "gone.txt"
    code, said = report(tmp_path / "a.txt", missing, tmp_path / "b.txt", "-o", "out")
    assert code == 1 and "gone.txt: no such file" in said
    pages = [file.read_text(encoding="utf-8") for file in (tmp_path / "out").iterdir()]
    assert len(pages) == 3
    assert any("gone.txt: no such file" in page for page in pages)
    assert not any(str(tmp_path) in page for page in pages)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a.txt", "-o", "a.txt"], "the report is HTML"),
        (["page.html", "-o", "page.html"], "one of the inputs"),
        (["tenders", "-o", "tenders"], "one of the inputs"),
        (["tenders/a.txt", "-o", "tenders"], "one of the inputs"),
        (["tenders", "-o", "tenders/out"], "among the inputs"),
        (["a.txt", "-o", "out.pdf"], "the report is HTML"),
    ],
)
def test_an_input_is_never_written_over(report, tmp_path, arguments, said):
    (tmp_path / "page.html").write_text(f"<p>{TEXT}</p>", encoding="utf-8")
    (tmp_path / "tenders").mkdir()
    (tmp_path / "tenders" / "a.txt").write_text(TEXT, encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    code, message = report(*arguments)
    assert code == 2 and said in message
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == TEXT


def test_the_date_is_left_out_unless_asked_for(report, tmp_path):
    report("a.txt", "-o", "plain.html")
    report("a.txt", "--date", "-o", "dated.html")
    year = f" {date.today():%B %Y}"
    assert year not in (tmp_path / "plain.html").read_text(encoding="utf-8")
    assert year in (tmp_path / "dated.html").read_text(encoding="utf-8")


def test_a_document_read_from_a_file_shows_its_headings():
    document = read(SAMPLES / "02-codesigned-home-care.docx")
    items = list(Text(score(document, model=small_model()), load_lexicon(), document).items())
    assert str(items[0].html) == "Care at Home in Strathorran, 2026 to 2030" and items[0].kind == "heading"

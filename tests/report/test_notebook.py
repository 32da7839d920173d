from dataclasses import replace
from xml.etree import ElementTree

import pytest
from handmade import LEXICON, assert_golden, made_score, no_score

from kindtext.document import Document, Passage, Quote
from kindtext.measures.balance import Balance
from kindtext.measures.burdens import Burden, Burdens
from kindtext.measures.criteria import AwardCriteria, Shares
from kindtext.measures.language import Language
from kindtext.measures.participation import Participation
from kindtext.measures.record import Measures
from kindtext.passages import from_text
from kindtext.report import notebook


@pytest.fixture(autouse=True)
def made_lexicon(monkeypatch):
    monkeypatch.setattr(notebook, "load_lexicon", lambda: LEXICON)


def parse(html):
    return ElementTree.fromstring(html.replace("<br>", "<br/>"))


def test_a_score_as_html():
    assert_golden("score.html", notebook.score_html(made_score()) + "\n")


def test_a_document_without_a_score_as_html():
    assert_golden("no_score.html", notebook.score_html(no_score()) + "\n")


def test_the_html_is_well_formed():
    parse(notebook.score_html(made_score()))
    parse(notebook.score_html(no_score()))


def test_nothing_from_a_document_is_taken_for_html():
    evil = '<script>alert("1")</script>'
    score = made_score()
    first = replace(score.passages[0].passage, text=evil, section=evil, page=None, field=evil)
    changed = replace(score, name=evil, passages=(replace(score.passages[0], passage=first), *score.passages[1:]))
    for html in (notebook.score_html(changed), notebook.score_html(replace(changed, value=None, reason=evil))):
        assert "<script" not in html
        assert "&lt;script&gt;" in html
        parse(html)


def test_the_scale_is_told_to_who_cannot_see_it():
    assert 'aria-label="Score 46 of 100, 90 percent interval 20 to 74"' in notebook.score_html(made_score())


MEASURES = Measures(
    participation=Participation(sentence="People are consulted <b>early</b>."),
    balance=Balance(sentence="Warm in its introduction (80) and hard in its terms (20)."),
    criteria=AwardCriteria(shares=(Shares("Lot 1", price=40, quality=60), Shares("Lot 2", price=100))),
    burdens=Burdens(
        facts=(
            Burden("days_to_deadline", 1, "days"),
            Burden("insurance", 5_000_000, "GBP"),
            Burden("payment", 30, "days", side="buyer"),
        ),
        requirements=(Quote("must", 0, 4),) * 2,
        words=100,
    ),
    language=Language(flesch_reading_ease=41.2, mean_sentence_words=23.6),
)


def test_a_score_says_the_main_thing_of_each_measure():
    html = notebook.score_html(replace(made_score(), measures=MEASURES))
    parse(html)
    for sentence in (
        "People are consulted &lt;b&gt;early&lt;/b&gt;.",
        "Warm in its introduction (80) and hard in its terms (20).",
        "Lot 1: judged on quality 60 %, price 40 %.",
        "Lot 2: judged on price 100 %.",
        "Asked and offered: 1 day to answer; 2 things that bidders must do; insurance of 5,000,000 GBP; "
        "payment within 30 days.",
        "Reading ease 41 (60 is plain English, under 30 is for graduates), 24 words a sentence.",
    ):
        assert f"<li>{sentence}</li>" in html


def test_without_weights_the_method_of_award_is_said():
    measures = Measures(criteria=AwardCriteria(method="lowest_price"))
    assert list(notebook.main_sentences(measures)) == ["The lowest price wins."]


def test_measures_that_found_nothing_say_nothing():
    assert list(notebook.main_sentences(Measures())) == []


def test_a_document_shows_what_was_read_and_its_first_passages_with_their_place():
    html = Document(
        "a.pdf",
        "",
        (),
        tuple(Passage(f"Clause {i}.", 0, 9, page=i, section="Scope") for i in range(1, 8)),
        format="pdf",
        metadata={"title": "Laptops"},
        notes=("1 image was left out.",),
    )._repr_html_()
    parse(html)
    assert "<strong>a.pdf</strong>: pdf, 0 words, 7 passages<br>Laptops" in html
    assert "1 image was left out." in html
    assert "<li>Clause 5. <small>(p. 5, Scope)</small></li>" in html
    assert "Clause 6" not in html
    assert "and 2 more" in html


def test_a_document_without_a_passage_shows_its_name():
    assert from_text("", "empty.txt")._repr_html_() == (
        "<div><strong>empty.txt</strong>: text, 0 words, 0 passages</div>"
    )


def test_nothing_from_a_document_is_taken_for_html_when_it_shows_itself():
    evil = "<script>alert(1)</script>\x1b\u202e"
    passage = Passage(evil * 1000, 0, 1, field=evil, section=evil)
    html = Document(evil, evil, (), (passage,), format=evil, metadata={"title": evil}, notes=(evil,))._repr_html_()
    parse(html)
    assert "<script" not in html
    assert "\u202e" not in html
    assert len(html) < 3000


def test_where_there_is_no_html_they_show_themselves_in_a_line():
    assert repr(made_score()) == "<Score 'tender [final] & more.pdf': 46 of 100, 20 to 74>"
    assert repr(no_score()) == "<Score 'short.txt': none, only 3 words; at least 30 are needed>"
    assert repr(from_text("Hello there.", "a\x1b.txt")) == "<Document 'a\\x1b.txt': text, 2 words, 1 passages>"

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from handmade import LEXICON, assert_golden, made_score, no_score

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

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from handmade import made_score, no_score, shown

from kindtext.comparing import compare, rank
from kindtext.document import Passage
from kindtext.report import comparison, comparison_html
from kindtext.scoring import PassageScore

EVIL = '<script>alert("1")</script>\x1b[2J\u202e\x00 =1+1'


def parse(page):
    return ElementTree.fromstring(page.replace("<!DOCTYPE html>\n", "").replace('utf-8">', 'utf-8"/>').replace(
        'initial-scale=1">', 'initial-scale=1"/>').replace("'unsafe-inline'\">", "'unsafe-inline'\"/>"))  # fmt: skip


@pytest.fixture
def drafts():
    """Two drafts: the last passage is reworded, and one is added."""
    old = made_score()
    last = old.passages[2]
    text = last.passage.text.replace("will be rejected. This holds", "may be put right within two days. This holds")
    added = Passage("We meet the supplier every month.", 900, 934)
    changed = PassageScore(replace(last.passage, text=text), (0.5, 0.3, 0.2), 0.85, last.evidence[1:])
    new = replace(
        old,
        value=70.0,
        interval=(50.0, 85.0),
        passages=(*old.passages[:2], changed, PassageScore(added, (0.8, 0.1, 0.1), 0.3, ())),
    )
    return old, new


def test_a_terminal_shows_the_scores_the_verdict_and_the_words_that_changed(drafts):
    text = shown(*comparison.comparison(compare(*drafts)))
    assert "46 (20 to 74)" in text
    assert "70 (50 to 85)" in text
    assert "+23.8" in text
    assert "these two cannot be told apart" in text
    assert "2 kept, 1 reworded, 1 added, 0 dropped, 0 moved" in text
    assert "[-will be rejected.-] {+may be put right within two days.+}" in text
    assert "p. 2, 2. Rules [final]" in text


def test_what_stayed_the_same_is_shortened_in_a_terminal_only(drafts):
    found = compare(*drafts)
    assert "…" in shown(*comparison.comparison(found))
    assert "did not receive in time; a tender" in comparison_html.comparison_page(found)


def test_a_terminal_says_how_many_changes_it_leaves_out(drafts):
    old, new = drafts
    more = tuple(
        PassageScore(Passage(f"Number {n} word{n} other{n}.", 1000 + n, 1010), (0.5, 0.4, 0.1), 0.2, ())
        for n in range(20)
    )
    text = shown(*comparison.comparison(compare(old, replace(new, passages=new.passages + more))))
    assert f"... and {22 - comparison.MOST_CHANGES} more" in text


def test_a_page_is_well_formed_and_loads_nothing(drafts):
    page = comparison_html.comparison_page(compare(*drafts))
    parse(page)
    assert "http:" not in page.replace("http-equiv", "")
    assert "https:" not in page
    assert "<del>will be rejected.</del> <ins>may be put right within two days.</ins>" in page


def test_nothing_from_a_document_is_taken_for_html_or_moves_a_cursor(drafts):
    old, new = (replace(draft, name=EVIL, reason=EVIL) for draft in drafts)
    bad = replace(new.passages[2].passage, text=EVIL, section=EVIL, page=None, field=EVIL)
    new = replace(new, passages=(*new.passages[:2], replace(new.passages[2], passage=bad)))
    found = compare(old, new)
    pages = [comparison_html.comparison_page(found), comparison_html.ranking_page(rank([old, new]))]
    for page in pages:
        assert "<script" not in page
        assert "&lt;script&gt;" in page
        parse(page)
    for text in (*pages, shown(*comparison.comparison(found)), shown(*comparison.ranking(rank([old, new])))):
        assert not set(text) & set("\x1b\u202e\x00")


def test_a_comparison_shows_itself_in_a_notebook(drafts):
    html = compare(*drafts)._repr_html_()
    assert html.startswith("<style>")
    assert "70 (50 to 85)" in html


def test_without_a_score_the_reason_is_given():
    found = compare(no_score(), replace(no_score(), name="other.txt"))
    text = shown(*comparison.comparison(found))
    assert "short.txt has no score: only 3 words" in text
    assert comparison_html.comparison_page(found)


def test_a_ranking_says_who_cannot_be_told_apart(drafts):
    old, new = drafts
    text = shown(*comparison.ranking(rank([old, replace(new, name="new.pdf"), replace(no_score(), model=old.model)])))
    assert "1 and 2: these two cannot be told apart; their intervals overlap." in text
    assert "only 3 words; at least 30 are needed" in text
    apart = replace(new, interval=(80.0, 85.0))
    assert "No two intervals of neighbours overlap" in shown(*comparison.ranking(rank([old, apart])))

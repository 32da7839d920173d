import itertools

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from kindtext.lexicon import Lexicon, Signal
from kindtext.pipeline.normal import set_normal_forms
from kindtext.pipeline.search import Hit, PatternSearch, longest
from kindtext.pipeline.signals import SPANS, SignalMarker


@pytest.fixture(scope="module")
def blank():
    nlp = spacy.blank("en")
    set_normal_forms(nlp.vocab)
    return nlp


def found(nlp, patterns, text, lists=None):
    """What is found of one key's patterns, or of several keys', as texts."""
    by_key = patterns if isinstance(patterns, dict) else {"key": patterns}
    doc = nlp(text)
    hits = PatternSearch(nlp, by_key, lists or {})(doc)
    named = [(hit.key, doc[hit.start : hit.end].text) for hit in dict.fromkeys(hits)]
    return named if isinstance(patterns, dict) else [quote for _, quote in named]


def marked(nlp, text, **signals):
    """What a lexicon of these signals marks; each is its patterns, or its patterns and its exceptions."""
    made = {}
    for name, patterns in signals.items():
        patterns, exceptions = patterns if isinstance(patterns, tuple) else (patterns, [])
        texts = dict.fromkeys(("label", "definition", "why", "source", "advice", "example"), "x")
        made[name] = Signal(name, "kind", patterns=tuple(patterns), exceptions=tuple(exceptions), **texts)
    doc = SignalMarker(nlp, Lexicon(made, (), (), {}, {}, ""))(nlp.make_doc(text))
    return [(span.label_, span.text) for span in doc.spans[SPANS]]


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("Involve them in design.", ["Involve them in design"]),
        ("Involve design.", ["Involve design"]),
        ("Involve a b c design.", ["Involve a b c design"]),
        ("Involve a b c d design.", []),
        ("Involving, as ever, the design.", []),  # a comma counts as a word
        ("Involve us, then design.", ["Involve us, then design"]),
        ("Design, then involve.", []),
        ("Involve us. Design it.", []),
        ("Involve us; design it.", []),
        ("Involve us! Design it.", []),
        ("Involve us? Design it.", []),
        ("Involve • design", []),
        ("Involve us | design", ["Involve us | design"]),
    ],
)
def test_a_gap_is_no_longer_than_it_says_and_crosses_no_sentence_end(blank, text, quotes):
    assert found(blank, ["involve ..3 design"], text) == quotes


def test_a_gap_of_nought_is_none(blank):
    assert found(blank, ["help ..0 bid"], "help bid help to bid") == ["help bid"]


def test_each_of_several_gaps_has_its_own_length(blank):
    patterns = ["ask ..1 people ..2 need"]
    assert found(blank, patterns, "ask the people what they need") == ["ask the people what they need"]
    assert found(blank, patterns, "ask all the people what they need") == []
    assert found(blank, patterns, "ask people what it is they need") == []


def test_the_last_step_of_a_gapped_pattern_may_be_of_several_words(blank):
    assert found(blank, ["give .. (oral )?feedback"], "give us oral feedback") == ["give us oral feedback"]


def test_the_longest_words_of_a_step_are_taken(blank):
    text = "We give a feedback session with sugar free school meals."
    patterns = ["give .. (feedback|feedback session)", "(free|sugar free) .. meal"]
    assert marked(blank, text, a=patterns) == [("a", "give a feedback session"), ("a", "sugar free school meals")]


def test_a_step_of_any_place_in_a_pattern_may_be_its_rarest(blank):
    text = "we ask all residents what they need"
    for pattern in ("ask .. residents .. need", "we .. residents .. they", "we ask .. what they need"):
        assert len(found(blank, [pattern], text)) == 1
        assert found(blank, [pattern], text.replace("residents", "residents .")) == []


def test_exact_words_keep_their_form_but_not_their_capitals(blank):
    assert found(blank, ["=needs"], "needs Needs NEEDS need needed") == ["needs", "Needs", "NEEDS"]


def test_a_word_with_a_capital_is_found_with_it_or_all_in_capitals(blank):
    assert found(blank, ["Fair Work"], "Fair Work, FAIR WORK, fair work, Fair work, Fair Works") == [
        "Fair Work",
        "FAIR WORK",
    ]


def test_only_the_words_that_say_so_keep_their_form(blank):
    assert found(blank, ["meet =needs"], "meets needs, meeting needs, met need, MET NEEDS")[:1] == ["meets needs"]
    assert "met need" not in found(blank, ["meet =needs"], "met need")


def test_the_same_words_may_be_exact_in_one_pattern_and_free_in_another(blank):
    patterns = {"exact": ["=needs"], "free": ["needs"], "cased": ["Needs"]}
    assert set(found(blank, patterns, "needs")) == {("exact", "needs"), ("free", "needs")}
    assert set(found(blank, patterns, "Needs")) == {("exact", "Needs"), ("free", "Needs"), ("cased", "Needs")}


@pytest.mark.parametrize("text", ["co-design", "codesign", "co design", "co–design", "Co-Designed"])
def test_a_compound_is_found_however_it_is_written(blank, text):
    assert found(blank, ["co-design"], text) == [text]


@pytest.mark.parametrize("text", ["don't hesitate", "don’t hesitate", "do not hesitate", "DO NOT HESITATE"])
def test_a_contraction_is_found_as_its_words(blank, text):
    assert found(blank, ["do not hesitate"], text) == [text]


def test_an_apostrophe_may_be_straight_or_curly(blank):
    assert found(blank, ["tenants' panel"], "tenants' panel, tenants’ panel") == ["tenants' panel", "tenants’ panel"]


def test_a_list_stands_for_its_words(blank):
    lists = {"people": ("resident", "local people")}
    assert found(blank, ["ask (the )?{people}"], "Ask the residents; asked local people.", lists) == [
        "Ask the residents",
        "asked local people",
    ]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "...", "•"])
def test_nothing_is_found_where_there_is_nothing(blank, text):
    assert found(blank, ["feedback", "give .. feedback"], text) == []


def test_a_search_for_nothing_finds_nothing(blank):
    assert found(blank, {}, "We give feedback.") == found(blank, {"key": []}, "We give feedback.") == []


def test_hits_are_in_order_of_their_start(blank):
    patterns = {"late": ["feedback"], "early": ["give .. feedback", "bid"]}
    hits = PatternSearch(blank, patterns, {})(blank("give feedback, bid, give oral feedback"))
    assert hits == sorted(hits, key=lambda hit: (hit.start, hit.end)) and len(hits) == 5


def test_two_patterns_of_one_signal_with_the_same_phrase_mark_it_once(blank):
    assert marked(blank, "We give feedback.", a=["give feedback", "(give|get) feedback", "give .. feedback"]) == [
        ("a", "give feedback")
    ]


def test_the_longest_match_wins_within_a_signal(blank):
    assert marked(blank, "We give written feedback.", a=["feedback", "written feedback", "give .. feedback"]) == [
        ("a", "give written feedback")
    ]


def test_different_signals_may_share_words(blank):
    spans = marked(blank, "We give feedback.", a=["give feedback"], b=["feedback"], c=["give feedback"])
    assert sorted(spans) == [("a", "give feedback"), ("b", "feedback"), ("c", "give feedback")]


def test_an_exception_takes_away_what_it_covers(blank):
    assert marked(blank, "A care home, and care.", a=(["care"], ["care home"])) == [("a", "care")]


def test_an_exception_of_the_same_words_takes_them_away(blank):
    assert marked(blank, "CARE and care.", a=(["care"], ["CARE"])) == [("a", "care")]
    assert marked(blank, "Care home and care home.", a=(["care home"], ["Care home"])) == [("a", "care home")]


def test_a_shorter_exception_does_not_take_away_a_longer_match(blank):
    patterns = ["care", "care for people at home"]
    assert marked(blank, "We care for people at home.", a=(patterns, ["care for"])) == [
        ("a", "care for people at home")
    ]


def test_an_exception_of_one_signal_does_not_touch_another(blank):
    assert marked(blank, "A care home.", a=(["care"], ["care home"]), b=["care"]) == [("b", "care")]


def test_a_shorter_match_is_not_brought_back_by_an_exception_of_the_longer_one(blank):
    signals = {"a": (["feedback", "give feedback"], ["give feedback form"])}
    assert marked(blank, "We give feedback forms.", **signals) == []


hits = st.lists(
    st.builds(
        lambda key, start, length: Hit(key, start, start + length),
        st.sampled_from("ab"),
        st.integers(0, 15),
        st.integers(1, 5),
    ),
    max_size=12,
)


@given(hits)
def test_the_longest_hits_do_not_overlap_and_every_other_overlaps_one_no_shorter(hits):
    kept = longest(hits)
    assert set(kept) <= set(hits) and kept == sorted(kept, key=lambda hit: (hit.start, hit.end))
    for key in "ab":
        taken = [i for hit in kept if hit.key == key for i in range(hit.start, hit.end)]
        assert len(taken) == len(set(taken))
    for hit in set(hits) - set(kept):
        assert any(
            other.key == hit.key
            and other.start < hit.end
            and hit.start < other.end
            and other.end - other.start >= hit.end - hit.start
            for other in kept
        )


@given(words=st.lists(st.sampled_from(["ask", "user", "now", "then", "."]), max_size=25), gap=st.integers(0, 4))
def test_a_gapped_pattern_finds_what_looking_word_by_word_finds(blank, words, gap):
    doc = spacy.tokens.Doc(blank.vocab, words=words)
    hits = {(hit.start, hit.end) for hit in PatternSearch(blank, {"key": [f"ask ..{gap} user"]}, {})(doc)}
    allowed, nearest = set(), set()
    for start, end in itertools.combinations(range(len(words)), 2):
        between = words[start + 1 : end]
        if (words[start], words[end]) == ("ask", "user") and len(between) <= gap and "." not in between:
            allowed.add((start, end + 1))
            if not {"ask", "user"} & set(between):
                nearest.add((start, end + 1))
    assert nearest <= hits <= allowed

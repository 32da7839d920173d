"""Every signal's card: its sentences are its tests."""

import pytest

from kindtext.lexicon import STANDING, load_lexicon

SIGNALS = list(load_lexicon().signals.values())


def sentences(key):
    return [
        pytest.param(signal.id, sentence, id=f"{signal.id}-{number}")
        for signal in SIGNALS
        for number, sentence in enumerate(getattr(signal, key), start=1)
    ]


def standing(doc, signal):
    return [span.text for span in doc.spans["kindtext"] if span.label_ == signal and span._.assertion in STANDING]


@pytest.mark.parametrize(("signal", "sentence"), sentences("matches"))
def test_a_sentence_that_must_match_shows_the_signal(nlp, signal, sentence):
    assert standing(nlp(sentence), signal)


@pytest.mark.parametrize(("signal", "sentence"), sentences("misses"))
def test_a_sentence_that_must_miss_does_not_show_the_signal(nlp, signal, sentence):
    assert standing(nlp(sentence), signal) == []


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.id)
def test_no_sentence_both_must_and_must_not_match(signal):
    assert set(signal.matches).isdisjoint(signal.misses)


@pytest.mark.parametrize("signal", [s for s in SIGNALS if s.pole == "kind"], ids=lambda signal: signal.id)
def test_a_kind_example_shows_its_signal(nlp, signal):
    assert standing(nlp(signal.example), signal.id)

import re
import string
import subprocess
import sys

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from kindtext.pipeline.normal import normal_form, set_normal_forms

words = st.text(alphabet=string.ascii_letters, min_size=1, max_size=14)


@pytest.mark.parametrize(
    "forms",
    [
        "organise organises organised organising organize ORGANIZED Organizing",
        "organisation organisations organization organizations",
        "analyse analysed analysing analyze analyzed",
        "labour labor",
        "neighbour neighbours neighbor",
        "behaviour behaviours behavior",
        "programme programmes program programs",
        "centre centres center",
        "fulfil fulfilled fulfills",
        "enrol enrolled enroll",
        "judgement judgment judgments",
        "bid bids",
        "community communities",
        "child children",
        "supply supplies supplied supplying",
        "involve involves involved involving",
        "cancel cancels cancelled cancelling canceled",
        "model models modelled modeled",
        "travel travelled travelling traveled",
        "develop develops developed developing",
        "think thinks thinking",
        "thank thanked thanking",
        "fix fixed fixes",
        "attach attached attaches",
        "tenderer tenderers",
        "offeror offerors",
        "debriefing debriefings",
        "proceeding proceedings",
    ],
)
def test_inflection_and_spelling_do_not_count(forms):
    assert len({normal_form(form) for form in forms.split()}) == 1, [normal_form(form) for form in forms.split()]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("lowest", "low"),
        ("best", "good"),
        ("living", "live"),
        ("wellbeing", "being"),
        ("us", "use"),
        ("its", "it"),
        ("training", "train"),
        ("building", "build"),
        ("tenderer", "tender"),
        ("goods", "good"),
        ("needs", "need"),
        ("damages", "damage"),
        ("wages", "wage"),
        ("savings", "save"),
        ("our", "or"),
    ],
)
def test_words_whose_own_form_carries_the_meaning_keep_it(one, other):
    assert normal_form(one) == one != normal_form(other)


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("2025", "0000"),
        ("16(a)", "00(a)"),
        ("£5m", "£0m"),
        ("’s", "'s"),
        ("‘", "'"),
        ("“", '"'),
        ("–", "-"),
        ("—", "-"),
        ("‑", "-"),
        (".", "."),
        ("N'T", "n't"),
    ],
)
def test_digits_are_noughts_and_quotes_and_dashes_are_plain(word, form):
    assert normal_form(word) == form


@pytest.mark.parametrize("word", ["glamour", "hour", "four", "your", "course", "wise", "rise", "precise", "otherwise"])
def test_an_ending_that_is_no_british_spelling_is_left_alone(word):
    assert normal_form(word) == word


@given(st.text(min_size=1, max_size=40))
def test_a_normal_form_is_never_empty(word):
    assert normal_form(word)


@given(words)
def test_capitals_do_not_count(word):
    assert normal_form(word) == normal_form(word.lower()) == normal_form(word.upper())


@given(st.text(alphabet=string.printable, min_size=1, max_size=14).filter(lambda text: not text.isalpha()))
def test_the_form_of_what_is_no_word_is_its_own(text):
    assert normal_form(normal_form(text)) == normal_form(text)
    assert not re.search("[1-9]", normal_form(text))


def test_a_vocabulary_gives_normal_forms_to_words_it_has_and_to_those_to_come():
    vocab = spacy.blank("en").vocab
    before = vocab["Organisations"]
    set_normal_forms(vocab)
    assert (before.norm_, vocab["Programmes"].norm_) == ("organization", "program")


def test_a_vocabulary_that_is_set_twice_stays_as_it_is():
    vocab = spacy.blank("en").vocab
    set_normal_forms(vocab)
    set_normal_forms(vocab)
    assert vocab["organising"].norm_ == "organize"


def test_normal_forms_do_not_depend_on_the_process():
    words = "Tenderers were organising fulfilled neighbourhood programmes in 2025".split()
    code = f"from kindtext.pipeline.normal import normal_form as n; print(*map(n, {words!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [normal_form(word) for word in words]

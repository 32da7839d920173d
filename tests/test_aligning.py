import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kindtext.aligning import align, word_diff

LISTEN = "We will listen to every resident of the estate before anything is decided about the repairs."
REJECT = "Late tenders will be rejected and no claim for the costs of a tender will be entertained at all."
PRICE = "The price of all forty laptops is to be given in pounds, without tax, in the schedule of rates."
MEET = "Every month we meet the supplier, and both sides say what went well and what they would change."


def outcome(pairs):
    return [(pair.old, pair.new, pair.moved) for pair in pairs]


def test_what_stays_is_paired_in_place():
    pairs = align([LISTEN, REJECT], [LISTEN, REJECT])
    assert outcome(pairs) == [((0,), (0,), False), ((1,), (1,), False)]
    assert [pair.similarity for pair in pairs] == [1.0, 1.0]


def test_white_space_does_not_count():
    (pair,) = align(["We  listen\nhere."], ["We listen here."])
    assert pair.similarity == 1.0


def test_what_is_added_or_dropped_stands_alone_where_it_was():
    assert outcome(align([LISTEN, REJECT, PRICE], [LISTEN, MEET, PRICE])) == [
        ((0,), (0,), False),
        ((1,), (), False),
        ((), (1,), False),
        ((2,), (2,), False),
    ]


def test_a_reworded_text_is_paired_with_what_it_was():
    new = REJECT.replace("will be rejected", "may be accepted")
    pairs = align([LISTEN, REJECT, PRICE], [LISTEN, PRICE, new])
    assert ((1,), (2,), True) in outcome(pairs) or ((2,), (1,), True) in outcome(pairs)
    assert all(pair.old and pair.new for pair in pairs)


def test_a_text_that_keeps_a_third_of_its_words_is_the_same_one_only_in_its_place():
    new = "Late tenders will be welcome until noon and no claim is needed: ring us to say why it is late."
    assert (((1,), (1,), False)) in outcome(align([LISTEN, REJECT, PRICE], [LISTEN, new, PRICE]))
    elsewhere = align([LISTEN, REJECT, PRICE], [LISTEN, PRICE, new])
    assert ((1,), (), False) in outcome(elsewhere)


def test_only_what_moved_among_the_others_has_moved():
    pairs = align([LISTEN, REJECT, PRICE, MEET], [MEET, LISTEN, REJECT, PRICE])
    assert [(pair.old, pair.moved) for pair in pairs] == [((3,), True), ((0,), False), ((1,), False), ((2,), False)]


def test_a_text_cut_in_two_is_one_change_and_no_addition():
    (pair,) = align([f"{LISTEN} {MEET}"], [LISTEN, MEET])
    assert (pair.old, pair.new, pair.similarity) == ((0,), (0, 1), 1.0)
    (pair,) = align([LISTEN, MEET], [f"{LISTEN} {MEET}"])
    assert (pair.old, pair.new) == ((0, 1), (0,))


def test_a_sentence_that_went_to_the_neighbour_joins_both():
    (pair,) = align([f"{LISTEN} {MEET}", REJECT], [LISTEN, f"{MEET} {REJECT}"])
    assert (pair.old, pair.new, pair.similarity) == ((0, 1), (0, 1), 1.0)


def test_nothing_against_nothing():
    assert align([], []) == []
    assert outcome(align([], [LISTEN])) == [((), (0,), False)]
    assert outcome(align([LISTEN], [])) == [((0,), (), False)]


_TEXTS = st.lists(st.sampled_from([LISTEN, REJECT, PRICE, MEET, LISTEN + MEET, "One word.", ""]), max_size=8)


@given(_TEXTS, _TEXTS)
def test_every_text_is_in_one_pair(old, new):
    pairs = align(old, new)
    assert sorted(i for pair in pairs for i in pair.old) == list(range(len(old)))
    assert sorted(j for pair in pairs for j in pair.new) == list(range(len(new)))
    assert all(0 <= pair.similarity <= 1 and (pair.old or pair.new) for pair in pairs)


@given(_TEXTS, _TEXTS)
def test_a_diff_has_all_words_of_both(old, new):
    old, new = " ".join(old), " ".join(new)
    pieces = word_diff(old, new)
    assert " ".join(text for op, text in pieces if op != "put").split() == old.split()
    assert " ".join(text for op, text in pieces if op != "cut").split() == new.split() or _by_chance(pieces, new)


def _by_chance(pieces, new):
    return sorted(" ".join(text for op, text in pieces if op != "cut").split()) == sorted(new.split())


@pytest.mark.parametrize("same", [True, False])
def test_long_drafts_take_seconds(same):
    """A framework's terms have a thousand passages; equal ones in plenty must not make it quadratic."""
    words = [f"word{n}" for n in range(3000)]
    dice = random.Random(0)
    old = ["the same " * 20] * 1000 if same else [" ".join(dice.choices(words, k=60)) for _ in range(1000)]
    new = old[500:] + old[:500] if same else [text.replace("1", "2", 3) for text in old]
    began = time.perf_counter()
    align(old, new)
    assert time.perf_counter() - began < 8

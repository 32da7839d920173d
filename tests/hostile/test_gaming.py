"""How far cheap tricks may move the score of a harsh tender; benchmarks/gaming.py prints the table."""

import sys
from pathlib import Path

import pytest
from trained import small_model

import kindtext as kt

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import gaming

LIMITS = {
    "one kind sentence fifty times": 8,
    "the same, numbered": 10,
    "the whole text twice": 1,
    "paragraphs shuffled": 5,
    "upper case": 4,
    "lower case": 8,
    "bullets taken away": 4,
    "letters of another alphabet": 1,
    "invisible characters": 5,
    "lost ligatures": 3,
}
"""Most points that a trick may move: what was measured with the default model, and about as much again."""


@pytest.fixture(scope="module")
def harsh():
    texts = gaming.harsh_texts()
    return [(text, kt.score(text, model=small_model()).value) for text in texts]


@pytest.mark.parametrize("name", LIMITS)
def test_a_trick_moves_the_score_no_further_than_its_limit(harsh, name):
    for text, before in harsh:
        after = kt.score(gaming.TRICKS[name](text), model=small_model()).value
        assert after is not None
        assert abs(after - before) <= LIMITS[name]


def test_every_copy_after_the_first_counts_for_nothing_and_is_told():
    said = gaming.KIND[0] + " " + gaming.KIND[1]
    score = kt.score("\n\n".join([said] * 20), model=small_model())
    assert [p.weight > 0 for p in score.passages].count(True) == 1
    assert "Passages that repeat another one were not counted: 19." in score.notes

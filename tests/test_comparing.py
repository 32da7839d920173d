import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trained import small_model

from kindtext.comparing import compare, overlapping, rank, slopes
from kindtext.document import STAGES, Passage
from kindtext.errors import InputError
from kindtext.passages import from_text
from kindtext.posterior import aggregate
from kindtext.scoring import PassageScore, Score, score

HARD = (
    "Late tenders will be rejected and the Authority accepts no liability for any costs. The Contractor shall "
    "indemnify the Authority, which may terminate the Contract at its sole discretion without compensation."
)
KIND = (
    "We will involve local residents in the design of the service and give feedback to every bidder. "
    "Staff are paid at least the real Living Wage, and we meet every month to solve problems together."
)
PLAIN = "The forty laptops have a screen of 14 inches each, and are to be brought to the three sites that are listed."


def made(passages, name="draft"):
    """A score of passages given as (text, P(kind), P(transactional), weight, stage)."""
    judged, at = [], 0
    for text, kind, hard, weight, stage in passages:
        place = Passage(text, at, at + len(text))
        judged.append(PassageScore(place, (kind, 1 - kind - hard, hard), weight, (), stage))
        at += len(text) + 2
    sums = [sum(p.weight * p.probabilities[i] for p in judged) for i in (0, 2)]
    value, interval = aggregate(*sums)
    return Score(name, "text", "", 100, value, interval, None, tuple(judged))


_TEXTS = st.sampled_from([HARD, KIND, PLAIN, HARD + " " + KIND, KIND + " " + PLAIN, PLAIN + " " + HARD])
_ONE = st.tuples(_TEXTS, st.floats(0, 0.5), st.floats(0, 0.5), st.floats(0, 1), st.sampled_from([*STAGES, None]))
_DRAFTS = st.lists(_ONE, max_size=7).map(made)


@given(_DRAFTS, _DRAFTS)
def test_shares_add_up_to_the_difference(old, new):
    found = compare(old, new)
    assert math.isclose(sum(c.share for c in found.changes), found.difference, abs_tol=1e-9)
    assert math.isclose(sum(found.by_stage().values()), found.difference, abs_tol=1e-9)


@given(_DRAFTS)
def test_a_draft_compared_with_itself_has_not_changed(draft):
    found = compare(draft, draft)
    assert found.difference == 0
    assert {c.kind for c in found.changes} <= {"kept"}
    assert not found.by_measure()


_SUM = st.floats(0, 500)


@given(_SUM, _SUM, _SUM, _SUM)
def test_slopes_are_the_shapley_value_of_the_two_sums(k0, t0, k1, t1):
    def f(k, t):
        return 100 * (1 + k) / (2 + k + t)

    k, t = slopes((k0, t0), (k1, t1))
    assert math.isclose(k * (k1 - k0), (f(k1, t0) - f(k0, t0) + f(k1, t1) - f(k0, t1)) / 2, abs_tol=1e-7)
    assert math.isclose(t * (t1 - t0), (f(k0, t1) - f(k0, t0) + f(k1, t1) - f(k1, t0)) / 2, abs_tol=1e-7)
    assert k > 0 > t


@pytest.fixture(scope="module")
def redraft():
    model = small_model()
    return compare(f"{HARD}\n\n{PLAIN}", f"{PLAIN}\n\n{KIND}", model=model)


def test_what_was_gained_and_lost_is_said_by_signal(redraft):
    signals = redraft.by_signal()
    assert signals["sanction"]["new"] == 0 < signals["sanction"]["old"]
    assert [e.quote for e in signals["sanction"]["lost"]]
    assert signals["fair_work"]["old"] == 0 < signals["fair_work"]["new"]
    assert "real Living Wage" in [e.quote for e in signals["fair_work"]["gained"]]


def test_taking_a_hard_passage_out_and_a_kind_one_in_are_both_worth_points(redraft):
    shares = {c.kind: c.share for c in redraft.changes}
    assert shares["dropped"] > 5
    assert shares["added"] > 5
    assert redraft.difference > 0


def test_a_change_of_assertion_alone_is_a_loss_and_a_gain():
    firm = KIND
    weak = KIND.replace("We will involve", "Where possible we will involve")
    (change,) = compare(firm, weak, model=small_model()).changes
    assert change.kind == "reworded"
    assert [(e.signal, e.assertion) for e in change.lost()] == [("community_engagement", "affirmed")]
    assert [(e.signal, e.assertion) for e in change.gained()] == [("community_engagement", "hedged")]


def test_measures_and_criteria_that_differ_are_given():
    old = f"{HARD} Tenders are evaluated on price (80%) and quality (20%)."
    new = f"{HARD} Tenders are evaluated on price (40%), quality (40%) and social value (20%)."
    found = compare(old, new, model=small_model())
    assert found.by_measure()["price_weight"] == (80.0, 40.0)
    assert ("social value", None, "20 %") in found.by_criterion()


def test_without_a_score_there_is_a_comparison_and_no_share():
    found = compare("Too short.", KIND, model=small_model())
    assert found.difference is None
    assert found.overlap is None
    assert found.by_stage() == {}
    assert {c.share for c in found.changes} == {None}


def test_a_document_a_score_and_a_text_may_be_compared():
    model = small_model()
    judged = score(HARD, model=model)
    assert compare(judged, from_text(HARD), model=model).counts()["kept"] == 1


def test_scores_of_different_models_are_not_compared():
    judged = score(HARD, model=small_model())
    with pytest.raises(InputError, match="different models"):
        compare(judged, replace(judged, model={"sha256": "other"}))


def test_what_is_no_text_is_refused():
    with pytest.raises(InputError, match="neither text nor a document"):
        compare(3, HARD, model=small_model())


def test_a_comparison_is_plain_data(redraft):
    data = json.loads(json.dumps(redraft.to_dict()))
    assert data["schema"] == 1
    assert data["counts"]["added"] == 1
    assert len(data["changes"]) == len(redraft.changes)
    assert math.isclose(sum(c["share"] for c in data["changes"]), data["difference"], abs_tol=0.02)


def test_a_ranking_says_who_cannot_be_told_apart():
    kind = made([(KIND, 0.9, 0.0, 1.0, None)] * 40, "kind")
    level = made([(KIND, 0.85, 0.0, 1.0, None)] * 40, "level")
    hard = made([(HARD, 0.0, 0.9, 1.0, None)] * 40, "hard")
    none = replace(kind, name="none", value=None, interval=None, reason="too short")
    ranked = rank([hard, none, level, kind])
    assert [(each.place, each.score.name, each.level) for each in ranked] == [
        (1, "kind", (2,)),
        (2, "level", (1,)),
        (3, "hard", ()),
        (None, "none", ()),
    ]
    assert overlapping(kind, level)
    assert not overlapping(kind, hard)
    assert not overlapping(kind, none)

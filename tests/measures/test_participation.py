"""Participation: when people take part, how far, and when they do not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kindtext.counting import STANDING as COUNTED
from kindtext.document import STAGES, Quote
from kindtext.lexicon import ASSERTIONS
from kindtext.measures.participation import (
    NOBODY,
    RUNGS,
    STANDING,
    Participation,
    StagedPassage,
    TakingPart,
    highest_rung,
    participation,
)


def taken(rung, assertion="affirmed", start=0):
    return TakingPart(rung, Quote("words", start, start + 5), assertion)


def document(*stages_and_rungs):
    """Passages of all stages, and one more for each pair of a stage and a rung."""
    plain = [StagedPassage(stage) for stage in STAGES]
    return plain + [StagedPassage(stage, taking_part=(taken(rung),)) for stage, rung in stages_and_rungs]


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ([], "Nobody outside the buyer is said to take part at any stage."),
        (
            [("plan", "consult"), ("engage", "consult")],
            "People are consulted before the specification is written and never after.",
        ),
        (
            [("engage", "consult"), ("specify", "consult")],
            "People are consulted until the specification is written and never after.",
        ),
        (
            [("engage", "consult"), ("specify", "co_design")],
            "People take part until the specification is written and never after.",
        ),
        (
            [("engage", "involve"), ("specify", "involve"), ("evaluate", "involve")],
            "People are involved until the supplier is chosen and never after.",
        ),
        (
            [("plan", "consult"), ("specify", "consult"), ("award", "consult"), ("deliver", "consult")],
            "People are consulted until the contract ends and never after.",
        ),
        ([("review", "consult")], "People are consulted only when the results are reviewed and never before."),
        (
            [("deliver", "involve"), ("review", "involve")],
            "People are involved only once the contract runs and never before.",
        ),
        (
            [("tender", "involve"), ("deliver", "involve"), ("review", "involve")],
            "People are involved only once bids are invited and never before.",
        ),
        (
            [("specify", "co_design")],
            "People help to design in writing the specification, but not in the planning, in choosing the supplier, "
            "while the contract runs or in the review of the results.",
        ),
        (
            [("evaluate", "decide_together")],
            "People share in the decisions in choosing the supplier, but not in the planning, in writing the "
            "specification, while the contract runs or in the review of the results.",
        ),
        (
            [("engage", "consult"), ("review", "consult")],
            "People are consulted in the planning and in the review of the results, but not in writing the "
            "specification, in choosing the supplier or while the contract runs.",
        ),
        (
            [("plan", "inform")],
            "People are told what happens before the specification is written and never after. They are never asked.",
        ),
        (
            [(stage, "involve") for stage in ("plan", "specify", "evaluate", "deliver", "review")],
            "People are involved from the first plans to the review of the results.",
        ),
        ([(None, "consult")], "People are consulted, but the text does not say when."),
    ],
)
def test_the_sentence_says_when_people_take_part_and_when_not(found, sentence):
    assert participation(document(*found)).sentence == sentence


def test_every_mix_of_stages_has_a_sentence_of_its_own_sense():
    for number in range(1, 2 ** len(STAGES)):
        stages = [stage for i, stage in enumerate(STAGES) if number >> i & 1]
        found = participation(document(*((stage, "involve") for stage in stages)))
        assert found.sentence.startswith("People are involved ")
        assert found.sentence.endswith(".")
        assert "  " not in found.sentence
        assert found.missing == tuple(stage for stage in STAGES if stage not in stages)
        assert found.to_row()["participation_stages"] == ", ".join(stages)


def test_a_document_without_passages_gives_an_empty_record():
    assert participation([]) == Participation()
    assert participation([]).to_row() == {"participation_highest": None, "participation_stages": None}


def test_nobody_takes_part_in_a_text_that_does_not_say_so():
    found = participation([StagedPassage("specify", kind=0.2)])
    assert found.sentence == NOBODY
    assert found.missing == STAGES
    assert found.to_row() == {"participation_highest": None, "participation_stages": None}


@pytest.mark.parametrize("assertion", ASSERTIONS)
def test_only_what_stands_counts(assertion):
    found = participation([StagedPassage("plan", taking_part=(taken("consult", assertion),))])
    assert (found.highest == "consult") == (assertion in STANDING)


def test_what_stands_is_what_scoring_counts():
    assert STANDING == COUNTED


@pytest.mark.parametrize("stage", ["specify", "tender", "evaluate", None])
def test_what_suppliers_are_asked_to_do_happens_while_the_contract_runs(stage):
    asked = TakingPart("involve", Quote("words", 0, 5), agent="supplier")
    found = participation([StagedPassage(stage, kind=0.5, taking_part=(asked,))])
    assert found.to_row()["participation_stages"] == "deliver"
    assert found.sentence.startswith("People are involved while the contract runs, but not in")


def test_what_suppliers_do_before_a_tender_stays_there():
    asked = TakingPart("involve", Quote("words", 0, 5), agent="supplier")
    assert participation([StagedPassage("engage", taking_part=(asked,))]).to_row()["participation_stages"] == "engage"


def test_the_matrix_adds_the_weight_of_each_pole_at_each_stage():
    found = participation(
        [
            StagedPassage("plan", kind=0.5, transactional=0.1),
            StagedPassage("plan", kind=0.25, transactional=0.2),
            StagedPassage("deliver", kind=0.0, transactional=0.9),
            StagedPassage(None, kind=1.0, transactional=1.0),
        ]
    )
    rows = {row.stage: row for row in found.stages}
    assert list(rows) == list(STAGES)
    assert (rows["plan"].passages, rows["plan"].kind, rows["plan"].transactional) == (2, 0.75, pytest.approx(0.3))
    assert (rows["deliver"].passages, rows["deliver"].transactional) == (1, 0.9)
    assert (rows["review"].passages, rows["review"].kind) == (0, 0)


def test_the_highest_rung_of_each_stage_and_of_all():
    found = participation(document(("plan", "inform"), ("plan", "co_design"), ("review", "community_led")))
    assert {row.stage: row.highest for row in found.stages if row.highest} == {
        "plan": "co_design",
        "review": "community_led",
    }
    assert found.highest == "community_led"


def test_places_without_a_stage_are_kept_and_said_to_be_doubtful():
    found = participation(document(("plan", "consult"), (None, "decide_together"), (None, "inform")))
    assert found.highest == "decide_together"
    assert [t.rung for t in found.unplaced] == ["decide_together", "inform"]
    assert found.notes == ("The stage of 2 places where people take part could not be told.",)
    assert found.sentence == "People are consulted in the planning, and at times that the text does not tell."


def test_one_place_without_a_stage_is_one_place():
    assert participation(document((None, "inform"))).notes == (
        "The stage of one place where people take part could not be told.",
    )


def test_to_dict_is_ready_for_json_with_every_quote():
    content = participation(document(("plan", "consult"))).to_dict()
    assert json.loads(json.dumps(content)) == content
    assert content["stages"][0]["taking_part"][0]["quote"] == {
        "text": "words",
        "start": 0,
        "end": 5,
        "page": None,
        "section": None,
        "field": None,
    }


def test_the_ladder_is_in_order():
    assert [highest_rung(RUNGS[: n + 1]) for n in range(len(RUNGS))] == list(RUNGS)
    assert highest_rung([]) is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, *STAGES]), st.lists(st.tuples(st.sampled_from(RUNGS), st.sampled_from(ASSERTIONS)))
        )
    )
)
def test_stages_are_either_taken_or_missing(passages):
    found = participation(
        StagedPassage(stage, taking_part=tuple(taken(*pair) for pair in pairs)) for stage, pairs in passages
    )
    if passages:
        assert {row.stage for row in found.stages if row.highest} | set(found.missing) == set(STAGES)
        assert (found.sentence == NOBODY) == (found.highest is None)

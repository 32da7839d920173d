"""What is said about a signal: whether it stands, and who does it."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Span

from kindtext.lexicon import AGENTS, ASSERTIONS, load_lexicon
from kindtext.pipeline import load_pipeline

SENTENCES = Path(__file__).parents[1] / "data" / "assertion.jsonl"

# What the component reached when it was last changed, less two points: lower means that a rule has been broken.
ASSERTION_FLOOR = 0.94
AGENT_FLOOR = 0.92
STANDS_FLOOR = 0.96
STANDING = {"affirmed", "hedged", "conditional"}


@pytest.fixture(scope="module")
def nlp():
    nlp = spacy.blank("en")
    nlp.add_pipe("kindtext_context")
    return nlp


@pytest.fixture(scope="module")
def read(nlp):
    """Read one sentence whose span stands between square brackets: (assertion, agent)."""

    def read(marked, signal="community_engagement"):
        start = marked.index("[")
        end = marked.index("]") - 1
        return _read(nlp, marked.replace("[", "").replace("]", ""), start, end, signal)

    return read


def _read(nlp, text, start, end, signal):
    doc = nlp.make_doc(text)
    doc.spans["kindtext"] = [doc.char_span(start, end, label=signal, alignment_mode="expand")]
    nlp.get_pipe("kindtext_context")(doc)
    span = doc.spans["kindtext"][0]
    return span._.assertion, span._.agent


@pytest.fixture(scope="module")
def readings(nlp):
    rows = [json.loads(line) for line in SENTENCES.read_text(encoding="utf-8").splitlines()]
    found = []
    for row in rows:
        start = row["text"].lower().index(row["quote"].lower())
        found.append((row, _read(nlp, row["text"], start, start + len(row["quote"]), row["signal"])))
    return found


def test_assertion_is_right_on_the_hand_written_sentences(readings):
    wrong = Counter((row["assertion"], got[0]) for row, got in readings if row["assertion"] != got[0])
    assert 1 - wrong.total() / len(readings) >= ASSERTION_FLOOR, wrong.most_common()


def test_agent_is_right_on_the_hand_written_sentences(readings):
    wrong = Counter((row["agent"], got[1]) for row, got in readings if row["agent"] != got[1])
    assert 1 - wrong.total() / len(readings) >= AGENT_FLOOR, wrong.most_common()


def test_what_stands_is_told_from_what_does_not(readings):
    right = sum((row["assertion"] in STANDING) == (got[0] in STANDING) for row, got in readings)
    assert right / len(readings) >= STANDS_FLOOR


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        # the plain cases
        ("The Council will [consult residents] on the plans.", "affirmed"),
        ("The Council will not [consult residents] on the plans.", "negated"),
        ("The Council won’t [consult residents] on the plans.", "negated"),
        ("No [public meeting] is planned.", "negated"),
        ("A [public meeting] will not be held.", "negated"),
        ("The Council may [consult residents] on the plans.", "hedged"),
        ("Where possible, the Council will [consult residents].", "hedged"),
        ("The Council will [consult residents] wherever practicable.", "hedged"),
        ("If the scheme changes, the Council will [consult residents].", "conditional"),
        ("The Council will [consult residents] if the scheme changes.", "conditional"),
        ("Should the scheme change, the Council will [consult residents].", "conditional"),
        ("In the event that the scheme changes, the Council will [consult residents].", "conditional"),
        ("A [public meeting] can be held on request.", "conditional"),
        ("Read the [Public Participation] Act 2019 first.", "citation"),
        # the scope ends at a sentence
        ("No fee is due. The Council will [consult residents].", "affirmed"),
        ("The Council will [consult residents]. It will not charge for this.", "affirmed"),
        ("The Council will [consult residents]; no fee is due.", "affirmed"),
        ("We will see how we can [consult residents]. If we can, we shall.", "affirmed"),
        # at a clause
        ("Fees are not due, and the Council will [consult residents].", "affirmed"),
        ("The Council does not charge and will [consult residents].", "affirmed"),
        ("The Council will [consult residents] and does not charge for it.", "affirmed"),
        ("The Council will [consult residents], and their names will not be published.", "affirmed"),
        ("The Council, which does not charge, will [consult residents].", "affirmed"),
        ("Firms that do not charge will [consult residents].", "affirmed"),
        ("Without raising the fee, the Council will [consult residents].", "affirmed"),
        # at the item of a list and the cell of a table
        ("The Council: • will not charge • will [consult residents]", "affirmed"),
        ("The Council:\nwill not charge\nwill [consult residents]", "affirmed"),
        ("No fee | [consult residents] | yes", "affirmed"),
        # at a terminator
        ("The Council will not charge a fee but rather [consult residents].", "affirmed"),
        ("The authority is not bound by this and reserves a day to [consult residents].", "affirmed"),
        # but not at a phrase or clause put between
        ("The Council will not, in this year, [consult residents].", "negated"),
        ("The Council, which values views, will not [consult residents].", "negated"),
        ("A [public meeting], which takes time, will not be held.", "negated"),
    ],
)
def test_scope_of_a_trigger(read, text, assertion):
    assert read(text)[0] == assertion


@pytest.mark.parametrize(
    "text",
    [
        "The Council will not only build homes; it will [consult residents].",
        "The Council will not only plan but [consult residents].",
        "The Council will, no later than May, [consult residents].",
        "The work includes but is not limited to a [public meeting].",
        "The Contractor shall not fail to [consult residents].",
        "No tenant will be refused a [public meeting].",
        "Nothing in this clause prevents the Council from its [public meeting].",
        "Without prejudice to clause 4 the Council will [consult residents].",
        "The Contractor offers a one stop [public meeting].",
        "Unless otherwise agreed, the Council will [consult residents].",
        "The Council will [consult residents] as soon as possible.",
        "In May the Council will [consult residents].",
        "Any failure by the Contractor to [consult residents] shall be reported.",
        "The service shall not discriminate against those who [consult residents].",
    ],
)
def test_wording_that_only_looks_like_a_trigger_changes_nothing(read, text):
    assert read(text)[0] == "affirmed"


def test_what_is_missing_in_a_condition_is_asked_for(read):
    assert read("If bidders do not [consult residents], they will be excluded.")[0] == "conditional"


def test_what_people_do_not_do_says_nothing_of_a_signal_that_names_them(read):
    assert read("[Disabled people] will not know each other.", "inclusion")[0] == "affirmed"


@pytest.mark.parametrize(
    ("text", "signal", "assertion"),
    [
        ("The Authority may [terminate the contract].", "sanction", "affirmed"),
        ("The Authority may [consult residents].", "community_engagement", "hedged"),
        ("The Authority might [terminate the contract].", "sanction", "hedged"),
        ("The Authority will not [terminate the contract].", "sanction", "negated"),
        ("[Penalties] may be trialled next year.", "sanction", "hedged"),
        # refusal is what a transactional signal says
        ("[Late bids] will not be considered.", "unilateral_control", "affirmed"),
        ("The Council will not be responsible for [any costs] of bidders.", "burden", "affirmed"),
        ("[Late bids] shall be excluded.", "unilateral_control", "affirmed"),
        ("[Public meetings] are excluded.", "community_engagement", "negated"),
        ("Data may not be shared [without prior written consent].", "unilateral_control", "affirmed"),
    ],
)
def test_permission_and_refusal_depend_on_the_pole(read, text, signal, assertion):
    assert read(text, signal)[0] == assertion


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("The duties under the [Social Value] Act 2012 apply.", "citation"),
        ("Write to the [Social Value] Manager.", "citation"),
        ("The Standard on [Social Value] is attached.", "citation"),
        ('See the page headed "[Social Value] and You".', "citation"),
        ("This is dealt with in Clause 12 ([Social Value]).", "citation"),
        # the bidder's own paper is asked for; capitals alone name nothing
        ("Bidders must have a [Social Value] Policy.", "affirmed"),
        ("The Contractor shall deliver [Social Value].", "affirmed"),
        ("The Council's [Social Value] is delivered by the Contractor.", "affirmed"),
        ("THE CONTRACTOR SHALL REPORT [SOCIAL VALUE] UNDER THE ACT.", "affirmed"),
        ("The Contractor shall deliver [social value] under the Act.", "affirmed"),
    ],
)
def test_a_name_is_a_citation(read, text, assertion):
    found = read(text, "community_benefit")
    assert found[0] == assertion
    assert assertion != "citation" or found[1] == "none"


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("Q: Will there be a [public meeting]? A: No, there will be none.", "negated"),
        ("Q: Will there be a [public meeting]? A: Yes, in June.", "affirmed"),
        ("Is it cold? The Council will hold a [public meeting]. No.", "affirmed"),
    ],
)
def test_an_answer_is_read_with_its_question(read, text, assertion):
    assert read(text)[0] == assertion


@pytest.mark.parametrize(
    ("text", "agent"),
    [
        ("The Council will [consult residents].", "buyer"),
        ("We will [consult residents].", "buyer"),
        ("The Contractor shall [consult residents].", "supplier"),
        ("Tenderers shall [consult residents].", "supplier"),
        ("Residents will [hold a meeting].", "community"),
        ("The residents' association will [hold a meeting].", "community"),
        ("The building is used for [public meetings].", "none"),
        # the subject, and not who is named beside it
        ("In talks with residents, the Council will [hold a meeting].", "buyer"),
        ("The Contractor's staff shall [consult residents].", "supplier"),
        ("Members of the tenants' panel will [hold a meeting].", "community"),
        ("Tender documents are used at the [public meeting].", "none"),
        # passives
        ("Residents will be [consulted] by the Contractor.", "supplier"),
        ("Residents will be [consulted].", "none"),
        ("A [public meeting] will be held by the Council.", "buyer"),
        ("Bidders are invited to [consult residents].", "supplier"),
        ("The Contractor shall ensure that residents are [consulted].", "supplier"),
        # relative clauses and pronouns
        ("The Contractor, who knows the area, shall [consult residents].", "supplier"),
        ("The Council seeks a supplier who will [consult residents].", "supplier"),
        ("The Council has a duty; it will [consult residents].", "buyer"),
        ("Bidders should describe how they will [consult residents].", "supplier"),
        # who is asked
        ("The Council requires bidders to [consult residents].", "supplier"),
        ("The Council helps residents to [hold a meeting].", "community"),
        ("The Council requires [proof of talks] from every bidder.", "supplier"),
        ("The Council asks for [proof of talks].", "buyer"),
        # instructions and questions
        ("Please describe how residents are [consulted].", "supplier"),
        ("Describe your approach to [public meetings].", "supplier"),
        ("How will you [consult residents]?", "supplier"),
        ("Your proposal must include [public meetings].", "supplier"),
        ("Our officers will [consult residents].", "buyer"),
        # the items of a list have the subject of what leads in to them
        ("The Contractor shall:\n(a) pay rent;\n(b) [consult residents]; and", "supplier"),
    ],
)
def test_agent(read, text, agent):
    assert read(text)[1] == agent


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("The Council may consult them.", "affirmed"),  # permission weakens the kind signal only
        ("The Council may not consult them.", "negated"),
        ("We consult them, which will not be considered.", "affirmed"),
    ],
)
@pytest.mark.parametrize("order", [("partnership", "sanction"), ("sanction", "partnership")])
def test_signals_on_the_same_words_share_the_reading_that_weakens_least(nlp, text, assertion, order):
    doc = nlp.make_doc(text)
    start = [token.text for token in doc].index("consult")
    doc.spans["kindtext"] = [Span(doc, start, start + 2, label=label) for label in order]
    nlp.get_pipe("kindtext_context")(doc)
    assert {span._.assertion for span in doc.spans["kindtext"]} == {assertion}


def test_docs_without_words_or_spans_are_left_as_they_are(nlp):
    assert len(nlp("")) == 0
    doc = nlp("The Council will not consult residents.")
    assert "kindtext" not in doc.spans
    doc.spans["kindtext"] = []
    assert nlp.get_pipe("kindtext_context")(doc) is doc
    assert doc[0:2]._.assertion == "affirmed"
    assert doc[0:2]._.agent == "none"


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=12),
            st.sampled_from(
                "If where that who the Council shall not , and . ; : \n - “ ( ) by to bidders it Act we ? No should"
                " consult Residents may 's".split(" ")
            ),
        ),
        max_size=30,
    ),
    st.data(),
)
def test_any_text_can_be_read(nlp, words, data):
    doc = nlp.make_doc(" ".join(words))
    if len(doc):
        start = data.draw(st.integers(0, len(doc) - 1))
        end = data.draw(st.integers(start + 1, len(doc)))
        doc.spans["kindtext"] = [Span(doc, start, end, label="fair_work"), Span(doc, start, end, label="sanction")]
    nlp.get_pipe("kindtext_context")(doc)
    for span in doc.spans.get("kindtext", ()):
        assert span._.assertion in ASSERTIONS
        assert span._.agent in AGENTS


def test_a_list_as_long_as_a_book_is_read_to_its_end(nlp):
    doc = nlp.make_doc("The Contractor shall:" + "\n- consult residents" * 2_000)
    doc.spans["kindtext"] = [Span(doc, len(doc) - 2, len(doc), label="community_engagement")]
    nlp.get_pipe("kindtext_context")(doc)
    assert doc.spans["kindtext"][0]._.assertion == "affirmed"


def test_wordings_that_only_look_like_triggers_name_what_they_look_like():
    for trigger in load_lexicon().triggers:
        if trigger.assertion == "none":
            assert trigger.id.startswith(("not_negated", "not_hedged", "not_conditional")), trigger.id


TEXTS = ["We will give feedback to every bidder.", "No apprenticeships are required.", ""]


@pytest.fixture(scope="module")
def pipeline():
    return load_pipeline()


def _summary(docs):
    return [[(s.text, s.label_, s._.assertion, s._.agent) for s in doc.spans["kindtext"]] for doc in docs]


def test_several_processes_read_as_one_does(pipeline):
    alone = _summary(pipeline.pipe(TEXTS))
    assert [[span[2:] for span in spans] for spans in alone] == [[("affirmed", "buyer")], [("negated", "none")], []]
    assert _summary(pipeline.pipe(TEXTS, n_process=2, batch_size=1)) == alone


def test_the_pipeline_can_be_pickled(pipeline):
    again = pickle.loads(pickle.dumps(pipeline))
    assert _summary(again.pipe(TEXTS)) == _summary(pipeline.pipe(TEXTS))


def test_a_saved_pipeline_loads_without_importing_kindtext_first(pipeline, tmp_path):
    pipeline.to_disk(tmp_path / "pipeline")
    program = (
        "import sys, spacy\n"
        "nlp = spacy.load(sys.argv[1])\n"
        "doc = nlp(sys.argv[2])\n"
        "print([(s.text, s.label_, s._.assertion, s._.agent) for s in doc.spans['kindtext']])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "pipeline"), TEXTS[0]],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.strip() == str(_summary(pipeline.pipe(TEXTS[:1]))[0])

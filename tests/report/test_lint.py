"""Rules, findings and their places: each rule finds what it is for, and lets alone what only looks like it."""

from dataclasses import replace

import pytest
from handmade import LEXICON, made_score
from trained import small_model

from kindtext.document import Quote
from kindtext.errors import InputError
from kindtext.measures.balance import Balance
from kindtext.measures.burdens import Burden, Burdens
from kindtext.measures.criteria import AwardCriteria, Criterion, Shares
from kindtext.measures.language import Acronym, HardSentence, Language
from kindtext.measures.participation import StageRow, TakingPart, participation
from kindtext.passages import from_text
from kindtext.report import lint_checks
from kindtext.report.lint import counts, lint
from kindtext.report.rules import RULES, SEVERITIES, check_codes, chosen
from kindtext.scoring import PassageScore, score

HARD = (
    "Late tenders will be rejected. The Contractor shall indemnify the Authority against all losses, and the "
    "Authority may terminate the Contract at its sole discretion without compensation."
)


def scored(text, name="tender.txt"):
    document = from_text(text, name)
    return score(document, model=small_model()), document


def found(text, **options):
    result, document = scored(text)
    return {one.rule.id: one for one in lint(result, document, **options)}


def with_measures(**measures):
    """A score without findings of its own, but for what the measures say."""
    document = from_text("The lamps are 60 watts each.", "a.txt")
    result = replace(made_score(), passages=(), value=50.0)
    return replace(result, measures=replace(result.measures, **measures)), document


def test_the_table_of_rules_is_in_order_and_complete():
    assert list(RULES) == sorted(RULES)
    assert {rule.severity for rule in RULES.values()} == set(SEVERITIES)
    assert len({rule.name for rule in RULES.values()}) == len(RULES)
    assert all(rule.summary.endswith(".") and rule.advice for rule in RULES.values())


def test_a_transactional_passage_has_a_finding_for_each_signal_that_moved_it():
    rules = found(HARD)
    assert {"KT202", "KT203"} <= set(rules)
    assert rules["KT203"].quote in HARD
    assert rules["KT203"].context.startswith("Late tenders")
    assert rules["KT203"].message.startswith(f'"{rules["KT203"].quote}" - ')


def test_words_of_two_signals_are_told_once():
    result, document = scored(HARD)
    findings = [one for one in lint(result, document) if one.rule.id.startswith("KT2")]
    assert len({one.quote for one in findings}) == len(findings)


def test_what_no_longer_hides_another_is_found_when_the_other_is_not_asked_for():
    result, document = scored(HARD)
    for rule in ("KT201", "KT202", "KT203", "KT204"):
        alone = lint(result, document, select=[rule])
        assert {one.rule.id for one in alone} <= {rule}


@pytest.mark.parametrize("least", [0.0, 1.0])
def test_a_passage_that_is_hardly_transactional_has_no_finding(least, monkeypatch):
    monkeypatch.setattr(lint_checks, "LEAST_TRANSACTIONAL", least)
    assert ("KT203" in found(HARD)) == (least == 0.0)


@pytest.mark.parametrize(
    "text",
    [
        "Each Party shall indemnify the other against all losses, and may terminate the Contract for material default.",
        "Neither the Supplier nor its staff shall be liable for damages, and no termination for default is made.",
    ],
)
def test_what_holds_for_both_sides_or_spares_them_is_no_sanction(text, monkeypatch):
    monkeypatch.setattr(lint_checks, "LEAST_TRANSACTIONAL", 0.0)
    assert "KT203" not in found(text)


def _passage(text, quote, assertion, probabilities, **kwargs):
    made = made_score().passages[0]
    document = from_text(text, "a.txt")
    start = text.index(quote)
    evidence = replace(
        made.evidence[0], quote=quote, start=start, end=start + len(quote), assertion=assertion, **kwargs
    )
    judged = PassageScore(document.passages[0], probabilities, 1.0, (evidence,), "specify")
    return replace(made_score(), passages=(judged,)), document


def test_a_hedged_promise_is_quoted_with_its_hedge():
    text = "The Supplier will pay the Living Wage to all staff where possible, and keep records of it for the Council."
    result, document = _passage(text, "Living Wage", "hedged", (0.6, 0.3, 0.1), signal="fair_work")
    (finding,) = [one for one in lint(result, document) if one.rule.id == "KT101"]
    assert finding.quote == "Living Wage to all staff where possible"
    assert finding.detail == "fair work"


def test_a_hedge_of_what_follows_takes_nothing_back():
    text = (
        "The Supplier will give training to the young people of the estate and, where possible, a job for each of them."
    )
    result, document = _passage(text, "training", "hedged", (0.6, 0.3, 0.1), signal="community_benefit")
    assert not [one for one in lint(result, document) if one.rule.id == "KT101"]


@pytest.mark.parametrize(
    ("text", "quote", "is_found"),
    [
        ("The Council will not hold feedback meetings with any of the bidders after award.", "feedback meetings", True),
        ("The work is for not-for-profit groups that hold feedback meetings of their own.", "feedback meetings", False),
        ("The Council will not enter into exclusive talks with bidders before the award.", "talks with bidders", False),
    ],
)
def test_a_refusal_is_found_where_a_no_stands_before_what_is_refused(text, quote, is_found):
    result, document = _passage(text, quote, "negated", (0.1, 0.6, 0.3))
    assert bool([one for one in lint(result, document) if one.rule.id == "KT103"]) == is_found


def test_talk_that_is_kinder_than_its_terms_is_found():
    warm = Balance(85, 20, (75, 92), (10, 33), "Warm in its introduction (85) and hard in its terms (20).")
    result, document = with_measures(balance=warm)
    (finding,) = lint(result, document)
    assert (finding.rule.id, finding.detail, finding.place) == ("KT102", warm.sentence, "")
    result, document = with_measures(balance=replace(warm, terms=60, terms_interval=(50, 70)))
    assert lint(result, document) == []


@pytest.mark.parametrize(
    ("facts", "rule", "detail"),
    [
        ([Burden("turnover", 3.0, "times contract value")], "KT301", "3.0 times the value"),
        ([Burden("turnover", 2.0, "times contract value")], None, ""),
        ([Burden("insurance", 10e6, "GBP"), Burden("contract_value", 250e3, "GBP")], "KT302", "40 times the value"),
        ([Burden("insurance", 10e6, "GBP"), Burden("contract_value", 2e6, "GBP")], None, ""),
        ([Burden("days_to_deadline", 7, "days")], "KT303", "7 days to answer"),
        ([Burden("days_to_deadline", 14, "days")], None, ""),
        ([Burden("payment", 30, "working days", "buyer")], "KT304", "42 days"),
        ([Burden("payment", 30, "days", "buyer")], None, ""),
        ([Burden("liability", None, "unlimited", "bidder")], "KT305", ""),
        ([Burden("liability", None, "unlimited", "buyer")], None, ""),
        (
            [Burden("termination_notice", 30, "days", "buyer"), Burden("termination_notice", 6, "months", "bidder")],
            "KT306",
            "182 days for the supplier, 30 for the buyer",
        ),
        ([Burden("termination_notice", 3, "months", "both")], None, ""),
        ([Burden("termination_notice", 30, "days", "buyer")], None, ""),
    ],
)
def test_burdens_are_found_from_their_border_on(facts, rule, detail):
    result, document = with_measures(burdens=Burdens(tuple(facts)))
    findings = lint(result, document)
    assert [one.rule.id for one in findings] == ([rule] if rule else [])
    assert not findings or findings[0].detail == detail


def test_the_fewest_days_to_answer_can_be_set():
    result, document = with_measures(burdens=Burdens((Burden("days_to_deadline", 20, "days"),)))
    assert lint(result, document) == []
    assert lint(result, document, least_days=25)[0].message.startswith("20 days to answer - ")


def _criteria(*weights, lot=None):
    kinds = {"price": "price", "quality": "quality", "social": "social_value"}
    return tuple(Criterion(name, kinds[name], weight, lot=lot) for name, weight in weights)


@pytest.mark.parametrize(
    ("criteria", "rules"),
    [
        (AwardCriteria(_criteria(("price", 60.0), ("quality", 50.0))), ["KT401"]),
        (AwardCriteria(_criteria(("price", 60.0), ("quality", 110.0))), []),  # two tables, or not found in full
        (AwardCriteria(_criteria(("price", 70.0)), shares=(Shares(None, 70.0, 20.0, 10.0),)), ["KT402"]),
        (AwardCriteria(_criteria(("price", 60.0)), shares=(Shares(None, 60.0, 40.0),)), ["KT403"]),
        (AwardCriteria(_criteria(("price", 40.0)), shares=(Shares(None, 40.0, 50.0, 10.0),)), []),
        (AwardCriteria(method="lowest_price"), ["KT404"]),
    ],
)
def test_criteria_that_are_wrong_or_leave_people_out_are_found(criteria, rules):
    result, document = with_measures(criteria=criteria)
    assert [one.rule.id for one in lint(result, document)] == rules


def test_plain_language_is_found_by_phrase_sentence_and_acronym():
    text = "The RFQ must be read."
    hard = HardSentence(Quote("All " + "consideration " * 50, 0, 20), 51, 25.0)
    listed = HardSentence(Quote("You give: (a) this; (b) that " + "consideration " * 50, 0, 20), 56, 25.0)
    acronyms = (Acronym("RFQ", 9, Quote("RFQ", 4, 7)), Acronym("IPRS", 4, Quote("IPRS", 4, 7)))
    result, document = with_measures(language=Language(hardest=(hard, listed), acronyms=acronyms))
    findings = lint(result, document)
    assert [(one.rule.id, one.detail) for one in findings] == [("KT501", "51 words"), ("KT503", "used 9 times")]
    spelt_out = from_text(text + " It is a Request for Quotation.", "a.txt")
    assert [one.rule.id for one in lint(result, spelt_out)] == ["KT501"]


def test_a_legal_phrase_is_told_once_with_its_plain_equal():
    rules = found("The Council pays forthwith. The Supplier answers forthwith. " + "We will meet you each month. " * 8)
    assert rules["KT502"].detail == "'at once'; 2 times in all"


def _whole(taking_part=()):
    """A score of a whole tender, with passages of all that makes one."""
    made = made_score()
    stages = ["specify"] * 4 + ["tender"] * 4 + ["deliver"] * 4
    passages = tuple(replace(made.passages[1], stage=stage) for stage in stages)
    rows = participation([]).stages or tuple(
        StageRow(stage, 4, 0.0, 0.0, taken.rung if taken else None, (taken,) if taken else ())
        for stage, taken in (("engage", taking_part[0] if taking_part else None), ("deliver", None))
    )
    taken = replace(
        participation([]), stages=rows, highest=taking_part[0].rung if taking_part else None, sentence="So."
    )
    return replace(made, passages=passages, measures=replace(made.measures, participation=taken))


def test_nobody_taking_part_is_found_in_a_whole_tender_only():
    document = from_text("The lamps are 60 watts each and are lit at six. " * 160, "a.txt")
    assert [one.rule.id for one in lint(_whole(), document)] == ["KT601"]
    assert lint(_whole(), from_text("The lamps are 60 watts each.", "a.txt")) == []
    part = replace(_whole(), passages=_whole().passages[:8])
    assert lint(part, document) == []


def test_people_asked_before_and_never_after_are_found():
    asked = TakingPart("consult", Quote("residents were asked", 0, 20, 2))
    document = from_text("The lamps are 60 watts each and are lit at six. " * 160, "a.txt")
    (finding,) = lint(_whole((asked,)), document)
    assert (finding.rule.id, finding.quote, finding.detail) == ("KT602", "residents were asked", "So.")


def test_a_signal_of_ones_own_is_found_with_its_own_advice(monkeypatch):
    monkeypatch.setattr(lint_checks, "load_lexicon", lambda: LEXICON)
    monkeypatch.setattr(lint_checks, "SIGNAL_RULES", {})
    result = made_score()
    document = from_text("\n\n".join(p.passage.text for p in result.passages), "a.txt")
    (finding,) = [one for one in lint(result, document) if one.rule.id.startswith("KT2")]
    assert (finding.rule.id, finding.detail) == ("KT299", "One-sided control")
    assert finding.message.endswith("Say what can be put right, and by when.")


def test_a_score_under_the_limit_is_a_finding_whatever_is_selected():
    result, document = scored(HARD + "\n\n" + HARD)
    (finding,) = lint(result, document, select=["KT102"], fail_under=90)
    assert (finding.rule.id, finding.rule.severity) == ("KT001", "error")
    assert lint(result, document, select=["KT102"], fail_under=0) == []
    assert lint(*scored("Too short."), fail_under=90) == []


def test_the_longer_code_decides():
    assert chosen("KT203", ["KT"], []) and chosen("KT203", ["KT203"], ["KT2"])
    assert not chosen("KT203", ["KT2"], ["KT203"])
    assert not chosen("KT203", ["KT203"], ["KT203"])


@pytest.mark.parametrize("code", ["KT9", "K", "", "sanction", "KT2031"])
def test_a_code_that_fits_no_rule_is_refused(code):
    with pytest.raises(InputError, match="no rule"):
        check_codes([code], "--select")


def test_a_rules_name_is_answered_with_its_code():
    with pytest.raises(InputError, match="did you mean 'KT203'"):
        check_codes(["SANCTION"], "--select")


def test_hostile_words_stay_on_one_line_without_controls():
    text = HARD.replace("Contractor shall", "Contractor \x1b[2J\u202e<script>\x07 shall")
    result, document = scored(text)
    for finding in lint(result, document):
        assert finding.message.isprintable()


def test_findings_stand_in_the_order_of_the_text_and_are_counted():
    result, document = scored(
        HARD + "\n\n" + "We listen to residents and pay the real Living Wage. " * 4 + "\n\n" + HARD
    )
    findings = lint(result, document)
    places = [document.text.find(one.quote) for one in findings if one.quote]
    assert places[:2] == sorted(places[:2])
    assert sum(counts(findings).values()) == len(findings)

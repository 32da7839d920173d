"""The rules of ``kindtext lint``: a table with a stable code each, and which of them are asked for.

A code never changes its meaning: a rule that goes leaves its number empty.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from kindtext.errors import InputError

Severity = Literal["error", "warning", "note"]
"""``error``: law, guidance or arithmetic says otherwise; ``warning``: people will feel it; ``note``: wording."""

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")

EVERY = "KT"
"""The prefix that all codes have: every rule."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Parameters
    ----------
    id : str
        Its code, such as ``KT203``; the first digit is its family.
    name : str
        Its name, in snake case; for a signal the signal's id.
    severity : {"error", "warning", "note"}
    summary : str
        What is found.
    advice : str
        What to do about it.
    """

    id: str
    name: str
    severity: Severity
    summary: str
    advice: str


_TABLE = (
    Rule(
        "KT001", "score_under_limit", "error",
        "The score is under the limit that --fail-under or the configuration sets.",
        "Begin with the findings of this file, or see 'kindtext explain'.",
    ),
    Rule(
        "KT101", "hedged_commitment", "warning",
        "Something kind is promised or asked for, and taken back by a hedge such as 'where possible'.",
        "Say what will be done and when, or under which condition it will not.",
    ),
    Rule(
        "KT102", "kind_in_talk_only", "warning",
        "The introduction is kind and the terms are hard.",
        "Carry what the introduction promises into requirements, criteria and terms.",
    ),
    Rule(
        "KT103", "kindness_refused", "warning",
        "Something kind is expressly refused: no feedback, no meeting, no community benefit.",
        "Offer it in a small way, or say why it cannot be.",
    ),
    Rule(
        "KT201", "price_focus", "warning",
        "Price or cost is the decider or the aim.",
        "Weigh quality and social value so that a poor offer cannot win by being cheap.",
    ),
    Rule(
        "KT202", "unilateral_control", "warning",
        "A right or discretion on one side: rejection, exclusion, no obligation, no recourse.",
        "Keep the rights you will really use, say when, and give the other side a word first.",
    ),
    Rule(
        "KT203", "sanction", "warning",
        "A penalty, indemnity, default or termination for who falls short.",
        "Put a talk and a plan for improvement in front of it, cap it, and make it fit the harm.",
    ),
    Rule(
        "KT204", "burden", "warning",
        "Effort or risk is pushed on to bidders or users.",
        "Ask once, for what you will score, from those who need to give it; carry the risk that you control.",
    ),
    Rule(
        "KT299", "own_signal", "warning",
        "A transactional signal of your own lexicon.",
        "See the advice of its card: 'kindtext signals ID --lexicon FOLDER'.",
    ),
    Rule(
        "KT301", "turnover_over_twice_the_value", "error",
        "Bidders must turn over more than twice the value of the contract.",
        "Ask for twice the value at most, and for a sound plan where a young charity has no turnover yet.",
    ),
    Rule(
        "KT302", "insurance_out_of_proportion", "warning",
        "The insurance required is more than ten times the value of the contract.",
        "Set cover by the harm that can happen, and ask for it from the winner only.",
    ),
    Rule(
        "KT303", "short_time_to_answer", "error",
        "There are fewer days to answer than the configuration's least-days.",
        "Give more time, or publish notice ahead; a small bidder writes in the evenings.",
    ),
    Rule(
        "KT304", "late_payment", "error",
        "Payment may take more than 30 days.",
        "Pay within 30 days of an invoice, sooner for small suppliers, and ask the same down the chain.",
    ),
    Rule(
        "KT305", "unlimited_liability", "error",
        "The supplier's liability has no limit.",
        "Cap it, at a sum that insurance can cover.",
    ),
    Rule(
        "KT306", "one_sided_notice", "warning",
        "The buyer may end the contract more easily than the supplier.",
        "Give both sides the same right and the same notice.",
    ),
    Rule(
        "KT401", "weights_do_not_add_up", "error",
        "The weights of the award criteria do not add to 100.",
        "Mend the weights, so that bidders know what counts.",
    ),
    Rule(
        "KT402", "price_over_60", "warning",
        "Price weighs more than 60 %.",
        "Let quality and social value weigh more than price.",
    ),
    Rule(
        "KT403", "no_social_value", "warning",
        "Criteria with weights that add up, and none for social value or the environment.",
        "Give social value a weight of its own; 10 % is a common least.",
    ),
    Rule(
        "KT404", "lowest_price", "warning",
        "The contract goes to the lowest price.",
        "Judge quality too, or fix the price and compete on quality.",
    ),
    Rule(
        "KT501", "hard_sentence", "note",
        "A very hard sentence: over 45 words, and harder than a university text.",
        "Cut it in two or three, one thought each.",
    ),
    Rule(
        "KT502", "legalese", "note",
        "A legal stock phrase that has a plain equal.",
        "Write the plain words.",
    ),
    Rule(
        "KT503", "undefined_acronym", "note",
        "An acronym that is used again and again and never spelt out.",
        "Spell it out where it first stands.",
    ),
    Rule(
        "KT601", "nobody_takes_part", "warning",
        "In a whole tender nobody outside the buyer takes part at any stage.",
        "Say who of those concerned is heard before, during and after, and what changes because of it.",
    ),
    Rule(
        "KT602", "asked_before_never_after", "warning",
        "People are asked before the tender, and have no part in what comes after.",
        "Let those who were asked also see and judge how it goes.",
    ),
)  # fmt: skip

RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in _TABLE})
"""All rules by code, in order."""

_CODE = re.compile(r"[\s,]+")


def codes_of(text: str) -> tuple[str, ...]:
    """Split what a person wrote into codes, in capitals.

    Examples
    --------
    >>> codes_of("kt203, KT5")
    ('KT203', 'KT5')
    """
    return tuple(part.upper() for part in _CODE.split(text) if part)


def check_codes(codes: Iterable[str], where: str) -> tuple[str, ...]:
    """Give codes back if each is a rule's or begins one.

    Parameters
    ----------
    codes : iterable of str
        Whole codes or their beginnings: ``KT203``, ``KT2``, ``KT`` for all.
    where : str
        Where they were written, for the message.

    Raises
    ------
    InputError
        At the first that fits no rule, with the nearest that does.

    Examples
    --------
    >>> check_codes(["KT2"], "--select")
    ('KT2',)
    >>> check_codes(["KT777"], "--select")
    Traceback (most recent call last):
    ...
    kindtext.errors.InputError: --select: no rule 'KT777'; 'kindtext lint --rules' lists them.
    """
    checked = tuple(codes)
    for code in checked:
        if not any(rule.startswith(code) for rule in RULES) or not code.startswith(EVERY):
            named = [rule.id for rule in RULES.values() if rule.name == code.lower()]
            near = named or difflib.get_close_matches(code, RULES, n=1, cutoff=0.7)
            hint = f" (did you mean '{near[0]}'?)" if near else ""
            raise InputError(f"{where}: no rule '{code}'{hint}; 'kindtext lint --rules' lists them.")
    return checked


def chosen(rule: str, select: Iterable[str], ignore: Iterable[str]) -> bool:
    """Tell whether a rule is asked for: the longer beginning decides, and of two that are alike the ignored one.

    Examples
    --------
    >>> chosen("KT203", ["KT2"], ["KT203"]), chosen("KT203", ["KT203"], ["KT2"]), chosen("KT501", ["KT2"], [])
    (False, True, False)
    """
    wanted = max((len(code) for code in select if rule.startswith(code)), default=0)
    unwanted = max((len(code) for code in ignore if rule.startswith(code)), default=0)
    return wanted > unwanted

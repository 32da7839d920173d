"""What the rules of ``kindtext lint`` look for: from a score and its document to findings without a place.

The thresholds were chosen by reading findings in real tenders: each is where fewer than one in ten was false.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from kindtext.document import Document, Quote, Stage
from kindtext.lexicon import STANDING, load_lexicon
from kindtext.measures.balance import GAP
from kindtext.measures.burdens import Burden
from kindtext.scoring import Evidence, PassageScore, Score

LEAST_DAYS = 14
"""Days to answer under which it is short: in less, nobody but a bid team can ask its board and its partners."""

SIGNAL_RULES = {"price_focus": "KT201", "unilateral_control": "KT202", "sanction": "KT203", "burden": "KT204"}
OWN_SIGNAL = "KT299"

LEAST_TRANSACTIONAL = 0.8
"""P(transactional) of a passage from which on its signals are findings. At 0.5 a fourth of those of price, sanction
and burden were false: savings as a service, caps on both sides' liability, what the buyer may not do."""

MOST_KIND_WHEN_REFUSED = 0.3
"""P(kind) of a passage above which a refusal in it is talk about something else."""

MOST_TURNOVER = 2.0
"""Turnover over contract value: twice is the most that EU law and the UK's lets a buyer ask for."""

MOST_INSURANCE = 10.0
"""Cover over contract value: the cover most asked for, 5 million, then fits a contract of half a million."""

MOST_PAYMENT_DAYS = 30
"""Days within which public bodies must pay by EU law and the UK's."""

MOST_PRICE = 60.0
"""Share of price, in percent, above which quality hardly decides."""

NEAR_100 = 20.0
"""Percent points by which weights may miss 100 and be a slip: what misses it by more was not found, or is no whole."""

HARD_WORDS, HARD_GRADE = 45, 22.0
"""Length and Flesch-Kincaid grade from which on a sentence is very hard: a university text has grade 17."""

LEAST_USES = 5
"""Uses from which on an acronym is used again and again; what is used less is often a name that has no long form."""

KNOWN = frozenset(("API", "GDPR", "HTML", "LGBT", "LGBTQ", "SQL", "SSL", "TLS", "URL", "XML"))
"""Acronyms that nobody spells out, beside those that the measure knows."""

WHOLE_TENDER = 1500
"""Words from which on a text is a tender and not a notice of one, so that what it does not say is not done."""

WHOLE_STAGES: tuple[frozenset[Stage], ...] = (
    frozenset(("specify",)),
    frozenset(("tender", "evaluate", "award")),
    frozenset(("deliver", "review")),
)
"""Stages of which a whole tender has four passages each; a form, a specification or terms by themselves have not."""


class Found(NamedTuple):
    """What a check found: a rule's code, the words if it has any, what else to say, and the passage it is in."""

    rule: str
    quote: Quote | None
    detail: str = ""
    passage: PassageScore | None = None
    advice: str = ""


def all_found(score: Score, document: Document, *, least_days: int = LEAST_DAYS) -> Iterator[Found]:
    """Yield all that the checks find, family by family.

    Parameters
    ----------
    score : Score
    document : Document
        That the score is of.
    least_days : int
        Fewest days to answer that are enough.
    """
    checks: tuple[Callable[[Score, Document], Iterator[Found]], ...] = (
        _weak_kindness,
        _hard_signals,
        _burdens,
        _criteria,
        _language,
        _participation,
    )
    for check in checks:
        yield from check(score, document)
    for fact in score.measures.burdens.of("days_to_deadline"):
        if fact.days is not None and 0 <= fact.days < least_days:
            days = "1 day" if fact.days == 1 else f"{fact.days} days"
            yield Found("KT303", fact.quote, f"{days} to answer")


# Kind signals that are weak where they matter.

# Hedges that take a promise back. "May", "aims to" and "seeks to" more often give leave or tell a purpose.
_HEDGE = re.compile(
    r"\b(?:where|wherever|whenever|when|if) (?:it is |this is )?(?:reasonably )?"
    r"(?:possible|practicable|practical|feasible|appropriate)\b"
    r"|\b(?:as|so|in so) far as (?:is |it is )?(?:reasonably )?(?:possible|practicable|practical|feasible)\b"
    r"|\bto the extent possible\b|\b(?:if|as|where) (?:time|resources|budgets?) (?:allows?|permits?)\b"
    r"|\bsubject to resources\b|\b(?:best|reasonable) (?:endeavou?rs|efforts) to\b|\bendeavou?rs? to\b"
    r"|\bshould (?:also )?consider\b|\b(?:may|might) wish to\b|\b(?:is|are|be) (?:strongly )?encouraged to\b"
    r"|\bideally\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.;:!?](?=\s)|\n")
TALK: frozenset[Stage | None] = frozenset(("plan", "engage"))
"""Stages whose text binds nobody, so that a hedge in it takes nothing back."""

# A refusal says no before what it refuses, and is the buyer's own: not "non-profit", not "if you are not able to".
_REFUSAL = re.compile(
    r"\b(?:no|(?:will|shall|does|do|is|are|can) ?not|cannot|nor|neither)\b(?![- ](?:for|only|later|less|just))"
)
REFUSABLE = frozenset(("bidder_support", "community_benefit", "community_engagement", "partnership", "sustainability"))
"""Kind signals that a buyer can refuse to others; of inclusion and wellbeing a "no" most often tells how things are."""

REFUSAL_REACH = 70
"""Characters before a signal in which what refuses it is looked for."""


def _weak_kindness(score: Score, document: Document) -> Iterator[Found]:
    for passage in score.passages:
        hedged: list[tuple[int, int]] = []
        for evidence in passage.evidence:
            if evidence.pole != "kind":
                continue
            if evidence.assertion == "hedged" and passage.stage not in TALK:
                span = _with_hedge(passage, evidence)
                # One hedge may take back several promises; it is told once.
                if span and not any(span[0] < end and start < span[1] for start, end in hedged):
                    hedged.append(span)
                    yield Found("KT101", document.quote(*span), evidence.signal.replace("_", " "), passage)
            elif evidence.assertion == "negated":
                start = _refused_from(passage, evidence)
                if start is not None:
                    quote = document.quote(start, evidence.end)
                    yield Found("KT103", quote, evidence.signal.replace("_", " "), passage)
    balance = score.measures.balance
    if balance.talk is not None and balance.terms is not None and balance.talk_interval and balance.terms_interval:
        apart = balance.talk - balance.terms >= GAP and balance.talk_interval[0] > balance.terms_interval[1]
        if apart and balance.talk >= 50 > balance.terms:
            yield Found("KT102", None, balance.sentence or "")


def _with_hedge(passage: PassageScore, evidence: Evidence) -> tuple[int, int] | None:
    """Give the words from a hedge to what it takes back, in one clause; None without a plain one."""
    text, first = passage.passage.text, passage.passage.start
    start, end = evidence.start - first, evidence.end - first
    before = [found.end() for found in _CLAUSE.finditer(text, 0, start)]
    after = _CLAUSE.search(text, end)
    low, high = before[-1] if before else 0, after.start() if after else len(text)
    hedges = [found.span() for found in _HEDGE.finditer(text, low, high)]
    if not hedges:
        return None
    near = min(hedges, key=lambda span: max(start - span[1], span[0] - end))
    if near[0] >= end and re.search(r"\band,? $", text[low : near[0]]):
        return None  # "training and, where possible, a job" hedges what follows
    return first + min(near[0], start), first + max(near[1], end)


def _refused_from(passage: PassageScore, evidence: Evidence) -> int | None:
    """Give where the words begin that refuse a signal; None if it is not plain that they do."""
    if evidence.signal not in REFUSABLE or passage.probabilities[0] > MOST_KIND_WHEN_REFUSED:
        return None
    at = evidence.start - passage.passage.start
    low = max(0, at - REFUSAL_REACH)
    clauses = [found.end() for found in _CLAUSE.finditer(passage.passage.text, low, at)]
    words = [found.start() for found in _REFUSAL.finditer(passage.passage.text, clauses[-1] if clauses else low, at)]
    if not words or "exclusive" in passage.passage.text[words[-1] : at]:
        return None  # to refuse talks with one bidder alone is fair to the others
    return passage.passage.start + words[-1]


# Transactional signals.

# What holds for both sides alike, or binds the buyer, is no sanction and no one-sided right.
_FAIR = re.compile(
    r"\b(?:each|either|neither|both) part(?:y|ies)\b|\bcan ?not (?:terminate|end|suspend|reject)\b"
    r"|\b(?:can|may) only\b",
    re.IGNORECASE,
)
# What by itself is no finding, by signal: words of law that are nobody's task (KT502 has those with a plain equal), and
# a breach or a liability that is only named.
_BARE = {
    "burden": re.compile(r".*(?:notwithstanding|irrevocabl|royalty|perpetual)", re.IGNORECASE),
    "sanction": re.compile(
        r"(?:any |to )?breach(?: of)?(?: th\w+| clause)?$|be liable for$|prosecuted$", re.IGNORECASE
    ),
}
# Round a sanction, what says that it does not fall due; after a burden, that it is a cap.
_SPARED = re.compile(r"\brelief from\b|\bneither\b|\bnor\b", re.IGNORECASE)
SPARED_REACH = 120
"""Characters before a sanction in which that is looked for: it may stand before the colon of a list."""

_CAP_AFTER = re.compile(r"[^.;]{0,60}\bin excess of\b", re.IGNORECASE)


def _hard_signals(score: Score, document: Document) -> Iterator[Found]:
    """Yield, of each passage that reads as transactional, what moved it there most, once a signal."""
    for passage in score.passages:
        if passage.stance != "transactional" or passage.probabilities[2] < LEAST_TRANSACTIONAL:
            continue
        strongest: dict[str, Evidence] = {}
        for evidence in passage.evidence:
            if evidence.pole != "transactional" or evidence.assertion not in STANDING:
                continue
            bare = _BARE.get(evidence.signal)
            if evidence.contribution >= 0 or (bare and bare.match(evidence.quote)) or _is_fair(passage, evidence):
                continue
            best = strongest.get(evidence.signal)
            if best is None or evidence.contribution < best.contribution:
                strongest[evidence.signal] = evidence
        for evidence in sorted(strongest.values(), key=lambda one: one.start):
            quote = document.quote(evidence.start, evidence.end)
            rule = SIGNAL_RULES.get(evidence.signal)
            if rule:
                yield Found(rule, quote, "", passage)
            else:
                signal = load_lexicon().signals[evidence.signal]
                yield Found(OWN_SIGNAL, quote, signal.label, passage, signal.advice)


def _is_fair(passage: PassageScore, evidence: Evidence) -> bool:
    """Tell whether the clause of a signal, or the lead-in of its passage, holds for both sides or binds the buyer."""
    text, at = passage.passage.text, evidence.start - passage.passage.start
    begin = max((found.end() for found in _CLAUSE.finditer(text, 0, at)), default=0)
    lead_in = _CLAUSE.search(text)
    first = text[: lead_in.start()] if lead_in and lead_in[0] in ":\n" else ""
    end = at + len(evidence.quote)
    if evidence.signal == "burden" and _CAP_AFTER.match(text, end):
        return True
    if evidence.signal == "sanction" and (
        _SPARED.search(text, max(0, at - SPARED_REACH), end) or _SPARED.search(first)
    ):
        return True
    return _FAIR.search(text, begin, end) is not None or _FAIR.search(first) is not None


# Burdens in numbers.


def _burdens(score: Score, document: Document) -> Iterator[Found]:
    found = score.measures.burdens
    ratio = found.turnover_ratio
    if ratio is not None and ratio > MOST_TURNOVER:
        yield Found("KT301", _highest(found.of("turnover")), f"{_times(ratio)} the value")
    ratio = found.insurance_ratio
    if ratio is not None and ratio > MOST_INSURANCE:
        yield Found("KT302", _highest(found.of("insurance")), f"{_times(ratio)} the value")
    for fact in found.of("payment"):
        if fact.days is not None and fact.days > MOST_PAYMENT_DAYS:
            yield Found("KT304", fact.quote, f"{fact.days} days")
    for fact in found.of("liability"):
        if fact.unit == "unlimited" and fact.side != "buyer":
            yield Found("KT305", fact.quote)
    yield from _notices(found.of("termination_notice"))


def _notices(facts: list[Burden]) -> Iterator[Found]:
    """Yield where the buyer may leave on shorter notice than the supplier, of whose rights both must be stated."""
    buyer = [(fact.days, fact) for fact in facts if fact.side in ("buyer", "both") and fact.days is not None]
    supplier = [(fact.days, fact) for fact in facts if fact.side in ("bidder", "both") and fact.days is not None]
    if not buyer or not supplier:
        return
    shortest = min(days for days, _ in buyer)
    longest, fact = max(supplier, key=lambda pair: pair[0])
    if longest > shortest:
        yield Found("KT306", fact.quote, f"{longest} days for the supplier, {shortest} for the buyer")


def _times(ratio: float) -> str:
    return f"{ratio:.0f} times" if ratio >= 10 else f"{ratio:.1f} times"


def _highest(facts: list[Burden]) -> Quote | None:
    return max(facts, key=lambda fact: fact.value or 0.0).quote if facts else None


# Award criteria.


def _criteria(score: Score, document: Document) -> Iterator[Found]:
    criteria = score.measures.criteria
    told = {share.lot for share in criteria.shares}
    weighed = [item for item in criteria.items if item.level == 0 and item.weight is not None]
    if None not in told:
        sums: Counter[str | None] = Counter()
        for item in weighed:
            sums[item.lot] += item.weight or 0.0  # type: ignore[assignment]
        for lot, total in sums.items():
            if lot not in told and 0.5 < abs(total - 100) < NEAR_100:
                first = next(item.quote for item in weighed if item.lot == lot)
                yield Found("KT401", first, f"{lot + ': ' if lot else ''}they add to {total:g} %")
    for share in criteria.shares:
        own = [item for item in criteria.items if item.lot in (share.lot, None)]
        lot = f"{share.lot}: " if share.lot else ""
        if share.price > MOST_PRICE and criteria.method != "lowest_price":
            price = next((item.quote for item in own if item.kind == "price"), None)
            yield Found("KT402", price, f"{lot}{share.price:g} %")
        if share.price < 100 and not share.social_value and not share.sustainability:
            yield Found("KT403", own[0].quote if own else None, f"{lot}price {share.price:g} %, social value none")
    if criteria.method == "lowest_price":
        yield Found("KT404", criteria.method_quote, "" if criteria.method_quote else "by the notice's own data")


# Plain language.


def _language(score: Score, document: Document) -> Iterator[Found]:
    language = score.measures.language
    for sentence in language.hardest:
        if sentence.words >= HARD_WORDS and sentence.grade >= HARD_GRADE and not _is_list(sentence.quote.text):
            yield Found("KT501", sentence.quote, f"{sentence.words} words")
    uses = Counter(item.phrase for item in language.legalese)
    seen: set[str] = set()
    for item in language.legalese:
        if item.phrase not in seen:
            seen.add(item.phrase)
            again = uses[item.phrase]
            yield Found("KT502", item.quote, f"'{item.plain}'" + (f"; {again} times in all" if again > 1 else ""))
    for acronym in language.acronyms:
        known = acronym.uses < LEAST_USES or acronym.name in KNOWN
        if not known and not _stands_in_full(acronym.name, document.text):
            yield Found("KT503", acronym.quote, f"used {acronym.uses} times")


# A list that was set as one sentence, or part of one, is long and need not be hard.
_LIST = re.compile(
    r"\n|\s\|\s|;.*;|:\s|\d\.[A-Z]|\)\s[A-Z][a-z]|[•▪]|^(?![\"“‘]?[A-Z0-9])"
    r"|(?:^|[\s(])(?:[ivx]{1,4}|[a-h]|\d)\).*[\s(](?:[ivx]{1,4}|[a-h]|\d)\)"
)


def _is_list(sentence: str) -> bool:
    """Tell whether a sentence is a list by its marks, or no whole sentence.

    Examples
    --------
    >>> _is_list("You must give: (a) the price; (b) two references."), _is_list("You must give the price.")
    (True, False)
    """
    return _LIST.search(sentence) is not None


_SMALL_WORDS = r"(?:[\s-]+(?:and|for|in|of|on|the|to|&))?+"


def _stands_in_full(name: str, text: str) -> bool:
    """Tell whether words with an acronym's initials stand anywhere, beside it or not.

    Examples
    --------
    >>> _stands_in_full("RFQ", "Request for Quotations: meals"), _stands_in_full("RFQ", "The RFQ for meals")
    (True, False)
    """
    joint = rf"[\w'’]++(?:{_SMALL_WORDS}[\s-]++|[\s-]++)"
    return re.search(r"\b" + joint.join(name) + r"[\w'’]", text, re.IGNORECASE) is not None


# Participation.


def _participation(score: Score, document: Document) -> Iterator[Found]:
    found = score.measures.participation
    if score.value is None or document.words < WHOLE_TENDER or not _is_whole(score):
        return
    if found.highest is None:
        yield Found("KT601", None, found.sentence or "")
        return
    when = {row.stage for row in found.stages if row.highest and row.highest != "inform"}
    if found.unplaced or not when:
        return
    if when <= {"plan", "engage", "specify"}:
        asked = next(
            taken.quote
            for row in found.stages
            if row.stage in when
            for taken in row.taking_part
            if taken.assertion in STANDING and taken.rung != "inform"
        )
        yield Found("KT602", asked, found.sentence or "")


def _is_whole(score: Score) -> bool:
    stages = Counter(passage.stage for passage in score.passages)
    return all(sum(stages[stage] for stage in group) >= 4 for group in WHOLE_STAGES)

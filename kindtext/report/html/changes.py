"""What to change first: the few things in a document that weigh most on the people on the other side of it.

Hard wording is gathered by the signal that moves its passages most, and ranked by the points that the document's score
would gain if those passages were plain information. Burdens and criteria have no part in the score; they are named
where they pass a border that a law or a guide draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kindtext.document import Quote
from kindtext.lexicon import Lexicon, load_measure
from kindtext.measures.participation import NOBODY
from kindtext.posterior import aggregate
from kindtext.report.html.wording import count, excerpt
from kindtext.scoring import Evidence, PassageScore, Score

MOST = 3
"""Things named: as many as a writer can keep in mind."""

MOST_EXAMPLES = 2
"""Passages shown for each."""

SHORTEST_TENDER_PERIOD = 25
"""Days: the shortest period for tenders under section 54 of the Procurement Act 2023 (UK) without urgency."""

LONGEST_PAYMENT = 30
"""Days: sections 68 and 73 of the Procurement Act 2023 (UK)."""

HIGHEST_TURNOVER = 2.0
"""Times the contract's value: article 58(3) of Directive 2014/24/EU."""

HIGHEST_PRICE = 60.0
"""Percent: from here on price decides whatever the answers on quality say, unless they differ greatly."""

HARD_TO_READ = 30.0
"""Reading ease under which a text is for graduates (Flesch 1948)."""


HARD_WORDS = (
    "Say what the other side may expect of you as well as what you expect of them, and why each demand is needed."
)
FIRM = "Say what you will do, by when, and who does it; leave out 'where possible' where you can keep the word."


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to change.

    Parameters
    ----------
    title : str
        What it is.
    finding : str
        What was found, in a sentence.
    advice : str
        What to do about it.
    example : str
        Wording that a writer could use; empty where there is none.
    passages : tuple of (int, str)
        Where it stands: the number of the passage, from 0, and its words.
    quotes : tuple of Quote
        Words that stand elsewhere.
    gain : float or None
        Points that the score would gain.
    """

    title: str
    finding: str
    advice: str
    example: str = ""
    passages: tuple[tuple[int, str], ...] = ()
    quotes: tuple[Quote, ...] = field(default=())
    gain: float | None = None


def first_changes(score: Score, lexicon: Lexicon) -> list[Change]:
    """Choose what to change first: hard wording, and at least one burden or criterion where one passes its border.

    Parameters
    ----------
    score : Score
    lexicon : Lexicon
        Whose advice is given.

    Returns
    -------
    list of Change
        At most three; empty where nothing weighs on anybody.
    """
    wording = _wording(score, lexicon)
    numbers = list(_numbers(score))
    chosen = wording[: MOST - 1] if numbers else wording[:MOST]
    return [*chosen, *numbers, *_further(score)][:MOST]


def _wording(score: Score, lexicon: Lexicon) -> list[Change]:
    """Gather the hard passages by signal, those first that cost the score most."""
    groups: dict[str, list[tuple[int, PassageScore, Evidence]]] = {}
    for number, p in enumerate(score.passages):
        found = [e for e in p.evidence if e.contribution < 0 and e.signal in lexicon.signals]
        if p.stance == "transactional" and found:
            worst = min(found, key=lambda e: e.contribution)
            groups.setdefault(worst.signal, []).append((number, p, worst))
    kind = sum(p.weight * p.probabilities[0] for p in score.passages)
    hard = sum(p.weight * p.probabilities[2] for p in score.passages)
    now = aggregate(kind, hard)[0]
    changes = []
    for signal, members in groups.items():
        gain = aggregate(kind, max(0.0, hard - sum(_cost(p) for _, p, _ in members)))[0] - now
        members.sort(key=lambda member: (-_cost(member[1]), member[0]))
        card = lexicon.signals[signal]
        finding = f"{count(len(members), 'passage')} {'is' if len(members) == 1 else 'are'} hard chiefly for this."
        if score.value is not None and gain >= 0.5:
            were = "Were it" if len(members) == 1 else "Were they"
            finding += f" {were} plain information, the score would be about {count(round(gain), 'point')} higher."
        passages = tuple((number, excerpt(p, e)) for number, p, e in members[:MOST_EXAMPLES])
        changes.append(Change(card.label, finding, card.advice, card.example, passages, gain=gain))
    return sorted(changes, key=lambda change: -(change.gain or 0))


def _further(score: Score) -> Iterator[Change]:
    """Name what is left where little is hard: hard words without a signal, weak promises, stages without people."""
    unsigned = [
        (number, p)
        for number, p in enumerate(score.passages)
        if p.stance == "transactional" and not any(e.contribution < 0 for e in p.evidence)
    ]
    if unsigned:
        unsigned.sort(key=lambda found: -_cost(found[1]))
        finding = (
            f"{count(len(unsigned), 'passage')} {'reads' if len(unsigned) == 1 else 'read'} hard by the words alone."
        )
        passages = tuple((number, excerpt(p)) for number, p in unsigned[:MOST_EXAMPLES])
        yield Change("Hard words", finding, HARD_WORDS, passages=passages)
    weak = [
        (number, p, e)
        for number, p in enumerate(score.passages)
        for e in p.evidence
        if e.pole == "kind" and e.assertion == "hedged" and e.agent in ("buyer", "none")
    ]
    if weak:
        finding = f"{count(len(weak), 'kind promise')} {'is' if len(weak) == 1 else 'are'} hedged."
        passages = tuple((number, excerpt(p, e)) for number, p, e in weak[:MOST_EXAMPLES])
        yield Change("Promises that could be firm", finding, FIRM, passages=passages)
    missing = score.measures.participation.missing
    if score.measures.participation.highest is not None and missing:
        card = load_measure("participation")
        finding = score.measures.participation.sentence or ""
        yield Change("People's part in it", finding, card["advice"], card["example"])


def _cost(p: PassageScore) -> float:
    return p.weight * p.probabilities[2]


def _numbers(score: Score) -> Iterator[Change]:
    """Name the measures that pass their borders, what shuts people out first."""
    found = score.measures
    burdens = load_measure("burdens")

    def burden(title: str, finding: str, *quotes: Quote | None) -> Change:
        kept = tuple(quote for quote in quotes if quote is not None)[:MOST_EXAMPLES]
        return Change(title, finding, burdens["advice"], burdens["example"], quotes=kept)

    ratio = found.burdens.turnover_ratio
    if ratio is not None and ratio > HIGHEST_TURNOVER:
        quotes = [fact.quote for fact in found.burdens.of("turnover")]
        finding = f"Bidders must turn over {ratio:.1f} times the contract's value; EU law draws the line at twice."
        yield burden("Turnover required", finding, *quotes)
    days = [fact for fact in found.burdens.of("days_to_deadline") if fact.days is not None]
    if days and min(fact.days or 0 for fact in days) < SHORTEST_TENDER_PERIOD:
        shortest = min(days, key=lambda fact: fact.days or 0)
        finding = (
            f"Bidders have {count(shortest.days or 0, 'day')} to answer; larger contracts in the UK give them at least "
        )
        yield burden("Time to answer", f"{finding}{SHORTEST_TENDER_PERIOD}.", shortest.quote)
    slow = [f for f in found.burdens.of("payment") if f.side == "buyer" and (f.days or 0) > LONGEST_PAYMENT]
    if slow:
        worst = max(slow, key=lambda fact: fact.days or 0)
        finding = (
            f"The supplier waits {count(worst.days or 0, 'day')} for the money; UK law asks for {LONGEST_PAYMENT}."
        )
        yield burden("Payment", finding, worst.quote)
    price = max((share.price for share in found.criteria.shares), default=0.0)
    if price >= HIGHEST_PRICE or found.criteria.method == "lowest_price":
        card = load_measure("criteria")
        items = [item.quote for item in found.criteria.items if item.kind == "price"]
        said = [q for q in (*items, found.criteria.method_quote) if q is not None][:MOST_EXAMPLES]
        weight = f"Price counts {price:g} %" if price else "The lowest price wins"
        yield Change("Weight of price", f"{weight}.", card["advice"], card["example"], quotes=tuple(said))
    if found.participation.sentence == NOBODY and len(score.passages) > MOST:
        card = load_measure("participation")
        yield Change("People's part in it", NOBODY, card["advice"], card["example"])
    ease = found.language.flesch_reading_ease
    if ease is not None and ease < HARD_TO_READ:
        card = load_measure("language")
        finding = f"Reading ease is {ease:.0f}; under {HARD_TO_READ:.0f} a text is for graduates."
        hardest = tuple(sentence.quote for sentence in found.language.hardest[:1])
        yield Change(card["label"], finding, card["advice"], card["example"], quotes=hardest)

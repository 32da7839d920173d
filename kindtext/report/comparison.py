"""Comparisons and rankings as text for a terminal, and the words that their HTML uses too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from kindtext.lexicon import load_lexicon
from kindtext.report.plain import one_line

if TYPE_CHECKING:
    from kindtext.comparing import Change, Comparison, Ranked
    from kindtext.scoring import Evidence, PassageScore, Score

MEASURE_NAMES = {
    "participation_highest": "how far people take part",
    "participation_stages": "stages at which they do",
    "talk_score": "score of the talk",
    "terms_score": "score of the terms",
    "price_weight": "weight of price, %",
    "quality_weight": "weight of quality, %",
    "social_value_weight": "weight of social value, %",
    "award_method": "how it is awarded",
    "days_to_deadline": "days to answer",
    "turnover_required": "turnover required",
    "turnover_ratio": "turnover, in contract values",
    "insurance_required": "insurance required",
    "insurance_ratio": "insurance, in contract values",
    "currency": "currency",
    "mandatory_requirements": "things the bidder must do",
    "mandatory_per_1000_words": "... in a thousand words",
    "questions": "questions to answer",
    "word_limit_total": "words allowed in all",
    "documents_to_attach": "documents to attach",
    "contract_months": "months of the contract",
    "notice_days_buyer": "days' notice by the buyer",
    "notice_days_supplier": "days' notice by the supplier",
    "payment_days": "days to payment",
    "bid_validity_days": "days a bid stays valid",
    "liability": "limit of liability",
    "flesch_reading_ease": "reading ease (60 is plain)",
    "flesch_kincaid_grade": "school years to read it",
    "mean_sentence_words": "words a sentence",
    "long_word_share": "share of long words",
    "passive_share": "share of passive sentences",
    "legalese_per_1000_words": "legalese in a thousand words",
    "undefined_acronyms": "acronyms never spelt out",
}
"""Columns of the measures, for people; one that is not here is shown by its own name."""

MOST_CHANGES = 12
"""Changes shown in a terminal: a page or two; JSON and HTML have them all."""

CONTEXT_WORDS = 12
"""Words shown on either side of a change; the rest of what stayed the same is left out."""

_OP_STYLES = {"same": "", "cut": "red strike", "put": "green"}
_OP_MARKS = {"same": ("", ""), "cut": ("[-", "-]"), "put": ("{+", "+}")}  # as wdiff has them; colours are not always on


def comparison(found: Comparison) -> Iterator[RenderableType]:
    """Show two drafts: the scores, the changes that moved them most, then signals, stages and measures."""
    yield Text(heading(found), style="bold")
    yield Text(verdict(found))
    yield Text(tally(found.counts()) + "\n")
    changes = found.telling()
    if changes:
        yield Text("What changed, what moved the score most first", style="bold")
    for change in changes[:MOST_CHANGES]:
        yield from _change(change)
    if len(changes) > MOST_CHANGES:
        yield Text(f"... and {len(changes) - MOST_CHANGES} more; --format html and --format json have them all.\n")
    yield from _signals(found)
    yield from _stages(found)
    yield from _measures(found)


def ranking(ranked: Sequence[Ranked]) -> Iterator[RenderableType]:
    """Show documents by score, with those that cannot be told apart."""
    table = _table("", "document", "score", "90 % interval", "cannot be told apart from", right=("", "score"))
    for each in ranked:
        low, high = each.score.interval or (None, None)
        interval = "" if low is None or high is None else f"{low:.0f} to {high:.0f}"
        place = "-" if each.place is None else str(each.place)
        table.add_row(place, Text(one_line(each.score.name)), points(each.score.value), interval, Text(level(each)))
    yield table
    yield Text("")
    for line in told_apart(ranked):
        yield Text(line)


def heading(found: Comparison) -> str:
    """Give both names and scores on one line."""
    line = f"{_scored(found.old)}  ->  {_scored(found.new)}"
    return line if found.difference is None else f"{line}:  {found.difference:+.1f}"


def verdict(found: Comparison) -> str:
    """Say what the difference is worth."""
    if found.difference is None:
        reasons = (f"{one_line(s.name)} has no score: {s.reason}." for s in (found.old, found.new) if s.value is None)
        return " ".join(reasons)
    if found.overlap:
        return "The intervals overlap: by their scores alone, these two cannot be told apart."
    return "The intervals do not overlap."


def tally(counts: Mapping[str, int]) -> str:
    """Say how many passages there are of each kind of change."""
    return "Passages: " + ", ".join(f"{n} {kind}" for kind, n in counts.items())


def title(change: Change) -> str:
    """Say what a change is, where it stands, and what became of its stance."""
    sides = (change.old, change.new)
    words: str = change.kind
    if change.kind == "reworded" and change.moved:
        words += " and moved"
    elif change.kind == "kept":
        words += ", but cut into passages differently"
    stances = [" + ".join(dict.fromkeys(p.stance for p in side)) for side in sides if side]
    words += f", {' -> '.join(dict.fromkeys(stances))}"
    where = next((p.passage.place for side in reversed(sides) for p in side if p.passage.place), "")
    return f"{words} ({one_line(where, 60)})" if where else words


def points(share: float | None, *, signed: bool = False) -> str:
    """Give points for people: a dash where there are none to give."""
    if share is None:
        return "-"
    if signed:
        return f"{share:+.1f}" if abs(share) >= 0.05 else "0.0"
    return f"{share:.0f}"


def signal_notes(gained: Iterable[Evidence], lost: Iterable[Evidence]) -> Iterator[tuple[str, str]]:
    """Give ``gained`` and ``lost``, each with its signals and their words."""
    for word, found in (("gained", gained), ("lost", lost)):
        said = [f'{label(e.signal)} "{one_line(e.quote, 50)}", {e.assertion}' for e in found]
        if said:
            yield word, "; ".join(dict.fromkeys(said))


def shortened(pieces: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Leave out the middle of long stretches that stayed the same, and the ends far from any change."""
    every = list(pieces)
    short = []
    for at, (op, text) in enumerate(every):
        words = one_line(text).split()
        if op == "same":
            before = words[:CONTEXT_WORDS] if at > 0 else []
            after = words[-CONTEXT_WORDS:] if at < len(every) - 1 else []
            if len(words) > len(before) + len(after):
                words = [*before, "…", *after]
        short.append((op, " ".join(words)))
    return short


def label(signal: str) -> str:
    """Give a signal's name for people."""
    signals = load_lexicon().signals
    return signals[signal].label if signal in signals else signal


def value(each: Any) -> str:
    """Give a measure's value for people."""
    if each is None:
        return "-"
    if isinstance(each, float):
        return f"{each:,.2f}".rstrip("0").rstrip(".")
    return f"{each:,}" if isinstance(each, int) else one_line(str(each).replace("_", " "))


def measure_rows(found: Comparison) -> list[tuple[str, str, str]]:
    """Give name, old and new value of every measure and award criterion that differs as people see it."""
    rows = [
        (MEASURE_NAMES.get(name, name.replace("_", " ")), value(was), value(now))
        for name, (was, now) in found.by_measure().items()
    ]
    rows += [
        (f"criterion: {one_line(name, 60)}", _weight(was), _weight(now)) for name, was, now in found.by_criterion()
    ]
    return [row for row in rows if row[1] != row[2]]


def _weight(weight: str | None) -> str:
    return "not a criterion" if weight is None else weight or "no weight"


def level(each: Ranked) -> str:
    """Give the places that cannot be told apart from one."""
    if each.score.value is None:
        return each.score.reason or ""
    return ", ".join(map(str, each.level)) or "none"


def told_apart(ranked: Sequence[Ranked]) -> Iterator[str]:
    """Say of each pair of neighbours whether they can be told apart, in as few sentences as that needs."""
    judged = [each for each in ranked if each.place is not None]
    if len(judged) < 2:
        return
    pairs = [(a.place, b.place) for a, b in pairwise(judged) if b.place in a.level]
    if not pairs:
        yield "No two intervals of neighbours overlap: the order is as sure as the scores are."
        return
    for a, b in pairs:
        yield f"{a} and {b}: these two cannot be told apart; their intervals overlap."


def _scored(each: Score) -> str:
    if each.value is None or each.interval is None:
        return f"{one_line(each.name)}  no score"
    low, high = each.interval
    return f"{one_line(each.name)}  {each.value:.0f} ({low:.0f} to {high:.0f})"


def _change(change: Change) -> Iterator[RenderableType]:
    head = Text(f"{points(change.share, signed=True):>6}  ", style=_sign_style(change.share))
    head.append(title(change), style="bold")
    yield head
    yield Padding(_words(change), (0, 0, 0, 8))
    for word, said in signal_notes(change.gained(), change.lost()):
        yield Padding(Text(f"{word}: {said}", style="dim"), (0, 0, 0, 8))
    yield Text("")


def _words(change: Change) -> Text:
    """Show the words of a change: of a reworded passage, the difference."""
    if change.kind == "reworded":
        shown = Text()
        for op, words in shortened(change.diff()):
            before, after = _OP_MARKS[op]
            shown.append(f"{before}{words}{after}", style=_OP_STYLES[op])
            shown.append(" ")
        return shown
    op = {"added": "put", "dropped": "cut"}.get(change.kind, "same")
    return Text(one_line(_joined(change.new or change.old), 400), style=_OP_STYLES[op].replace(" strike", ""))


def _joined(passages: Iterable[PassageScore]) -> str:
    return " ".join(p.passage.text for p in passages)


def _sign_style(share: float | None) -> str:
    return "" if not share else "green" if share > 0 else "red"


def _signals(found: Comparison) -> Iterator[RenderableType]:
    rows = {signal: row for signal, row in found.by_signal().items() if row["gained"] or row["lost"]}
    if not rows:
        return
    yield Text("Signals that stand, old and new", style="bold")
    table = _table("signal", "old", "new", "gained", "lost", right=("old", "new"))
    for signal, row in rows.items():
        style = "green" if row["pole"] == "kind" else "red"
        said = (_some(row[side]) for side in ("gained", "lost"))
        table.add_row(Text(label(signal), style=style), str(row["old"]), str(row["new"]), *said)
    yield Padding(table, (0, 0, 1, 2))


def _some(found: Sequence[Evidence], most: int = 3) -> Text:
    quotes = list(dict.fromkeys(f'"{one_line(e.quote, 40)}"' for e in found))
    more = f" and {len(quotes) - most} more" if len(quotes) > most else ""
    return Text(", ".join(quotes[:most]) + more)


def _stages(found: Comparison) -> Iterator[RenderableType]:
    stages = {stage: share for stage, share in found.by_stage().items() if abs(share) >= 0.05}
    if stages:
        yield Text("Points by the stage that the words speak of", style="bold")
        table = _table("stage", "points", right=("points",))
        for stage, share in stages.items():
            table.add_row(stage or "no stage", Text(points(share, signed=True), style=_sign_style(share)))
        yield Padding(table, (0, 0, 1, 2))


def _measures(found: Comparison) -> Iterator[RenderableType]:
    rows = measure_rows(found)
    if rows:
        yield Text("Measures that differ", style="bold")
        table = _table("measure", "old", "new")
        for row in rows:
            table.add_row(*map(Text, row))
        yield Padding(table, (0, 0, 1, 2))


def _table(*columns: str, right: Sequence[str] = ()) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left")
    return table

"""Days to the deadline and for questions, from the notice's own data or from dates with labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from kindtext.document import Quote
from kindtext.measures._numbers import durations
from kindtext.measures._view import View, before
from kindtext.measures.burdens.record import Burden, only
from kindtext.measures.burdens.words import expression

LONGEST_WINDOW = 400
"""Days from publication to deadline above which a notice is a list that stays open, not a competition."""

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = "|".join(f"{month}|{month[:3]}" for month in _MONTHS) + "|sept"
_DATE = (
    rf"(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\sof)?\s(?P<m>{_MONTH})\.?,?\s(?P<y>20\d\d)"
    rf"|(?P<m2>{_MONTH})\.?\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y2>20\d\d)"
    r"|(?P<y3>20\d\d)-(?P<m3>\d\d)-(?P<d3>\d\d)"
    r"|(?P<a>\d{1,2})(?P<sep>[/.])(?P<b>\d{1,2})(?P=sep)(?P<y4>20\d\d))(?!\d)"
)
_TO_DATE = (
    r"(?:[\s|:▲*–-]|(?:mon|tues|wednes|thurs|fri|satur|sun)day,?|date|time|and|is|of|on|at|by|noon|12|midday"
    r"|\d{1,2}[:.]\d\d(?:\s?hours)?|\d{1,2}\s?[ap]\.?m\.?){0,14}\s?"
)
_STEMS = {
    "published": ("published", "publication", "issue", "release"),
    "closing": ("closing", "deadline", "return date", "due", "time limit"),
    "clarification": ("clarification", "question", "quer"),
}
"""Plain strings of which each label of a list of dates holds one."""

_BEGINNING = r"(?:^|[|·;:.(]\s{0,2})(?:<<published_nouns>>\s{1,2}){0,5}$"
_LATER = re.compile(r"award|update|amend|cancel|implementation|compiled|terminat|corrig|modif|result|change|^contract$")
"""Tags of a notice that say that its date is not the day on which the tender was published."""

_CLOSES = r"closing|deadline|return|due date"
_BEFORE_CLOSING = re.compile(
    rf"\s{{0,2}}(?:before|prior to|in advance of)\s{{1,2}}(?:the\s)?[\w\s]{{0,30}}?(?:{_CLOSES})"
)


def dates(view: View) -> tuple[list[Burden], list[str]]:
    """Count days from publication to deadline, and from the last question to the deadline, where all days are sure."""
    metadata = view.document.metadata
    published, deadline = _iso(metadata.get("published")), _iso(metadata.get("deadline"))
    quote = None
    if deadline is None:
        closings = _labelled(view, "closing")
        deadline = only(day for day, _ in closings)
        if deadline is None:
            several = "The text names several closing dates, so no days to the deadline were counted."
            return [], [several] if closings else []
        quote = closings[0][1]
    facts: list[Burden] = []
    notes: list[str] = []
    published = published or only(day for day, _ in _labelled(view, "published", _BEGINNING))
    if published:
        tags = metadata.get("tag")
        days = (deadline - published).days
        if any(_LATER.search(str(tag).lower()) for tag in (tags if isinstance(tags, list) else [tags])):
            notes.append("The notice's date is that of a later version, so no days to the deadline were counted.")
        elif days <= 0:
            notes.append("The deadline is not after the notice's own date, so no days to the deadline were counted.")
        elif days > LONGEST_WINDOW:
            notes.append("The deadline is over a year away, as on a list that stays open: no days were counted.")
        else:
            facts.append(Burden("days_to_deadline", float(days), "days", "bidder", quote))
    asked = _labelled(view, "clarification")
    last = only(day for day, _ in asked)
    if last and 0 <= (deadline - last).days <= LONGEST_WINDOW:
        facts.append(Burden("clarification", float((deadline - last).days), "days", "bidder", asked[0][1]))
    return facts, notes


def days_before_closing(view: View) -> Iterator[Burden]:
    """Read "questions may be sent up to seven days before the closing date"."""
    for span in view.sentences(("clarification", "questions", "queries")):
        for amount in durations(span.text) if re.search(_CLOSES, span.text) else ():
            head = before(span.text, amount.start, 160)
            if not _BEFORE_CLOSING.match(span.text, amount.end) or re.search(r"respon[ds]|answer|repl", head):
                continue
            if re.search(r"clarification|question|quer(?:y|ies)", head):
                yield Burden("clarification", amount.value, amount.unit, "bidder", view.quote(span.start, span.end))


def _labelled(view: View, name: str, led_by: str = r"(?:^|\W)$") -> list[tuple[date, Quote]]:
    """Give dates that stand right after one of a list's labels, where what is before the label allows it."""
    found: dict[int, tuple[date, Quote]] = {}
    pattern = expression(rf"(?<!\w)<<{name}>>(?!\w){_TO_DATE}{_DATE}")
    for at in view.places(_STEMS[name]):
        if "20" not in view.lower[at : at + 130]:
            continue
        line = view.line(at)
        for match in pattern.finditer(view.lower, max(line.start, at - 60), min(line.end, at + 130)):
            day = _date(match)
            if day and expression(led_by).search(view.lower[max(line.start, match.start() - 60) : match.start()]):
                found[match.start()] = day, view.quote(match.start(), match.end())
    return list(found.values())


def _date(match: re.Match[str]) -> date | None:
    """Make a date of its parts; 08/04/2026 could be two days, and is none."""
    if match["m"] or match["m2"]:
        month = [name[:3] for name in _MONTHS].index((match["m"] or match["m2"])[:3]) + 1
        return _day(match["y"] or match["y2"], month, match["d"] or match["d2"])
    if match["y3"]:
        return _day(match["y3"], match["m3"], match["d3"])
    first, second = int(match["a"]), int(match["b"])
    if match["sep"] == "." or second <= 12 < first or first == second:
        return _day(match["y4"], second, first)
    # American only where it cannot be European.
    return _day(match["y4"], first, second) if second > 12 else None


def _day(year: str, month: str | int, day: str | int) -> date | None:
    return _iso(f"{year}-{int(month):02}-{int(day):02}")


def _iso(value: object) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None

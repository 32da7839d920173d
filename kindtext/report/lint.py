"""Findings: what a reviewer of a tender would want to be told, each with its rule, its place and what to do.

>>> from kindtext.passages import from_text
>>> from kindtext.scoring import score
>>> document = from_text("Invoices are paid within 60 days of receipt of a valid invoice by the Council.", "terms.txt")
>>> [(one.rule.id, one.place, one.detail) for one in lint(score(document), document)]
[('KT304', 'paragraph 1', '60 days')]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kindtext.document import Document
from kindtext.report.lint_checks import LEAST_DAYS, Found, all_found
from kindtext.report.places import Places, place_name
from kindtext.report.plain import one_line
from kindtext.report.rules import EVERY, RULES, SEVERITIES, Rule, chosen
from kindtext.scoring import Score

QUOTE_WIDTH = 120
"""Most characters of a quote in a line; enough to find it by, and to know what is meant."""

CONTEXT = 200
"""Most characters of a passage that are shown beside a finding in it, as formats with room for them do."""

SIGNALS = "KT2"
"""Beginning of the codes of transactional signals."""

NEIGHBOURS = 12
"""Findings on either side that may share words with one: a passage has one a signal, and there are four."""

SEVERAL = frozenset(("ocds", "ted", "eforms", "table"))
"""Formats of which one file may hold several documents, named ``file#identifier``."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Parameters
    ----------
    rule : Rule
        Which rule it is of.
    file : str
        The file's name or path.
    quote : str
        The words; empty for what is about the document as a whole, or about the notice's own data.
    detail : str
        What else was found, in words: a number, a name, a sentence.
    advice : str
        What to do.
    place : str
        The place, for people: a line, page, paragraph or field; empty for the document as a whole.
    line, end_line : int or None
        Lines of the file, from 1, where the format has any.
    page : int or None
        Page, from 1, where the format has any.
    section, field : str or None
        The nearest heading above, and the field of a notice.
    context : str
        The beginning of the passage, where the finding is in one.
    notice : str or None
        Which of several documents of one file.
    """

    rule: Rule
    file: str
    quote: str = ""
    detail: str = ""
    advice: str = ""
    place: str = ""
    line: int | None = None
    end_line: int | None = None
    page: int | None = None
    section: str | None = None
    field: str | None = None
    context: str = ""
    notice: str | None = None

    @property
    def message(self) -> str:
        """What was found and what to do, on one line and without controls."""
        words = one_line(self.quote, QUOTE_WIDTH)
        detail = one_line(self.detail)
        found = f'"{words}"' + (f" ({detail})" if detail else "") if words else detail or self.rule.summary
        return f"{found} - {one_line(self.advice or self.rule.advice)}"

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON."""
        return {
            "rule": self.rule.id,
            "name": self.rule.name,
            "severity": self.rule.severity,
            "file": self.file,
            "notice": self.notice,
            "place": self.place,
            "line": self.line,
            "end_line": self.end_line,
            "page": self.page,
            "section": self.section,
            "field": self.field,
            "quote": self.quote,
            "detail": self.detail,
            "advice": self.advice or self.rule.advice,
            "context": self.context,
        }


def lint(
    score: Score,
    document: Document,
    *,
    places: Places | None = None,
    file: str | None = None,
    select: Iterable[str] = (EVERY,),
    ignore: Iterable[str] = (),
    fail_under: float | None = None,
    least_days: int = LEAST_DAYS,
) -> list[Finding]:
    """Give the findings in a document, in the order in which they stand there.

    Parameters
    ----------
    score : Score
        The document's score.
    document : Document
    places : Places, optional
        Its file's lines and switches; without, there are neither.
    file : str, optional
        What to call the file; by default the document's name.
    select, ignore : iterable of str
        Codes or their beginnings: which rules are asked for. The longer beginning decides.
    fail_under : float, optional
        A score under it is a finding too, whatever is selected.
    least_days : int
        Fewest days to answer that are enough.

    Returns
    -------
    list of Finding
        What is about the document as a whole comes first.
    """
    select, ignore = tuple(select), tuple(ignore)
    places = places or Places(document, None)
    name, _, notice = document.name.partition("#") if document.format in SEVERAL else (document.name, "", "")
    file = name if file is None else file
    found = [
        one
        for one in all_found(score, document, least_days=least_days)
        if chosen(one.rule, select, ignore)
        and not places.is_off(one.rule, one.quote.start if one.quote else None, one.quote.end if one.quote else None)
    ]
    found = _told_once(found)
    found.sort(key=lambda one: (one.quote.start if one.quote else -1, one.rule))
    findings = [_finding(one, document, places, file, notice or None) for one in found]
    if fail_under is not None and score.value is not None and score.value < fail_under:
        detail = f"the score is {score.value:.1f}, under {fail_under:g}"
        findings.insert(0, Finding(RULES["KT001"], file, detail=detail, notice=notice or None))
    return findings


def counts(findings: Sequence[Finding]) -> dict[str, int]:
    """Count findings by severity, gravest first.

    Examples
    --------
    >>> counts([Finding(RULES["KT203"], "a.md")])
    {'error': 0, 'warning': 1, 'note': 0}
    """
    return {severity: sum(one.rule.severity == severity for one in findings) for severity in SEVERITIES}


def _told_once(found: list[Found]) -> list[Found]:
    """Leave out, of signals that share their words, those whose words are part of another's, or the same and later."""
    signals = [one for one in found if one.rule.startswith(SIGNALS) and one.quote]
    hidden: set[int] = set()
    for position, one in enumerate(signals):
        for other in signals[max(0, position - NEIGHBOURS) : position + NEIGHBOURS + 1]:
            if other is one or not one.quote or not other.quote or id(other) in hidden:
                continue
            if other.quote.start <= one.quote.start and one.quote.end <= other.quote.end:
                hidden.add(id(one))
                break
    return [one for one in found if id(one) not in hidden]


def _finding(found: Found, document: Document, places: Places, file: str, notice: str | None) -> Finding:
    rule, quote = RULES[found.rule], found.quote
    if quote is None:
        return Finding(rule, file, detail=found.detail, advice=found.advice, notice=notice)
    lines = places.lines(quote.start, quote.end)
    return Finding(
        rule,
        file,
        quote=quote.text,
        detail=found.detail,
        advice=found.advice,
        place=place_name(document, places, quote.start, lines),
        line=lines[0] if lines else None,
        end_line=lines[1] if lines else None,
        page=quote.page,
        section=quote.section,
        field=quote.field,
        context=one_line(found.passage.passage.text, CONTEXT) if found.passage else "",
        notice=notice,
    )

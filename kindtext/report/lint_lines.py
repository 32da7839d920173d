"""Findings as lines: for people, as JSON, and as annotations of GitHub's workflows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from kindtext.report.lint import Finding
from kindtext.report.plain import one_line
from kindtext.report.rules import Rule
from kindtext.scoring import Score

FORMATS = ("text", "json", "sarif", "github")

_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


def text_line(finding: Finding) -> str:
    """Write a finding on one line: file, place, code, name, the words, and what to do.

    Examples
    --------
    >>> from kindtext.report.rules import RULES
    >>> text_line(Finding(RULES["KT404"], "a.md", quote="the lowest price wins", place="3", line=3))
    'a.md:3: KT404 lowest_price: "the lowest price wins" - Judge quality too, or fix the price and compete on quality.'
    """
    where = ":".join(filter(None, (_file(finding), one_line(finding.place))))
    return f"{where}: {finding.rule.id} {finding.rule.name}: {finding.message}"


def github_line(finding: Finding) -> str:
    """Write a finding as a workflow command, which GitHub shows at the line.

    Examples
    --------
    >>> from kindtext.report.rules import RULES
    >>> github_line(Finding(RULES["KT304"], "a,b.md", detail="60 days", advice="Pay in 30.", line=3))
    '::error file=a%2Cb.md,line=3,title=KT304 late_payment::60 days - Pay in 30.'
    """
    properties = {"file": one_line(finding.file)}
    if finding.line is not None:
        properties["line"] = str(finding.line)
        if finding.end_line is not None and finding.end_line != finding.line:
            properties["endLine"] = str(finding.end_line)
    properties["title"] = f"{finding.rule.id} {finding.rule.name}"
    place = one_line(finding.place) if finding.line is None else ""
    message = f"{place}: {finding.message}" if place else finding.message
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{_LEVELS[finding.rule.severity]} {listed}::{_data(message)}"


def document_dict(file: str, score: Score, findings: Sequence[Finding]) -> dict[str, Any]:
    """Give one document with its findings as plain data, ready for JSON."""
    return {
        "file": file,
        "document": score.name,
        "score": None if score.value is None else round(score.value, 2),
        "reason": score.reason,
        "findings": [finding.to_dict() for finding in findings],
    }


def rule_lines(rules: Iterable[Rule]) -> Iterator[str]:
    r"""Write rules for people, two lines each.

    Examples
    --------
    >>> from kindtext.report.rules import RULES
    >>> print(*rule_lines([RULES["KT404"]]), sep="\n")
    KT404  warning  lowest_price: The contract goes to the lowest price.
                    Judge quality too, or fix the price and compete on quality.
    """
    for rule in rules:
        yield f"{rule.id}  {rule.severity:7}  {rule.name}: {rule.summary}"
        yield f"{'':16}{rule.advice}"


def _file(finding: Finding) -> str:
    return one_line(finding.file + (f"#{finding.notice}" if finding.notice else ""))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

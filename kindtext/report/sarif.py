"""Findings as SARIF 2.1.0, which code hosts and editors show beside the text.

References
----------
OASIS: "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", 27 March 2020.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from kindtext.report.lint import Finding
from kindtext.report.plain import one_line, writable
from kindtext.report.rules import RULES, Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

SNIPPET = 400
"""Most characters of a quote that are given as the text of a region."""


def sarif(findings: Sequence[Finding], *, version: str) -> dict[str, Any]:
    """Give findings as a SARIF log, ready for JSON.

    Parameters
    ----------
    findings : sequence of Finding
        Of any number of files.
    version : str
        Of kindtext.

    Returns
    -------
    dict
        One run. Paths are relative to where kindtext runs, unless they were given as absolute ones.

    Examples
    --------
    >>> log = sarif([Finding(RULES["KT203"], "a b.md", quote="indemnify", line=3, end_line=3)], version="1.0")
    >>> result = log["runs"][0]["results"][0]
    >>> result["ruleId"], result["level"]
    ('KT203', 'warning')
    >>> result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    'a%20b.md'
    """
    rules = list(RULES.values())
    number = {rule.id: position for position, rule in enumerate(rules)}
    seen: Counter[str] = Counter()
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "kindtext", "version": version, "rules": [_rule(rule) for rule in rules]}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, number, seen) for finding in findings],
            }
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in rule.name.split("_")),
        "shortDescription": {"text": rule.summary},
        "help": {"text": rule.advice},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(finding: Finding, number: dict[str, int], seen: Counter[str]) -> dict[str, Any]:
    return {
        "ruleId": finding.rule.id,
        "ruleIndex": number[finding.rule.id],
        "level": finding.rule.severity,
        "message": {"text": finding.message},
        "locations": [_location(finding)],
        "partialFingerprints": {"kindtextQuote/v1": _fingerprint(finding, seen)},
    }


def _location(finding: Finding) -> dict[str, Any]:
    # Code hosts show no result without a line; what has none is shown at the first.
    region: dict[str, Any] = {"startLine": finding.line or 1}
    if finding.line is not None and finding.end_line is not None:
        region["endLine"] = finding.end_line
    if finding.quote:
        region["snippet"] = {"text": one_line(finding.quote, SNIPPET)}
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": _uri(finding.file)}, "region": region},
    }
    where = [finding.notice, finding.place if finding.line is None else None, finding.section]
    names = [one_line(part) for part in where if part]
    if names:
        location["logicalLocations"] = [{"fullyQualifiedName": " / ".join(names)}]
    return location


def _uri(file: str) -> str:
    """Write a path as a URI reference.

    Examples
    --------
    >>> _uri("a/b c.md"), _uri("a:b.md")
    ('a/b%20c.md', 'a%3Ab.md')
    """
    path = Path(file)
    if path.is_absolute():
        return str(writable(path.as_uri()))
    return quote(PurePath(file).as_posix().encode("utf-8", "replace"))


def _fingerprint(finding: Finding, seen: Counter[str]) -> str:
    """Tell a finding from others by its words and not by its line, so that it stays the same when lines move."""
    parts = (finding.rule.id, finding.file, finding.notice or "", " ".join(finding.quote.split()))
    key = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
    seen[key] += 1
    return f"{key[:32]}:{seen[key]}"

"""What is to be written and sent: limits on answers, and documents to attach."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kindtext.measures._numbers import WORDS, number
from kindtext.measures._view import View
from kindtext.measures.burdens.record import Burden
from kindtext.measures.burdens.words import expression, has

_WRITTEN = (
    r"(?<![\w.,£€$/-])(?P<n><<n>>)\s{0,2}(?:\(\d{1,5}\)\s)?-?\s?(?:single[ -]sided\s|single\s)?"
    r"(?P<u>words?|(?:a4\s)?pages?|(?:a4\s)?sides?(?:\sof)?(?:\sa4)?|characters?)\b"
    r"|(?P<label>(?:max(?:imum)?\s)?(?:word|page|character)s?\s(?:limit|count|maximum)|max(?:imum)?\s(?:words?|pages?|characters?))"
    r"\s{0,2}[:|=–-]\s{0,2}(?P<n2><<n>>)(?![\w%])"
)
_LIMIT_LEAD = re.compile(
    r"(?:\bmax(?:imum)?\.?(?:\s(?:of|word count|words|length|limit|word count of|length of))?|\b(?:no|not) more than"
    r"|\bno longer than|\bup to|\blimit(?:ed)?\s(?:of|to|is)"
    r"|\bnot\s(?:to\s)?exceed(?:ing)?(?:\sa (?:total|maximum) of)?"
    r"|\bwithin|\bfewer than|\bat most|\b(?:word|page|character)\s(?:limit|count)(?:\s(?:is|of))?)\W{0,4}$"
)
_LIMIT_TAIL = re.compile(r"\s?[\W]{0,2}(?:max(?:imum)?\b|limit\b|or (?:less|fewer)\b)")
_PER_QUESTION = re.compile(r"\s?,?\s?(?:a|per|each|for each|in each|to each|for every)\s(?:question|answer|response)")
_EVERY_ANSWER = re.compile(
    r"\b(?:each|every|any|all)\s(?:\w{1,12}\s)?(?:questions?|answers?|responses?|criteri\w+"
    r"|method statements?)\b[^.]{0,60}$"
    r"|\b(?:answers|responses to (?:the|these|all) questions)\b[^.]{0,40}$"
)
_SEVERAL = (
    r"(?P<c><<n>>)\s(?:written\s|short\s)?(?:questions?|answers?|essays?)\s(?:of|each of|limited to)\s"
    r"(?:up to\s|a maximum of\s|no more than\s)?$"
)
_NEAR_NUMBER = re.compile(r"\d|" + "|".join(WORDS))


def limits(view: View) -> Iterator[Burden]:
    """Limits on words, pages and characters of what a bidder writes."""
    seen: set[tuple[float, str, str]] = set()
    done = 0
    for at in view.places(("word", "page", "a4", "character", "side")):
        if at < done or not _NEAR_NUMBER.search(view.lower, max(0, at - 26), at + 26):
            continue
        span = view.sentence(at, floor=done)
        done = span.end
        for match in expression(_WRITTEN).finditer(span.text):
            value = number(match["n"] or match["n2"])
            name = match["u"] or match["label"]
            unit = "words" if "word" in name else "characters" if "char" in name else "pages"
            if value is None or not (1 <= value <= 500 if unit == "pages" else value >= 25):
                continue
            # "Describe your approach. Maximum 750 words." needs the sentence before.
            line = view.line(span.start + match.start())
            detail, times = _limited(line.text[: span.start + match.start() - line.start][-220:], span.text, match)
            key = (value, unit, line.text)
            if detail is None or key in seen:
                continue
            seen.add(key)
            lead = _LIMIT_LEAD.search(span.text, max(0, match.start() - 40), match.start())
            place = view.quote(span.start + (lead or match).start(), span.start + match.end())
            yield from [Burden("response_limit", value, unit, "bidder", place, detail)] * times


def _limited(head: str, text: str, match: re.Match[str]) -> tuple[str | None, int]:
    """Tell what a limit holds for, and how many times; None if it is no limit on what a bidder writes."""
    tail = text[match.end() : match.end() + 45]
    pages = "page" in match[0]
    several = expression(_SEVERAL).search(head)
    if several:
        count = number(several["c"])
        return "question", int(count) if count and count <= 60 else 1
    bracket = head.endswith("(") and re.match(r"\s?(?:max(?:imum)?|limit)?\s?\)", tail)
    per = _PER_QUESTION.match(tail)
    if not (match["label"] or bracket or per or _LIMIT_LEAD.search(head[-40:]) or _LIMIT_TAIL.match(tail)):
        return None, 0
    if per or _EVERY_ANSWER.search(head):
        return "each question", 1
    if not re.search(r"question|criteri|method statement", head + tail):
        if pages and re.search(r"\bresponses\b[^.;]{0,60}$", head):
            return "whole", 1
        if has(head[-60:] + " " + tail[:25], "attached_paper") and "exclu" not in head[-60:] + tail:
            return "document", 1
        if has(head + tail, "not_answer") and not re.search(r"\btender|\bbid\b|proposal", head + tail):
            return None, 0
    asked = re.search(r"question|criteri|answer|section|each|method statement|describe", head[-110:])
    if not asked and has(head[-110:], "whole_answer"):
        return "whole", 1
    alone = len(head) <= 20 and len(tail) <= 10 and not pages
    if match["label"] or bracket or alone or has(head[-160:] + tail, "answer"):
        return "question", 1
    return None, 0


_ATTACH = (
    r"(?<!\w)(?:must|shall|should|please|to|and)\s(?:also\s)?<<attach>>\s(?P<o>[^.;:\n]{3,110})"
    r"|(?<!\w)(?:must|shall|should|please|to)\s(?:also\s)?(?:submit|provide|include|supply|return|send|upload)\s"
    r"(?P<p>[^.;:\n]{3,80}?)\s(?:with|as part of|together with|alongside)\s(?:your|its|their|the|his or her)\s"
    r"(?:tender|bid|proposal|quotation|quote|submission|application|offer|response|itt response|eoi)\b"
)
_NOT_ATTACH = re.compile(
    r"\bnot\s(?:attach|enclose|upload|submit|include|be accompanied|provide)|no need|invoice|once awarded|after award"
    r"|will be attached|if you wish|\bmay\b"
)
_ATTACH_ANCHORS = (
    *("attach", "enclose", "upload", "append", "accompanied by"),
    *("with your ", "with their ", "with its ", "with the ", "as part of ", "alongside "),
)


def documents(view: View) -> Iterator[Burden]:
    """Documents that a tender must bring with it: lists of documents to send, and what verbs like attach govern."""
    seen: set[str] = set()
    for start, end, said in _papers(view):
        if said not in seen:
            seen.add(said)
            yield Burden("document", None, "document", "bidder", view.quote(start, end))


def _papers(view: View) -> Iterator[tuple[int, int, str]]:
    """Give the documents of lists and sentences, each with its place and its words."""
    for at in view.places((":\n", "–\n")):
        line = view.line(at)
        if has(line.text, "papers_lead_in") and not has(line.text, "not_papers"):
            for start, end in view.items(line.end):
                said = view.lower[start:end]
                if len(said) <= 300 and has(said, "papers"):
                    yield start, end, said
    for span in view.sentences(_ATTACH_ANCHORS):
        if _NOT_ATTACH.search(span.text) or not re.search(r"must|shall|should|please|to ", span.text):
            continue
        for match in expression(_ATTACH).finditer(span.text):
            # What follows a "to" is where it goes, not what goes.
            said = re.split(
                r"\b(?:to|for|which|that|in order|via|through|on the|into|within)\b", match["o"] or match["p"]
            )[0]
            if has(said[:80], "papers"):
                end = match.start("o") + len(said) if match["o"] else match.end()
                yield span.start + match.start(), span.start + end, said

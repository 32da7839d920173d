"""Money: value of the contract, turnover, insurance, bonds, damages and caps on liability."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kindtext.measures._numbers import Amount, number, percents
from kindtext.measures._numbers import money as sums
from kindtext.measures._view import REACH, View, before
from kindtext.measures.burdens.record import Burden, Side
from kindtext.measures.burdens.words import expression, has, phrases

_VALUE = re.compile(
    r"(?:(?:estimated|total|overall|maximum|anticipated|approximate|annual|yearly)\s{1,2}){0,4}"
    r"(?:contract\s(?:value|price|sum)|value\sof\s(?:the|this)\s(?:contract|framework|agreement|procurement)"
    r"|(?:estimated|total)\s(?:annual\s|total\s|yearly\s|contract\s)?value(?:\sof\s(?:the|this)\s\w{1,20})?"
    r"|(?:total|maximum|estimated|indicative|available|approved)\sbudget|(?:the|a)\sbudget)"
    r"(?:\s\((?:ex|excl|excluding|inc|incl|net)[^()]{0,20}\))?(?:\sfor\s(?:the|this)\s[^.;:%£€$]{1,50}?)?"
    r"\s{0,2}(?:\||:|=|is|of|will be|at|–|-){1,2}\s{0,2}"
    r"(?:(?:fixed|estimated|expected|set|up|to|be|at|approximately|approx\.?|circa|c\.?|around|in the region of|about"
    r"|rn)\s{0,2}){0,5}$"
)
_NO_VALUE = re.compile(
    r"(?:contracts? with|above|over|below|under|exceed\w*|threshold|%|per cent|where|if)\W[\w\s]{0,20}$"
)
_BY_THE_YEAR = re.compile(r"[\s()a-z]{0,14}(?:per annum|per year|p\.?a\.?\b|a year|each year|annually)")
_OR_MORE = re.compile(r"\s{0,2}(?:or (?:more|less|above|over|under)|and above|per (?:hour|day))")


def values(view: View) -> Iterator[Burden]:
    """Value of the contract: from the notice's data, else as the text states it."""
    value = view.document.metadata.get("value")
    if isinstance(value, Mapping) and value["amount"] > 0:
        yield Burden("contract_value", float(value["amount"]), value["currency"] or "unknown")
        return
    anchors = ("contract value", "contract price", "contract sum", "value of", "estimated", "total value", "budget")
    for span in view.sentences(anchors):
        for found in sums(span.text):
            match = _VALUE.search(span.text, max(0, found.start - 190), found.start)
            if not match or found.value < 1000 or _OR_MORE.match(span.text, found.end):
                continue
            if _NO_VALUE.search(before(span.text, match.start(), 40)):
                continue
            yearly = re.search(r"annual|yearly|per annum|a year", match[0]) or _BY_THE_YEAR.match(span.text, found.end)
            place = view.quote(span.start + match.start(), span.start + found.end)
            yield Burden("contract_value", found.value, found.unit, None, place, "yearly" if yearly else None)


_MULTIPLE = (
    r"(?:(?P<twice>twice|double)|(?P<times><<n>>)\stimes|(?P<percent><<n>>)\s{0,2}(?:%|per\s?cent\.?))"
    r"\s(?:of\s)?(?:the\s|that of the\s)?(?:total\s|estimated\s|annual\s|yearly\s|anticipated\s|lot\s){0,3}"
    r"(?:(?:contract|lot|framework)(?:['’]s)?\s(?:value|price)"
    r"|value of (?:the|this|your|any|each) (?:contract|lot|tender|bid))"
)
_NOT_OF_TURNOVER = re.compile(r"insurance|indemnity|liabilit|assets|balance sheet|profit|liquid|contracts? of|credit")
_MONEY_TO_TURNOVER = re.compile(
    r"\s?(?:(?:or more|of|in|a|an|minimum|annual|yearly|specific|general|gross|average|per annum|per year|a year"
    r"|combined)\s?){0,5}['’\"“‘]?"
)
_AT_MOST = re.compile(r"(?<!not )(?<!no )less than\s$|up to\s$|under\s$|(?:no|not) more than\s$|maximum of\s$")


def turnovers(view: View) -> Iterator[Burden]:
    """Turnover that a bidder must have: money, or times the contract's value."""
    for span in view.sentences(phrases("turnover")):
        text = span.text
        anchor = expression(r"(?<!\w)<<turnover>>(?!\w)").search(text)
        if not anchor or not has(text, "at_least") or has(text, "not_turnover"):
            continue
        detail = "yearly" if re.search(r"annual|yearly|per annum|each (?:of|year)|per year|a year", text) else None
        place = view.quote(span.start, span.end)
        multiple = expression(_MULTIPLE).search(text)
        if multiple:
            times = 2.0 if multiple["twice"] else number(multiple["times"] or multiple["percent"])
            if times and not text.endswith("up to ", 0, multiple.start()):
                times = times / 100 if multiple["percent"] else times
                yield Burden("turnover", times, "times contract value", "bidder", place, detail)
            continue
        stop = _NOT_OF_TURNOVER.search(text, anchor.end())
        for amount in sums(text[: stop.start()] if stop else text):
            if amount.value < 1000 or _AT_MOST.search(before(text, amount.start, 24)):
                continue
            if amount.end > anchor.start() or _MONEY_TO_TURNOVER.fullmatch(text, amount.end, anchor.start()):
                yield Burden("turnover", amount.value, amount.unit, "bidder", place, detail)


_CLASSES = (
    r"(?<!\w)(?:(?P<employers><<employers_liability>>)|(?P<public><<public_liability>>)"
    r"|(?P<professional><<professional_indemnity>>)|(?P<other><<other_insurance>>))"
)
_EXCESS = re.compile(r"(?<!in )\b(?:excess|deductible)\s(?:of|not exceeding|up to|no more than)\s?$")
_LEVEL = re.compile(r"minimum|cover|limit|level|not less than|at least|indemnity|sum of|amount|no less|value")
_JOIN = re.compile(r"\s{0,2}(?:(?:of|in|for|worth|cover|minimum|insurance|-|–)\s{0,2}){0,3}")


def insurances(view: View) -> Iterator[Burden]:
    """Levels of employer's liability, public liability and professional indemnity, each with its money."""
    done = -1
    for at in view.places(("liability", "professional indemnity", "errors and omissions", "errors & omissions")):
        if at >= done:
            line = view.line(at)
            # The words of the class stand before the anchor, too; its money may stand on the next line.
            start, done = max(line.start, at - 60), line.end
            yield from _insured(view, view.lower[start : at + REACH], start, line.end - start)


def _insured(view: View, text: str, start: int, line_end: int) -> Iterator[Burden]:
    """Give each class of insurance the sum right before it, or the next one after it that no other has."""
    free = sums(text)
    classes = [m for m in expression(_CLASSES).finditer(text) if m.start() < line_end] if free else []
    for match, following in zip(classes, [*(after.start() for after in classes[1:]), len(text)], strict=False):
        led = [one for one in free if one.end <= match.start() and _JOIN.fullmatch(text, one.end, match.start())]
        amount = next(iter(led or [one for one in free if match.end() <= one.start < following]), None)
        if amount is None or not (led or _insures(text[match.end() : amount.start], line_end - match.end())):
            continue
        if amount.value < 10_000 or re.match(r"\s{0,2}(?:excess|deductible)", text[amount.end : amount.end + 12]):
            continue
        if _EXCESS.search(before(text, amount.start, 40)):
            continue
        free.remove(amount)
        if match.lastgroup != "other":
            yield _beside("insurance", view, start, match, amount, match.lastgroup)


def _insures(gap: str, line_end: int) -> bool:
    """Whether the words between an insurance and the sum after it leave no doubt that it is its level."""
    if len(gap) > 220 or has(gap, "not_insurance"):
        return False
    if len(gap) > line_end:
        # Only a bare label carries over a line's end.
        return re.fullmatch(r"\s{0,2}(?:insurance|cover)?\s{0,2}[:|–-]?\s{0,4}", gap) is not None
    ends = len(re.findall(r"[.!?]\s", gap))
    return ends == 0 or (ends == 1 and _LEVEL.search(gap) is not None)


_BOND = r"(?<![\w-])(?:<<bonds>>s?|retention(?=\s(?:of|percentage|money|monies|sum|rate|at|will be|\||:)|:))(?!\w)"
_NOT_RETENTION = re.compile(
    r"staff|data|employee|customer|record|pupil|learner|tenant|tenancy|document|talent|carbon|workforce"
)
_NOT_OF_BOND = re.compile(r"insur|liabilit|value of|contracts?\s(?:over|above|exceed|of)|where|interest|\bfee")
_MONEY_TO_BOND = re.compile(
    r"\s{0,2}(?:\([^()]{1,20}\)\s)?(?:(?:of|as|a|an|on|demand|on-demand|the|contract|value|price|sum)\s){0,6}"
)


def bonds(view: View) -> Iterator[Burden]:
    """Bonds, guarantees and retentions with the percent or the money that they come to."""
    for span in view.sentences(("bond", "guarantee", "security", "retention", "earnest money")):
        text = span.text
        found = [] if has(text, "not_bonds") else list(expression(_BOND).finditer(text))
        retention = found and found[0][0] == "retention"
        if retention and _NOT_RETENTION.search(text):
            continue
        amounts = percents(text) if retention else _amounts(text) if found else []
        for match in found:
            led = [
                a for a in amounts if a.end <= match.start() and _MONEY_TO_BOND.fullmatch(text, a.end, match.start())
            ]
            near = [a for a in amounts if 0 <= a.start - match.end() <= 110]
            near = [a for a in near if not _NOT_OF_BOND.search(text, match.end(), a.start)]
            amount = next(iter(led or near), None)
            if amount and (amount.value <= 100 if amount.unit == "percent" else amount.value >= 100):
                yield _beside("bond", view, span.start, match, amount, " ".join(match[0].split()))
                break


_DAMAGES = re.compile(r"liquidated(?: and ascertained)? damages|delay damages|service credits?|damages for delay")
_RATE_LEAD = re.compile(
    r"(?:\bof|\bare|\bis|\bat|:|\||\brate|\bsum|\bpayable|\bbe|equal to)\s{0,2}(?:(?:the|a) rate of\s)?$"
)
_RATE = re.compile(
    r"\b(?:per|for each|for every|in respect of each|each|a)\s(?:calendar\s|full\s|working\s)?(\w{3,12})\b"
)


def damages(view: View) -> Iterator[Burden]:
    """Rates of liquidated damages and service credits."""
    for span in view.sentences(("liquidated", "delay damages", "service credit", "damages for delay")):
        match = _DAMAGES.search(span.text)
        for amount in _amounts(span.text) if match else ():
            gap = span.text[match.end() : amount.start] if match else ""
            if len(gap) > 90 or not _RATE_LEAD.search(gap) or re.search(r"maximum|up to|capped?|limit|exce", gap):
                continue
            after = span.text[amount.end : amount.end + 60]
            rate = re.search(r"\b(?:per|each|a|every)\s(hour|day|week|month)\b", after) or _RATE.search(after)
            end = span.start + amount.end + (rate.end() if rate else 0)
            place = view.quote(span.start + (match.start() if match else 0), end)
            yield Burden("damages", amount.value, amount.unit, "bidder", place, f"per {rate[1]}" if rate else None)
            break


_UNLIMITED = re.compile(
    r"\bliabilit(?:y|ies)\b[^.;]{0,160}?\b(?:shall|will|is|are|be)\s(?:be\s)?"
    r"(?:unlimited|without (?:any )?(?:financial )?limit|uncapped)\b|\b(?:unlimited|uncapped) liability\b"
)
_NO_UNLIMITED = re.compile(r"\bno\b|\bnot (?:accept|ask|seek|require|be|have)|instead of|rather than|nobody|never")
_OF_SOMETHING = re.compile(r"\s{0,2}(?:\([^()]{1,30}\)\s)?of\b")
_BOTH = r"(?<!\w)<<either>>(?!\w)|parties['’]"
_LIABLE = (
    r"liabilit(?:y|ies) of (?:the |any )?(?:(?P<a><<bidders>>)|<<buyers>>)"
    r"|(?:(?P<b><<bidders>>)|<<buyers>>)['’]?s?['’]?\s"
    r"(?:(?:total|maximum|aggregate|overall|entire|and|annual|financial)\s){0,4}liabilit"
    r"|(?:(?P<c><<bidders>>)|<<buyers>>)s?\s(?:shall|will|is|are|be|may)\s(?:not\s)?(?:be\s)?(?:\w{1,10}\s)?liable"
)


def liabilities(view: View) -> Iterator[Burden]:
    """Caps on liability: money, percent, or that there is none."""
    for span in view.sentences(("liabilit", "liable")):
        text = span.text
        word = re.search(r"\bliabilit(?:y|ies)\b|\bliable\b", text)
        if not word or not re.search(r"\d|million|thousand|limit|cap", text) or has(text, "not_cap"):
            continue
        liable = expression(_LIABLE).search(text)
        side: Side | None = ("bidder" if liable.lastgroup else "buyer") if liable else None
        side = "both" if expression(_BOTH).search(text) else side
        place = view.quote(span.start, span.end)
        without = _UNLIMITED.search(text)
        if without:
            if not has(text, "never_limited") and not _NO_UNLIMITED.search(text, 0, without.end()):
                yield Burden("liability", None, "unlimited", side, place)
            continue
        for amount in _amounts(text):
            gap = text[word.end() : amount.start]
            if len(gap) > 300 or not has(gap, "cap"):
                continue
            if re.search(r"interest|invoice|\bvat\b|\btax|probability|deduct", gap):
                continue
            if amount.value >= 1000 if amount.unit != "percent" else _OF_SOMETHING.match(text, amount.end):
                yield Burden("liability", amount.value, amount.unit, side, place)


def _amounts(text: str) -> list[Amount]:
    return sorted(percents(text) + sums(text))


def _beside(kind: str, view: View, start: int, match: re.Match[str], amount: Amount, detail: str | None) -> Burden:
    """Make a fact of a word and the amount before or after it."""
    low, high = min(match.start(), amount.start), max(match.end(), amount.end)
    return Burden(kind, amount.value, amount.unit, "bidder", view.quote(start + low, start + high), detail)

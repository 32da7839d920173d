"""Times: length of the contract, notice to end it, payment, and how long a tender stays open."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kindtext.measures._numbers import Amount, durations, number
from kindtext.measures._view import View, before
from kindtext.measures.burdens.record import Burden, Side
from kindtext.measures.burdens.words import expression, has

_LENGTH_CUES = re.compile(r"contract|framework|agreement|\bterm|period|duration|exten|option|initial|renew|appoint")
_NAMED_LENGTH = re.compile(
    r"(?:(?:initial|base|contract|framework(?:\sagreement)?|agreement|call-off|minimum)\s(?:term|period|duration|length)"
    r"|\bduration|length of (?:the |this )?contract|period of performance"
    r"|term of (?:the |this )?(?:contract|agreement|framework|appointment))"
    r"(?:\s(?:of|for)\s(?:the|this)\s(?:\w{1,14}\s?){1,3}|\s\([^()]{1,40}\))?\W{0,4}"
    r"(?:(?:is|of|will|shall|be|for|are|in|a|an|about|approximately|expected|anticipated|to|up|months?|period|[|:])"
    r"\W{0,3}){0,7}$"
)
_RUNNING = (
    r"\b(?:contracts?|frameworks?|agreements?|appointments?|dps|concession|arrangements?"
    r"|lease|successful <<bidders>>s?)"
    r"\b[^.;]{0,110}\b(?:runs?|lasts?|let|awarded?|place|in force|be|is|are|appoint(?:ed)?|operate|enter|commenc\w{1,4}"
    r"|start\w{0,3})\b[^.;]{0,60}?\b(?:for|of)\s(?:a\s|an\s)?(?:(?:initial|fixed|minimum|anticipated|contract)\s){0,2}"
    r"(?:(?:term|period|duration)\s(?:of|for)\s)?(?:an initial\s)?(?:up to\s|approximately\s)?$"
)
_TERM_OF = re.compile(
    r"(?:contract|framework|agreement|appoint)[^.;]{0,200}"
    r"\b(?:for|of)\s(?:an?\s)?(?:initial\s|fixed\s)?(?:term|period)\sof\s(?:up to\s)?$"
)
_FIRST = re.compile(r"\binitial(?:ly)?\s(?:term\sof\s|period\sof\s|for\s(?:a period of\s)?)?$")
_MORE = re.compile(
    r"\b(?:exten(?:d|ds|ded|ding|sion|sions)|options?|optional|renew\w{0,4})\b(?:(?!\binitial)[^.;|]){0,110}$"
    r"|\b(?:further|additional)\b(?:(?!\binitial)[^.;|]){0,45}$"
)
_MORE_AFTER = re.compile(r"\s?[\"“]?(?:optional\s|further\s)?(?:extension|option|renewal)s?\b")
_COUNTED = (
    r"(?<![\w.])(?P<c><<n>>),?\s(?:\([^()]{1,8}\)\s)?(?P<of>(?:further|additional|optional|separate|more|successive"
    r"|possible|x|×|periods?|extensions?|options?|terms?|of|by|for|each|to extend|up to"
    r"|the contract|a|renewal|annual)[\s,]{1,2}){0,7}$"
)
_TOTAL = re.compile(
    r"\b(?:total|overall|maximum|potential)\s(?:(?:potential|possible|maximum|contract|framework|agreement)\s){0,2}"
    r"(?:duration|term|length|period)\b[^.;]{0,50}$|\b(?:total|maximum)(?:\s(?:duration|term))?\s(?:of|to)\s(?:a\s)?$"
    r"|\(\s?(?:a\s)?(?:maximum|total)\s$"
    r"|\b(?:duration|term|contract|options?|period)\b[^.;]{0,60}\bnot (?:to )?exceed(?:ing)?\s$"
)
_TOGETHER = re.compile(r"[^.;]{0,20}(?:in aggregate|in total|in all)\b")
_NOT_A_TERM = re.compile(
    r"\s?\+|['’]?s?\s{0,2}(?:at a time|increments?|intervals?|basis|each time|of (?:the|this)|old|ago"
    r"|writ\w{0,4}|prior|noti?ce"
    r"|(?:after|before|from)\b(?! (?:\d|the (?:date|start|commence)|\w+ 20|award|date|commence)))"
)
_HISTORY = re.compile(
    r"\b(?:was|were|had been|previous(?:ly)?|incumbent|existing|current|performed|(?:being|been) extended)\b"
)


def lengths(view: View) -> Iterator[Burden]:
    """Length of the contract and of its extensions."""
    for span in view.sentences(("month", "year", "week")):
        for amount in durations(span.text) if _LENGTH_CUES.search(span.text) else ():
            head, tail = before(span.text, amount.start, 190), span.text[amount.end : amount.end + 70]
            if "days" in amount.unit or amount.value > (40 if amount.unit == "years" else 480):
                continue
            if _NOT_A_TERM.match(tail) or head.endswith("+ ") or _HISTORY.search(head):
                continue
            # What is close on either side may say that these are years of something else.
            if has(head[-45:].rsplit(".", 1)[-1], "not_length") or has(tail[:14], "not_length"):
                continue
            kind, times = _length_kind(head, tail, amount)
            if kind:
                # A few words before the number tell what it is of.
                start = max(span.start, span.start + amount.start - 60)
                while span.start < start and not view.lower[start - 1].isspace():
                    start += 1
                place = view.quote(start, span.start + amount.end)
                yield Burden(kind, amount.value * times, amount.unit, None, place)


def _length_kind(head: str, tail: str, amount: Amount) -> tuple[str | None, float]:
    """Tell a contract's first term from its extensions, with their number, and from the two together."""
    first = amount.qualifier == "base" or _FIRST.search(head) or re.match(r"\s?(?:initial|base)\s(?:term|period)", tail)
    together = _TOGETHER.match(tail)
    more = _MORE.search(head)
    if _TOTAL.search(head) and not (together or (more and re.search(r"further|additional", head[-25:]))):
        # "The total extension" is no total of the contract; nor is the most by which it may grow.
        return None if "extension of" in head[-60:] else "contract_length_total", 1
    if together and not more:
        return "contract_length_total", 1
    if not first and (more or _MORE_AFTER.match(tail)):
        if head.endswith("up to a maximum of "):
            return None, 1
        count = expression(_COUNTED).search(head)
        times = number(count["c"]) if count else None
        # "Two one-year options" counts; "two 3 years" does not.
        if (
            count
            and not count["of"]
            and not re.match(r"\s?[\"“]?(?:optional|further|extension|option|renewal|periods?|terms?)", tail)
        ):
            times = None
        return "extension", times if times and times <= 10 and not together else 1
    if first or _NAMED_LENGTH.search(head) or expression(_RUNNING).search(head) or _TERM_OF.search(head):
        return "contract_length", 1
    of_contract = re.match(r"\s(?:framework|contract)\b", tail) and re.search(r"\b(?:a|an|this)\s$", head)
    return "contract_length" if of_contract else None, 1


_ENDING = re.compile(
    r"\b(?:terminat\w{1,6}|(?:end|leave|exit|cancel|break|close|determine)s?\s(?:the|this|it|its|their|any|a)\s"
    r"(?:\w{1,12}[\s-]){0,2}(?:contract|agreement|order|framework|appointment|lot|engagement)"
    r"|withdraw(?:al)?\s(?:from|the contract)|break clause|cancell(?:ation|ed))"
    r"(?!\w*\s(?:a|any|the|this|such)\s(?:\w{1,12}\s)?(?:licen[cs]e|sub-?contract))"
)
_ENDING_ANCHORS = (
    *("terminat", "withdraw", "cancel", "break clause", "end the", "end this", "end any", "end a ", "end their"),
    *("break the", "break this", "determine the", "determine this", "leave the", "exit the"),
)
# "notce" is what some PDFs make of it.
_NOTICE_OF = re.compile(
    r"\bnoti?ce\s(?:period\s)?(?:in writing\s)?(?:of|is|to be|will be|shall be|:|\|)\s?"
    r"(?:not less than\s|at least\s|no less than\s|a minimum of\s)?$"
)
_DAYS_NOTICE = re.compile(
    r"\s?(?:(?:of\s)?(?:prior|written|advance|advanced|clear|writ\w{0,4}|formal|irrevocable|minimum|['’])\s?){0,3}noti?ce\b"
    r"(?! of (?:the |a |an )?(?:breach|default|failure))"
)
_OTHER_DAYS = re.compile(
    r"remed(?:y|ied)|within|after\s?$|unpaid|following|(?<!not )(?<!no )less than\s$|fewer than\s$"
)


def notices(view: View) -> Iterator[Burden]:
    """Notice for ending the contract, and who may give it."""
    for span in view.sentences(_ENDING_ANCHORS):
        ending = _ENDING.search(span.text)
        for amount in durations(span.text, articles=True) if ending else ():
            head = before(span.text, amount.start, 70)
            if not _NOTICE_OF.search(head) and not _DAYS_NOTICE.match(span.text, amount.end):
                continue
            if ending and not _OTHER_DAYS.search(head[-28:]):
                side = _ender(span.text, max(ending.start(), amount.start))
                yield Burden("termination_notice", amount.value, amount.unit, side, view.quote(span.start, span.end))


_MAY = (
    r"s?(?:\s(?:and|or)\s(?:the\s)?\w{1,14})?\s(?:each\s|also\s|only\s)?"
    r"(?:may|shall|can|must|will|has|have|reserves?|is\sentitled|are\sentitled|wish|wishes|gives?|to\sterminate)\b"
)
_BY = (
    r"\b(?:terminat(?:ed|ion)|ended|cancelled)\b[^.;]{0,40}?\bby\s(?:the\s|any\s)?(?:\w{1,12}\s)?"
    r"(?:(?P<bid><<bidders>>|you)|<<buyers>>)\b(?P<too>\s(?:or|and)\s(?:by\s)?(?:the\s)?(?:<<bidders>>|<<buyers>>|you)\b)?"
)
_JOINT = (
    r"(?<!\w)(?:<<either>>|<<buyers>>s?\s(?:and|or)\s(?:the\s)?<<bidders>>"
    rf"|<<bidders>>s?\s(?:and|or)\s(?:the\s)?<<buyers>>){_MAY}"
)


def _ender(text: str, at: int) -> Side | None:
    """Who may end the contract: the party nearest before what is done; None if it is not plain."""
    head = text[:at]
    if expression(_JOINT).search(head) or expression(r"\bby\s<<either>>(?!\w)").search(text):
        return "both"
    by = expression(_BY).search(text)
    if by:
        return "both" if by["too"] else "bidder" if by["bid"] else "buyer"
    side: Side | None = None
    for party in expression(rf"(?<![\w-])(?:(?P<bid><<bidders>>|you)|<<buyers>>){_MAY}").finditer(head):
        side = "bidder" if party["bid"] else "buyer"
    return side


_WITHIN = re.compile(
    r"\b(?:pays?|paid|payments?|payable|settled?|settles)\b(?:(?!\bsubmit|\bsend|\bissue|\breturn|\bnotif|\bdisput)[^.;]){0,110}?"
    r"\b(?P<w>within|in|not later than|no later than|terms (?:of|are|is|will be)|term is|period (?:of|is))\s"
    r"(?:a period of\s|a maximum of\s|net\s|strictly\s|the\s)?$"
)
_TERMS = re.compile(
    r"payment (?:terms?|period)\W{1,4}(?:(?:are|is|will be|shall be|of|strictly|standard|net)\W{1,2}){0,3}$"
)
_OF_INVOICE = re.compile(
    r"['’]?\s(?:of|from|after|following)\s(?:(?:the|a|an|its|our|date|of|receipt|receiving|valid|correct|undisputed"
    r"|proper|approved|and|agreed|properly|submitted|accurate)\W{1,3}){0,9}invoices?\b|\sof receipt\b|['’]?\snet\b"
)
_INVOICED = re.compile(r"invoice|payment|charges|sub-?\s?contract|certified|receipt|account|supply chain|suppliers")
_INVOICING = re.compile(r"\b(?:submit|send|issue|raise|render)\w{0,4}\b(?:(?!\bpa(?:y|id))[^.;,]){0,50}$")
_BELOW = re.compile(
    r"sub-?\s?contract|sub-?\s?consultant|supply chain|(?:your own|your|its|their|own|sub-?) ?suppliers"
)
_DUTY = (
    r"(?<!\w)(?:<<bidders>>|you)s?\s(?:(?:shall|must|will|is|are|required|to|also|agrees|promptly)\s){1,4}"
    r"(?:make\s)?(?:pay|payment)\b"
)


def payments(view: View) -> Iterator[Burden]:
    """Days within which an invoice is paid, and by whom."""
    for span in view.sentences(("payment", "paid", " pay ", " pays ", "invoice", "payable")):
        text = span.text
        if "day" not in text or not _INVOICED.search(text) or has(text, "not_payment"):
            continue
        for amount in durations(text):
            if amount.unit not in ("days", "working days") or amount.value > 180:
                continue
            head = before(text, amount.start, 170)
            within = _WITHIN.search(head)
            if not _TERMS.search(head) and (not within or _INVOICING.search(head)):
                continue
            if within and within["w"] == "in" and not _OF_INVOICE.match(text, amount.end):
                continue
            # The supplier pays those below it, else the buyer pays; what the supplier pays the buyer is no invoice.
            clause = text[max(text.rfind(mark, 0, amount.start) + 1 for mark in (";", " while ")) : amount.end + 60]
            below = _BELOW.search(clause)
            if below or not expression(_DUTY).search(clause):
                place = view.quote(span.start, span.end)
                yield Burden("payment", amount.value, amount.unit, "bidder" if below else "buyer", place)


_HELD = re.compile(
    r"(?:\bvalid(?:ity)?(?:\speriod)?\b|open for acceptance|irrevocable|remain binding|remain open"
    r"|hold good|hold firm|\bbinding)"
    r"(?:\s(?:and\s)?(?:open|valid|irrevocable|binding|for acceptance|unchanged|by the \w{1,20})){0,3}\W{0,3}"
    r"(?:(?:for|of|is|shall|will|must|be|period|a|an|at|least|minimum|not|less|than|no|until|tenders?|bids?|offers?"
    r"|proposals?|quotations?|days|remain|in|stand|the|up|to|acceptance|further)\W{1,3}){0,12}$"
)
_TENDER = re.compile(r"\b(?:tenders?|bids?|offers?|quot\w{1,7}|proposals?|prices?|submissions?|applications?)\b")
_HELD_ANCHORS = ("valid", "open for acceptance", "irrevocable", "binding", "remain open", "hold good", "hold firm")


def validities(view: View) -> Iterator[Burden]:
    """How long a tender must stay open for acceptance."""
    for span in view.sentences(_HELD_ANCHORS):
        for amount in durations(span.text) if _TENDER.search(span.text) else ():
            head = before(span.text, amount.start, 110)
            if amount.unit == "years" or re.match(r"['’]?\s?(?:written\s)?notice", span.text[amount.end :][:12]):
                continue
            if not _HELD.search(head) or not _TENDER.search(span.text, 0, amount.start):
                continue
            if not re.search(r"invoice|licen[cs]e|certificate|employment|visa|insurance", head[-70:]):
                yield Burden("bid_validity", amount.value, amount.unit, "bidder", view.quote(span.start, span.end))

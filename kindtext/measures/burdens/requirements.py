"""What the bidder must, shall or is required to do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kindtext.document import Quote
from kindtext.measures._view import SENTENCE_END, View, before
from kindtext.measures.burdens.words import expression, phrases

_ADVERBS = "also therefore then always further each all only thereafter both".split()
_SUBJECT = (
    r"(?<![\w-])(?P<noun><<bidders>>(?:/?s|\(s\))?|you)(?:,[^,.;:\n]{1,80},|\s\([^()\n]{1,60}\))?"
    rf"(?:\s{{1,2}}(?:{'|'.join(_ADVERBS)})){{0,2}}\s{{1,2}}$"
)
_NO_DUTY = r"\s(?:also\s|then\s|only\s){0,2}(?:not be required|(?:not\s)?<<no_duty>>\b)"
_BEFORE_NOUN = frozenset(
    (
        "the each every any all a an no this such both our successful preferred appointed winning selected potential "
        "prospective lead main prime principal interested awarded unsuccessful framework individual"
    ).split()
)
_NOT_SUBJECT = frozenset("of to by from with for between on against upon via through than about".split())
"""Words before a noun that make it no subject: "the charges of the Supplier shall be ..."."""


def requirements(view: View) -> tuple[list[Quote], list[str]]:
    """Find the places where the bidder must, shall or is required to do something, and say what was passed over."""
    lower = view.lower
    you_buy = any(phrase in lower for phrase in phrases("you_are_the_buyer"))
    # A cheap look at the word before, since most of these verbs have another subject.
    nouns = [phrase.split()[-1] for phrase in phrases("bidders")]
    endings = {noun + ending for noun in nouns for ending in ("", "s", "(s)", "/s")} | {"you", *_ADVERBS}
    found: list[Quote] = []
    skipped = False
    listed = 0  # where the last list ends: a list's items are counted once, even if an item reads as the head of one
    for at in view.places(("must", "shall", "required to")):
        modal = next(word for word in ("must", "shall", "required to") if lower.startswith(word, at))
        end = at + len(modal)
        head = before(lower, at, 130)
        start = at - len(head)
        if not head[-1:].isspace() or lower[end : end + 1].isalnum():
            continue
        if modal == "required to":
            be = re.search(r"(?<=\s)(?:is|are|will be)\s$", head[-12:])
            if not be:
                continue
            head = head[: -len(be[0])]
        tail = head[-30:].split()
        if not tail or (tail[-1] not in endings and tail[-1][-1] not in ",)"):
            continue
        match = expression(_SUBJECT).search(head)
        if not match or expression(_NO_DUTY).match(lower, end):
            continue
        words = head[: match.start()].split()
        while words and words[-1] in _BEFORE_NOUN:
            words.pop()
        word = words[-1] if words else ""
        if match["noun"] == "you" and (you_buy or word in ("if", "that", "what", "whether")):
            skipped |= you_buy
            continue
        # "Between the Council and the Supplier", and "which the Supplier is required to".
        joined = word == "and" and "between" in head
        if word in _NOT_SUBJECT or joined or (modal == "required to" and word in ("that", "which", "as")):
            continue
        duties = list(_duties(view, start + match.start("noun"), end, inside=at < listed))
        listed = max(listed, *(duty.end for duty in duties)) if duties[1:] else listed
        found += duties
    note = '"You" is the buyer in this text, as in guidance, so "you must" was not counted as a requirement.'
    return found, [note] if skipped else []


def _duties(view: View, start: int, end: int, *, inside: bool) -> Iterator[Quote]:
    """Give the duty itself; where a list follows ("The Supplier must:"), one for every item."""
    line_end = -1 if inside else view.lower.find("\n", end, end + 41)
    if line_end >= 0 and view.lower[end:line_end].rstrip().endswith(":"):
        items = list(view.items(line_end))
        if items:
            yield from (view.quote(*item) for item in items)
            return
    stop = SENTENCE_END.search(view.document.text, end, end + 160)
    yield view.quote(start, stop.start() + 1 if stop else min(end + 160, len(view.lower)))

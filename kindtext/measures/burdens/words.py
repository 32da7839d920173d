"""Words of the measure as data, and expressions that name them."""

from __future__ import annotations

import re
from functools import cache

from kindtext.lexicon import load_measure
from kindtext.measures._numbers import NUMBER


@cache
def phrases(name: str) -> tuple[str, ...]:
    """Give a list of the measure's file."""
    return tuple(load_measure("burdens")[name])


@cache
def expression(pattern: str) -> re.Pattern[str]:
    """Compile an expression in which ``<<name>>`` stands for any phrase of a list, and ``<<n>>`` for a number."""
    return re.compile(re.sub(r"<<(\w+)>>", lambda match: NUMBER if match[1] == "n" else _choice(match[1]), pattern))


def has(text: str, name: str) -> bool:
    """Tell whether a phrase of a list stands in a text, as whole words."""
    return expression(rf"(?<!\w)<<{name}>>(?!\w)").search(text) is not None


@cache
def _choice(name: str) -> str:
    """Write an expression for any phrase of a list, the longest first."""
    written = [re.escape(phrase).replace(r"\ ", r"\s{1,3}") for phrase in sorted(phrases(name), key=len, reverse=True)]
    # "employers liability" has its apostrophe before the s, after it, or nowhere.
    written = [w.replace("'", "").replace(r"employers\s", r"employer['’‘]?s['’‘]?\s") for w in written]
    return "(?:" + "|".join(written) + ")"

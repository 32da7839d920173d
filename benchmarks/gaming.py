"""How far cheap tricks move a score: a table of manipulations, as SECURITY.md quotes it.

    python benchmarks/gaming.py             # a table
    python benchmarks/gaming.py --format json

Each trick is played on every sample tender that has a score. A trick that changes no meaning should move nothing; one
that adds kind words moves the score, since they are words of the document, and the table says how far.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import sys
from collections.abc import Callable
from pathlib import Path

import kindtext as kt

SAMPLES = Path(__file__).parents[1] / "corpora" / "samples"
TENDERS = ("01-price-only-cleaning-itt.pdf", "04-grounds-maintenance-specification.odt", "06-call-off-conditions.pdf")
"""The harsh ones, which somebody may want to look kinder."""

KIND = (
    "We will involve local residents in the design of the service from the start.",
    "We will give every bidder feedback, and pay small suppliers within ten days.",
    "We want to learn together with the provider, and will listen when things go wrong.",
    "Community groups will help us to decide what matters and to review how it goes.",
)

Trick = Callable[[str], str]


def paragraphs(text: str) -> list[str]:
    """Cut a text at its blank lines."""
    return [part for part in re.split(r"\n\s*\n", text) if part.strip()]


def _kind_in_front(text: str) -> str:
    return "\n\n".join((*KIND, text))


def _one_sentence_fifty_times(text: str) -> str:
    return "\n\n".join((KIND[0],) * 50) + "\n\n" + text


def _nearly_the_same_fifty_times(text: str) -> str:
    return "\n\n".join(f"{number}. {KIND[0]} ({number})" for number in range(1, 51)) + "\n\n" + text


def _stuffed(text: str) -> str:
    words = "community co-design collaboration partnership inclusive social value kindness listening wellbeing trust "
    return text + "\n\n" + words * 40


def _doubled(text: str) -> str:
    return f"{text}\n\n{text}"


def _shuffled(text: str) -> str:
    parts = paragraphs(text)
    random.Random(0).shuffle(parts)
    return "\n\n".join(parts)


def _without_bullets(text: str) -> str:
    return re.sub(r"(?m)^\s*(?:[-•*]|\([a-z]\)|\d+[.)])\s+", "", text)


def _look_alikes(text: str) -> str:
    return text.translate(str.maketrans("aeopc", "аеорс"))


def _invisible(text: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[a-z])", "\u200b", text)


def _lost_ligatures(text: str) -> str:
    return text.replace("ti", "t").replace("ff", "f").replace("fi", "f")


TRICKS: dict[str, Trick] = {
    "four kind sentences in front": _kind_in_front,
    "one kind sentence fifty times": _one_sentence_fifty_times,
    "the same, numbered": _nearly_the_same_fifty_times,
    "a heap of kind words": _stuffed,
    "the whole text twice": _doubled,
    "paragraphs shuffled": _shuffled,
    "upper case": str.upper,
    "lower case": str.lower,
    "bullets taken away": _without_bullets,
    "letters of another alphabet": _look_alikes,
    "invisible characters": _invisible,
    "lost ligatures": _lost_ligatures,
}


def moves(trick: Trick, texts: list[str]) -> list[float]:
    """Give how far a trick moves the score of each text that keeps one."""
    found = []
    for text in texts:
        before, after = kt.score(text).value, kt.score(trick(text)).value
        if before is not None and after is not None:
            found.append(after - before)
    return found


def harsh_texts() -> list[str]:
    """Give the texts that the tricks are played on."""
    return [kt.read(SAMPLES / name).text for name in TENDERS]


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--format", choices=("table", "json"), default="table")
    options = parser.parse_args()
    texts = harsh_texts()
    rows = {}
    for name, trick in TRICKS.items():
        found = moves(trick, texts)
        rows[name] = {
            "mean": round(statistics.fmean(found), 1) if found else None,
            "most": round(max(found, key=abs), 1) if found else None,
            "without_score": len(texts) - len(found),
        }
    if options.format == "json":
        json.dump(rows, sys.stdout, indent=2)
        return
    print("| trick | mean move | largest move | no score |\n| --- | --: | --: | --: |")
    for name, row in rows.items():
        print(f"| {name} | {row['mean']} | {row['most']} | {row['without_score']} |")


if __name__ == "__main__":
    main()

"""A score made by hand, so that what reports show of it changes with the reports and not with the model.

The golden files in tests/data/golden are what the reports must show, character by character. After a change that is
meant, write them anew with ``KINDTEXT_WRITE_GOLDEN=1 pytest tests/report``, and read the difference.
"""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path

from rich.console import Console

from kindtext.document import Passage
from kindtext.lexicon import Lexicon, Signal
from kindtext.scoring import Evidence, PassageScore, Score

GOLDEN = Path(__file__).parents[1] / "data" / "golden"

FEEDBACK = Signal(
    id="bidder_support",
    pole="kind",
    label="Support for bidders",
    definition="Openness to bidders: questions answered, feedback given.",
    why="Small bidders cannot afford to guess.",
    source="A charter for buyers, 2021, section 4.",
    advice="Say when and how feedback is given.",
    example="We will give every bidder written feedback within ten working days.",
    patterns=("(give|offer) feedback", "happy to answer"),
    exceptions=("feedback form",),
    matches=("We will give feedback to every bidder.", "We are happy to answer questions."),
    misses=("Please fill in the feedback form.",),
)
REJECTION = Signal(
    id="unilateral_control",
    pole="transactional",
    label="One-sided control",
    definition="Rejection, exclusion or discretion on one side.",
    why="It shuts the door on a slip [of any size].",
    source="A study of clauses.",
    advice="Say what can be put right, and by when.",
    example="If something is missing, we will ask you for it.",
    patterns=("will be rejected",),
)
LEXICON = Lexicon(
    signals={s.id: s for s in (FEEDBACK, REJECTION)}, triggers=(), terminators=(), agents={}, lists={}, digest="0" * 64
)

_TEXTS = (
    "We will give feedback to every bidder and are happy to answer questions at any time before the closing date.",
    "The contract covers the supply of 40 laptops [with cases] to three sites, which are listed in schedule 2.",
    "A late tender will be rejected. This holds for every lot and every bidder, and for every part of a tender that "
    "the portal did not receive in time; a tender of which one part was late may offer feedback but will be rejected.",
)


def _evidence(passage: Passage, quote: str, signal: Signal, assertion: str, agent: str, moved: float) -> Evidence:
    start = passage.start + passage.text.index(quote)
    place = (passage.page, passage.section, passage.field)
    return Evidence(signal.id, signal.pole, quote, start, start + len(quote), assertion, agent, moved, *place)


def made_score() -> Score:
    """Three passages on two pages: one of each stance, with evidence of all sorts."""
    first = Passage(_TEXTS[0], 0, len(_TEXTS[0]), page=1, section="1. How we work")
    second = Passage(_TEXTS[1], first.end + 2, first.end + 2 + len(_TEXTS[1]), page=1)
    third = Passage(
        _TEXTS[2], second.end + 2, second.end + 2 + len(_TEXTS[2]), page=2, section="2. Rules [final]", stage="tender"
    )
    return Score(
        name="tender [final] & more.pdf",
        format="pdf",
        sha256="ab" * 32,
        words=74,
        value=46.25,
        interval=(20.5, 73.75),
        reason=None,
        passages=(
            PassageScore(
                first,
                (0.9, 0.0625, 0.0375),
                0.6,
                (
                    _evidence(first, "give feedback", FEEDBACK, "affirmed", "buyer", 0.21),
                    _evidence(first, "happy to answer", FEEDBACK, "affirmed", "buyer", 0.21),
                ),
            ),
            PassageScore(second, (0.05, 0.9, 0.05), 0.55, ()),
            PassageScore(
                third,
                (0.02, 0.08, 0.9),
                0.85,
                (
                    _evidence(third, "will be rejected", REJECTION, "affirmed", "none", -0.4),
                    _evidence(third, "offer feedback", FEEDBACK, "hedged", "supplier", 0.02),
                ),
            ),
        ),
        metadata={"title": "Laptops"},
        notes=("1 image was left out.",),
        model={"sha256": "cd" * 32, "lexicon_sha256": "0" * 64, "corpus": "excerpts", "kindtext": "0.1.0"},
    )


def no_score() -> Score:
    return Score("short.txt", "text", "", 3, None, None, "only 3 words; at least 30 are needed", ())


def shown(*parts: object, width: int = 120) -> str:
    """What a terminal without colours shows."""
    out = StringIO()
    console = Console(file=out, width=width, color_system=None, highlight=False, legacy_windows=False)
    for part in parts:
        console.print(part)
    return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())


def assert_golden(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("KINDTEXT_WRITE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"{name}: no golden file; KINDTEXT_WRITE_GOLDEN=1 writes it."
    assert text == path.read_text(encoding="utf-8")

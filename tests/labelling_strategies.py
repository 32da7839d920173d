"""Records for property tests: any text, and every key a record may have."""

from __future__ import annotations

from hypothesis import strategies as st

from kindtext.corpus import REGISTERS, STANCES, Record, Span, known_signals

# No half characters: no encoding can write them, and no JSON file of a tool holds them.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(lambda text: text.strip())


@st.composite
def records(draw, name=TEXTS):
    text = draw(TEXTS)
    stance = draw(st.sampled_from(STANCES))
    named = draw(st.lists(st.sampled_from(known_signals()), unique=True, max_size=5))
    cut = draw(st.integers(0, len(named)))
    spans = []
    for _ in range(draw(st.integers(0, 4)) if named else 0):
        start = draw(st.integers(0, len(text) - 1))
        spans.append(Span(start, draw(st.integers(start + 1, len(text))), draw(st.sampled_from(named))))
    return Record(
        draw(name),
        text,
        stance,
        tuple(named[:cut]),
        tuple(named[cut:]),
        0 if stance == "neutral" else draw(st.sampled_from([1, 2])),
        draw(st.sampled_from(REGISTERS)),
        draw(TEXTS),
        draw(st.just("") | TEXTS),
        draw(st.booleans()),
        draw(st.none() | TEXTS),
        draw(st.booleans()),
        tuple(spans),
        draw(st.booleans()),
        draw(st.sampled_from(["", "random", "chosen"])),
        draw(st.booleans()),
    )


def lists_of_records():
    return st.lists(records(), max_size=4, unique_by=lambda record: record.id)

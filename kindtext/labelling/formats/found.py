"""What a tool's file says of one text, and the making of a record from it.

Tools know labels of a whole text, labels of spans, and notes that they pass through untouched. A record's stance,
signals, strength and ``mixed`` are labels (``kind``, ``fair_work``, ``strength_2``, ``mixed``), since a labeller may
change them there; the rest are notes.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kindtext.corpus import STANCES, Record, known_signals, parse_record
from kindtext.errors import CorpusError

NOTES = ("disputed", "register", "sector", "group", "pair", "stock", "drawn", "seen")
"""Keys of a record that pass through other tools as notes."""

ID = "record_id"
"""The note that holds a record's id: several tools number texts themselves and call that ``id``."""

_FLAGS = ("stock", "seen", "draft")
_TRUE = frozenset({"true", "1", "yes", "y", "x"})
_TEXTS = ("text", "data", "content", "passage", "excerpt")
_STARTS = ("start", "start_offset", "startOffset", "begin")
_ENDS = ("end", "end_offset", "endOffset")
_LABELS = ("label", "signal", "labels", "entity", "entity_group", "tag")


class Marked(NamedTuple):
    """A labelled span, as a tool wrote it.

    Parameters
    ----------
    start, end : object
        Offsets: whole numbers, or the same as text; None where there are none.
    label : object
        Its label.
    quote : str or None
        The words, where the tool wrote them down.
    """

    start: Any
    end: Any
    label: Any
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a tool's file says of one text.

    Parameters
    ----------
    text : object
        The text, unless the file is wrong.
    labels : list
        Labels of the text as a whole.
    spans : list of Marked
        Labels of parts of it.
    notes : mapping
        What else the row holds; keys that no record has are passed over.
    id : object
        The tool's own id of the text.
    draft : bool or None
        Whether it is a guess that nobody has confirmed; None if only the notes tell.
    """

    text: Any
    labels: list[Any] = field(default_factory=list)
    spans: list[Marked] = field(default_factory=list)
    notes: Mapping[str, Any] = field(default_factory=dict)
    id: Any = None
    draft: bool | None = None


def labels_of(record: Record) -> list[str]:
    """Give a record's labels of the whole text, as tools get them.

    Examples
    --------
    >>> labels_of(Record("a", "Feedback is given.", "kind", ("bidder_support",), strength=1))
    ['kind', 'bidder_support', 'strength_1']
    """
    strength = [f"strength_{record.strength}"] if record.strength else []
    return [record.stance, *record.signals, *strength, *(["mixed"] if record.mixed else [])]


def all_labels() -> list[str]:
    """Give every label that a text may have, in the order in which a tool should offer them."""
    return [*STANCES, *known_signals(), "strength_1", "strength_2", "mixed"]


def notes_of(record: Record) -> dict[str, Any]:
    """Give what tools pass through: the id, and what is not at its default."""
    content = record.to_dict()
    plain = Record("", "", "").to_dict()
    kept = {key: content[key] for key in NOTES if key in content and content[key] != plain.get(key)}
    return {ID: record.id, **kept, **({"draft": True} if record.draft else {})}


def record_of(found: Found, fallback: str) -> Record | None:
    """Make a record.

    Parameters
    ----------
    found : Found
    fallback : str
        Its id where the file gives none.

    Returns
    -------
    Record or None
        None if it has no label yet.

    Raises
    ------
    CorpusError
        If something is wrong with it; the message does not say where it stands.
    """
    if not isinstance(found.text, str) or not found.text.strip():
        raise CorpusError("there is no text in it; the key of the text is 'text' or 'data'.")
    if not found.labels and not found.spans:
        return None
    labels = [known_label(label) for label in found.labels]
    stances = list(dict.fromkeys(label for label in labels if label in STANCES))
    strengths = list(dict.fromkeys(int(label[-1]) for label in labels if label.startswith("strength_")))
    if len(stances) != 1:
        what = f"two stances, {' and '.join(stances)}" if stances else "a label, but no stance"
        raise CorpusError(f"it has {what}; give it one of {', '.join(STANCES)}.")
    if len(strengths) > 1:
        raise CorpusError("it has two strengths; give it one.")
    notes = _notes(found.notes)
    marked = [_fitted(span, found.text) for span in found.spans]
    disputed = notes.pop("disputed", [])
    signals = [label for label in labels if label in known_signals()]
    signals += [span["signal"] for span in marked if span["signal"] not in disputed]
    signals = list(dict.fromkeys(signals))
    noted = notes.pop("strength", 1)
    draft = notes.pop("draft", False) if found.draft is None else found.draft
    name = notes.pop(ID, None)
    return parse_record(
        {
            "id": str(next((x for x in (name, found.id) if x not in (None, "")), fallback)),
            "text": found.text,
            "stance": stances[0],
            "signals": signals,
            "disputed": [signal for signal in disputed if signal not in signals],
            "strength": 0 if stances[0] == "neutral" else (strengths[0] if strengths else noted),
            "mixed": "mixed" in labels,
            "spans": marked,
            "draft": draft,
            **notes,
        }
    )


def known_label(label: Any) -> str:
    """Give a label as records write it, however a tool spells it.

    Raises
    ------
    CorpusError
        If no record has it.

    Examples
    --------
    >>> known_label("Fair work"), known_label("KIND"), known_label("Strength 2")
    ('fair_work', 'kind', 'strength_2')
    """
    known = {_folded(name): name for name in all_labels()}
    if not isinstance(label, str) or _folded(label) not in known:
        near = difflib.get_close_matches(_folded(str(label)), known, n=1, cutoff=0.5)
        hint = f" (did you mean '{known[near[0]]}'?)" if near else ""
        raise CorpusError(f"unknown label {str(label)[:60]!r}{hint}; use {', '.join(all_labels())}.")
    return known[_folded(label)]


def text_of(row: Mapping[str, Any]) -> Any:
    """Find the text of a row, under one of the keys that tools use."""
    return next((row[key] for key in _TEXTS if isinstance(row.get(key), str)), None)


def mapping(value: Any, what: str) -> Mapping[str, Any]:
    """Give a JSON object, an empty one for null; anything else is a fault."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise CorpusError(f"{what} is no JSON object.")
    return value


def sequence(value: Any, what: str) -> list[Any]:
    """Give a JSON array, an empty one for null; anything else is a fault."""
    if value is None:
        return []
    if not isinstance(value, (list, tuple)):
        raise CorpusError(f"{what} is no list.")
    return list(value)


def flat(value: Any) -> list[Any]:
    """Give the single values of lists in lists, as nested choices are written; of one value, itself.

    Examples
    --------
    >>> flat([["kind", "fair_work"], "mixed"]), flat("kind"), flat(None)
    (['kind', 'fair_work', 'mixed'], ['kind'], [])
    """
    if isinstance(value, (list, tuple)):
        return [single for part in value for single in flat(part)]
    if isinstance(value, dict):
        return flat(value.get("choices", value.get("value", value.get("label"))))
    return [] if value in (None, "") else [value]


def marked(value: Any) -> Iterable[Marked]:
    """Read one span, written as a list (``[start, end, label]`` in any order of the label) or as an object.

    Raises
    ------
    CorpusError
        If it is neither.

    Examples
    --------
    >>> list(marked([3, 9, "fair_work"])) == list(marked({"start_offset": 3, "end_offset": 9, "label": "fair_work"}))
    True
    """
    if isinstance(value, dict):
        start, end = (next((value[k] for k in keys if k in value), None) for keys in (_STARTS, _ENDS))
        labels = flat(next((value[key] for key in _LABELS if key in value), None))
        quote = value.get("text")
        if not labels:
            raise CorpusError("a span has no label.")
        return [Marked(start, end, label, quote if isinstance(quote, str) else None) for label in labels]
    if isinstance(value, (list, tuple)) and len(value) >= 3:
        names = [part for part in value[:3] if isinstance(part, str) and not _is_number(part)]
        offsets = [part for part in value[:3] if part not in names]
        if len(names) == 1 and len(offsets) == 2:
            return [Marked(offsets[0], offsets[1], names[0])]
    raise CorpusError(f"a span is {str(value)[:60]}; write start, end and label.")


def _fitted(span: Marked, text: str) -> dict[str, Any]:
    """Give a span as a record writes it, with the offsets at which its words stand."""
    start, end = _places(span, text)
    name = known_label(span.label)
    if name not in known_signals():
        raise CorpusError(f"a span is labelled '{name}'; only signals have spans.")
    return {"start": start, "end": end, "signal": name}


def _places(span: Marked, text: str) -> tuple[int, int]:
    if span.start is None and span.end is None and span.quote and text.count(span.quote) == 1:
        at = text.index(span.quote)
        return at, at + len(span.quote)
    start, end = _offset(span.start), _offset(span.end)
    if span.quote is None:
        return start, end
    # Tools written in JavaScript count an emoji as two; what they quote shows how they counted.
    for a, b in ((start, end), _from_utf16(start, end, text)):
        if 0 <= a < b <= len(text) and _blanked(text[a:b]) == _blanked(span.quote):
            return a, b
    raise CorpusError(f"a span from {start} to {end} is said to be {span.quote[:40]!r}; {text[start:end][:40]!r} is.")


def _offset(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise CorpusError(f"a span's offset is {str(value)[:30]!r}; write a whole number.")
    if isinstance(value, str):
        if not _is_number(value):
            raise CorpusError(f"a span's offset is {value[:30]!r}; write a whole number.")
        return int(float(value))
    if value != value or value in (float("inf"), float("-inf")) or value != int(value):
        raise CorpusError(f"a span's offset is {value}; write a whole number.")
    return int(value)


def _is_number(text: str) -> bool:
    """Whether a text is a whole number, be it written with a point and zeros, as spreadsheets do."""
    whole, point, rest = text.strip().partition(".")
    return whole.isdecimal() and len(whole) < 16 and (not point or not rest.strip("0"))


def _from_utf16(start: int, end: int, text: str) -> tuple[int, int]:
    units = text.encode("utf-16-le", "surrogatepass")
    before, inside = units[: 2 * max(start, 0)], units[: 2 * max(end, 0)]
    return len(before.decode("utf-16-le", "ignore")), len(inside.decode("utf-16-le", "ignore"))


def _blanked(text: str) -> str:
    r"""Give a text with every run of blanks as one; Label Studio writes a line end as ``\n``, two characters."""
    return " ".join(text.replace("\\n", "\n").split())


def _notes(notes: Mapping[str, Any]) -> dict[str, Any]:
    """Give the notes that a record knows, with the types that it wants; what says nothing is left out."""
    found = {key: notes[key] for key in (*NOTES, ID, "draft", "strength") if notes.get(key) not in (None, "")}
    for key, value in found.items():
        if key in _FLAGS:
            found[key] = value is True or str(value).strip().lower() in _TRUE
        elif key == "disputed":
            found[key] = [known_label(label) for label in flat(value)]
        elif key == "strength":
            found[key] = int(str(value).strip()) if str(value).strip() in ("0", "1", "2") else value
        elif not isinstance(value, str):
            found[key] = str(value)
    return found


def _folded(label: str) -> str:
    return "_".join("".join(c if c.isalnum() else " " for c in label.casefold()).split())

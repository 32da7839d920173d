"""doccano: JSON Lines of a project for intent detection and slot filling, which has both categories and spans.

Read are also its projects for sequence labelling and for document classification, whose rows have ``label`` or
``labels`` instead, and its older exports with ``data`` for the text and ``annotations`` for the spans.
"""

from __future__ import annotations

from typing import Any

from kindtext.corpus import Record
from kindtext.labelling.formats.found import (
    Found,
    Marked,
    flat,
    labels_of,
    mapping,
    marked,
    notes_of,
    sequence,
    text_of,
)

SPANS = ("entities", "label", "labels", "annotations", "spans")
CATEGORIES = ("cats", "categories", "label", "labels", "annotations")


def written(record: Record) -> dict[str, Any]:
    """Give a record as doccano imports it; its notes become the row's metadata."""
    return {
        "text": record.text,
        "cats": labels_of(record),
        "entities": [[span.start, span.end, span.signal] for span in record.spans],
        **notes_of(record),
    }


def found(row: Any, annotator: str | None = None) -> Found:
    """Read a row."""
    row = mapping(row, "the row")
    labels: list[Any] = []
    spans: list[Marked] = []
    for key in dict.fromkeys((*CATEGORIES, *SPANS)):
        values = [row[key]] if isinstance(row.get(key), str) else sequence(row.get(key), f"'{key}'")
        for value in values:
            if isinstance(value, (list, tuple)) or (isinstance(value, dict) and _has_offsets(value)):
                spans += marked(value)
            else:
                labels += flat(value)
    notes = {**mapping(row.get("meta"), "'meta'"), **mapping(row.get("metadata"), "'metadata'"), **row}
    return Found(text_of(row), labels, spans, notes, row.get("id"))


def _has_offsets(value: dict[str, Any]) -> bool:
    return any(key.startswith("start") for key in value)

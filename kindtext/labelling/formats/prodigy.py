"""Prodigy: JSON Lines of tasks with ``spans``, and ``accept`` for the choices made, or one ``label``.

A task without an answer is one that nobody has seen, so its labels are a draft; one that was rejected or ignored is
left out.
"""

from __future__ import annotations

from typing import Any

from kindtext.corpus import Record
from kindtext.labelling.formats.found import (
    Found,
    all_labels,
    flat,
    labels_of,
    mapping,
    marked,
    notes_of,
    sequence,
    text_of,
)


def written(record: Record) -> dict[str, Any]:
    """Give a record as a task with choices, answered unless it is a draft."""
    notes = {key: value for key, value in notes_of(record).items() if key != "draft"}
    return {
        "text": record.text,
        "spans": [{"start": span.start, "end": span.end, "label": span.signal} for span in record.spans],
        "options": [{"id": label, "text": label.replace("_", " ")} for label in all_labels()],
        "accept": labels_of(record),
        "meta": notes,
        **({} if record.draft else {"answer": "accept"}),
    }


def found(row: Any, annotator: str | None = None) -> Found | str:
    """Read a task, or say why it is left out."""
    row = mapping(row, "the task")
    answer = row.get("answer")
    if answer not in (None, "accept"):
        return "rejected" if answer == "reject" else "ignored"
    if annotator and row.get("_annotator_id", row.get("_session_id")) != annotator:
        return f"not by {annotator}"
    options = {}
    for option in sequence(row.get("options"), "'options'"):
        option = mapping(option, "an option")
        options[str(option.get("id"))] = option.get("text")
    labels = [
        # An option's id may be a number, and then its text is the label.
        options.get(str(choice), choice) if not isinstance(choice, str) or choice.isdecimal() else choice
        for choice in flat(row.get("accept"))
    ]
    labels += flat(row.get("label"))
    if isinstance(row.get("cats"), dict):
        labels += [name for name, value in row["cats"].items() if isinstance(value, (int, float)) and value >= 0.5]
    spans = [each for span in sequence(row.get("spans"), "'spans'") for each in marked(span)]
    notes = {**row, **mapping(row.get("meta"), "'meta'")}
    return Found(text_of(row), labels, spans, notes, row.get("id"), draft=answer is None)

"""Argilla: a JSON array of records with fields, suggestions and responses.

Labels are written as suggestions, since a response belongs to a user of the server that it goes to; the metadata say
which are drafts. Responses are read first. Read are also the flat export, and the records of versions before 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kindtext.corpus import Record
from kindtext.errors import CorpusError
from kindtext.labelling.formats.found import Found, Marked, flat, mapping, marked, notes_of, sequence, text_of

_UNSAID = ("discarded", "draft", "pending")
"""Statuses of a response that its user has not given, or has taken back."""


def written(record: Record) -> dict[str, Any]:
    """Give a record as Argilla 2 exports it, its labels as suggestions."""
    answers: dict[str, Any] = {
        "stance": record.stance,
        "strength": f"strength_{record.strength}" if record.strength else None,
        "signals": list(record.signals) or None,
        "mixed": "mixed" if record.mixed else None,
        "spans": [{"start": s.start, "end": s.end, "label": s.signal} for s in record.spans] or None,
    }
    notes = {**notes_of(record), "draft": record.draft}
    return {
        "id": record.id,
        "fields": {"text": record.text},
        # Metadata are terms and numbers; true and false are terms.
        "metadata": {k: str(v).lower() if isinstance(v, bool) else v for k, v in notes.items()},
        "suggestions": {
            name: {"value": value, "score": None, "agent": "kindtext"}
            for name, value in answers.items()
            if value is not None
        },
        "responses": {},
        "vectors": {},
        "status": "pending",
    }


def found(row: Any, annotator: str | None = None) -> Found | str:
    """Read a record, or say why it is left out."""
    row = mapping(row, "the record")
    if str(row.get("status")).lower() == "discarded":
        return "discarded"
    fields = mapping(row.get("fields", row.get("inputs")), "'fields'")
    text = text_of(fields) or text_of(row)
    if text is None and len(fields) == 1:
        (text,) = fields.values()
    metadata = {**row, **mapping(row.get("metadata"), "'metadata'")}
    if "annotation" in row or "prediction" in row:
        return _before_2(row, text, metadata)
    responses = [r for r in _responses(row) if r[2] not in _UNSAID]
    if annotator is not None and responses:
        responses = [r for r in responses if r[1] == annotator]
        if not responses:
            return f"not by {annotator}"
    people = sorted({str(user) for _, user, _ in responses})
    if len(people) > 1:
        raise CorpusError(f"{len(people)} people labelled it ({', '.join(people)}); name one with --annotator.")
    values = [value for value, _, _ in responses] or list(_suggestions(row))
    labels, spans = _split(values)
    confirmed = bool(responses) or str(metadata.get("draft", True)).lower() == "false"
    return Found(text, labels, spans, metadata, row.get("id"), draft=not confirmed)


def _responses(row: Mapping[str, Any]) -> Iterable[tuple[Any, Any, str]]:
    """Give the value, user and status of every response, however the version nests them."""
    responses = row.get("responses")
    if isinstance(responses, list):  # a feedback dataset of version 1: one object a user
        for each in responses:
            each = mapping(each, "a response")
            for answer in mapping(each.get("values"), "a response's values").values():
                answer = mapping(answer, "a response's value")
                yield answer.get("value"), each.get("user_id"), str(each.get("status", "submitted"))
        return
    for answers in mapping(responses, "'responses'").values():
        for answer in sequence(answers, "a question's responses"):
            answer = mapping(answer, "a response")
            yield answer.get("value"), answer.get("user_id"), str(answer.get("status") or "submitted")
    for key, values in row.items():
        if key.endswith(".responses") and values is not None:  # the flat export
            given = sequence(values, f"'{key}'")
            users = sequence(row.get(f"{key}.users"), f"'{key}.users'") or [None] * len(given)
            statuses = sequence(row.get(f"{key}.status"), f"'{key}.status'") or [None] * len(given)
            for value, user, status in zip(given, users, statuses, strict=False):
                yield value, user, str(status or "submitted")


def _suggestions(row: Mapping[str, Any]) -> Iterable[Any]:
    suggestions = row.get("suggestions")
    each = suggestions if isinstance(suggestions, list) else mapping(suggestions, "'suggestions'").values()
    for suggestion in each:
        yield mapping(suggestion, "a suggestion").get("value")
    yield from (value for key, value in row.items() if key.endswith(".suggestion") and value is not None)


def _before_2(row: Mapping[str, Any], text: Any, metadata: Mapping[str, Any]) -> Found:
    """Read a record for the classification of texts or tokens, as versions before 2 had them."""
    said = row.get("annotation")
    guessed = row.get("prediction")
    if said is None and isinstance(guessed, list) and guessed:
        # Each guess is a label with its score, and the likeliest comes first; a span has two offsets besides.
        spans = [value for value in guessed if isinstance(value, list) and len(value) >= 3]
        first = guessed[0]
        said = spans or [first[0] if isinstance(first, list) and first else first]
    labels, marks = _split([said])
    return Found(text, labels, marks, metadata, row.get("id"), draft=row.get("annotation") is None)


def _split(values: Iterable[Any]) -> tuple[list[Any], list[Marked]]:
    """Part answers into labels of the text and spans."""
    labels: list[Any] = []
    spans: list[Marked] = []
    for value in values:
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, list) or (isinstance(each, dict) and "start" in each):
                spans += marked(each)
            else:
                labels += flat(each)
    return labels, spans

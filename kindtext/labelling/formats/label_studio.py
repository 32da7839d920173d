"""Label Studio: a JSON array of tasks, with annotations for what people said and predictions for drafts.

:func:`config` gives the labelling interface that goes with what :func:`written` writes. Read are the full export and
the short one (JSON-MIN), older exports with ``completions``, several annotations of one task, nested choices, and
offsets of HyperText.
"""

from __future__ import annotations

from typing import Any

from kindtext.corpus import STANCES, Record, known_signals
from kindtext.errors import CorpusError
from kindtext.labelling.formats.found import Found, Marked, flat, mapping, marked, notes_of, sequence, text_of

_CHOICES = ("choices", "taxonomy", "rating", "number", "pairwise")
_MIN_KEYS = ("stance", "signals", "strength", "mixed", "choice", "choices", "sentiment", "label", "labels", "spans")


def config() -> str:
    """Give the labelling interface: choices of stance, strength and signals, and spans for the signals."""

    def choices(name: str, values: tuple[str, ...], how: str) -> str:
        options = "".join(f'<Choice value="{value}"/>' for value in values)
        return f'  <Choices name="{name}" toName="text" choice="{how}" showInline="true">{options}</Choices>\n'

    labels = "".join(f'<Label value="{signal}"/>' for signal in known_signals())
    return (
        "<View>\n"
        f'  <Labels name="spans" toName="text">{labels}</Labels>\n'
        '  <Text name="text" value="$text"/>\n'
        + choices("stance", STANCES, "single-radio")
        + choices("strength", ("strength_1", "strength_2"), "single-radio")
        + choices("signals", known_signals(), "multiple")
        + choices("mixed", ("mixed",), "multiple")
        + "</View>\n"
    )


def written(record: Record) -> dict[str, Any]:
    """Give a record as a task, annotated, or with a prediction if it is a draft."""
    chosen = {
        "stance": [record.stance],
        "strength": [f"strength_{record.strength}"] if record.strength else [],
        "signals": list(record.signals),
        "mixed": ["mixed"] if record.mixed else [],
    }
    result: list[dict[str, Any]] = [
        {"id": name, "from_name": name, "to_name": "text", "type": "choices", "value": {"choices": values}}
        for name, values in chosen.items()
        if values
    ]
    for number, span in enumerate(record.spans):
        value = {
            "start": span.start,
            "end": span.end,
            "text": record.text[span.start : span.end],
            "labels": [span.signal],
        }
        result.append(
            {"id": f"span-{number}", "from_name": "spans", "to_name": "text", "type": "labels", "value": value}
        )
    notes = {key: value for key, value in notes_of(record).items() if key != "draft"}
    labelled = [{"result": result}]
    return {
        "data": {"text": record.text, **notes},
        "predictions" if record.draft else "annotations": labelled,
    }


def found(row: Any, annotator: str | None = None) -> Found | str:
    """Read a task, or say why it is left out."""
    row = mapping(row, "the task")
    if not isinstance(row.get("data"), dict):
        return _short(row, annotator)
    data = row["data"]
    texts = [value for value in data.values() if isinstance(value, str)]
    text = text_of(data) or (texts[0] if len(texts) == 1 else None)
    annotations = [
        mapping(each, "an annotation")
        for each in sequence(row.get("annotations", row.get("completions")), "'annotations'")
    ]
    answers = [each for each in annotations if not each.get("was_cancelled")]
    if annotator is not None:
        answers = [each for each in answers if annotator in _names(each.get("completed_by"))]
    if len({_names(each.get("completed_by")) for each in answers}) > 1:
        people = sorted({_names(each.get("completed_by"))[-1] for each in answers})
        raise CorpusError(f"{len(people)} people labelled it ({', '.join(people)}); name one with --annotator.")
    if answers:
        truth = [each for each in answers if each.get("ground_truth")]
        answer, draft = (truth or answers)[-1], False
    elif annotations:
        by_others = annotator is not None and not all(each.get("was_cancelled") for each in annotations)
        return f"not by {annotator}" if by_others else "skipped"
    else:
        predictions = sequence(row.get("predictions"), "'predictions'")
        answer, draft = mapping(predictions[-1], "a prediction") if predictions else {}, True
    labels, spans = _result(sequence(answer.get("result"), "'result'"))
    return Found(text, labels, spans, data, data.get("id", row.get("id")), draft=draft)


def _result(items: list[Any]) -> tuple[list[Any], list[Marked]]:
    labels: list[Any] = []
    spans: list[Marked] = []
    for item in items:
        item = mapping(item, "a result")
        value, kind = mapping(item.get("value"), "a result's value"), item.get("type")
        if kind in _CHOICES:
            labels += flat(value.get(kind))
            # A choice may be made for a region, and then its offsets say nothing of a label for the whole text.
        elif isinstance(kind, str) and kind.endswith("labels"):
            offsets = mapping(value.get("globalOffsets"), "'globalOffsets'") or value
            about = {"start": offsets.get("start"), "end": offsets.get("end"), "text": value.get("text")}
            spans += marked({**about, "label": value.get(kind, value.get("labels"))})
    return labels, spans


def _short(row: Any, annotator: str | None) -> Found | str:
    """Read a row of the short export, in which each control's name is a key."""
    if annotator is not None and annotator not in _names(row.get("annotator")):
        return f"not by {annotator}"
    labels: list[Any] = []
    spans: list[Marked] = []
    for key in _MIN_KEYS:
        for value in row[key] if isinstance(row.get(key), list) else [row.get(key)]:
            if isinstance(value, dict) and "start" in value:
                spans += marked(value)
            else:
                labels += flat(value)
    return Found(text_of(row), labels, spans, row, row.get("id"), draft=False)


def _names(person: Any) -> tuple[str, ...]:
    """Give the names by which a person may be called: an id, or the e-mail and id of an object."""
    if isinstance(person, dict):
        return tuple(str(person[key]) for key in ("id", "email", "username") if person.get(key) is not None) or ("",)
    return (str(person),)

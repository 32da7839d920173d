import json

import pytest
from hypothesis import given
from labelling_strategies import lists_of_records

from kindtext.corpus import Corpus, Record, Span, check_corpus, load_corpus, save_corpus
from kindtext.errors import CorpusError

ONE = {"id": "a", "text": "Feedback is given to all.", "stance": "kind", "strength": 1, "signals": ["bidder_support"]}


def write(path, *records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def span(start, end, signal="bidder_support"):
    return {"start": start, "end": end, "signal": signal}


@given(written=lists_of_records().filter(bool))
def test_records_with_spans_are_saved_and_loaded_without_loss(tmp_path_factory, written):
    path = tmp_path_factory.mktemp("corpus") / "labels.jsonl"
    save_corpus(written, path)
    assert list(load_corpus(path, drafts=True)) == written


def test_spans_point_at_the_words(tmp_path):
    (record,) = load_corpus(write(tmp_path / "a.jsonl", ONE | {"spans": [span(0, 8)]}))
    assert record.spans == (Span(0, 8, "bidder_support"),)
    assert record.text[0:8] == "Feedback"


def test_a_record_without_spans_is_written_as_before():
    record = Record("a", "We listen.", "kind", strength=1)
    assert not {"spans", "draft", "drawn", "seen"} & record.to_dict().keys()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"spans": [span(0, 26)]}, "a span goes from 0 to 26, and the text has 25 characters."),
        ({"spans": [span(-1, 3)]}, "a span goes from -1 to 3, and the text has 25 characters."),
        ({"spans": [span(4, 4)]}, "a span goes from 4 to 4, and the text has 25 characters."),
        ({"spans": [span("0", 4)]}, "a span goes from '0' to 4; write two whole numbers."),
        ({"spans": [span(True, 4)]}, "a span goes from True to 4; write two whole numbers."),
        ({"spans": [span(0, 4, "bidder_suport")]}, "unknown signal 'bidder_suport' (did you mean 'bidder_support'?)"),
        ({"spans": [span(0, 4, "inclusion")]}, "a span shows 'inclusion', which is not among the record's signals"),
        ({"spans": [[0, 4, "inclusion"]]}, "a span is an object with start, end and signal."),
        ({"spans": {"start": 0}}, "'spans' is not a list of objects"),
        ({"draft": "yes"}, "'draft' is 'yes'; write true or false."),
        ({"drawn": "chance"}, "unknown drawn 'chance'"),
    ],
)
def test_a_wrong_span_or_mark_is_named(tmp_path, changes, fault):
    (found,) = check_corpus(write(tmp_path / "mine.jsonl", ONE | changes))
    assert found.startswith(f"mine.jsonl:1: {fault}")


def test_drafts_are_refused_with_the_way_out_unless_allowed(tmp_path):
    path = write(tmp_path / "mine.jsonl", ONE, ONE | {"id": "b", "draft": True})
    with pytest.raises(
        CorpusError, match=r"1 of 2 records are drafts .* at mine\.jsonl:2; .*'kindtext label'.*--drafts"
    ):
        load_corpus(path)
    assert [record.draft for record in load_corpus(path, drafts=True)] == [False, True]


def test_spans_and_marks_are_columns_of_the_frame():
    frame = Corpus(
        "x", (Record("a", "We listen.", "kind", ("inclusion",), spans=(Span(0, 2, "inclusion"),)),)
    ).to_frame()
    assert {"spans", "draft", "drawn", "seen"} <= set(frame.columns)

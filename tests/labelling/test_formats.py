import json

import pytest
import spacy
from hypothesis import given, settings
from labelling_strategies import lists_of_records
from spacy.tokens import DocBin, Span

from kindtext.corpus import Record
from kindtext.corpus import Span as Marked
from kindtext.errors import CorpusError, InputError, ReadError
from kindtext.labelling.formats import FORMATS, confirmed, format_of, known_format, read_labels, write_labels
from kindtext.labelling.formats.label_studio import config

TEXT = "Feedback is given. 😀 Late bids are refused."
RECORD = Record(
    "a1",
    TEXT,
    "kind",
    ("bidder_support", "unilateral_control"),
    strength=2,
    group="g",
    mixed=True,
    spans=(Marked(0, 17, "bidder_support"), Marked(21, 42, "unilateral_control")),
)
DRAFT = Record("a2", "The lamps are 60 watts.", "neutral", draft=True)


def rows(path, *values):
    path.write_text("".join(json.dumps(value) + "\n" for value in values), encoding="utf-8")
    return path


def one(path, kind=None, **options):
    read = read_labels(path, kind, **options)
    assert read.faults == ()
    (record,) = read.records
    return record


def fault(path, kind=None, **options):
    read = read_labels(path, kind, **options)
    assert read.records == ()
    (found,) = read.faults
    return found


@pytest.mark.parametrize("kind", FORMATS)
@given(written=lists_of_records())
@settings(max_examples=40)
def test_what_is_written_is_read_again_without_loss(tmp_path_factory, kind, written):
    path = tmp_path_factory.mktemp("formats") / f"labels{FORMATS[kind].suffix}"
    write_labels(written, path, kind)
    read = read_labels(path, kind)
    assert read.faults == () and read.left_out == {}
    assert list(read.records) == written


@pytest.mark.parametrize("kind", FORMATS)
def test_a_format_is_known_by_its_file(tmp_path, kind):
    path = tmp_path / f"labels{FORMATS[kind].suffix}"
    write_labels([RECORD, DRAFT], path, kind)
    assert format_of(path) == kind
    assert list(read_labels(path).records) == [RECORD, DRAFT]


def test_a_file_that_does_not_tell_its_format_is_refused_with_the_option(tmp_path):
    with pytest.raises(CorpusError, match=r"which tool wrote it; say so with --from doccano\|"):
        format_of(rows(tmp_path / "x.jsonl", {"words": "We listen."}))


def test_an_unknown_format_has_the_nearest():
    with pytest.raises(InputError, match="did you mean 'prodigy'"):
        known_format("prodgy")


# doccano


@pytest.mark.parametrize(
    "row",
    [
        {"id": 7, "text": TEXT, "label": ["kind", "bidder_support"]},
        {"id": 7, "text": TEXT, "labels": ["Kind", "Bidder support"], "Comments": []},
        {"id": 7, "data": TEXT, "label": ["kind", "bidder-support"]},
        {"id": 7, "text": TEXT, "cats": ["kind", "bidder_support"], "entities": []},
        {"id": 7, "text": TEXT, "label": "kind", "signals": "passed over", "cats": ["bidder_support"]},
    ],
)
def test_categories_of_doccano_are_read_under_each_of_its_keys(tmp_path, row):
    record = one(rows(tmp_path / "x.jsonl", row), "doccano")
    assert (record.id, record.stance, record.signals, record.strength) == ("7", "kind", ("bidder_support",), 1)


@pytest.mark.parametrize(
    "spans",
    [
        {"entities": [[0, 17, "bidder_support"]]},
        {"label": [[0, 17, "bidder_support"]]},
        {"labels": [["0", "17", "Bidder support"]]},
        {"entities": [{"id": 3, "label": "bidder_support", "start_offset": 0, "end_offset": 17}], "relations": []},
        {"annotations": [{"label": "bidder_support", "start_offset": "0", "end_offset": 17.0, "user": 1}]},
    ],
)
def test_spans_of_doccano_are_read_in_each_of_its_shapes(tmp_path, spans):
    record = one(rows(tmp_path / "x.jsonl", {"id": 1, "data": TEXT, "cats": ["kind"], **spans}), "doccano")
    assert record.spans == (Marked(0, 17, "bidder_support"),)
    assert record.signals == ("bidder_support",)


def test_rows_that_nobody_has_labelled_are_left_out_and_counted(tmp_path):
    path = rows(tmp_path / "x.jsonl", {"text": TEXT, "label": []}, {"text": TEXT, "label": ["neutral"]})
    read = read_labels(path, "doccano")
    assert len(read.records) == 1 and read.left_out == {"not labelled yet": 1}


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"text": TEXT, "cats": ["kindly"]}, "unknown label 'kindly' (did you mean 'kind'?)"),
        ({"text": TEXT, "cats": ["kind", "neutral"]}, "it has two stances, kind and neutral"),
        ({"text": TEXT, "cats": ["fair_work"]}, "it has a label, but no stance"),
        ({"text": TEXT, "cats": ["kind", "strength_1", "strength_2"]}, "it has two strengths"),
        ({"text": TEXT, "cats": ["kind"], "entities": [[0, 99, "fair_work"]]}, "a span goes from 0 to 99"),
        ({"text": TEXT, "cats": ["kind"], "entities": [[0, 9, "kind"]]}, "a span is labelled 'kind'; only signals"),
        ({"text": TEXT, "cats": ["kind"], "entities": [["x", 9, "fair_work"]]}, "a span is "),
        ({"text": TEXT, "cats": ["kind"], "entities": [[0.5, 9, "fair_work"]]}, "a span's offset is 0.5"),
        ({"text": TEXT, "cats": ["kind"], "entities": [{"start": 0, "end": 4}]}, "a span has no label."),
        ({"text": TEXT, "cats": ["kind"], "register": "novel"}, "unknown register 'novel'"),
        ({"text": " ", "cats": ["kind"]}, "there is no text in it"),
        ({"cats": ["kind"]}, "there is no text in it"),
        ({"text": TEXT, "cats": {"kind": 1}}, "'cats' is no list."),
        ([1], "the row is no JSON object."),
    ],
)
def test_a_wrong_row_is_named_by_its_number(tmp_path, row, what):
    good = {"text": "A chair.", "cats": ["neutral"]}
    read = read_labels(rows(tmp_path / "x.jsonl", good, row), "doccano")
    assert len(read.records) == 1
    (found,) = read.faults
    assert found.startswith(f"x.jsonl, row 2: {what}")


def test_a_line_that_is_not_json_and_an_id_that_stands_twice_are_named(tmp_path):
    path = rows(
        tmp_path / "x.jsonl", {"id": 1, "text": "a", "cats": ["kind"]}, {"id": 1, "text": "b", "cats": ["kind"]}
    )
    path.write_text(path.read_text(encoding="utf-8") + "{half\n", encoding="utf-8")
    first, second = read_labels(path, "doccano").faults
    assert first.startswith("x.jsonl, row 2: id '1' stands at row 1 already")
    assert second.startswith("x.jsonl, row 3: it is not JSON")


# Label Studio


def task(result, **more):
    return {"id": 5, "data": {"text": TEXT}, "annotations": [{"id": 1, "completed_by": 1, "result": result, **more}]}


def choice(*values):
    return {"from_name": "x", "to_name": "text", "type": "choices", "value": {"choices": list(values)}}


def region(start, end, *labels, **more):
    value = {"start": start, "end": end, "labels": list(labels), **more}
    return {"from_name": "y", "to_name": "text", "type": "labels", "value": value}


def array(path, *values):
    path.write_text(json.dumps(values), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "result",
    [
        [choice("kind"), choice("bidder_support"), region(0, 17, "bidder_support")],
        [choice(["kind", "bidder_support"]), region(0, 17, "bidder_support", text="Feedback is given")],
        [choice(["Kind"], ["Kind", "Bidder support"]), region("0", "17", "bidder_support")],
        [
            {"type": "taxonomy", "value": {"taxonomy": [["kind"], ["bidder_support"]]}},
            region("/p[1]/text()[1]", "/p[1]/text()[1]", "bidder_support", globalOffsets={"start": 0, "end": 17}),
        ],
        [
            choice("kind"),
            {"type": "hypertextlabels", "value": {"start": 0, "end": 17, "hypertextlabels": ["bidder_support"]}},
        ],
    ],
)
def test_results_of_label_studio_are_read_however_they_are_nested(tmp_path, result):
    record = one(array(tmp_path / "x.json", task(result)))
    assert (record.stance, record.signals, record.spans) == (
        "kind",
        ("bidder_support",),
        (Marked(0, 17, "bidder_support"),),
    )


def test_offsets_counted_in_halves_of_an_emoji_are_mended_by_the_quoted_words(tmp_path):
    halves = region(22, 43, "unilateral_control", text="Late bids are refused")
    record = one(array(tmp_path / "x.json", task([choice("kind"), halves])))
    assert record.spans == (Marked(21, 42, "unilateral_control"),)
    wrong = region(2, 9, "fair_work", text="something else")
    assert "is said to be 'something else'" in fault(array(tmp_path / "y.json", task([choice("kind"), wrong])))


def test_skipped_tasks_are_left_out_and_older_exports_are_read(tmp_path):
    old = {"id": 1, "data": {"text": TEXT}, "completions": [{"result": [choice("neutral")]}]}
    skipped = task([], was_cancelled=True)
    read = read_labels(array(tmp_path / "x.json", old, skipped))
    assert [record.stance for record in read.records] == ["neutral"] and read.left_out == {"skipped": 1}


def test_two_people_s_annotations_need_a_name(tmp_path):
    both = task([choice("kind")])
    both["annotations"].append({"completed_by": {"id": 2, "email": "ben@example.org"}, "result": [choice("neutral")]})
    path = array(tmp_path / "x.json", both)
    assert "2 people labelled it (1, ben@example.org); name one with --annotator." in fault(path)
    assert one(path, annotator="ben@example.org").stance == "neutral"
    assert one(path, annotator="1").stance == "kind"
    assert read_labels(path, annotator="ann").left_out == {"not by ann": 1}


def test_the_short_export_of_label_studio_is_read(tmp_path):
    row = {
        "id": 3,
        "text": TEXT,
        "stance": "kind",
        "signals": {"choices": ["bidder_support", "inclusion"]},
        "spans": [{"start": 0, "end": 17, "text": "Feedback is given", "labels": ["bidder_support"]}],
        "annotator": 1,
        "annotation_id": 9,
        "lead_time": 2.5,
    }
    record = one(array(tmp_path / "x.json", row))
    assert (record.stance, record.signals, len(record.spans)) == ("kind", ("bidder_support", "inclusion"), 1)


def test_the_interface_of_label_studio_offers_all_that_is_written():
    from lxml import etree

    names = {element.get("value") for element in etree.fromstring(config()).iter("Choice", "Label")}
    assert {"kind", "neutral", "transactional", "fair_work", "strength_2", "mixed"} <= names


# Prodigy


@pytest.mark.parametrize(
    "row",
    [
        {"accept": ["kind", "bidder_support"], "options": [{"id": "kind", "text": "kind"}]},
        {"accept": [0, 1], "options": [{"id": 0, "text": "kind"}, {"id": 1, "text": "Bidder support"}]},
        {"label": "kind", "spans": [{"start": 0, "end": 17, "label": "bidder_support", "token_start": 0}]},
        {"cats": {"kind": 1.0, "neutral": 0.0, "bidder_support": 1}},
    ],
)
def test_answers_of_prodigy_are_read_from_choices_labels_and_categories(tmp_path, row):
    path = rows(tmp_path / "x.jsonl", {"text": TEXT, "answer": "accept", "_task_hash": 1, **row})
    record = one(path)
    assert (record.stance, record.signals, record.draft) == ("kind", ("bidder_support",), False)


def test_prodigy_tasks_rejected_or_ignored_are_left_out_and_unanswered_ones_are_drafts(tmp_path):
    rejected = {"text": "a", "label": "kind", "answer": "reject"}
    ignored = {"text": "b", "label": "kind", "answer": "ignore"}
    open_ = {"text": "c", "label": "kind", "_input_hash": 3}
    read = read_labels(rows(tmp_path / "x.jsonl", rejected, ignored, open_))
    assert read.left_out == {"rejected": 1, "ignored": 1}
    assert [(record.text, record.draft) for record in read.records] == [("c", True)]


# Argilla


@pytest.mark.parametrize(
    "row",
    [
        {
            "id": "x",
            "fields": {"text": TEXT},
            "responses": {
                "stance": [{"value": "kind", "user_id": "u", "status": "submitted"}],
                "signals": [{"value": ["bidder_support"], "user_id": "u"}],
                "spans": [{"value": [{"start": 0, "end": 17, "label": "bidder_support"}], "user_id": "u"}],
            },
            "suggestions": {"stance": {"value": "neutral"}},
        },
        {
            "id": "x",
            "text": TEXT,
            "stance.responses": ["kind"],
            "stance.responses.users": ["u"],
            "stance.responses.status": ["submitted"],
            "signals.responses": [["bidder_support"]],
            "spans.responses": [[{"start": 0, "end": 17, "label": "bidder_support"}]],
            "stance.suggestion": "neutral",
        },
        {
            "id": "x",
            "fields": {"text": TEXT},
            "responses": [
                {
                    "user_id": "u",
                    "status": "submitted",
                    "values": {
                        "stance": {"value": "kind"},
                        "spans": {"value": [{"start": 0, "end": 17, "label": "bidder_support"}]},
                    },
                }
            ],
            "suggestions": [{"question_name": "stance", "value": "neutral"}],
        },
    ],
)
def test_responses_of_argilla_are_read_before_suggestions_in_each_version(tmp_path, row):
    if "stance.responses" in row:
        row = row | {"signals.responses.users": ["u"], "spans.responses.users": ["u"]}
    record = one(array(tmp_path / "x.json", row))
    assert (record.stance, record.signals, record.draft) == ("kind", ("bidder_support",), False)
    assert record.spans == (Marked(0, 17, "bidder_support"),)


def test_argilla_before_version_2_is_read(tmp_path):
    said = {"id": "1", "text": TEXT, "prediction": [["neutral", 0.9]], "annotation": ["kind", "inclusion"]}
    guessed = {
        "id": "2",
        "inputs": {"text": "A chair."},
        "prediction": [["neutral", 0.9], ["kind", 0.1]],
        "annotation": None,
    }
    read = read_labels(array(tmp_path / "x.json", said, guessed))
    assert [(r.stance, r.signals, r.draft) for r in read.records] == [
        ("kind", ("inclusion",), False),
        ("neutral", (), True),
    ]


def test_argilla_s_discarded_and_unsubmitted_responses_do_not_count(tmp_path):
    discarded = {"fields": {"text": "a"}, "status": "discarded", "responses": {}}
    unsent = {
        "fields": {"text": "b"},
        "responses": {"stance": [{"value": "kind", "user_id": "u", "status": "draft"}]},
        "suggestions": {"stance": {"value": "neutral"}},
    }
    read = read_labels(array(tmp_path / "x.json", discarded, unsent))
    assert read.left_out == {"discarded": 1}
    assert [(record.stance, record.draft) for record in read.records] == [("neutral", True)]


# DocBin


def test_a_docbin_from_elsewhere_is_read_from_its_categories_and_any_span_group(tmp_path):
    doc = spacy.blank("en")("Feedback is given to all.")
    doc.cats = {"kind": 0.9, "neutral": 0.1}
    doc.spans["sc"] = [Span(doc, 0, 3, label="bidder_support")]
    path = tmp_path / "x.spacy"
    path.write_bytes(DocBin(docs=[doc]).to_bytes())
    record = one(path)
    assert (record.id, record.stance, record.spans) == ("x-1", "kind", (Marked(0, 17, "bidder_support"),))


def test_a_file_that_is_no_docbin_is_refused(tmp_path):
    path = tmp_path / "x.spacy"
    path.write_bytes(b"not one")
    with pytest.raises(CorpusError, match=r"x\.spacy: it is no DocBin of spaCy"):
        read_labels(path)


# CSV


@pytest.mark.parametrize(
    "text", ["=1+1", "'=1+1", "''=1", "'quoted'", "-3 chairs", "@all", "  =SUM(A1)", "a\nb", 'say "x"']
)
def test_what_a_spreadsheet_would_run_is_made_harmless_and_comes_back(tmp_path, text):
    path = tmp_path / "x.csv"
    write_labels([Record("a", text, "neutral")], path, "csv")
    assert not any(cell.startswith(("=", "-", "@")) for cell in path.read_text(encoding="utf-8-sig").split(","))
    assert one(path).text == text


@pytest.mark.parametrize(
    "content",
    [
        "text,label,signals\nFeedback is given.,Kind,bidder_support\n",
        "Text;Stance;Signals\r\nFeedback is given.;kind;bidder_support\r\n",
        "id\ttext\tstance\tbidder_support\tinclusion\n1\tFeedback is given.\tkind\tx\t\n",
        '"text","labels"\n"Feedback is given.","kind, Bidder support"\n\n',
        "\ufefftext,stance,signals\nFeedback is given.,kind,\"['bidder_support']\"\n",
    ],
)
def test_tables_as_people_make_them_are_read(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content.encode("utf-8"))
    record = one(path)
    assert (record.text, record.stance, record.signals) == ("Feedback is given.", "kind", ("bidder_support",))


def test_a_table_saved_by_excel_in_western_windows_is_read(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes("text,stance\nCafé £5,neutral\n".encode("cp1252"))
    assert one(path).text == "Café £5"


def test_a_wrong_row_of_a_table_is_named_as_a_spreadsheet_numbers_it(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("text,stance\nA chair.,neutral\nWe listen.,kindly\n", encoding="utf-8")
    assert read_labels(path).faults[0].startswith("x.csv, row 3: unknown label 'kindly'")


def test_a_table_without_a_text_is_refused(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("one,two\n1,2\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="no column is called text or stance"):
        read_labels(path)


# All


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path):
    with pytest.raises(ReadError, match="there is no such file"):
        read_labels(tmp_path / "none.jsonl", "doccano")
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"\x80\x81")
    with pytest.raises(ReadError, match="it is not UTF-8"):
        read_labels(path, "doccano")


def test_an_array_that_is_broken_off_is_refused_with_its_line(tmp_path):
    path = tmp_path / "x.json"
    path.write_text('[{"data": {}},\n{"data"', encoding="utf-8")
    with pytest.raises(CorpusError, match="line 2 is not JSON"):
        read_labels(path, "label-studio")


def test_ten_megabytes_in_one_line_are_read(tmp_path):
    path = rows(tmp_path / "x.jsonl", {"text": "word " * 2_000_000, "cats": ["neutral"]})
    assert len(one(path, "doccano").text) == 10_000_000


def test_confirming_takes_the_mark_of_a_draft_off():
    assert [record.draft for record in confirmed([RECORD, DRAFT])] == [False, False]

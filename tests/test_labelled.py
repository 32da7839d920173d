import csv
import json

import pytest
from trained import excerpts

from kindtext.corpus import Corpus, Record, save_corpus
from kindtext.errors import CorpusError, ReadError
from kindtext.labelled import joined, read_labelled
from kindtext.training import faults_for_training

KIND, DULL, HARD = (
    "We will give feedback to every bidder.",
    "The lamps are 60 watts each and hang above the door.",
    "Late tenders will be rejected by the Authority.",
)


def table(path, rows, delimiter=",", encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)
    return path


def faults(path, **options):
    with pytest.raises(CorpusError) as raised:
        read_labelled([path], **options)
    return str(raised.value).splitlines()[1:]


ROWS = [["Excerpt", "Label", "Signals", "Source"], [KIND, "Kind", "bidder support; Partnership", "a"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_csv_is_read_however_it_was_saved(tmp_path, delimiter, encoding):
    rows = [*ROWS, ["The café’s doors are open; all may come, and sit.", "neutral", "", "b"]]
    first, second = read_labelled([table(tmp_path / "t.csv", rows, delimiter, encoding)]).corpus
    assert (first.text, first.stance, first.group) == (KIND, "kind", "a")
    assert first.signals == ("bidder_support", "partnership")
    assert second.text.startswith("The café’s doors")


def test_an_excel_sheet_is_read_below_its_title(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.create_sheet("Labels")
    for row in ([], ["Our labels"], [None], ["Ref", "Passage", "Stance", "strength"], [7, KIND, "KIND", 2.0]):
        book["Labels"].append(row)
    book.save(tmp_path / "t.xlsx")
    (record,) = read_labelled([tmp_path / "t.xlsx"]).corpus
    assert (record.id, record.text, record.stance, record.strength) == ("7", KIND, "kind", 2)


def test_parquet_and_json_lines_with_names_of_their_own_are_read(tmp_path):
    import pandas as pd

    rows = [{"wording": KIND, "verdict": "kind", "signals": ["bidder_support"]}]
    pd.DataFrame(rows).to_parquet(tmp_path / "t.parquet")
    (tmp_path / "t.jsonl").write_text(json.dumps(rows[0]) + "\n", encoding="utf-8")
    for name in ("t.parquet", "t.jsonl"):
        (record,) = read_labelled([tmp_path / name], stance_column="Verdict").corpus
        assert (record.stance, record.signals) == ("kind", ("bidder_support",))


def test_a_signal_may_have_a_column_of_its_own(tmp_path):
    path = table(tmp_path / "t.csv", [["text", "stance", "Fair work", "burden"], [KIND, "kind", "x", "0"]])
    assert read_labelled([path]).corpus.records[0].signals == ("fair_work",)


def test_all_faults_are_told_at_once_with_their_rows(tmp_path):
    rows = [
        ["text", "stance", "signals", "group"],
        [KIND, "kinde", "", "a"],
        [DULL, "kinde", "", "a"],
        ["", "kind", "", "a"],
        [HARD, "transactional", "fair wrok", "b"],
        ["The same words twice.", "kind", "", "a"],
        ["The same  words, twice", "neutral", "", "a"],
        ["One text in two groups.", "kind", "", "a"],
        ["One text in two groups.", "kind", "", "b"],
        ["No label yet.", "", "", "b"],
    ]
    told = faults(table(tmp_path / "t.csv", rows), check=faults_for_training)
    assert any(line.startswith("t.csv, rows 2 and 3: unknown stance 'kinde' (did you mean 'kind'?)") for line in told)
    assert any("row 4: a stance and no text" in line for line in told)
    assert any("row 5: unknown signal 'fair wrok' (did you mean 'fair_work'?)" in line for line in told)
    assert any("row 7: neutral, and the same text at t.csv, row 6 is kind" in line for line in told)
    assert any("row 9: the same text stands at t.csv, row 8 in another group" in line for line in told)
    assert any("at least 30" in line for line in told)
    assert len(told) == 6


def test_missing_columns_are_told_with_those_that_are_there(tmp_path):
    (told,) = faults(table(tmp_path / "t.csv", [["words", "verdict"], [KIND, "kind"]]))
    assert "no column for the text (name it with --text-column) and no column for the stance" in told
    assert told.endswith("the columns are words, verdict.")
    (told,) = faults(tmp_path / "t.csv", text_column="words", stance_column="judgement")
    assert "no column 'judgement'" in told


@pytest.mark.parametrize(
    ("name", "data"),
    [("t.xlsx", b"PK\x03\x04"), ("t.xlsx", b"hello"), ("t.parquet", b"PAR1"), ("t.csv", b"\x00\x01"), ("t.csv", b"")],
)
def test_what_cannot_be_read_is_named(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    with pytest.raises((ReadError, CorpusError), match=name):
        read_labelled([tmp_path / name])


def test_what_one_file_lacks_is_told_beside_the_faults_of_another(tmp_path):
    bad = table(tmp_path / "t.csv", [["text", "stance"], [KIND, "kinde"]])
    with pytest.raises(CorpusError) as raised:
        read_labelled([tmp_path / "none.csv", bad])
    assert "none.csv: there is no such file" in str(raised.value)
    assert "row 2: unknown stance" in str(raised.value)


def test_near_copies_without_a_group_get_one_and_others_their_own(tmp_path):
    text = (
        "The Council of {} will meet every supplier once a month and work with them to solve problems as they come up."
    )
    rows = [["text", "stance"], [text.format("Leeds"), "kind"], [text.format("York"), "kind"], [DULL, "neutral"]]
    read = read_labelled([table(tmp_path / "t.csv", rows)])
    assert read.corpus.groups == ["t-2", "t-2", "t-4"]
    assert "1 are near copies" in read.notes[0]


def test_rows_and_groups_of_two_files_stay_apart(tmp_path):
    rows = [["id", "text", "stance", "group"], ["1", KIND, "kind", "a"]]
    one = table(tmp_path / "one.csv", rows)
    two = table(tmp_path / "two.csv", [rows[0], ["1", DULL, "neutral", "a"]])
    corpus = read_labelled([one, two]).corpus
    assert [record.id for record in corpus] == ["1", "two:1"]
    assert corpus.groups == ["a", "two:a"]


def test_a_corpus_file_is_read_as_it_always_was(tmp_path):
    path = tmp_path / "c.jsonl"
    save_corpus(excerpts(20), path)
    assert read_labelled([path]).corpus.digest == excerpts(20).digest


def test_drafts_are_refused_unless_allowed(tmp_path):
    path = table(tmp_path / "t.csv", [["text", "stance", "draft"], [KIND, "kind", "true"]])
    assert "drafts" in faults(path)[0]
    assert len(read_labelled([path], drafts=True).corpus) == 1


def test_own_excerpts_win_over_a_base_and_keep_their_groups():
    base = Corpus("base", (Record("1", KIND, "kind", group="g"), Record("2", HARD, "transactional", group="g")))
    own = Corpus("own", (Record("2", KIND.upper(), "neutral", group="g"),))
    both = joined(base, own)
    assert [(r.id, r.stance, r.group) for r in both] == [("2", "transactional", "g"), ("own:2", "neutral", "own:g")]

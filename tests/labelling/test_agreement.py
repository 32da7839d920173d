import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from kindtext.corpus import Corpus, Record, Span
from kindtext.errors import CorpusError
from kindtext.labelling.adjudication import adjudicated, ask, read_sheet, settle, write_sheet
from kindtext.labelling.agreement import Pair, agreement, cohen_kappa, krippendorff_alpha

# Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), example C: four observers, twelve units.
FOUR_OBSERVERS = [
    (1, 1, None, 1),
    (2, 2, 3, 2),
    (3, 3, 3, 3),
    (3, 3, 3, 3),
    (2, 2, 2, 2),
    (1, 2, 3, 4),
    (4, 4, 4, 4),
    (1, 1, 2, 1),
    (2, 2, 2, 2),
    (None, 5, 5, 5),
    (None, None, 1, 1),
    (None, None, 3, None),
]


def record(name, stance="kind", signals=(), **more):
    strength = 0 if stance == "neutral" else 1
    return Record(name, f"The text of {name}.", stance, tuple(signals), strength=strength, **more)


def corpora(*pairs):
    return tuple(Corpus(name, tuple(each)) for name, each in zip("ab", zip(*pairs, strict=True), strict=True))


# The coefficients


def test_alpha_is_that_of_the_published_example():
    assert round(krippendorff_alpha(FOUR_OBSERVERS), 3) == 0.743


def test_alpha_of_two_observers_is_that_of_the_published_example():
    # Example A of the same paper: two observers, ten units, binary; alpha is 0.095.
    meg = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    owen = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert round(krippendorff_alpha(zip(meg, owen, strict=True)), 3) == 0.095


@given(st.lists(st.tuples(st.sampled_from("knt"), st.sampled_from("knt")), min_size=2, max_size=40))
def test_kappa_is_scikit_learn_s(said):
    a, b = zip(*said, strict=True)
    if len({*a, *b}) > 1:
        assert cohen_kappa(a, b) == pytest.approx(cohen_kappa_score(a, b))


def test_where_both_always_say_the_same_thing_there_is_no_coefficient():
    assert math.isnan(cohen_kappa("kk", "kk")) and math.isnan(cohen_kappa("", ""))
    assert math.isnan(krippendorff_alpha([("k", "k"), ("k", "k")])) and math.isnan(krippendorff_alpha([("k", None)]))


# Two files


def test_passages_are_matched_by_their_words_and_not_by_ids():
    a, b = corpora((record("x"), replace(record("x", "neutral"), id="7", text="The  text of\nx.")))
    (pair,) = agreement(a, b).pairs
    assert (pair.a.id, pair.b.id, pair.stance_differs) == ("x", "7", True)


def test_what_one_alone_labelled_is_counted():
    a = Corpus("a", (record("x"), record("y"), record("z")))
    b = Corpus("b", (record("x"), record("w")))
    result = agreement(a, b)
    assert (len(result.pairs), result.only_a, result.only_b) == (1, 2, 1)


def test_files_without_a_passage_in_common_are_refused():
    with pytest.raises(CorpusError, match="a and b: no passage is in both"):
        agreement(Corpus("a", (record("x"),)), Corpus("b", (record("y"),)))


def test_agreement_is_measured_by_stance_and_by_signal():
    a, b = corpora(
        (record("1", "kind", ["inclusion"]), record("1", "kind", ["inclusion"])),
        (record("2", "kind"), record("2", "neutral")),
        (record("3", "neutral"), record("3", "neutral")),
        (record("4", "transactional", ["sanction"]), record("4", "transactional")),
    )
    result = agreement(a, b)
    assert result.stance.same == 0.75 and result.stances["transactional"].kappa == 1
    assert (result.stances["kind"].a, result.stances["kind"].b) == (2, 1)
    assert result.signals["inclusion"].kappa == 1 and result.signals["sanction"].kappa == 0
    low, high = result.stance.interval
    assert low <= result.stance.kappa <= high
    assert [pair.a.id for pair in result.disagreements] == ["2", "4"]


def test_a_disputed_signal_counts_neither_way():
    a, b = corpora(
        (record("1", signals=["inclusion"]), record("1", signals=["inclusion"])),
        (record("2", disputed=("inclusion",)), record("2", signals=["inclusion"])),
        (record("3"), record("3")),
    )
    result = agreement(a, b)
    assert result.signals["inclusion"].passages == 2 and result.disagreements == []


# Settling


def test_a_signal_that_one_alone_marked_is_disputed_until_settled():
    pair = Pair(record("x", signals=["inclusion", "fair_work"]), record("x", signals=["fair_work"], draft=True))
    merged = settle(pair)
    assert (merged.signals, merged.disputed, merged.draft) == (("fair_work",), ("inclusion",), False)
    assert settle(pair, "b") == record("x", signals=["fair_work"])


def test_spans_of_both_are_kept():
    spans = (Span(0, 3, "inclusion"),), (Span(4, 8, "inclusion"),)
    pair = Pair(*(record("x", signals=["inclusion"], spans=each) for each in spans))
    assert settle(pair).spans == (*spans[0], *spans[1])


def test_where_stances_differ_nothing_is_made_without_a_decision():
    pair = Pair(record("x"), record("x", "neutral"))
    assert settle(pair) is None
    assert settle(pair, "transactional").strength == 1 and settle(pair, "neutral").strength == 0
    assert settle(pair, "a").stance == "kind"
    records, left_out = adjudicated([pair, Pair(record("y"), record("y"))], {})
    assert ([r.id for r in records], left_out) == (["y"], 1)


def test_disagreements_are_settled_key_by_key_and_taken_back():
    pairs = [Pair(record(name), record(name, "neutral")) for name in "vwxyz"]
    shown, keys = [], list("abusz!tq")
    decisions = ask(pairs, lambda: keys.pop(0), lambda pair, number, of: shown.append((pair.a.id, number, of)))
    assert decisions == {"v": "a", "x": "transactional"}
    assert shown[:4] == [("v", 1, 5), ("w", 2, 5), ("x", 3, 5), ("w", 2, 5)]


def test_a_table_is_written_filled_in_and_read(tmp_path):
    pairs = [Pair(record(name), record(name, "neutral")) for name in ("=x", "y", "z")]
    path = tmp_path / "open.csv"
    write_sheet(pairs, path, {"z": "b"})
    text = path.read_text(encoding="utf-8-sig")
    assert "'=x,," in text
    path.write_text(text.replace("'=x,,", "'=x,K,").replace("y,,", "y,A,"), encoding="utf-8")
    assert read_sheet(path, pairs) == {"=x": "kind", "y": "a", "z": "b"}


def test_a_table_that_excel_saved_with_semicolons_is_read(tmp_path):
    path = tmp_path / "open.csv"
    path.write_text("id;decision;text\nx;b;words\n", encoding="utf-8")
    assert read_sheet(path, [Pair(record("x"), record("x", "neutral"))]) == {"x": "b"}


def test_wrong_rows_of_a_table_are_named(tmp_path):
    path = tmp_path / "open.csv"
    path.write_text("id,decision\nx,maybe\nnone,a\nx,\n", encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        read_sheet(path, [Pair(record("x"), record("x", "neutral"))])
    assert "2 fault(s)" in str(caught.value)
    assert "row 2: decision 'maybe'" in str(caught.value) and "row 3: id 'none'" in str(caught.value)
    path.write_text("name,choice\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="it needs the columns id and decision"):
        read_sheet(path, [])

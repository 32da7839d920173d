import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kindtext.corpus import (
    LONGEST,
    REGISTERS,
    SHORTEST,
    STANCES,
    Corpus,
    Record,
    check_corpus,
    corpus_stats,
    load_corpus,
    save_corpus,
    signal_table,
    wording_table,
)
from kindtext.errors import CorpusError, ReadError
from kindtext.lexicon import load_lexicon

EXCERPTS = Path(__file__).parents[1] / "corpora" / "excerpts"
SIGNALS = list(load_lexicon().signals)
ONE = {"id": "a", "text": "We will listen.", "stance": "kind", "strength": 1, "group": "g"}


def words(start, count):
    """A text of so many words that no text with another start shares."""
    return " ".join(f"word{start}x{i}" for i in range(count))


def good(name, start=None, **changes):
    text = words(name if start is None else start, 20)
    return {"id": name, "text": text, "stance": "neutral", "strength": 0, "group": f"g-{name}"} | changes


def write(path, *records):
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def without(record, key):
    return {k: v for k, v in record.items() if k != key}


# Loading


def test_records_are_loaded_in_the_order_of_files_and_lines(tmp_path):
    write(tmp_path / "b.jsonl", good("c"))
    write(tmp_path / "a.jsonl", good("b"), "", good("a"))
    write(tmp_path / "notes.txt", "not a record")
    corpus = load_corpus(tmp_path)
    assert [record.id for record in corpus] == ["b", "a", "c"]
    assert (corpus.name, len(corpus)) == (tmp_path.name, 3)
    assert corpus.texts == [words("b", 20), words("a", 20), words("c", 20)]
    assert corpus.y == ["neutral"] * 3


def test_a_corpus_may_be_one_file(tmp_path):
    path = write(tmp_path / "mine.jsonl", ONE)
    corpus = load_corpus(str(path))
    assert (corpus.name, corpus.records) == (
        "mine.jsonl",
        (Record("a", "We will listen.", "kind", strength=1, group="g"),),
    )


def test_what_a_record_leaves_out_is_at_its_default(tmp_path):
    (record,) = load_corpus(write(tmp_path / "a.jsonl", {"id": "a", "text": "A chair.", "stance": "neutral"}))
    assert record == Record("a", "A chair.", "neutral", (), (), 0, "notice", "general", "", False, None, False)


def test_a_record_without_a_group_is_its_own(tmp_path):
    corpus = load_corpus(write(tmp_path / "a.jsonl", good("a", group=""), without(good("b"), "group"), good("c")))
    assert corpus.groups == ["a", "b", "g-c"]


def test_letters_and_line_separators_inside_a_text_come_through(tmp_path):
    text = "Zażółć £5 \u2028 \x85 \u2029 done"
    (record,) = load_corpus(write(tmp_path / "a.jsonl", json.dumps(ONE | {"text": text}, ensure_ascii=False)))
    assert record.text == text


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        ("{", "it is not JSON (Expecting property name enclosed in double quotes, column 2); write one object a line."),
        ("no", "it is not JSON (Expecting value, column 1); write one object a line."),
        ("[" * 100_000, "maximum recursion depth exceeded"),
        ("[1]", "a record is a JSON object with id, text and stance."),
        ('"text"', "a record is a JSON object with id, text and stance."),
        (ONE | {"stanse": "kind"}, "unknown key 'stanse' (did you mean 'stance'?)."),
        (ONE | {"xyzzy": 1}, "unknown key 'xyzzy'."),
        (without(ONE, "id"), "'id' is missing or no text."),
        (without(ONE, "text"), "'text' is missing or no text."),
        (without(ONE, "stance"), "'stance' is missing or no text."),
        (ONE | {"id": 7}, "'id' is missing or no text."),
        (ONE | {"text": " \n"}, "'text' is missing or no text."),
        (ONE | {"stance": None}, "'stance' is missing or no text."),
        (
            ONE | {"stance": "kindly"},
            "unknown stance 'kindly' (did you mean 'kind'?); use kind, neutral, transactional.",
        ),
        (ONE | {"signals": "fair_work"}, "'signals' is not a list of different ids."),
        (ONE | {"signals": ["fair_work", "fair_work"]}, "'signals' is not a list of different ids."),
        (ONE | {"disputed": None}, "'disputed' is not a list of different ids."),
        (ONE | {"signals": ["fair_works"]}, "unknown signal 'fair_works' (did you mean 'fair_work'?); use "),
        (ONE | {"disputed": [["x"]]}, "unknown signal ['x']; use "),
        (ONE | {"register": "tender"}, "unknown register 'tender'"),
        (ONE | {"register": None}, "unknown register None; use notice, itt, "),
        (ONE | {"strength": 3}, "strength is 3; write 0, 1 or 2."),
        (ONE | {"strength": "1"}, "strength is '1'; write 0, 1 or 2."),
        (ONE | {"strength": True}, "strength is True; write 0, 1 or 2."),
        (ONE | {"strength": 0}, "strength 0 with stance kind; neutral has 0, the others 1 or 2."),
        (without(ONE, "strength"), "strength 0 with stance kind; neutral has 0, the others 1 or 2."),
        (ONE | {"stance": "neutral"}, "strength 1 with stance neutral; neutral has 0, the others 1 or 2."),
        (ONE | {"mixed": "yes"}, "'mixed' is 'yes'; write true or false."),
        (ONE | {"stock": 1}, "'stock' is 1; write true or false."),
        (ONE | {"sector": 5}, "'sector' is no text."),
        (ONE | {"sector": 0}, "'sector' is no text."),
        (ONE | {"group": None}, "'group' is no text."),
        (ONE | {"pair": ["a"]}, "'pair' is no text."),
    ],
)
def test_a_wrong_record_is_named_with_file_line_and_fault(tmp_path, record, fault):
    path = write(tmp_path / "mine.jsonl", good("first"), "", record, good("last"))
    (found,) = check_corpus(path)
    assert found.startswith(f"mine.jsonl:3: {fault}") and "\n" not in found
    with pytest.raises(CorpusError) as caught:
        load_corpus(path)
    assert str(caught.value) == f"{path}: 1 fault(s):\n{found}"


def test_an_id_that_stands_twice_is_named_with_both_places(tmp_path):
    write(tmp_path / "a.jsonl", good("x"))
    write(tmp_path / "b.jsonl", good("y"), good("x", start="z"))
    assert check_corpus(tmp_path) == ["b.jsonl:2: id 'x' stands at a.jsonl:1 already."]


def test_a_file_that_is_not_utf8_is_named_and_the_others_are_read(tmp_path):
    (tmp_path / "a.jsonl").write_bytes('{"id": "café"}'.encode("latin-1"))
    write(tmp_path / "b.jsonl", "{")
    assert [fault.split(";")[0][:32] for fault in check_corpus(tmp_path)] == [
        "a.jsonl: it is not UTF-8",
        "b.jsonl:1: it is not JSON (Expec",
    ]


@pytest.mark.parametrize("text", ["", "\n\n  \n"])
def test_a_corpus_without_a_record_is_refused(tmp_path, text):
    (tmp_path / "a.jsonl").write_text(text, encoding="utf-8")
    assert check_corpus(tmp_path / "a.jsonl") == ["a.jsonl: it holds no record."]


def test_a_folder_without_a_corpus_file_is_refused(tmp_path):
    with pytest.raises(ReadError, match=r"no \*\.jsonl file in the folder; a corpus is JSON Lines"):
        load_corpus(tmp_path)


def test_a_corpus_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ReadError, match="there is no such file or folder; name a corpus such as"):
        check_corpus(tmp_path / "none")


def test_only_the_first_faults_are_listed_with_the_command_that_lists_all(tmp_path):
    path = write(tmp_path / "a.jsonl", *["{}"] * 25)
    with pytest.raises(CorpusError) as caught:
        load_corpus(path)
    first, *lines, last = str(caught.value).split("\n")
    assert first == f"{path}: 25 fault(s):" and len(lines) == 20
    assert last == f"... and 5 more; 'kindtext corpus check {path}' lists them all."


# Checking


def test_a_corpus_in_order_has_no_fault(tmp_path):
    path = write(
        tmp_path / "a.jsonl",
        good("a"),
        good("b", stance="kind", strength=2, pair="p", group="pair"),
        good("c", stance="neutral", pair="p", group="pair"),
        good("d", stance="transactional", strength=1, mixed=True, signals=["sanction"], disputed=["burden"]),
        good("e", text=words("e", SHORTEST)),
        good("f", text=words("f", LONGEST)),
    )
    assert check_corpus(path) == []


@pytest.mark.parametrize("count", [SHORTEST - 1, LONGEST + 1])
def test_a_text_too_short_or_too_long_is_named(tmp_path, count):
    path = write(tmp_path / "a.jsonl", good("a", text=words("a", count)))
    assert check_corpus(path) == [f"a.jsonl:1: {count} words; an excerpt has 15 to 150."]


def test_a_record_without_a_group_is_named(tmp_path):
    path = write(tmp_path / "a.jsonl", without(good("a"), "group"))
    assert check_corpus(path) == ["a.jsonl:1: no group; excerpts of one imagined source share one."]


KIND = {"stance": "kind", "strength": 1, "group": "g", "pair": "p"}
PLAIN = {"stance": "neutral", "strength": 0, "group": "g", "pair": "p"}


@pytest.mark.parametrize(
    ("members", "fault"),
    [
        ([KIND], "pair 'p' has 1 member(s); a pair has two."),
        ([KIND, PLAIN, PLAIN], "pair 'p' has 3 member(s); a pair has two."),
        ([KIND, KIND], "pair 'p' does not differ in stance."),
        ([KIND, PLAIN | {"group": "h"}], "pair 'p' is split over two groups."),
    ],
)
def test_a_pair_is_two_records_of_one_group_that_differ_in_stance(tmp_path, members, fault):
    records = [good(f"m{number}", **member) for number, member in enumerate(members)]
    assert check_corpus(write(tmp_path / "a.jsonl", good("x"), *records)) == [f"a.jsonl:2: {fault}"]


def test_the_same_text_is_found_whatever_its_capitals_and_punctuation(tmp_path):
    text = "We pay within 30 days, of the date of an invoice: in full and to the person who sent it."
    same = text.upper().replace(",", " -").replace("30 days", "30\ndays")
    path = write(tmp_path / "a.jsonl", good("a", text=text, group="g"), good("x"), good("b", text=same, group="g"))
    assert check_corpus(path) == ["a.jsonl:3: the same text stands at a.jsonl:1."]


def shared(count):
    """Two texts that share so many words in a row."""
    return [f"{words(name, 10)} {words('s', count)} {words(name + 'z', 10)}" for name in ("one", "two")]


@pytest.mark.parametrize("count", [7, 8, 9])
def test_eight_words_in_a_row_in_two_groups_are_found_once(tmp_path, count):
    one, two = shared(count)
    path = write(tmp_path / "a.jsonl", good("a", text=one), good("b", text=two))
    run = words("s", 8)
    expected = f"a.jsonl:2: shares '{run}' with a.jsonl:1; reword one, or mark one as stock."
    assert check_corpus(path) == ([expected] if count >= 8 else [])


@pytest.mark.parametrize("changes", [[{"group": "g"}, {"group": "g"}], [{"stock": True}, {}], [{}, {"stock": True}]])
def test_words_may_be_shared_within_a_group_and_with_stock_wording(tmp_path, changes):
    one, two = shared(10)
    path = write(tmp_path / "a.jsonl", good("a", text=one, **changes[0]), good("b", text=two, **changes[1]))
    assert check_corpus(path) == []


def test_records_without_a_group_are_not_of_one_group(tmp_path):
    one, two = shared(8)
    path = write(tmp_path / "a.jsonl", good("a", text=one, group=""), good("b", text=two, group=""))
    assert [fault for fault in check_corpus(path) if "shares" in fault]


def test_all_faults_are_found_at_once(tmp_path):
    path = write(tmp_path / "a.jsonl", without(good("a", text="Too short."), "group"), good("b", pair="p"))
    assert len(check_corpus(path)) == 3


def test_the_excerpts_that_are_shipped_are_in_order():
    assert check_corpus(EXCERPTS) == []


def test_the_excerpts_that_are_shipped_show_every_stance_register_and_signal():
    corpus = load_corpus(EXCERPTS)
    assert set(corpus.y) == set(STANCES)
    assert {record.register for record in corpus} == set(REGISTERS)
    assert {signal for record in corpus for signal in record.signals} == set(SIGNALS)


# Digest, frame and counts


def test_a_digest_does_not_depend_on_how_records_are_split_over_files(tmp_path):
    records = [good("a"), good("b", signals=["burden"]), good("c")]
    whole = load_corpus(write(tmp_path / "whole.jsonl", *records))
    (tmp_path / "parts").mkdir()
    write(tmp_path / "parts" / "1.jsonl", records[0])
    write(
        tmp_path / "parts" / "2.jsonl", "", json.dumps(dict(reversed(records[1].items()))), "", json.dumps(records[2])
    )
    assert load_corpus(tmp_path / "parts").digest == whole.digest


def test_a_digest_changes_with_any_label_text_or_order():
    records = [Record("a", "We listen.", "kind", strength=1), Record("b", "A chair.", "neutral")]
    changes = [
        Record("a", "We will listen.", "kind", strength=1),
        Record("a", "We listen.", "transactional", strength=1),
        Record("a", "We listen.", "kind", strength=2),
        Record("a", "We listen.", "kind", ("inclusion",), strength=1),
        Record("a", "We listen.", "kind", (), ("inclusion",), strength=1),
        Record("a", "We listen.", "kind", strength=1, mixed=True),
        Record("a", "We listen.", "kind", strength=1, stock=True),
        Record("a", "We listen.", "kind", strength=1, pair="p"),
        Record("a", "We listen.", "kind", strength=1, group="g"),
    ]
    digests = [Corpus("x", (first, records[1])).digest for first in [records[0], *changes]]
    digests.append(Corpus("x", tuple(reversed(records))).digest)
    assert len(set(digests)) == len(digests)
    assert Corpus("another name", tuple(records)).digest == digests[0]


def test_a_frame_has_a_row_a_record_and_a_column_a_key():
    frame = Corpus("x", (Record("a", "We listen.", "kind", ("inclusion",), strength=1),)).to_frame()
    assert list(frame.columns)[:4] == ["id", "text", "stance", "signals"]
    assert frame.loc[0, "signals"] == ("inclusion",) and len(frame) == 1
    assert list(Corpus("x", ()).to_frame().columns) == list(frame.columns)


def test_counts_are_those_of_a_small_corpus():
    corpus = Corpus(
        "small",
        (
            Record("a", "one two three", "kind", ("inclusion", "fair_work"), strength=1, register="itt", sector="care"),
            Record("b", "one two three four five", "kind", ("inclusion",), strength=2, register="itt", sector="works"),
            Record("c", "one", "neutral", register="notice", sector="care"),
            Record("d", "one two", "transactional", ("burden",), ("sanction",), 1, "itt", "care"),
        ),
    )
    stats = corpus_stats(corpus)
    assert stats["stance"].to_dict("index") == {
        "kind": {"excerpts": 2, "share": 0.5, "weak": 0.5, "median words": 4.0},
        "neutral": {"excerpts": 1, "share": 0.25, "weak": 0.0, "median words": 1.0},
        "transactional": {"excerpts": 1, "share": 0.25, "weak": 1.0, "median words": 2.0},
    }
    assert stats["signal"]["excerpts"].to_dict() == {"burden": 1, "fair_work": 1, "inclusion": 2}
    assert stats["register"].loc["itt"].to_dict() == {"kind": 2, "neutral": 0, "transactional": 1, "All": 3}
    assert stats["sector"].loc["care"].to_dict() == {"kind": 1, "neutral": 1, "transactional": 1, "All": 3}
    assert stats["sector"].loc["All", "All"] == 4


def test_counts_of_an_empty_corpus_are_empty():
    stats = corpus_stats(Corpus("none", ()))
    assert len(stats["stance"]) == len(stats["signal"]) == 0


# Saving

some = st.text(min_size=1, max_size=30).filter(str.strip)
signals = st.lists(st.sampled_from(SIGNALS), unique=True, max_size=3).map(tuple)
records = st.one_of(
    [
        st.builds(
            Record,
            id=some,
            text=some,
            stance=st.just(stance),
            signals=signals,
            disputed=signals,
            strength=st.sampled_from([0] if stance == "neutral" else [1, 2]),
            register=st.sampled_from(REGISTERS),
            sector=st.text(max_size=9),
            group=st.text(max_size=9),
            mixed=st.booleans(),
            pair=st.none() | some,
            stock=st.booleans(),
        )
        for stance in STANCES
    ]
)


@given(st.lists(records, min_size=1, max_size=5, unique_by=lambda record: record.id))
def test_what_is_saved_is_what_is_loaded(tmp_path_factory, chosen):
    path = tmp_path_factory.getbasetemp() / "saved.jsonl"
    save_corpus(chosen, path)
    loaded = load_corpus(path)
    assert loaded.records == tuple(chosen)
    assert loaded.digest == Corpus("x", tuple(chosen)).digest


def test_saving_writes_a_record_a_line_and_leaves_nothing_else(tmp_path):
    save_corpus([Record("a", "Zażółć\ngęślą", "neutral"), Record("b", "x", "neutral", pair="p")], tmp_path / "a.jsonl")
    lines = (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["a", "b"] and "Zażółć" in lines[0]
    assert "pair" not in json.loads(lines[0]) and json.loads(lines[1])["pair"] == "p"
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


def test_a_save_that_fails_leaves_the_old_file_whole(tmp_path, monkeypatch):
    path = tmp_path / "a.jsonl"
    save_corpus([Record("a", "old", "neutral")], path)
    before = path.read_bytes()

    def breaking():
        yield Record("b", "new", "neutral")
        raise RuntimeError("the source broke")

    with pytest.raises(RuntimeError, match="the source broke"):
        save_corpus(breaking(), path)
    assert path.read_bytes() == before

    def half(self, text, **options):
        self.write_bytes(text[: len(text) // 2].encode("utf-8"))
        raise OSError("no space left on the device")

    monkeypatch.setattr(Path, "write_text", half)
    with pytest.raises(OSError, match="no space"):
        save_corpus([Record("b", "new", "neutral")], path)
    assert path.read_bytes() == before


def test_the_wording_table_counts_stances_by_the_poles_of_standing_signals():
    texts = [
        "Late tenders will be rejected.",
        "No feedback will be given.",
        "We will give feedback to every bidder.",
        "The lamps are 60 watts.",
    ]
    table = wording_table(texts, ["transactional", "transactional", "kind", "neutral"])
    assert table["passages"].to_dict() == {"kind only": 1, "transactional only": 1, "both": 0, "none": 2}
    assert table.loc["none", ["kind", "neutral", "transactional"]].tolist() == [0, 0.5, 0.5]


def test_a_near_miss_has_a_signals_telling_words_and_not_the_signal():
    def record(i, text, signals):
        return Record(f"r{i}", text, "kind" if signals else "neutral", tuple(signals), strength=1 if signals else 0)

    has = [record(i, f"Residents shape the garden with pride number {i}.", ["community_engagement"]) for i in range(12)]
    without = [record(20 + i, f"The boiler was serviced in year {i}.", []) for i in range(20)]
    tempting = [record(50, "A list of residents and of the garden tools.", [])]
    table = signal_table(Corpus("c", (*has, *without, *tempting)))
    assert table.loc["community_engagement", ["excerpts", "near misses"]].tolist() == [12, 1]
    assert "resident" in table.loc["community_engagement", "telling words"].split(", ")

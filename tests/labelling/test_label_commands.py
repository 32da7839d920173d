import io
import json
import sys
from typing import NamedTuple

import pytest
from trained import small_model

from kindtext import cli
from kindtext.corpus import Record, Span, load_corpus, save_corpus

KIND = (
    "We will involve local residents in the design of the service and give feedback to every bidder. "
    "Staff are paid at least the real Living Wage, and we meet every month to solve problems together.\n"
)
HARD = (
    "Late tenders will be rejected and the Authority accepts no liability for any costs. The Contractor shall "
    "indemnify the Authority, which may terminate the Contract at its sole discretion without compensation.\n"
)
HOSTILE = (
    "<script>alert(1)</script> [bold]not markup[/bold] \x1b[2J\x1b]0;title\x07 \u202ereversed =1+1 and enough plain "
    "words for this passage to be asked about by the command.\n"
)


class Ran(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory):
    return small_model().save(tmp_path_factory.mktemp("models") / "small")


@pytest.fixture(autouse=True)
def default_is_the_small_model(model_folder, monkeypatch):
    monkeypatch.setenv("KINDTEXT_MODEL", str(model_folder))


@pytest.fixture
def kindtext(monkeypatch, capsys, tmp_path):
    """Run the command in this process and in a folder of its own, with keys for input."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, keys=""):
        monkeypatch.setattr(sys, "argv", ["kindtext", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(keys))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return Ran(ended.value.code or 0, out, err)

    return run


@pytest.fixture
def tenders(tmp_path):
    folder = tmp_path / "tenders"
    folder.mkdir()
    (folder / "hard.txt").write_text(HARD, encoding="utf-8")
    (folder / "kind.txt").write_text(KIND, encoding="utf-8")
    return folder


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# kindtext label


def test_label_asks_saves_and_goes_on(kindtext, tenders, tmp_path):
    ran = kindtext("label", tenders, "-o", "labels.jsonl", keys="k2\nq")
    assert ran.code == 0 and "1 labelled now, 1 in labels.jsonl, 1 left" in ran.err
    assert "Which stance?" in ran.err and "model:" not in ran.err
    again = kindtext("label", tenders, "-o", "labels.jsonl", keys="?n\n")
    assert "1 labelled now, 2 in labels.jsonl, 0 left" in again.err and "model: kind" in again.err
    assert [record["stance"] for record in lines(tmp_path / "labels.jsonl")] == ["kind", "neutral"]


def test_label_shows_hostile_text_as_text(kindtext, tmp_path):
    save_corpus([Record("\x1b[2J", HOSTILE, "neutral", group="\x1b]0;title\x07", draft=True)], tmp_path / "bad.jsonl")
    ran = kindtext("label", "bad.jsonl", "-o", "labels.jsonl", keys="q")
    assert "<script>alert(1)</script> [bold]not markup[/bold]" in ran.err
    assert not {"\x1b", "\x07", "\u202e"} & set(ran.err)


def test_label_names_what_it_cannot_read_and_does_the_rest(kindtext, tenders):
    ran = kindtext("label", "none.pdf", tenders, "-o", "labels.jsonl", keys="n\n")
    assert ran.code == 1 and "none.pdf" in ran.err and "1 labelled now" in ran.err


def test_label_without_a_passage_says_so(kindtext, tmp_path):
    (tmp_path / "short.txt").write_text("Too short.", encoding="utf-8")
    ran = kindtext("label", "short.txt", "-o", "labels.jsonl")
    assert ran.code == 1 and "no passage of 15 to 150 words" in ran.err
    assert not (tmp_path / "labels.jsonl").exists()


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (["-o", "tenders/hard.txt"], "this is one of the inputs"),
        (["-o", "labels.jsonl", "--register", "novel"], "there is no such register; use notice, itt"),
    ],
)
def test_label_refuses_wrong_usage(kindtext, tenders, options, what):
    ran = kindtext("label", "tenders/hard.txt", *options)
    assert ran.code == 2 and what in ran.err
    assert (tenders / "hard.txt").read_text(encoding="utf-8") == HARD


# kindtext corpus suggest


def test_drafts_are_suggested_refused_by_load_and_confirmed(kindtext, tenders, tmp_path):
    ran = kindtext("corpus", "suggest", tenders, "-o", "drafts.jsonl", "--sector", "care")
    assert ran.code == 0 and "2 drafts in drafts.jsonl; confirm them with 'kindtext label drafts.jsonl" in ran.err
    drafts = lines(tmp_path / "drafts.jsonl")
    assert all(record["draft"] and record["spans"] and record["sector"] == "care" for record in drafts)
    assert {record["stance"] for record in drafts} == {"kind", "transactional"}
    assert kindtext("corpus", "check", "drafts.jsonl").code == 0
    stats = kindtext("corpus", "stats", "drafts.jsonl")
    assert "2 of 2 records are drafts" in stats.err
    labelled = kindtext("label", "drafts.jsonl", "-o", "labels.jsonl", keys="\nt1\n")
    assert "draft: " in labelled.err and "2 labelled now" in labelled.err
    corpus = load_corpus(tmp_path / "labels.jsonl")
    assert len(corpus) == 2 and corpus.records[0].sector == "care"


# kindtext corpus convert


@pytest.mark.parametrize(
    ("name", "options"),
    [("x.csv", []), ("x.spacy", []), ("x.json", ["--to", "label-studio"]), ("x.jsonl", ["--to", "prodigy"])],
)
def test_convert_there_and_back_gives_the_same_file(kindtext, tmp_path, name, options):
    record = Record("a", "=Feedback is given.", "kind", ("inclusion",), strength=2, spans=(Span(1, 9, "inclusion"),))
    save_corpus([record], tmp_path / "labels.jsonl")
    there = kindtext("corpus", "convert", "labels.jsonl", name, *options)
    assert there.code == 0 and f"1 records in {name}" in there.err
    assert ("<View>" in there.out) == ("label-studio" in options)
    assert kindtext("corpus", "convert", name, "back.jsonl").code == 0
    assert (tmp_path / "back.jsonl").read_bytes() == (tmp_path / "labels.jsonl").read_bytes()


def test_convert_writes_nothing_where_rows_are_wrong_unless_told_to_go_on(kindtext, tmp_path):
    rows = [
        {"text": "A chair.", "cats": ["neutral"]},
        {"text": "We listen.", "cats": ["kindly"]},
        {"text": "x", "cats": []},
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    ran = kindtext("corpus", "convert", "in.jsonl", "out.jsonl")
    assert ran.code == 1 and "kindtext: in.jsonl, row 2: unknown label 'kindly'" in ran.err
    assert "1 row left out: not labelled yet" in ran.err and "--keep-going" in ran.err
    assert not (tmp_path / "out.jsonl").exists()
    assert kindtext("corpus", "convert", "in.jsonl", "out.jsonl", "--keep-going").code == 1
    assert [record["stance"] for record in lines(tmp_path / "out.jsonl")] == ["neutral"]


def test_convert_takes_drafts_as_confirmed_when_told(kindtext, tmp_path):
    save_corpus([Record("a", "A chair.", "neutral", draft=True)], tmp_path / "drafts.jsonl")
    assert "1 of them drafts" in kindtext("corpus", "convert", "drafts.jsonl", "x.jsonl").err
    kindtext("corpus", "convert", "drafts.jsonl", "x.jsonl", "--confirmed")
    assert len(load_corpus(tmp_path / "x.jsonl")) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "what"),
    [
        (["in.jsonl", "x", "--to", "prodgy"], 2, "did you mean 'prodigy'"),
        (["in.jsonl", "in.jsonl"], 2, "this is one of the inputs"),
        (["none.jsonl", "x"], 1, "none.jsonl: there is no such file"),
    ],
)
def test_convert_refuses_wrong_usage(kindtext, tmp_path, arguments, code, what):
    save_corpus([Record("a", "A chair.", "neutral")], tmp_path / "in.jsonl")
    ran = kindtext("corpus", "convert", *arguments)
    assert ran.code == code and what in ran.err and ran.err.count("\n") == 1


# kindtext corpus agreement


@pytest.fixture
def two_labellers(tmp_path):
    texts = [f"The text of passage {i}." for i in range(6)]
    ann = [Record(str(i), text, "kind", strength=1) for i, text in enumerate(texts)]
    ben = [Record(str(i), text, "kind" if i > 1 else "neutral", strength=int(i > 1)) for i, text in enumerate(texts)]
    save_corpus(ann, tmp_path / "ann.jsonl")
    save_corpus(ben, tmp_path / "ben.jsonl")
    return "ann.jsonl", "ben.jsonl"


def test_agreement_shows_coefficients_and_disagreements_side_by_side(kindtext, two_labellers):
    ran = kindtext("corpus", "agreement", *two_labellers)
    assert ran.code == 0 and "6 passages labelled by both" in ran.out and "2 disagreements" in ran.out
    assert "The text of passage 0." in ran.out and "A: ann.jsonl" in ran.out and "kind 1: no signal" in ran.out
    as_json = json.loads(kindtext("corpus", "agreement", *two_labellers, "--format", "json").out)
    assert as_json["stance"]["same"] == pytest.approx(4 / 6) and len(as_json["disagreements"]) == 2


def test_agreement_is_adjudicated_key_by_key(kindtext, two_labellers, tmp_path):
    ran = kindtext("corpus", "agreement", *two_labellers, "-o", "both.jsonl", "--ask", keys="bs")
    assert "5 records in both.jsonl; 1 left out" in ran.err
    assert [record["stance"] for record in lines(tmp_path / "both.jsonl")].count("neutral") == 1


def test_agreement_is_adjudicated_by_a_table(kindtext, two_labellers, tmp_path):
    first = kindtext("corpus", "agreement", *two_labellers, "--decisions", "open.csv")
    assert "open.csv: 2 disagreements, 2 still open" in first.err
    sheet = tmp_path / "open.csv"
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("0,,kind", "0,t,kind").replace("1,,kind", "1,a,kind"))
    ran = kindtext("corpus", "agreement", *two_labellers, "--decisions", "open.csv", "-o", "both.jsonl")
    assert ran.code == 0 and "6 records in both.jsonl" in ran.err
    assert [r["stance"] for r in lines(tmp_path / "both.jsonl")] == ["transactional", *["kind"] * 5]


def test_agreement_never_writes_over_an_input(kindtext, two_labellers):
    ran = kindtext("corpus", "agreement", *two_labellers, "-o", "ann.jsonl")
    assert ran.code == 2 and "this is one of the inputs" in ran.err

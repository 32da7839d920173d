import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest
import typer
from trained import ROOT, SAMPLES, excerpts, small_model
from typer.testing import CliRunner

from kindtext import cli
from kindtext.corpus import Corpus, save_corpus
from kindtext.lexicon import load_lexicon

KIND = (
    "We will involve local residents in the design of the service and give feedback to every bidder. "
    "Staff are paid at least the real Living Wage, and we meet every month to solve problems together.\n"
)
HARD = (
    "Late tenders will be rejected and the Authority accepts no liability for any costs. The Contractor shall "
    "indemnify the Authority, which may terminate the Contract at its sole discretion without compensation.\n"
)
GERMAN = (
    "Die Vergabestelle behält sich vor, verspätet eingegangene Angebote von der Wertung auszuschließen. Der "
    "Auftragnehmer verpflichtet sich, die Beschäftigten mindestens nach Tarif zu entlohnen und die Bewohner des "
    "Viertels an der Planung der Leistungen zu beteiligen.\n"
)
ESCAPES = "\x1b[2J\x1b]0;title\x07\x9b31m\u202e"


class Ran(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory):
    return small_model().save(tmp_path_factory.mktemp("models") / "small")


@pytest.fixture(autouse=True)
def default_is_the_small_model(model_folder, monkeypatch):
    """What scores without naming a model uses the small one, in other processes too."""
    monkeypatch.setenv("KINDTEXT_MODEL", str(model_folder))


@pytest.fixture
def kindtext(monkeypatch, capsys):
    """Run the command as the shell does, but in this process."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["kindtext", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return Ran(ended.value.code or 0, out, err)

    return run


@pytest.fixture
def tenders(tmp_path):
    """A folder with a kind and a hard text."""
    folder = tmp_path / "tenders"
    folder.mkdir()
    (folder / "hard.txt").write_text(HARD, encoding="utf-8")
    (folder / "kind.txt").write_text(KIND, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    path = tmp_path_factory.mktemp("corpus") / "small.jsonl"
    save_corpus((replace(record, pair=None, stock=True) for record in excerpts(20)), path)
    return path


def in_shell(command):
    program = "from kindtext.cli import main; main()"
    command = command.replace("kindtext", f"'{sys.executable}' -c '{program}'", 1)
    return subprocess.run(command, shell=True, capture_output=True, timeout=100, check=False)


def controls(text):
    return [c for c in text if c not in "\r\n" and not c.isprintable()]


# Help


def commands(command=None, path=()):
    command = command or typer.main.get_command(cli.app)
    inner = getattr(command, "commands", None)
    if inner is None:
        yield " ".join(path), command
    else:
        for name, child in inner.items():
            yield from commands(child, (*path, name))


COMMANDS = [name for name, _ in commands()]


def test_the_commands_are_those_of_the_design():
    assert {"score", "explain", "signals", "train", "evaluate", "corpus check", "corpus stats"} <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_help_with_an_example(kindtext, name):
    ran = kindtext(*name.split(), "--help")
    assert ran.code == 0
    words = r"\s+".join(["kindtext", *name.split()])
    assert re.search(rf"Examples?:\s+{words}", ran.out)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_and_argument_of_a_command_is_explained(name):
    command = dict(commands())[name]
    assert [p.name for p in command.params if p.name != "help" and not getattr(p, "help", None)] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_stands_in_the_readme(name):
    readme = ROOT / "README.md"
    if not readme.is_file():
        pytest.skip("there is no README.md yet")
    assert f"kindtext {name}" in readme.read_text(encoding="utf-8")


def test_no_command_shows_the_help(kindtext):
    assert "Usage: " in "".join(kindtext()[1:])


def test_the_version_is_shown(kindtext):
    from kindtext import __version__

    assert kindtext("--version") == (0, f"kindtext {__version__}\n", "")


# Scoring


@pytest.mark.parametrize("kind", ["table", "json", "jsonl", "csv"])
def test_scores_go_to_stdout_and_to_a_file_alike(kindtext, tenders, tmp_path, kind):
    shown = kindtext("score", tenders, "--format", kind)
    written = kindtext("score", tenders, "--format", kind, "-o", tmp_path / "out")
    assert (shown.code, shown.err) == (0, "")
    assert written == (0, "", "")
    assert (tmp_path / "out").read_bytes().decode("utf-8") == shown.out
    assert shown.out.index("hard.txt") < shown.out.index("kind.txt")


def test_the_table_is_followed_by_the_reasons(kindtext, tenders):
    lines = kindtext("score", tenders).out.splitlines()
    assert lines[0].split()[:2] == ["document", "score"]
    for mark, text in (("  + ", KIND), ("  - ", HARD)):
        quotes = [line.removeprefix(mark).strip("… ") for line in lines if line.startswith(mark)]
        assert quotes
        assert all(quote in text for quote in quotes)


def test_json_is_what_the_library_gives(kindtext, tenders):
    import kindtext as kt

    (hard, kind) = json.loads(kindtext("score", tenders, "--format", "json").out)
    assert hard["score"] < 50 < kind["score"]
    assert hard == kt.score(next(kt.read_all(tenders))).to_dict()


@pytest.mark.parametrize("suffix", ["json", "jsonl", "csv", "parquet"])
def test_the_suffix_of_the_output_chooses_the_format(kindtext, tenders, tmp_path, suffix):
    path = tmp_path / f"scores.{suffix}"
    assert kindtext("score", tenders, "-o", path) == (0, "", "")
    if suffix == "json":
        names = [d["document"]["name"] for d in json.loads(path.read_text(encoding="utf-8"))]
    elif suffix == "jsonl":
        lines = path.read_text(encoding="utf-8").splitlines()
        names = [json.loads(line)["document"]["name"] for line in lines]
    elif suffix == "csv":
        with path.open(encoding="utf-8", newline="") as stream:
            names = [row["document"] for row in csv.DictReader(stream)]
    else:
        names = pq.read_table(path).column("document").to_pylist()
    assert names == ["hard.txt", "kind.txt"]


def test_two_processes_show_what_one_shows(kindtext, model_folder):
    command = ["score", SAMPLES / "03-laptops-supply-notice.txt", SAMPLES / "08-notices.jsonl", "--format", "json"]
    command += ["--model", model_folder]  # processes that another test started have its environment
    one = kindtext(*command)
    assert kindtext(*command, "--jobs", "2") == one
    assert one.code == 0
    assert len(json.loads(one.out)) == 6


def test_a_column_of_a_table_may_be_named(kindtext, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text(f'id,description,remarks\n7,"{HARD}","{KIND}"\n', encoding="utf-8")
    values = [
        json.loads(kindtext("score", table, "--format", "json", *option).out)[0]["score"]
        for option in ([], ["--text-column", "remarks"])
    ]
    assert values[0] < 50 < values[1]


def test_a_model_may_be_named(kindtext, tenders, model_folder, monkeypatch):
    monkeypatch.delenv("KINDTEXT_MODEL")
    assert kindtext("score", tenders, "--model", model_folder).code == 0


def test_a_wrong_model_is_said_once(kindtext, tenders, tmp_path):
    ran = kindtext("score", tenders, "--model", tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1
    assert "kindtext train CORPUS -o" in ran.err


# The output file


def test_an_input_is_never_overwritten(kindtext, tenders):
    ran = kindtext("score", tenders / "kind.txt", "-o", tenders / "kind.txt", "--format", "csv")
    assert ran.code == 2
    assert "one of the inputs" in ran.err
    assert (tenders / "kind.txt").read_text(encoding="utf-8") == KIND


def test_a_file_in_a_folder_that_is_read_is_never_overwritten(kindtext, tenders):
    """Nor are scores of an earlier run scored."""
    ran = kindtext("score", tenders, "-o", tenders / "kind.txt", "--format", "csv")
    assert ran.code == 2
    assert "one of the inputs" in ran.err
    assert (tenders / "kind.txt").read_text(encoding="utf-8") == KIND


def test_an_output_is_whole_or_not_there(kindtext, tenders, tmp_path, monkeypatch):
    def break_off(scores, stream, kind):
        stream.write(b"half")
        raise KeyboardInterrupt

    out = tmp_path / "out"
    out.mkdir()
    (out / "scores.csv").write_text("older", encoding="utf-8")
    monkeypatch.setattr("kindtext.report.files.write_scores", break_off)
    ran = kindtext("score", tenders, "-o", out / "scores.csv")
    assert (ran.code, ran.out) == (130, "")
    assert "Traceback" not in ran.err
    assert [(p.name, p.read_text(encoding="utf-8")) for p in out.iterdir()] == [("scores.csv", "older")]


@pytest.mark.parametrize("where", ["no/such/folder/scores.csv", "tenders"])
def test_an_output_that_cannot_be_written_is_said_in_one_line(kindtext, tenders, tmp_path, where):
    ran = kindtext("score", tenders / "kind.txt", "-o", tmp_path / where)
    assert ran.code in (1, 2)
    assert ran.out == ""
    assert re.fullmatch(r"kindtext: .*\n", ran.err)


# Wrong usage


def test_an_unknown_format_ends_with_2_and_the_nearest(kindtext, tenders):
    ran = kindtext("score", tenders, "--format", "jsno")
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean 'json'" in ran.err


def test_parquet_to_a_terminal_is_refused_with_the_way_out(kindtext, tenders):
    ran = kindtext("score", tenders, "--format", "parquet")
    assert (ran.code, ran.out) == (2, "")
    assert "-o" in ran.err


@pytest.mark.parametrize("command", [["signals", "sanctoin"], ["explain", "x.txt", "--signal", "sanctoin"]])
def test_an_unknown_signal_ends_with_2_and_the_nearest(kindtext, command):
    ran = kindtext(*command)
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean 'sanction'" in ran.err
    assert "kindtext signals" in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["score"],
        ["scroe", "x.txt"],
        ["score", "x.txt", "--jbos", "2"],
        ["score", "x.txt", "--jobs", "0"],
        ["score", "x.txt", "--jobs", "many"],
        ["evaluate", "x.jsonl", "--format", "yaml"],
        ["train", "x.jsonl"],
        ["train", "x.jsonl", "-o", "m", "--C", "0"],
        ["train", "x.jsonl", "-o", "m", "--C", "nan"],
        ["train", "x.jsonl", "-o", "m", "--seed", "-1"],
        ["corpus", "chekc", "x.jsonl"],
    ],
)
def test_wrong_usage_ends_with_2_and_says_so_on_stderr(kindtext, arguments):
    ran = kindtext(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err
    assert "Traceback" not in ran.err


# Bad inputs


def zipped():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("notes.txt", "nothing")
    return data.getvalue()


BAD = {
    "missing.txt": None,
    "empty.txt": b"",
    "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "renamed.docx": zipped(),
    "cut.docx": zipped()[:50],
    "broken.pdf": b"%PDF-1.7\nnothing that a PDF has\n",
    "invoice.xml": b'<?xml version="1.0"?><Invoice><ID>7</ID></Invoice>',
    "broken.xml": b'<?xml version="1.0"?><ContractNotice><a></b>',
    "settings.json": b'{"colour": "red"}',
    "broken.json": b'{"releases": [',
    "no-text.csv": b"a,b\n1,2\n",
}


@pytest.fixture
def bad(tmp_path):
    folder = tmp_path / "bad"
    folder.mkdir()
    for name, data in BAD.items():
        if data is not None:
            (folder / name).write_bytes(data)
    return folder


def test_each_bad_input_is_named_in_one_line_and_the_others_are_scored(kindtext, tenders, bad):
    (tenders / "german.txt").write_text(GERMAN, encoding="utf-8")
    (tenders / "three.txt").write_text("Three words only.", encoding="utf-8")
    paths = [tenders / "kind.txt", *(bad / name for name in BAD), *(tenders / n for n in ("german.txt", "three.txt"))]
    ran = kindtext("score", *paths, "--format", "csv")
    assert ran.code == 1
    lines = ran.err.splitlines()
    names = [*BAD, "german.txt", "three.txt"]
    assert len(lines) == len(names)
    for line, name in zip(lines, names, strict=True):
        assert line.startswith("kindtext: ")
        assert name in line
        assert ";" in line, "what was found; what to do"
    kind, german, three = csv.DictReader(io.StringIO(ran.out, newline=""))
    assert (kind["document"], kind["reason"]) == ("kind.txt", "")
    assert float(kind["score"]) > 50
    assert (german["score"], three["score"]) == ("", "")
    assert "English" in german["reason"]
    assert "3 words" in three["reason"]


def test_a_folders_bad_files_are_named_and_the_others_are_scored(kindtext, tenders, bad):
    shutil.copytree(bad, tenders / "more")
    ran = kindtext("score", tenders, "--format", "jsonl")
    assert ran.code == 1
    assert sorted(re.findall(r"more/([\w.-]+)", ran.err)) == sorted(name for name in BAD if BAD[name] is not None)
    assert [json.loads(line)["document"]["name"] for line in ran.out.splitlines()] == ["hard.txt", "kind.txt"]


@pytest.mark.parametrize("name", BAD)
def test_explain_names_a_bad_input_in_one_line(kindtext, bad, name):
    ran = kindtext("explain", bad / name)
    assert (ran.code, ran.out) == (1, "")
    assert re.fullmatch(rf"kindtext: .*{re.escape(name)}.*\n", ran.err)


def test_an_empty_folder_is_named(kindtext, tmp_path):
    (tmp_path / "none").mkdir()
    ran = kindtext("score", tmp_path / "none")
    assert (ran.code, ran.out) == (1, "")
    assert re.fullmatch(r"kindtext: .*none.*\n", ran.err)


def test_a_file_that_is_not_english_is_a_failure_with_a_row(kindtext, tmp_path):
    (tmp_path / "german.txt").write_text(GERMAN, encoding="utf-8")
    ran = kindtext("score", tmp_path / "german.txt")
    assert ran.code == 1
    assert re.fullmatch(r"kindtext: german.txt: .*English.*; give the whole document, in English.\n", ran.err)
    assert "no score" in ran.out


def test_plain_information_is_no_failure(kindtext, tmp_path):
    (tmp_path / "plain.txt").write_text("The lamps are 60 watts each and stand in Room 4. " * 6, encoding="utf-8")
    ran = kindtext("score", tmp_path / "plain.txt")
    assert (ran.code, ran.err) == (0, "")
    assert "plain information" in ran.out


# Strangers' text


@pytest.fixture
def evil(tmp_path):
    """A text and a table that would like to write on the terminal, and to run in a spreadsheet."""
    folder = tmp_path / "evil"
    folder.mkdir()
    (folder / f"=a [b]{ESCAPES}.txt").write_text(KIND + ESCAPES + KIND * 4 + "[/b] [red]", encoding="utf-8")
    header, cells = ["=header()", f"b{ESCAPES}", "text"], ["=1+1", f"@SUM(A1){ESCAPES}", HARD * 8 + ESCAPES]
    with (folder / "table.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, cells])
    return folder


@pytest.mark.parametrize("kind", ["table", "json", "jsonl", "csv"])
def test_scores_write_no_control_character(kindtext, evil, kind):
    ran = kindtext("score", evil, "--format", kind)
    assert (ran.code, ran.err) == (0, "")
    assert controls(ran.out) == []
    assert "=a [b]" in ran.out


def test_explain_writes_no_control_character(kindtext, evil):
    for path in evil.iterdir():
        ran = kindtext("explain", path)
        assert (ran.code, ran.err) == (0, "")
        assert controls(ran.out) == []


def test_errors_write_no_control_character(kindtext, tmp_path):
    (tmp_path / f"x{ESCAPES}.json").write_text('{"a": 1}', encoding="utf-8")
    for path in (*tmp_path.iterdir(), tmp_path / f"missing{ESCAPES}\n.txt"):
        ran = kindtext("score", path)
        assert (ran.code, ran.out) == (1, "")
        assert controls(ran.err) == []


def test_no_cell_of_csv_is_a_formula(kindtext, evil):
    table = list(csv.reader(io.StringIO(kindtext("score", evil, "--format", "csv").out, newline="")))
    texts = [cell for row in table for cell in row]
    assert [cell for cell in texts if cell.lstrip().startswith(("=", "+", "-", "@"))] == []
    assert any(cell.startswith("'=1+1") for cell in texts)


def test_a_file_name_that_is_no_unicode_is_scored_in_every_format(kindtext, tmp_path):
    name = os.fsdecode(b"caf\xe9.txt")
    try:
        (tmp_path / name).write_text(KIND, encoding="utf-8")
    except (OSError, UnicodeError):
        pytest.skip("this file system has no such names")
    for kind in ("table", "json", "jsonl", "csv"):
        assert kindtext("score", tmp_path / name, "--format", kind).code == 0
    assert kindtext("score", tmp_path / name, "-o", tmp_path / "s.parquet").code == 0


# Explaining


def test_explain_shows_every_span_and_what_to_write_instead(kindtext, tmp_path):
    (tmp_path / "both.txt").write_text(KIND + "\n" + HARD, encoding="utf-8")
    ran = kindtext("explain", tmp_path / "both.txt")
    assert (ran.code, ran.err) == (0, "")
    assert "bidder_support" in ran.out
    assert "affirmed, buyer" in ran.out
    assert "What to write instead" in ran.out


def test_explain_may_show_one_signal_alone(kindtext, tmp_path):
    (tmp_path / "both.txt").write_text(KIND + "\n" + HARD, encoding="utf-8")
    ran = kindtext("explain", tmp_path / "both.txt", "--signal", "bidder_support")
    shown = {s for s in load_lexicon().signals if re.search(rf"^ *[+-]\d+\.\d\d +{s}\b", ran.out, re.M)}
    assert shown == {"bidder_support"}


def test_signals_are_listed_and_each_has_a_card(kindtext):
    listed = kindtext("signals")
    assert (listed.code, listed.err) == (0, "")
    for signal in load_lexicon().signals.values():
        assert signal.id in listed.out
        card = kindtext("signals", signal.id)
        assert card.code == 0
        assert signal.label in card.out


# Corpora and training


def test_a_corpus_is_checked(kindtext, corpus):
    assert kindtext("corpus", "check", corpus) == (0, "", f"{corpus}: no faults\n")


def test_the_faults_of_a_corpus_are_listed_and_end_with_1(kindtext, corpus, tmp_path):
    broken = tmp_path / "broken.jsonl"
    lines = corpus.read_text(encoding="utf-8").splitlines()
    broken.write_text("\n".join([lines[0], lines[1].replace('"stance"', '"stanse"'), "{"]), encoding="utf-8")
    ran = kindtext("corpus", "check", broken)
    assert ran.code == 1
    assert [line.split(": ")[0] for line in ran.out.splitlines()] == ["broken.jsonl:2", "broken.jsonl:3"]
    assert "did you mean 'stance'" in ran.out
    assert ran.err == f"{broken}: 2 faults\n"


def test_a_corpus_is_counted(kindtext, corpus):
    ran = kindtext("corpus", "stats", corpus)
    assert (ran.code, ran.err) == (0, "")
    for word in ("kind", "neutral", "transactional", "excerpts", "bidder_support"):
        assert word in ran.out


@pytest.fixture(scope="module")
def trained_folder(corpus, tmp_path_factory):
    """A model that the command itself trained, and what it said while it did."""
    folder = tmp_path_factory.mktemp("trained") / "mine"
    ran = CliRunner().invoke(cli.app, ["train", str(corpus), "-o", str(folder), "--signals-only", "--seed", "1"])
    return folder, Ran(ran.exit_code, ran.stdout, ran.stderr)


def test_train_saves_a_model_and_tells_how_good_it_is_on_stderr(trained_folder, corpus):
    folder, ran = trained_folder
    assert (ran.code, ran.out) == (0, "")
    assert "macro f1: 0." in ran.err
    assert f"kindtext score FILE --model {folder}" in ran.err
    metadata = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
    assert metadata["settings"]["random_state"] == 1
    assert metadata["corpus"]["name"] == corpus.name
    assert "# kindtext model" in (folder / "README.md").read_text(encoding="utf-8")


def test_a_trained_model_scores(kindtext, trained_folder, tenders):
    (hard, kind) = json.loads(kindtext("score", tenders, "--model", trained_folder[0], "--format", "json").out)
    assert hard["score"] < kind["score"]


def test_evaluate_shows_a_table_and_json(kindtext, trained_folder, corpus):
    shown = kindtext("evaluate", corpus, "--model", trained_folder[0])
    assert (shown.code, shown.err) == (0, "")
    assert "macro_f1" in shown.out
    assert "trained on this very corpus" in shown.out
    result = json.loads(kindtext("evaluate", corpus, "--model", trained_folder[0], "--format", "json").out)
    assert result["trained_on_this"] is True
    assert result["excerpts"] == 60


def test_evaluate_writes_json_where_a_metric_is_undefined(kindtext, tmp_path):
    path = tmp_path / "one.jsonl"
    save_corpus(Corpus("one", tuple(r for r in excerpts(20) if r.stance == "neutral")), path)
    ran = kindtext("evaluate", path, "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out)["stance"]["auroc_kind"] == {"value": None, "interval": [None, None]}
    assert kindtext("evaluate", path).code == 0


@pytest.mark.parametrize(
    "command", [["train", "{}", "-o", "m"], ["evaluate", "{}"], ["corpus", "check", "{}"], ["corpus", "stats", "{}"]]
)
@pytest.mark.parametrize("content", [None, b"", b"{", b"\xff\xfe\x00", b'{"id": "a"}\n', b"[1, 2]\n"])
def test_a_bad_corpus_is_named_without_a_traceback(kindtext, tmp_path, monkeypatch, command, content):
    monkeypatch.chdir(tmp_path)
    if content is not None:
        (tmp_path / "bad.jsonl").write_bytes(content)
    ran = kindtext(*(part.format("bad.jsonl") for part in command))
    assert ran.code == 1
    assert "bad.jsonl" in ran.out + ran.err
    assert "Traceback" not in ran.err
    assert not (tmp_path / "m").exists()


def test_a_folder_with_other_files_is_not_made_a_model(kindtext, corpus, tmp_path):
    (tmp_path / "thesis.docx").write_bytes(b"precious")
    ran = kindtext("train", corpus, "-o", tmp_path, "--signals-only")
    assert ran.code == 1
    assert "name a new or empty folder" in ran.err
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.docx"]


# In a shell


def test_results_go_to_stdout_messages_to_stderr_and_failures_to_the_exit_code(tenders):
    ran = in_shell(f"kindtext score '{tenders}/kind.txt' '{tenders}/none.txt' --format jsonl")
    assert ran.returncode == 1
    assert json.loads(ran.stdout)["document"]["name"] == "kind.txt"
    assert re.fullmatch(rb"kindtext: .*none\.txt: no such file; check the path\.\n", ran.stderr)


def test_a_reader_that_goes_away_is_no_error():
    # More than a pipe holds (64 kB), so that the command is still writing when its reader goes.
    ran = in_shell(f"kindtext score '{SAMPLES}/12-grants-and-contracts-register.csv' --format jsonl | head -1")
    assert json.loads(ran.stdout)["document"]["name"].startswith("12-")
    assert ran.stderr == b""


def test_a_terminal_of_few_letters_gets_question_marks_and_no_traceback(kindtext, tenders, monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii", write_through=True))
    assert kindtext("score", tenders).code == 0
    assert b"kind.txt" in written.getvalue()
    assert b"?" in written.getvalue()

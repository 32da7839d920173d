"""``kindtext lint`` as the shell runs it: output, exit codes, options, and the hook for pre-commit."""

import json
import re
import sys

import pytest
import srsly
from trained import ROOT, SAMPLES, small_model

from kindtext import cli
from kindtext.report.rules import RULES

MARKDOWN = """# Terms

We listen to residents and give feedback to every bidder.

Late tenders will be rejected. The Contractor shall indemnify the Authority against all losses, and the
Authority may terminate the Contract at its sole discretion without compensation.

Invoices are paid within 60 days of receipt of a valid invoice.
"""


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory):
    return small_model().save(tmp_path_factory.mktemp("models") / "small")


@pytest.fixture
def tender(tmp_path, monkeypatch, model_folder):
    """A tender in a folder of its own, which is the working one."""
    monkeypatch.setenv("KINDTEXT_MODEL", str(model_folder))
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "tender.md"
    file.write_text(MARKDOWN, encoding="utf-8")
    return file


@pytest.fixture
def lint(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["kindtext", "lint", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


def test_a_finding_is_one_line_with_file_line_code_words_and_advice(lint, tender):
    code, out, err = lint("tender.md")
    assert code == 1
    assert re.search(r'^tender\.md:5: KT203 sanction: ".+" - Put a talk', out, re.MULTILINE)
    assert re.search(r'^tender\.md:8: KT304 late_payment: ".+" \(60 days\) - Pay within 30 days', out, re.MULTILINE)
    assert re.search(r"^1 document: 1 error, \d+ warnings", err)


def test_warnings_alone_end_with_zero(lint, tender):
    code, out, _ = lint("tender.md", "--ignore", "KT304")
    assert code == 0 and "KT203" in out and "KT304" not in out


def test_exit_zero_covers_findings_but_not_files_that_cannot_be_read(lint, tender):
    assert lint("tender.md", "--exit-zero")[0] == 0
    code, out, err = lint(tender.parent / "missing.md", tender, "--exit-zero")
    assert code == 1 and "KT304" in out and "missing.md: no such file" in err


def test_rules_are_selected_by_the_beginnings_of_their_codes(lint, tender):
    _, out, _ = lint("tender.md", "--select", "KT2,kt304", "--ignore", "KT202")
    assert {line.split(" ")[1] for line in out.splitlines()} == {"KT203", "KT304"}


def test_a_score_under_the_limit_is_an_error(lint, tender):
    code, out, _ = lint("tender.md", "--select", "KT102", "--fail-under", "99")
    assert code == 1 and out.startswith("tender.md: KT001 score_under_limit: the score is ")
    assert lint("tender.md", "--select", "KT102", "--fail-under", "0")[:2] == (0, "")


def test_comments_switch_rules_off(lint, tender):
    tender.write_text(
        MARKDOWN.replace("Late", "<!-- kindtext: off KT2 -->\nLate").replace(
            "Invoices", "<!-- kindtext: on -->\n<!-- kindtext: off-line KT304 -->\nInvoices"
        ),
        encoding="utf-8",
    )
    code, out, _ = lint("tender.md")
    assert code == 0 and "KT2" not in out and "KT304" not in out


def test_a_wrong_switch_is_told_and_switches_nothing(lint, tender):
    tender.write_text("<!-- kindtext: off KT777 -->\n\n" + MARKDOWN, encoding="utf-8")
    code, out, err = lint("tender.md")
    assert code == 1 and "KT304" in out and "tender.md:1: no rule 'KT777'" in err


def test_the_configuration_is_found_and_options_stand_over_it(lint, tender):
    (tender.parent / "kindtext.toml").write_text(
        '[lint]\nselect = ["KT203"]\n[lint.per-file-ignores]\n"b.md" = ["KT203"]\n', encoding="utf-8"
    )
    (tender.parent / "b.md").write_text(MARKDOWN, encoding="utf-8")
    _, out, _ = lint(tender, tender.parent / "b.md")
    assert {line.split(" ")[1] for line in out.splitlines()} == {"KT203"}
    assert "b.md" not in out
    assert "KT304" in lint("tender.md", "--select", "KT3")[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "no file given"),
        (("tender.md", "--select", "KT777"), "--select: no rule 'KT777'"),
        (("tender.md", "--ignore", "sanction"), "did you mean 'KT203'"),
        (("tender.md", "--format", "xml"), "unknown format 'xml'; use text, json, sarif, github"),
        (("tender.md", "-o", "tender.md"), "this is one of the inputs"),
        (("tender.md", "--config", "none.toml"), "none.toml: cannot be read"),
        (("tender.md", "--fail-under", "101"), "less than or equal to 100"),
    ],
)
def test_wrong_usage_ends_with_two_and_says_why(lint, tender, arguments, message):
    code, out, err = lint(*arguments)
    assert (code, out) == (2, "") and message in err


def test_a_wrong_configuration_is_wrong_usage(lint, tender):
    (tender.parent / "kindtext.toml").write_text("[lint]\nselekt = []\n", encoding="utf-8")
    code, _, err = lint("tender.md")
    assert code == 2 and "did you mean 'select'" in err


def test_json_holds_each_document_with_its_score_and_findings(lint, tender):
    _, out, _ = lint("tender.md", "--format", "json")
    content = json.loads(out)
    assert content["schema"] == 1
    (document,) = content["documents"]
    assert document["file"] == "tender.md" and 0 <= document["score"] <= 100
    finding = next(one for one in document["findings"] if one["rule"] == "KT304")
    assert (finding["line"], finding["severity"], finding["detail"]) == (8, "error", "60 days")
    assert finding["section"] == "Terms"


def test_sarif_goes_to_a_file_that_is_whole(lint, tender):
    assert lint("tender.md", "--format", "sarif", "-o", "out.sarif")[:2] == (1, "")
    log = json.loads((tender.parent / "out.sarif").read_text(encoding="utf-8"))
    assert {result["ruleId"] for result in log["runs"][0]["results"]} >= {"KT203", "KT304"}


def test_annotations_are_escaped(lint, tender):
    file = tender.parent / "a,b:c%.md"
    file.write_text(MARKDOWN.replace("60 days", "60 days, 100% net::error::,"), encoding="utf-8")
    _, out, _ = lint(file.name, "--format", "github", "--select", "KT304")
    for line in out.splitlines():
        assert line.startswith("::error file=a%2Cb%3Ac%25.md,line=8,title=KT304 late_payment::")
        assert "100%25 net" in line


@pytest.mark.parametrize("output_format", ["text", "json", "sarif", "github"])
def test_hostile_text_and_names_are_shown_as_text(lint, tender, output_format):
    file = tender.parent / "x\n::error::\x1b[2J.md"
    file.write_text(MARKDOWN.replace("indemnify", "\u202e<script>indemnify\x9b31m</script>"), encoding="utf-8")
    _, out, err = lint(file.name, "--format", output_format)
    assert all(line.isprintable() for line in (out + err).split("\n"))
    if output_format == "github":
        assert all(line.startswith(("::warning file=", "::error file=", "::notice file=")) for line in out.splitlines())


def test_files_without_lines_have_pages_fields_and_paragraphs(lint, tender):
    _, out, _ = lint(SAMPLES / "01-price-only-cleaning-itt.pdf", SAMPLES / "07-school-meals-notice.json", "--exit-zero")
    assert re.search(r"\.pdf:page \d+: KT", out)
    _, out, _ = lint(SAMPLES / "02-codesigned-home-care.docx", "--exit-zero")
    assert re.search(r"\.docx:paragraph \d+: KT", out)


def test_a_folder_is_read_with_the_paths_of_its_files(lint, tender):
    _, out, _ = lint(tender.parent, "--select", "KT304")
    assert out.startswith(f"{tender.as_posix()}:8: KT304")


def test_a_hash_in_a_files_name_is_part_of_it(lint, tender):
    (tender.parent / "inner").mkdir()
    tender.rename(tender.parent / "inner" / "lot #1.md")
    _, out, _ = lint(tender.parent / "inner", "--select", "KT304")
    assert "inner/lot #1.md:8: KT304" in out


def test_rules_lists_every_rule(lint):
    code, out, _ = lint("--rules")
    assert code == 0 and all(rule.id in out and rule.advice in out for rule in RULES.values())


def test_the_hook_for_pre_commit_runs_the_command():
    (hook,) = srsly.yaml_loads((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert (hook["id"], hook["entry"], hook["language"]) == ("kindtext-lint", "kindtext lint", "python")
    assert re.search(hook["files"], "a/tender.docx") and not re.search(hook["files"], "setup.py")

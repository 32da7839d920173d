import json
import sys
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from trained import small_model

from kindtext import cli

HARD = (
    "Late tenders will be rejected and the Authority accepts no liability for any costs. The Contractor shall "
    "indemnify the Authority, which may terminate the Contract at its sole discretion without compensation.\n"
)
KIND = (
    "We will involve local residents in the design of the service and give feedback to every bidder. "
    "Staff are paid at least the real Living Wage, and we meet every month to solve problems together.\n"
)
ESCAPES = "\x1b[2J\x9b31m\u202e<script>alert(1)</script>"


class Ran(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(scope="module", autouse=True)
def default_is_the_small_model(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KINDTEXT_MODEL", str(small_model().save(tmp_path_factory.mktemp("models") / "small")))
        yield


@pytest.fixture
def kindtext(monkeypatch, capfdbinary):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["kindtext", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capfdbinary.readouterr()
        return Ran(ended.value.code or 0, out.decode("utf-8"), err.decode("utf-8"))

    return run


@pytest.fixture
def drafts(tmp_path):
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_text(HARD, encoding="utf-8")
    new.write_text(f"{HARD.replace('Late tenders', 'All late tenders')}\n{KIND}", encoding="utf-8")
    return old, new


def test_two_drafts_are_compared(kindtext, drafts):
    ran = kindtext("compare", *drafts)
    assert ran.code == 0
    assert "1 reworded, 1 added" in ran.out
    assert "real Living Wage" in ran.out
    assert not ran.err


def test_more_than_two_are_ranked(kindtext, drafts, tmp_path):
    third = tmp_path / "third.txt"
    third.write_text(KIND, encoding="utf-8")
    ran = kindtext("compare", *drafts, third)
    assert ran.code == 0
    assert ran.out.index("third.txt") < ran.out.index("old.txt")
    assert "cannot be told apart" in ran.out
    again = kindtext("compare", tmp_path, "--format", "json")
    assert [each["place"] for each in json.loads(again.out)] == [1, 2, 3]


def test_json_goes_to_stdout_and_html_to_a_file(kindtext, drafts, tmp_path):
    data = json.loads(kindtext("compare", *drafts, "--format", "json").out)
    assert abs(sum(each["share"] for each in data["changes"]) - data["difference"]) < 0.02
    page = tmp_path / "changes.html"
    assert kindtext("compare", *drafts, "-o", page).code == 0
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_table_may_go_to_a_file(kindtext, drafts, tmp_path):
    assert kindtext("compare", *drafts, "-o", tmp_path / "changes.txt").code == 0
    assert "1 reworded" in (tmp_path / "changes.txt").read_text(encoding="utf-8")


def test_hostile_text_is_shown_as_text(kindtext, drafts):
    old, new = drafts
    new.write_text(
        new.read_text(encoding="utf-8") + f"\n{ESCAPES} is what this says, at length and in words.\n", "utf-8"
    )
    for kind in ("table", "html", "json"):
        ran = kindtext("compare", old, new, "--format", kind)
        assert ran.code == 0
        assert not set("\x1b\x9b\u202e") & set(ran.out)
        if kind == "html":
            assert "<script" not in ran.out
            ElementTree.fromstring(ran.out.split("<body>")[1].split("</body>")[0].join(("<div>", "</div>")))


def test_a_hundred_kilobytes_in_one_line_are_compared(kindtext, drafts, tmp_path):
    long = tmp_path / "long.txt"
    long.write_text(" ".join([KIND.strip()] * 500), encoding="utf-8")
    ran = kindtext("compare", drafts[0], long)
    assert ran.code == 0
    assert "1 dropped" in ran.out


def test_a_file_that_is_not_there_is_named_and_the_others_are_ranked(kindtext, drafts, tmp_path):
    ran = kindtext("compare", drafts[0], tmp_path / "none.txt")
    assert ran.code == 1
    assert "none.txt: no such file" in ran.err
    assert not ran.out
    ran = kindtext("compare", *drafts, tmp_path / "none.txt")
    assert ran.code == 1
    assert "1 reworded" in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "pdf"], "unknown format 'pdf'"),
        (["-o", "changes.pdf"], "no format goes with '.pdf'"),
    ],
)
def test_wrong_usage_ends_with_2(kindtext, drafts, arguments, said):
    ran = kindtext("compare", *drafts, *arguments)
    assert ran.code == 2
    assert said in ran.err


def test_one_document_is_wrong_usage(kindtext, drafts):
    ran = kindtext("compare", drafts[0])
    assert ran.code == 2
    assert "only one document" in ran.err


def test_an_input_is_never_written_over(kindtext, drafts):
    ran = kindtext("compare", *drafts, "-o", drafts[1])
    assert ran.code == 2
    assert "one of the inputs" in ran.err
    assert KIND in drafts[1].read_text(encoding="utf-8")

import shutil
import sys
from typing import NamedTuple

import docx
import pytest
from trained import SAMPLES, small_model

from kindtext import cli

SAMPLE = SAMPLES / "02-codesigned-home-care.docx"


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
def kindtext(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["kindtext", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return Ran(ended.value.code or 0, out, err)

    return run


@pytest.fixture
def draft(tmp_path):
    return shutil.copy(SAMPLE, tmp_path / "draft.docx")


def authors(path):
    return [comment.author for comment in docx.Document(str(path)).comments]


def test_a_draft_gets_comments_in_a_new_file(kindtext, draft):
    before = draft.read_bytes()
    ran = kindtext("annotate", draft)
    made = draft.with_name("draft.kindtext.docx")
    assert ran.code == 0
    assert not ran.out
    assert f"{len(authors(made))} comments" in ran.err
    assert set(authors(made)) == {"kindtext"}
    assert draft.read_bytes() == before


def test_a_file_that_is_there_is_not_written_over_unasked(kindtext, draft):
    made = draft.with_name("draft.kindtext.docx")
    made.write_bytes(b"mine")
    ran = kindtext("annotate", draft)
    assert ran.code == 2
    assert "there already" in ran.err
    assert made.read_bytes() == b"mine"
    assert kindtext("annotate", draft, "-o", made).code == 0
    assert authors(made)


def test_the_input_is_never_written_over(kindtext, draft):
    ran = kindtext("annotate", draft, "-o", draft)
    assert ran.code == 2
    assert "this is the input" in ran.err


def test_language_is_remarked_on_when_asked(kindtext, draft, tmp_path):
    less, more = tmp_path / "less.docx", tmp_path / "more.docx"
    assert kindtext("annotate", draft, "-o", less).code == 0
    assert kindtext("annotate", draft, "-o", more, "--with", "language").code == 0
    assert len(authors(more)) > len(authors(less))
    ran = kindtext("annotate", draft, "--with", "colours")
    assert ran.code == 2
    assert "use language" in ran.err


def test_annotating_twice_keeps_the_first_comments(kindtext, draft, tmp_path):
    once, twice = tmp_path / "once.docx", tmp_path / "twice.docx"
    assert kindtext("annotate", draft, "-o", once).code == 0
    assert kindtext("annotate", once, "-o", twice).code == 0
    assert len(authors(twice)) == 2 * len(authors(once))


@pytest.mark.parametrize("name", ["01-price-only-cleaning-itt.pdf", "04-grounds-maintenance-specification.odt"])
def test_other_formats_get_one_clear_line(kindtext, tmp_path, name):
    path = shutil.copy(SAMPLES / name, tmp_path / name)
    ran = kindtext("annotate", path)
    assert ran.code == 1
    assert ran.err.startswith(f"kindtext: {name}: comments can be written into Word documents (.docx) only")
    assert ran.err.count("\n") == 1
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_an_old_word_file_gets_one_clear_line(kindtext, tmp_path):
    path = tmp_path / "old.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
    ran = kindtext("annotate", path)
    assert ran.code == 1
    assert "save it as" in ran.err


def test_another_suffix_is_wrong_usage(kindtext, draft, tmp_path):
    ran = kindtext("annotate", draft, "-o", tmp_path / "draft.pdf")
    assert ran.code == 2
    assert "of the same kind" in ran.err


def test_a_missing_file_is_named(kindtext, tmp_path):
    ran = kindtext("annotate", tmp_path / "none.docx")
    assert ran.code == 1
    assert "no such file" in ran.err

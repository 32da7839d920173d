"""The sample documents, judged by the default model: what the README and the samples' own README promise of them."""

from functools import cache

import pytest
from trained import SAMPLES

from kindtext.readers import read_all
from kindtext.scoring import score

FILES = sorted(path.name for path in SAMPLES.iterdir())

FAR = 15  # points between documents that a reader would call far apart; the nearest two are 21 apart


@cache
def documents(name):
    return list(read_all(SAMPLES / name))


def value(prefix, number=0):
    (name,) = [name for name in FILES if name.startswith(prefix)]
    return score(documents(name)[number], model="default").value


def test_the_samples_are_the_ones_that_their_readme_lists():
    readme = (SAMPLES.parent / "README.md").read_text(encoding="utf-8")
    assert len(FILES) == 12
    assert [name for name in FILES if f"| `{name}` |" not in readme] == []


@pytest.mark.parametrize("name", FILES)
def test_a_sample_is_read_with_text_and_exact_offsets(name):
    read = documents(name)
    assert read
    for document in read:
        assert document.words > 20
        assert document.passages
        for p in document.passages:
            assert document.text[p.start : p.end] == p.text


def test_a_file_of_several_notices_gives_them_all():
    assert len(documents("08-notices.jsonl")) == 5
    assert len(documents("12-grants-and-contracts-register.csv")) == 25


@pytest.mark.parametrize("kind", ["02", "05", "playground"])
@pytest.mark.parametrize("plain", ["03", "04"])
def test_documents_that_involve_people_score_far_above_those_that_inform(kind, plain):
    kindness = value("08", 4) if kind == "playground" else value(kind)
    assert kindness > value(plain) + FAR


@pytest.mark.parametrize("plain", ["03", "04"])
@pytest.mark.parametrize("hard", ["01", "06", "09"])
def test_documents_that_inform_score_above_those_that_threaten(plain, hard):
    assert value(plain) > value(hard)


def test_warm_words_before_hard_clauses_do_not_save_a_contract():
    assert value("06") < 40


def test_a_plain_notice_gets_a_wide_interval():
    (name,) = [name for name in FILES if name.startswith("03")]
    low, high = score(documents(name)[0], model="default").interval
    assert low < 50 < high

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaincinv
from trained import SAMPLES, excerpts, small_model

import kindtext.model
import kindtext.posterior
import kindtext.scoring
from kindtext.counting import as_docs
from kindtext.document import Document, Passage
from kindtext.errors import InputError, ModelError
from kindtext.lexicon import load_lexicon
from kindtext.measures.record import Measures
from kindtext.model import Model, load_model
from kindtext.pipeline.signals import SPANS
from kindtext.posterior import aggregate, beta_quantiles
from kindtext.readers import read, read_all
from kindtext.scoring import (
    FULL_WEIGHT_WORDS,
    classify,
    passage_weight,
    score,
    score_all,
    score_many,
)
from kindtext.stance import STANCES

KIND = (
    "We will involve local residents in the design of the service and give feedback to every bidder. "
    "Staff are paid at least the real Living Wage, and we meet every month to solve problems together."
)
HARD = (
    "Late tenders will be rejected and the Authority accepts no liability for any costs. The Contractor shall "
    "indemnify the Authority, which may terminate the Contract at its sole discretion without compensation."
)
PLAIN = (
    "The contract covers the supply of 40 laptops to three sites. Each laptop has a screen of 14 inches and a "
    "keyboard with the usual layout. The delivery address of each site is listed in the second schedule."
)
FOREIGN = {
    "German": (
        "Die Vergabestelle behält sich vor, verspätet eingegangene Angebote von der Wertung auszuschließen. Der "
        "Auftragnehmer verpflichtet sich, die Beschäftigten mindestens nach Tarif zu entlohnen und die Bewohner des "
        "Viertels an der Planung der Leistungen zu beteiligen."
    ),
    "French": (
        "Le pouvoir adjudicateur se réserve le droit de rejeter les offres reçues hors délai. Le titulaire s'engage "
        "à associer les habitants du quartier à la conception des services et à payer ses salariés au moins au "
        "salaire décent pendant toute la durée du marché."
    ),
    "Polish": (
        "Zamawiający zastrzega sobie prawo do odrzucenia ofert złożonych po terminie. Wykonawca zobowiązuje się "
        "włączyć mieszkańców dzielnicy w projektowanie usług oraz wypłacać pracownikom godne wynagrodzenie przez "
        "cały okres obowiązywania umowy o zamówienie publiczne."
    ),
}


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory):
    return small_model().save(tmp_path_factory.mktemp("models") / "small")


@pytest.fixture(scope="module", autouse=True)
def default_is_the_small_model(model_folder):
    """What scores without naming a model uses the small one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KINDTEXT_MODEL", str(model_folder))
        yield


class Scripted(Model):
    """A model that judges by a passage's first word: probabilities to check the arithmetic by hand."""

    TABLE = {"Kind": (0.8, 0.1, 0.1), "Hard": (0.05, 0.05, 0.9), "Plain": (0.0, 1.0, 0.0)}  # noqa: RUF012

    def judge(self, docs):
        P = np.array([self.TABLE[doc[0].text] for doc in docs])
        return P, [[0.0] * len(doc.spans[SPANS]) for doc in docs]


def scripted():
    model = small_model()
    return Scripted(model.signals, model.terms, model.classifier, model.metadata)


def document(*texts, name="made"):
    """A document of passages, each a paragraph."""
    passages, start = [], 0
    for text in texts:
        passages.append(Passage(text, start, start + len(text)))
        start += len(text) + 2
    return Document(name, "\n\n".join(texts), (), tuple(passages))


def words(first, n):
    """A passage of n English words."""
    return " ".join([first, *["word"] * (n - 1)])


# The arithmetic


@pytest.fixture
def prior_of_one(monkeypatch):
    """The numbers below are for this prior, whatever the one in use."""
    monkeypatch.setattr(kindtext.posterior, "PRIOR", 1.0)


@pytest.mark.parametrize(
    ("kind", "transactional", "value"),
    [
        (0, 0, 50),  # 1 / 2
        (2, 0, 75),  # 3 / 4
        (0, 2, 25),  # 1 / 4
        (3.5, 0.5, 75),  # 4.5 / 6
        (9.5, 9.5, 50),
        (0, 198, 0.5),  # 1 / 200
    ],
)
def test_a_score_is_the_mean_of_a_beta_posterior(prior_of_one, kind, transactional, value):
    assert aggregate(kind, transactional)[0] == pytest.approx(value)


@pytest.mark.parametrize(
    ("kind", "transactional", "interval"),
    [
        (0, 0, (5, 95)),  # Beta(1, 1) is uniform
        (2, 0, (100 * 0.05 ** (1 / 3), 100 * 0.95 ** (1 / 3))),  # Beta(3, 1) has the distribution function x³
        (0, 1, (100 - 100 * 0.95**0.5, 100 - 100 * 0.05**0.5)),  # Beta(1, 2): 1 - (1 - x)²
    ],
)
def test_the_interval_is_the_central_ninety_percent(prior_of_one, kind, transactional, interval):
    assert aggregate(kind, transactional)[1] == pytest.approx(interval)


@given(st.floats(0, 1000), st.floats(0, 1000), st.floats(0, 100))
def test_scores_stay_in_range_and_move_with_the_evidence(kind, transactional, more):
    value, (low, high) = aggregate(kind, transactional)
    assert 0 <= low <= high <= 100
    assert 0 < value < 100
    assert aggregate(kind + more, transactional)[0] >= value - 1e-9
    assert aggregate(kind, transactional + more)[0] <= value + 1e-9


def test_more_of_the_same_evidence_narrows_the_interval():
    widths = [high - low for _, (low, high) in (aggregate(2 * n, n) for n in (1, 5, 25))]
    assert widths == sorted(widths, reverse=True)


def test_a_passage_weighs_by_the_root_of_its_length_and_never_more_than_one():
    assert passage_weight(0) == 0
    assert passage_weight(FULL_WEIGHT_WORDS // 4) == 0.5
    assert passage_weight(FULL_WEIGHT_WORDS) == passage_weight(10 * FULL_WEIGHT_WORDS) == 1


def test_a_document_adds_up_weight_times_probability():
    made = document(words("Kind", 60), words("Kind", 15), words("Hard", 240), words("Plain", 60))
    result = score(made, model=scripted())
    kind, transactional = 0.8 + 0.5 * 0.8 + 0.05, 0.1 + 0.5 * 0.1 + 0.9
    assert [p.weight for p in result.passages] == [1, 0.5, 1, 1]
    prior = kindtext.posterior.PRIOR
    assert result.value == pytest.approx(100 * (prior + kind) / (2 * prior + kind + transactional))
    assert result.interval == pytest.approx(aggregate(kind, transactional)[1])


def test_plain_text_moves_nothing():
    few = [words("Kind", 60), words("Hard", 30)]
    bare = score(document(*few), model=scripted())
    padded = score(document(*few, *[words("Plain", 90)] * 200), model=scripted())
    assert padded.value == pytest.approx(bare.value)
    assert padded.interval == pytest.approx(bare.interval)


def test_text_that_is_surely_neutral_moves_a_score_by_no_more_than_what_leaks_of_it():
    plain = [r.text for r in excerpts(100) if r.stance == "neutral"]
    surest = [plain[i] for i in small_model().predict_proba(plain)[:, 1].argsort()[-5:]]
    bare = score(document(KIND, HARD, KIND), model=small_model())
    padded = score(document(KIND, HARD, KIND, *surest), model=small_model())
    speaks = [p.weight * (1 - p.probabilities[1]) for p in padded.passages]
    leak = sum(speaks[3:])
    assert leak < 1
    assert abs(padded.value - bare.value) <= 100 * leak / (2 * kindtext.posterior.PRIOR + sum(speaks))
    assert abs(padded.value - bare.value) < 5


def test_the_order_of_passages_does_not_matter():
    texts = excerpts(20).texts
    shuffled = random.Random(0).sample(texts, len(texts))
    one, other = (score(document(*t), model=small_model()) for t in (texts, shuffled))
    assert other.value == pytest.approx(one.value)
    assert other.interval == pytest.approx(one.interval)
    assert other.stances() == one.stances()
    assert other.signals == one.signals


def test_kind_text_scores_far_above_hard_text():
    assert score(KIND).value > 60
    assert score(HARD).value < 40


# When there is no score


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no text"),
        (" \n\t ", "no text"),
        ("Too short now.", "only 3 words"),
        ("1 2 3 4 5 6 7 8 9 10 " * 5, "no text"),
        *((text, "English") for text in FOREIGN.values()),
    ],
)
def test_too_little_english_text_gets_a_reason_and_no_score(text, reason):
    result = score(text)
    assert result.value is None
    assert result.interval is None
    assert reason in result.reason


def test_a_document_without_passages_gets_a_reason_and_no_score():
    result = score(Document("empty.pdf", "", (), ()))
    assert (result.value, result.interval, result.passages, result.evidence) == (None, None, (), [])
    assert result.reason


def test_text_that_only_informs_gets_a_reason_and_no_score():
    result = score(document(words("Plain", 60), words("Plain", 60)), model=scripted())
    assert result.value is None
    assert "plain information" in result.reason


@pytest.mark.parametrize("text", [KIND, HARD, PLAIN, KIND.upper(), KIND.replace("local residents", "résidents locaux")])
def test_english_is_not_taken_for_another_language(text):
    assert "English" not in (score(text).reason or "")


# What may be scored


def test_a_str_is_always_text_even_where_a_file_is_named_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("tender.txt").write_text(KIND, encoding="utf-8")
    result = score("tender.txt")
    assert result.words == 1
    assert result.value is None


@pytest.mark.parametrize("thing", [Path("tender.pdf"), None, float("nan"), 3, b"text", ["text"]])
def test_what_is_neither_text_nor_a_document_is_refused_with_the_way_out(thing):
    with pytest.raises(InputError, match=r"kindtext\.read"):
        score(thing)


def test_a_missing_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match="kindtext train"):
        score(KIND, model=tmp_path / "none")


def test_scores_come_in_order_and_one_at_a_time():
    pulled = []

    def documents():
        for name in "abc":
            pulled.append(name)
            yield document(KIND, name=name)

    scores = score_all(documents(), model=small_model())
    assert next(scores).name == "a"
    assert pulled == ["a"]
    assert [s.name for s in scores] == ["b", "c"]


# Evidence


@pytest.mark.parametrize("name", ["01-price-only-cleaning-itt.pdf", "02-codesigned-home-care.docx"])
def test_evidence_quotes_the_document_word_for_word(name):
    read_document = read(SAMPLES / name)
    result = score(read_document)
    assert result.evidence
    for p in result.passages:
        assert read_document.text[p.passage.start : p.passage.end] == p.passage.text
        for e in p.evidence:
            assert read_document.text[e.start : e.end] == e.quote
            assert p.passage.start <= e.start < e.end <= p.passage.end
            assert (e.page, e.section, e.field) == (p.passage.page, p.passage.section, p.passage.field)
    if name.endswith(".pdf"):
        assert {e.page for e in result.evidence} > {1}


def test_evidence_is_sorted_by_how_far_it_moved_its_passage():
    found = score(read(SAMPLES / "02-codesigned-home-care.docx")).evidence
    sizes = [abs(e.contribution) for e in found]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 0


def test_affirmed_evidence_moves_its_passage_towards_its_own_pole():
    for name in ("01-price-only-cleaning-itt.pdf", "02-codesigned-home-care.docx"):
        for e in score(read(SAMPLES / name)).evidence:
            if e.assertion == "affirmed":
                assert e.contribution >= 0 if e.pole == "kind" else e.contribution <= 0
            if e.assertion == "negated":
                assert e.contribution <= 0 if e.pole == "kind" else e.contribution >= 0


def test_evidence_is_plain_text_that_outlives_the_pipeline():
    evidence = score(KIND).evidence[0]
    assert type(evidence.quote) is str
    assert type(evidence.contribution) is float
    assert type(evidence.start) is int


def test_the_passages_named_for_a_stance_are_the_surest_and_longest():
    result = score(document(*excerpts(20).texts), model=small_model())
    for stance in STANCES:
        chosen = result.extremes(stance, most=4)
        index = STANCES.index(stance)
        ranks = [p.probabilities[index] * p.weight for p in chosen]
        assert len(chosen) == 4
        assert {p.stance for p in chosen} == {stance}
        assert ranks == sorted(ranks, reverse=True)


# As data


@pytest.fixture(scope="module")
def sample_score():
    return score(read(SAMPLES / "02-codesigned-home-care.docx"), model=small_model())


def test_to_dict_has_the_documented_keys_and_is_json_without_nan(sample_score):
    data = json.loads(json.dumps(sample_score.to_dict(), allow_nan=False))
    assert data == sample_score.to_dict()
    assert {"schema", "document", "score", "interval", "reason", "stances", "signals", "passages", "model"} <= set(data)
    assert {"name", "format", "sha256", "words", "passages", "metadata", "notes"} <= set(data["document"])
    assert data["schema"] == 1
    assert 0 <= data["interval"][0] <= data["score"] <= data["interval"][1] <= 100
    assert data["reason"] is None
    assert data["document"]["passages"] == len(data["passages"])
    assert list(data["signals"]) == list(load_lexicon().signals)
    assert data["model"]["sha256"] == load_model().metadata["classifier_sha256"] or data["model"]["sha256"] is None
    for passage in data["passages"]:
        assert {"text", "start", "end", "page", "section", "stance", "probabilities", "evidence"} <= set(passage)
        assert list(passage["probabilities"]) == list(STANCES)
        assert sum(passage["probabilities"].values()) == pytest.approx(1, abs=2e-4)
        for e in passage["evidence"]:
            keys = {"signal", "pole", "quote", "start", "end", "assertion", "agent", "contribution"}
            assert keys <= set(e)


def test_a_document_without_a_score_is_json_too():
    data = json.loads(json.dumps(score("").to_dict(), allow_nan=False))
    assert data["score"] is None
    assert data["interval"] is None
    assert data["reason"]
    assert data["passages"] == []


def test_the_model_that_judged_is_named(sample_score):
    loaded = load_model()
    about = score(KIND).to_dict()["model"]
    assert about["sha256"] == loaded.metadata["classifier_sha256"]
    assert about["lexicon_sha256"] == load_lexicon().digest
    assert about["corpus"] == "100-of-each"


def test_a_row_has_the_same_columns_with_and_without_a_score(sample_score):
    row, empty = sample_score.to_row(), score("").to_row()
    expected = [
        "document",
        "score",
        "low",
        "high",
        "reason",
        "words",
        "passages",
        "kind_passages",
        "neutral_passages",
        "transactional_passages",
        *load_lexicon().signals,
        *Measures().to_row(),
        "error",
    ]
    assert list(row) == list(empty) == expected
    assert row["kind_passages"] + row["neutral_passages"] + row["transactional_passages"] == row["passages"]
    assert row["low"] <= row["score"] <= row["high"]


def test_a_rows_own_columns_come_first_and_never_stand_for_the_results(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text(f'id,buyer,score,text\n7,Moray,999,"{KIND}"\n', encoding="utf-8")
    row = score(next(read_all(table))).to_row()
    assert list(row)[:3] == ["id", "buyer", "document"]
    assert row["buyer"] == "Moray"
    assert row["score"] < 100


def test_html_for_a_notebook_escapes_what_comes_from_the_document():
    evil = KIND + " <script>alert(1)</script> We will give feedback to every bidder who asks us for it in writing."
    named = replace(score(evil, model=small_model()), name="<script>name</script>.pdf")
    html = named._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "<script" not in replace(named, value=None, reason="<script>")._repr_html_()


# Many at once


def test_two_processes_give_what_one_gives(model_folder):
    documents = [KIND, HARD, "", read(SAMPLES / "03-laptops-supply-notice.txt")]
    # The model is named, for processes that another test started have its environment.
    one, two = (score_many(documents, model=model_folder, n_jobs=n) for n in (1, 2))
    assert one.equals(two)
    assert len(one) == 4


def test_a_table_has_one_row_a_document_in_order():
    frame = score_many([document(KIND, name="b"), document(HARD, name="a"), "Too short."])
    assert list(frame["document"]) == ["b", "a", "text"]
    assert frame["score"][0] > frame["score"][1]
    assert frame["score"].isna().tolist() == [False, False, True]
    assert frame["error"].isna().all()


def test_what_cannot_be_scored_is_its_rows_error_and_the_rest_is_scored():
    frame = score_many([KIND, float("nan"), HARD])
    assert frame["error"].isna().tolist() == [True, False, True]
    assert frame["score"].isna().tolist() == [False, True, False]


def test_no_document_gives_an_empty_table():
    assert score_many([]).empty


# Passages by themselves


def test_classify_gives_one_row_a_passage_in_order_with_the_documented_columns():
    texts = [KIND, HARD, PLAIN, ""]
    frame = classify(texts)
    assert list(frame.columns) == [*STANCES, "stance", *load_lexicon().signals]
    assert list(frame.index) == [0, 1, 2, 3]
    assert list(frame["stance"][:2]) == ["kind", "transactional"]
    assert np.allclose(frame[list(STANCES)].sum(axis=1), 1)
    assert np.array_equal(frame[list(STANCES)].to_numpy(), small_model().predict_proba(texts))
    assert list(frame["stance"]) == list(frame[list(STANCES)].idxmax(axis=1))
    assert (frame.loc[3, list(load_lexicon().signals)] == 0).all()


def test_classify_counts_the_spans_that_stand():
    frame = classify(["We will give feedback to every bidder.", "No feedback will be given to any bidder."])
    assert frame["bidder_support"].tolist() == [1, 0]
    counted = [len(doc.spans[SPANS]) for doc in as_docs([KIND, HARD])]
    assert (classify([KIND, HARD])[list(load_lexicon().signals)].sum(axis=1) <= counted).all()


def test_classify_takes_any_iterable_but_a_text():
    assert len(classify(iter([KIND]))) == 1
    with pytest.raises(InputError, match="list"):
        classify(KIND)


@pytest.mark.parametrize("thing", [None, 3, float("nan"), b"text"])
def test_classify_names_the_passage_that_is_no_text(thing):
    with pytest.raises(InputError, match="passage 1 is"):
        classify([KIND, thing])


def test_classify_of_nothing_is_an_empty_table_with_columns():
    frame = classify([])
    assert len(frame) == 0
    assert list(frame.columns) == [*STANCES, "stance", *load_lexicon().signals]


def test_the_default_model_is_found_without_being_named(monkeypatch):
    monkeypatch.delenv("KINDTEXT_MODEL")
    monkeypatch.setattr(kindtext.model, "default_model_path", lambda: Path("no-such-model"))
    with pytest.raises(ModelError, match="no-such-model"):
        score(KIND)


@given(st.floats(1, 5000), st.floats(1, 5000))
def test_the_interval_is_that_of_the_beta_distribution(a, b):
    for q, found in zip((0.05, 0.95), beta_quantiles(a, b, (0.05, 0.95)), strict=True):
        assert found == pytest.approx(betaincinv(a, b, q), abs=2e-5)

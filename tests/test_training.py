import math
import re

import numpy as np
import pytest
from sklearn.metrics import f1_score, log_loss, roc_auc_score
from trained import excerpts, small_model

from kindtext import training
from kindtext.corpus import Corpus, Record
from kindtext.counting import as_docs
from kindtext.errors import CorpusError
from kindtext.lexicon import load_lexicon
from kindtext.stance import STANCES
from kindtext.training import (
    calibration_table,
    evaluate,
    signal_metrics,
    slice_metrics,
    stance_metrics,
    train,
    worst_mistakes,
)

METRICS = {
    "macro_f1",
    "f1_kind",
    "f1_neutral",
    "f1_transactional",
    "auroc_kind",
    "auroc_transactional",
    "calibration_error",
    "log_loss",
}


def record(number, stance="kind", **others):
    return Record(f"r{number}", "We will give feedback to every bidder.", stance, **others)


# Training


def test_the_same_corpus_and_seed_give_the_same_model_to_the_last_bit():
    first, second = (train(excerpts(20), random_state=3) for _ in range(2))
    assert np.array_equal(first.classifier.coef_, second.classifier.coef_)
    assert np.array_equal(first.classifier.intercept_, second.classifier.intercept_)
    assert first.classifier.temperature_ == second.classifier.temperature_
    assert np.array_equal(first.classifier.shift_, second.classifier.shift_)
    assert first.metadata == second.metadata


def test_the_seed_decides_the_folds():
    assert [f[1].tolist() for f in training.folds_of(excerpts(20), 0)] != [
        f[1].tolist() for f in training.folds_of(excerpts(20), 1)
    ]


def test_no_fold_parts_a_group():
    base = excerpts(20)
    together = Corpus(
        "grouped",
        tuple(Record(r.id, r.text, r.stance, group=f"g{i % 12}") for i, r in enumerate(base)),
    )
    groups = np.array(together.groups)
    folds = training.folds_of(together, 0)
    assert len(folds) == training.FOLDS
    assert sorted(i for _, unseen in folds for i in unseen) == list(range(len(together)))
    for seen, unseen in folds:
        assert not set(groups[seen]) & set(groups[unseen])


def test_signals_may_judge_alone():
    model = train(excerpts(20), use_terms=False)
    assert model.terms is None
    assert model.metadata["features"]["terms"] == 0
    assert len(model.feature_names()) == model.classifier.coef_.shape[1] == 3 * len(model.metadata["signals"]) + 2


def test_no_signal_speaks_against_its_own_pole():
    model = small_model()
    names = model.feature_names()
    for signal in load_lexicon().signals.values():
        for suffix in ("", " affirmed"):
            kind, transactional = model.classifier.coef_[:, names.index(signal.id + suffix)]
            if signal.pole == "kind":
                assert kind >= 0 >= transactional
            else:
                assert kind <= 0 <= transactional


def test_metadata_say_what_a_model_was_made_of():
    metadata = small_model().metadata
    corpus = excerpts(100)
    assert metadata["classes"] == list(STANCES)
    assert metadata["corpus"]["sha256"] == corpus.digest
    assert metadata["corpus"]["excerpts"] == len(corpus) == sum(metadata["corpus"]["stances"].values())
    assert metadata["lexicon_sha256"] == load_lexicon().digest
    settings = {"C": training.C_DEFAULT, "use_terms": True, "random_state": 0, "folds": 5}
    assert settings.items() <= metadata["settings"].items()
    assert set(metadata["metrics"]) == METRICS
    assert set(metadata["signal_f1"]) == set(load_lexicon().signals)


def test_metrics_lie_in_their_intervals():
    metrics = small_model().metadata["metrics"]
    for metric in metrics.values():
        low, high = metric["interval"]
        assert low < high
    # Resampling biases the calibration error upwards, so it may lie below its own interval.
    outside = {n for n, m in metrics.items() if not m["interval"][0] <= m["value"] <= m["interval"][1]}
    assert outside <= {"calibration_error"}


def test_a_few_hundred_excerpts_teach_far_more_than_guessing():
    assert small_model().metadata["metrics"]["macro_f1"]["value"] > 0.6


def test_progress_is_told_in_lines():
    lines = []
    train(excerpts(20), use_terms=False, progress=lines.append)
    assert lines[0] == "reading 60 excerpts"
    assert "cross-validation, fold 5 of 5" in lines
    assert not any("\n" in line for line in lines)


def with_stances(*stances):
    return Corpus("mine", tuple(record(i, stance, group=f"g{i}") for i, stance in enumerate(stances)))


@pytest.mark.parametrize(
    ("corpus", "found"),
    [
        (Corpus("mine", ()), "0 excerpts"),
        (with_stances(*STANCES * 9), "27 excerpts"),
        (with_stances(*["kind"] * 40), "all three stances"),
        (with_stances(*["kind", "neutral"] * 20), "all three stances"),
        (with_stances(*["kind", "neutral"] * 20, *["transactional"] * 4), "4 excerpts of the rarest stance"),
        (Corpus("mine", tuple(record(i, STANCES[i % 3], group="one") for i in range(60))), "in 1 groups"),
    ],
)
def test_too_little_to_learn_from_is_said_in_one_line(corpus, found):
    with pytest.raises(CorpusError, match=re.escape(found)) as caught:
        train(corpus)
    assert str(caught.value).startswith("mine: ")
    assert "\n" not in str(caught.value)


# Evaluating


def test_evaluate_gives_what_it_promises():
    corpus = excerpts(40)
    result = evaluate(small_model(), corpus)
    assert set(result) == {
        *("excerpts", "stance", "confusion", "signals", "registers"),
        *("slices", "calibration", "mistakes", "trained_on_this"),
    }
    assert sum(bar["excerpts"] for bar in result["calibration"]) == len(corpus)
    assert sum(row["excerpts"] for row in result["slices"]["words"].values()) <= len(corpus)
    wrong = {record.id for record in corpus} & {mistake["id"] for mistake in result["mistakes"]}
    assert len(wrong) == len(result["mistakes"]) <= 20
    assert all(mistake["labelled"] != mistake["predicted"] for mistake in result["mistakes"])
    assert result["excerpts"] == len(corpus)
    assert set(result["stance"]) == METRICS
    assert all(set(metric) == {"value", "interval"} for metric in result["stance"].values())
    for stance, row in result["confusion"].items():
        assert sum(row.values()) == corpus.y.count(stance)
    assert set(result["signals"]) == set(load_lexicon().signals)
    assert sum(row["excerpts"] for row in result["registers"].values()) == len(corpus)


def test_parts_of_a_corpus_are_measured_apart_and_small_ones_left_out():
    corpus = excerpts(300)
    truth = np.array([[float(stance == s) for s in STANCES] for stance in corpus.y])
    slices = slice_metrics(corpus, truth)
    assert all(row["macro_f1"] > 0 and row["excerpts"] >= 25 for rows in slices.values() for row in rows.values())
    assert set(slices["words"]) <= {"under 30", "30 to 59", "60 to 99", "100 or more"}
    assert worst_mistakes(corpus, truth) == []
    assert [bar["right"] for bar in calibration_table(np.array(corpus.y), truth)] == [1.0]


def test_evaluate_tells_whether_the_model_saw_the_corpus():
    assert evaluate(small_model(), excerpts(100))["trained_on_this"]
    assert not evaluate(small_model(), excerpts(40))["trained_on_this"]


def test_an_empty_corpus_cannot_be_evaluated_on():
    with pytest.raises(CorpusError, match="mine: it holds no excerpt"):
        evaluate(small_model(), Corpus("mine", ()))


def test_a_corpus_of_one_stance_is_evaluated_without_a_warning():
    only = Corpus("only", tuple(r for r in excerpts(40) if r.stance == "neutral"))
    result = evaluate(small_model(), only)
    assert math.isnan(result["stance"]["auroc_kind"]["value"])
    assert 0 < result["stance"]["f1_neutral"]["value"] <= 1


def test_perfect_and_useless_probabilities_measure_as_such():
    y = np.array([*STANCES] * 4)
    perfect = stance_metrics(y, np.eye(3)[[0, 1, 2] * 4])
    assert perfect["macro_f1"] == perfect["auroc_kind"] == perfect["auroc_transactional"] == 1
    assert perfect["calibration_error"] == 0
    assert perfect["log_loss"] == pytest.approx(0, abs=1e-9)
    useless = stance_metrics(y, np.full((12, 3), 1 / 3))
    assert useless["auroc_kind"] == 0.5
    assert useless["log_loss"] == pytest.approx(math.log(3))
    assert useless["calibration_error"] == pytest.approx(0)


def test_metrics_agree_with_scikit_learn():
    random = np.random.default_rng(0)
    y = random.choice(STANCES, 200)
    P = random.dirichlet([1, 1, 1], 200).round(2)  # rounded, so that some tie
    P /= P.sum(axis=1, keepdims=True)
    guess = np.array(STANCES)[P.argmax(axis=1)]
    metrics = stance_metrics(y, P)
    assert metrics["macro_f1"] == pytest.approx(f1_score(y, guess, average="macro"))
    assert metrics["f1_neutral"] == pytest.approx(f1_score(y == "neutral", guess == "neutral"))
    assert metrics["auroc_kind"] == pytest.approx(roc_auc_score(y == "kind", P[:, 0]))
    assert metrics["auroc_transactional"] == pytest.approx(roc_auc_score(y == "transactional", P[:, 2]))
    assert metrics["log_loss"] == pytest.approx(log_loss(y, P, labels=STANCES))


def test_signals_are_measured_by_precision_and_recall():
    corpus = Corpus(
        "four",
        (
            record(1, signals=("bidder_support",)),
            record(2, signals=()),
            Record("r3", "The lamps are 60 watts each.", "kind", signals=("bidder_support",)),
            Record("r4", "The lamps are 60 watts each.", "neutral"),
        ),
    )
    row = signal_metrics(corpus, as_docs(corpus.texts))["bidder_support"]
    assert row == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "support": 2}


def test_disputed_signals_count_neither_way():
    agreed = Corpus("one", (record(1, signals=("bidder_support",)),))
    found_and_disputed = record(2, disputed=("bidder_support",))
    missed_and_disputed = Record("r3", "The lamps are 60 watts each.", "kind", disputed=("bidder_support",))
    more = Corpus("three", (*agreed, found_and_disputed, missed_and_disputed))
    assert (
        signal_metrics(agreed, as_docs(agreed.texts))["bidder_support"]
        == signal_metrics(more, as_docs(more.texts))["bidder_support"]
        == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 1}
    )


def test_a_negated_mention_is_no_signal():
    corpus = Corpus("one", (Record("r1", "No feedback will be given to any bidder.", "transactional"),))
    row = signal_metrics(corpus, as_docs(corpus.texts))["bidder_support"]
    assert row == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 0}

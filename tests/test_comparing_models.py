import json

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from trained import excerpts, small_model
from typer.testing import CliRunner

from kindtext import cli
from kindtext.comparing_models import baseline_probabilities, difference, evaluate_models
from kindtext.corpus import Corpus, save_corpus
from kindtext.counting import as_docs
from kindtext.errors import InputError, ModelError
from kindtext.model import load_model
from kindtext.report.evaluation_html import evaluation_page
from kindtext.stance import STANCES
from kindtext.training import train, train_and_measure

TRUTH = np.array([[float(stance == s) for s in STANCES] for stance in excerpts(40).y])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a corpus and the models that the command made of it."""
    folder = tmp_path_factory.mktemp("here")
    save_corpus(excerpts(20), folder / "c.jsonl")
    (folder / "own.csv").write_text(
        "text,label\n" + "".join(f'"{r.text.replace(chr(34), "")}",{r.stance}\n' for r in excerpts(15)),
        encoding="utf-8",
    )
    return folder


def run(*arguments):
    return CliRunner().invoke(cli.app, [*map(str, arguments)])


@pytest.fixture(scope="module")
def mine(folder):
    ran = run(
        "train", folder / "own.csv", "--base", folder / "c.jsonl", "--search", "1", "-o", folder / "models" / "mine"
    )
    return folder / "models" / "mine", ran


# Comparing


def test_the_better_of_two_is_named_with_an_interval():
    wrong = TRUTH.copy()
    wrong[::3] = wrong[::3, [1, 2, 0]]
    said = difference(excerpts(40), ("A", wrong), ("B", TRUTH))
    assert 0 < said.interval[0] < said.points < said.interval[1]
    assert (said.only_one, said.only_other) == (0, 40)
    assert said.sentence().startswith(f"B is better than A by {said.points:.1f} points of macro-F1 (95 % interval ")
    other_way = difference(excerpts(40), ("B", TRUTH), ("A", wrong))
    assert other_way.sentence() == said.sentence()


def test_two_alike_cannot_be_told_apart():
    said = difference(excerpts(40), ("A", TRUTH), ("B", TRUTH))
    assert "cannot be told apart" in said.sentence()
    assert said.p == 1


def test_three_baselines_stand_beside_a_model():
    result = evaluate_models({"small": small_model()}, excerpts(40))
    assert list(result["baselines"]) == ["majority", "keywords", "words"]
    assert "cross-validation" in result["baselines_trained_on"]
    page = evaluation_page(result, "<b>mine</b>")
    assert "&lt;b&gt;mine" in page
    assert "<b>" not in page


def test_the_baseline_of_words_is_left_out_where_it_cannot_learn():
    one = Corpus("one", tuple(r for r in excerpts(40) if r.stance == "kind"))
    made, notes = baseline_probabilities(one, None)
    assert list(made) == ["majority", "keywords"]
    assert notes


def test_evaluate_compares_models_and_writes_each_format(folder, mine, tmp_path, monkeypatch):
    small = small_model().save(tmp_path / "small")
    monkeypatch.chdir(folder)
    ran = run("evaluate", "c.jsonl", "--model", small, "--model", "mine", "--format", "json")
    result = json.loads(ran.stdout)
    assert list(result["others"]) == ["mine"]
    assert result["others"]["mine"]["trained_on_this"]
    assert result["comparisons"][0]["sentence"]
    assert run("evaluate", "c.jsonl", "--model", small, "--format", "html", "-o", tmp_path / "e.html").exit_code == 0
    assert (tmp_path / "e.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert run("evaluate", "c.jsonl", "-o", "c.jsonl").exit_code == 2


# Training from a table


def test_a_table_beside_a_base_makes_a_model_with_everything_in_its_folder(mine):
    path, ran = mine
    assert ran.exit_code == 0, ran.stderr
    names = {"metrics.json", "confusion.csv", "coefficients.csv", "mistakes.csv", "README.md"}
    assert names <= {p.name for p in path.iterdir()}
    assert json.loads((path / "metrics.json").read_text(encoding="utf-8"))["own"]["excerpts"] == 45
    assert "held out, your 45 alone" in ran.stderr
    assert "is the best of those tried" in ran.stderr
    load_model(path)


def test_own_excerpts_are_measured_alone():
    made = train_and_measure(excerpts(15), base=excerpts(40), use_terms=False)
    assert made.own == 45 == made.model.metadata["own"]["excerpts"]
    assert [r.text for r in made.corpus.records[-45:]] == excerpts(15).texts
    assert set(made.model.metadata["own"]["metrics"]) == set(made.model.metadata["metrics"])


def test_a_faulty_table_makes_nothing(folder, tmp_path):
    (tmp_path / "bad.csv").write_text("text,label\nSome words.,kinde\n", encoding="utf-8")
    ran = run("train", tmp_path / "bad.csv", "-o", tmp_path / "m")
    assert ran.exit_code == 1
    assert "row 2: unknown stance 'kinde' (did you mean 'kind'?)" in str(ran.exception)
    assert not (tmp_path / "m").exists()


def test_a_model_whose_saving_fails_leaves_the_old_one(tmp_path, monkeypatch):
    path = small_model().save(tmp_path / "m", card="old")
    with pytest.raises(ModelError):
        small_model().save(path, card="new", extras={"virus.exe": b""})
    assert (path / "README.md").read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["m"]


# Managing models


def test_models_are_listed_shown_verified_and_compared(folder, mine, monkeypatch):
    monkeypatch.chdir(folder)
    listed = run("model", "list").stdout
    assert "default" in listed
    assert "mine" in listed
    assert "# kindtext model" in run("model", "show", "mine").stdout
    assert "<h1>kindtext model</h1>" in run("model", "show", "mine", "--html").stdout
    assert "mine: whole" in run("model", "verify", "mine").stdout
    diff = run("model", "diff", mine[0], "mine").stdout
    assert "corpus: sha256" not in diff
    broken = folder / "broken"
    small_model().save(broken)
    (broken / "classifier.npz").write_bytes(b"x")
    assert run("model", "verify", broken).exit_code == 1


# Any scikit-learn classifier


def test_a_linear_classifier_is_saved_as_numbers(tmp_path):
    model = train(excerpts(20), estimator=LogisticRegression(max_iter=500))
    again = load_model(model.save(tmp_path / "m"))
    assert np.allclose(model.predict_proba(excerpts(20).texts), again.predict_proba(excerpts(20).texts))


def test_another_is_used_in_memory_and_not_saved(tmp_path):
    model = train(excerpts(20), use_terms=False, estimator=RandomForestClassifier(20, random_state=0))
    P, moved = model.judge(as_docs(["Late tenders will be rejected."]))
    assert P.sum() == pytest.approx(1)
    assert len(moved[0]) >= 1
    with pytest.raises(ModelError, match="RandomForestClassifier can be saved only as a pickle"):
        model.save(tmp_path / "m")


def test_a_classifier_without_probabilities_is_refused():
    with pytest.raises(InputError, match="LinearSVC: it gives no probabilities"):
        train(excerpts(20), estimator=LinearSVC())

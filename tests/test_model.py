import hashlib
import json
import pickle
import shutil
import zipfile
from pathlib import Path

import joblib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from trained import excerpts, small_model

import kindtext.model
from kindtext.counting import as_docs
from kindtext.errors import ModelError
from kindtext.lexicon import load_lexicon
from kindtext.model import load_model, versions
from kindtext.pipeline.signals import SPANS

TEXTS = [
    "We will involve local residents in the design of the service and give feedback to every bidder.",
    "Late tenders will be rejected, and the Authority may terminate at its sole discretion.",
    "The contract covers the supply of 40 laptops to three sites.",
    "",
]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    return small_model().save(tmp_path_factory.mktemp("models") / "small", card="# The card\n")


@pytest.fixture
def folder(saved, tmp_path):
    """A copy to damage; elsewhere, so that no cache knows it."""
    return Path(shutil.copytree(saved, tmp_path / "copy"))


class Bomb:
    """What a hostile pickle does when it is loaded: here it only leaves a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


def strict_json(path):
    def refuse(constant):
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)


def change_metadata(folder, **changes):
    path = folder / "metadata.json"
    path.write_text(json.dumps({**strict_json(path), **changes}), encoding="utf-8")


def put_checksum_right(folder):
    change_metadata(folder, classifier_sha256=hashlib.sha256((folder / "classifier.npz").read_bytes()).hexdigest())


# Saving and loading


def test_a_loaded_model_judges_exactly_as_the_saved_one(saved):
    loaded = load_model(saved)
    docs = as_docs(TEXTS)
    assert np.array_equal(loaded.predict_proba(docs), small_model().predict_proba(docs))
    assert loaded.judge(docs)[1] == small_model().judge(docs)[1]
    assert loaded.feature_names() == small_model().feature_names()
    assert loaded.metadata["metrics"] == small_model().metadata["metrics"]


def test_a_model_folder_holds_the_classifier_its_metadata_and_its_card(saved):
    assert sorted(p.name for p in saved.iterdir()) == ["README.md", "classifier.npz", "metadata.json"]
    assert (saved / "README.md").read_text(encoding="utf-8") == "# The card\n"
    metadata = strict_json(saved / "metadata.json")
    assert metadata["lexicon_sha256"] == load_lexicon().digest
    assert metadata["corpus"]["sha256"] == excerpts(100).digest
    assert metadata["versions"] == versions()


def test_the_same_folder_gives_the_same_object(saved):
    assert load_model(saved) is load_model(str(saved))


def test_a_model_is_given_back_as_it_is():
    assert load_model(small_model()) is small_model()


def test_a_retrained_folder_is_loaded_anew(folder):
    before = load_model(folder)
    small_model().save(folder)
    assert load_model(folder) is not before


def test_kindtext_model_names_the_model_where_none_is_given(saved, monkeypatch):
    monkeypatch.setenv("KINDTEXT_MODEL", str(saved))
    assert load_model() is load_model(saved)


def test_default_names_the_model_that_comes_with_kindtext_whatever_the_environment_says(saved, monkeypatch, tmp_path):
    monkeypatch.setenv("KINDTEXT_MODEL", str(tmp_path / "elsewhere"))
    monkeypatch.setattr(kindtext.model, "default_model_path", lambda: saved)
    assert load_model("default") is load_model(saved)


def test_the_default_model_is_where_the_package_says():
    path = kindtext.model.default_model_path()
    assert path.name == "default"
    assert (path / "metadata.json").is_file()


# What is refused


def without_folder(folder):
    shutil.rmtree(folder)


def without_classifier(folder):
    (folder / "classifier.npz").unlink()


def without_metadata(folder):
    (folder / "metadata.json").unlink()


def one_byte_changed(folder):
    data = bytearray((folder / "classifier.npz").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "classifier.npz").write_bytes(data)


def cut_off(folder):
    data = (folder / "classifier.npz").read_bytes()
    (folder / "classifier.npz").write_bytes(data[: len(data) // 2])
    put_checksum_right(folder)


def metadata_is_no_json(folder):
    (folder / "metadata.json").write_text("{'schema': 1", encoding="utf-8")


def metadata_is_no_object(folder):
    (folder / "metadata.json").write_text("[1, 2]", encoding="utf-8")


def metadata_is_no_utf8(folder):
    (folder / "metadata.json").write_bytes(b"\xff\xfe\x00{")


def a_pickle(folder):
    with (folder / "classifier.npz").open("wb") as stream:
        pickle.dump(Bomb(folder.parent / "exploded"), stream)
    put_checksum_right(folder)


def a_joblib_file(folder):
    joblib.dump(Bomb(folder.parent / "exploded"), folder / "classifier.npz")
    put_checksum_right(folder)


def change_arrays(folder, **arrays):
    """Save with other arrays, None leaving one out, and put the checksum right."""
    kept = {name: array for name, array in (small_model()._arrays() | arrays).items() if array is not None}
    np.savez_compressed(folder / "classifier.npz", **kept)
    put_checksum_right(folder)


def an_array_of_objects(folder):
    change_arrays(folder, terms=np.array([Bomb(folder.parent / "exploded")], dtype=object))


def an_array_missing(folder):
    change_arrays(folder, coef=None)


def another_classifiers_features(folder):
    change_arrays(folder, ids=None, idf=None, terms=None)


def arrays_too_large(folder):
    with zipfile.ZipFile(folder / "classifier.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("coef.npy", "w", force_zip64=True) as member:
            for _ in range(501):
                member.write(bytes(1_000_000))
    put_checksum_right(folder)


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (without_folder, "no model in it"),
        (without_classifier, "no model in it"),
        (without_metadata, "no model in it"),
        (one_byte_changed, "not the file that was saved"),
        (cut_off, "does not hold a model"),
        (lambda folder: change_metadata(folder, schema=2), "its layout is 2"),
        (lambda folder: change_metadata(folder, classes=["kind", "transactional", "neutral"]), "its classes are"),
        (lambda folder: change_metadata(folder, lexicon_sha256="0" * 64), "another lexicon"),
        (metadata_is_no_json, "metadata.json cannot be read"),
        (metadata_is_no_utf8, "metadata.json cannot be read"),
        (metadata_is_no_object, "no JSON object"),
        (a_pickle, "does not hold a model"),
        (a_joblib_file, "does not hold a model"),
        (an_array_of_objects, "does not hold a model"),
        (an_array_missing, "does not hold a model"),
        (arrays_too_large, "unfold to more than"),
        (another_classifiers_features, "do not fit"),
    ],
)
def test_a_wrong_folder_is_refused_in_one_line_with_the_command_that_mends_it(folder, damage, found):
    damage(folder)
    with pytest.raises(ModelError) as caught:
        load_model(folder)
    message = str(caught.value)
    assert message.startswith(f"{folder}: ")
    assert found in message
    assert "\n" not in message
    assert f"'kindtext train CORPUS -o {folder}'" in message
    assert not (folder.parent / "exploded").exists()


# What saving does to a disk


def test_saving_replaces_an_older_model(folder):
    small_model().save(folder, card="newer\n")
    assert (folder / "README.md").read_text(encoding="utf-8") == "newer\n"
    assert [p.name for p in folder.parent.iterdir()] == [folder.name]


def test_saving_makes_the_folders_above(tmp_path):
    assert load_model(small_model().save(tmp_path / "a" / "b")).metadata["schema"] == 1


def test_saving_fills_an_empty_folder(tmp_path):
    (tmp_path / "empty").mkdir()
    assert load_model(small_model().save(tmp_path / "empty"))


@pytest.mark.parametrize("others", [["thesis.docx"], ["README.md"], ["metadata.json", "thesis.docx"]])
def test_saving_refuses_a_folder_with_other_files_and_leaves_them(tmp_path, others):
    for name in others:
        (tmp_path / name).write_text("precious", encoding="utf-8")
    with pytest.raises(ModelError, match="name a new or empty folder"):
        small_model().save(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(others)


def test_saving_refuses_a_file(tmp_path):
    (tmp_path / "mine").write_text("precious", encoding="utf-8")
    with pytest.raises(ModelError, match="mine"):
        small_model().save(tmp_path / "mine")
    assert (tmp_path / "mine").read_text(encoding="utf-8") == "precious"


def test_a_save_that_fails_leaves_the_older_model_and_nothing_else(folder, monkeypatch):
    before = {p.name: p.read_bytes() for p in folder.iterdir()}

    def fail(stream, **arrays):
        stream.write(b"half")
        raise OSError("disk full")

    monkeypatch.setattr("numpy.savez_compressed", fail)
    with pytest.raises(OSError, match="disk full"):
        small_model().save(folder)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    assert [p.name for p in folder.parent.iterdir()] == [folder.name]


# What it promises


def kind_columns():
    names = small_model().feature_names()
    return [(names.index(signal), names.index(f"{signal} affirmed")) for signal in load_lexicon().of_pole("kind")]


@given(st.sampled_from(excerpts(100).texts), st.integers(0, 7), st.integers(1, 5))
def test_another_affirmed_kind_signal_never_lowers_the_probability_of_kind(text, signal, times):
    model = small_model()
    X = model.features([text]).to_csr()
    more = X.toarray()
    for column in kind_columns()[signal]:
        more[0, column] = np.log1p(np.expm1(more[0, column]) + times)
    before = model.classifier.predict_proba(X)[0]
    after = model.classifier.predict_proba(sparse.csr_matrix(more))[0]
    assert after[0] >= before[0]
    assert after[2] <= before[2]


def test_probabilities_are_between_0_and_1_and_add_to_1():
    P = small_model().predict_proba(TEXTS)
    assert P.shape == (4, 3)
    assert ((P >= 0) & (P <= 1)).all()
    assert np.allclose(P.sum(axis=1), 1)


def test_judging_gives_the_probabilities_and_a_number_for_every_span():
    docs = as_docs(TEXTS)
    P, moved = small_model().judge(docs)
    assert np.array_equal(P, small_model().predict_proba(docs))
    assert [len(numbers) for numbers in moved] == [len(doc.spans[SPANS]) for doc in docs]
    assert moved[-1] == []


def test_no_passage_has_no_probabilities_and_no_contributions():
    assert small_model().predict_proba([]).shape == (0, 3)
    P, moved = small_model().judge([])
    assert (P.shape, moved) == ((0, 3), [])


def test_affirmed_signals_move_a_passage_their_own_way_or_not_at_all():
    docs = as_docs(excerpts(100).texts)
    poles = {signal.id: signal.pole for signal in load_lexicon().signals.values()}
    seen = set()
    for doc, moved in zip(docs, small_model().judge(docs)[1], strict=True):
        for span, contribution in zip(doc.spans[SPANS], moved, strict=True):
            if span._.assertion == "affirmed":
                pole = poles[span.label_]
                assert contribution >= 0 if pole == "kind" else contribution <= 0
                seen.add(pole)
    assert seen == {"kind", "transactional"}


def test_the_contributions_of_one_signal_add_up_to_what_it_does():
    """Taking a signal's columns away changes the log-odds of kind against transactional by its spans' shares."""
    docs = as_docs(
        ["We will give feedback to every bidder, and unsuccessful bidders can ask us for feedback by telephone."]
    )
    model = small_model()
    labels = [span.label_ for span in docs[0].spans[SPANS] if span._.assertion == "affirmed"]
    assert labels.count("bidder_support") >= 2
    X = model.features(docs).to_csr().toarray()
    names = model.feature_names()
    without = X.copy()
    for suffix in ("", " affirmed"):
        without[0, names.index("bidder_support" + suffix)] = 0
    P, Q = (model.classifier.log_odds(sparse.csr_matrix(M))[0] for M in (X, without))
    moved = model.judge(docs)[1][0]
    share = sum(m for m, s in zip(moved, docs[0].spans[SPANS], strict=True) if s.label_ == "bidder_support")
    assert share == pytest.approx((P[0] - P[1]) - (Q[0] - Q[1]))

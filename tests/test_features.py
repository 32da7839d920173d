import itertools
from collections import Counter

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer

from kindtext.counting import as_docs
from kindtext.errors import InputError
from kindtext.features import SignalVectorizer, TermVectorizer
from kindtext.lexicon import load_lexicon

TEXTS = [
    "We will give feedback to every bidder and help small charities to bid.",
    "Late tenders will be rejected, and the Authority accepts no liability for the costs of late tenders.",
    "The service was co-designed with carers; carers sit on the panel.",
    "No feedback will be given to bidders.",
    "The contract covers forty laptops for three sites.",
    "Laptops are delivered to three sites on the first working day of the contract.",
    "Where possible, local people are offered apprenticeships.",
    "The Authority may terminate the contract at any time without giving reasons.",
    "Bidders may ask the Authority for feedback at any time.",
    "The panel of carers will meet the Authority three times a year.",
    "The lowest price wins the contract; the lowest price is all that counts.",
    "",
    "The Authority will pay every invoice for the contract within thirty days; late, late, late payment is over.",
]


@pytest.fixture(scope="module")
def docs(nlp):
    return list(nlp.pipe(TEXTS))


def named(vectorizer, X):
    """The cells of a row a text that are not nought, by their column's name."""
    names = vectorizer.get_feature_names_out()
    matrix = vectorizer.transform(X)
    return [{names[j]: row[0, j] for j in row.indices} for row in (matrix[i] for i in range(matrix.shape[0]))]


def word_lists(docs):
    return [[token.norm_ for token in doc if token.is_alpha] for doc in docs]


def with_pairs(words):
    return [*words, *(f"{a} {b}" for a, b in itertools.pairwise(words))]


# as_docs


def test_texts_become_docs_in_order_and_docs_stay_what_they_are(docs):
    mixed = as_docs(["one", docs[0], "two", docs[1]])
    assert [doc.text for doc in mixed] == ["one", TEXTS[0], "two", TEXTS[1]]
    assert mixed[1] is docs[0] and mixed[3] is docs[1]
    assert as_docs([]) == []


def test_a_single_text_is_not_taken_letter_by_letter():
    with pytest.raises(InputError, match="this is one text"):
        as_docs("We will give feedback.")


# SignalVectorizer


def test_a_signal_has_a_column_for_standing_affirmed_and_negated_and_a_pole_one_for_citations():
    names = list(SignalVectorizer(signals=["sanction", "inclusion"]).fit([]).get_feature_names_out())
    assert names == [
        "sanction",
        "sanction affirmed",
        "sanction negated",
        "inclusion",
        "inclusion affirmed",
        "inclusion negated",
        "kind citation",
        "transactional citation",
    ]


def test_all_signals_of_the_lexicon_are_counted_by_default():
    vectorizer = SignalVectorizer().fit([])
    assert vectorizer.signals_ == list(load_lexicon().signals)
    assert len(vectorizer.get_feature_names_out()) == 3 * 12 + 2


@pytest.mark.parametrize(
    ("assertions", "cells"),
    [
        ([], {}),
        (["affirmed"], {"inclusion": 1, "inclusion affirmed": 1}),
        (["hedged"], {"inclusion": 1}),
        (["conditional"], {"inclusion": 1}),
        (["negated"], {"inclusion negated": 1}),
        (["citation"], {"kind citation": 1}),
        (
            ["affirmed", "affirmed", "hedged", "negated"],
            {"inclusion": 3, "inclusion affirmed": 2, "inclusion negated": 1},
        ),
        (["citation", "citation", "conditional"], {"kind citation": 2, "inclusion": 1}),
    ],
)
def test_spans_are_counted_by_how_they_are_asserted(nlp, assertions, cells):
    doc = nlp.make_doc("a b c d")
    doc.spans["kindtext"] = [doc.char_span(2 * i, 2 * i + 1, label="inclusion") for i in range(len(assertions))]
    for span, assertion in zip(doc.spans["kindtext"], assertions, strict=True):
        span._.assertion = assertion
    (row,) = named(SignalVectorizer().fit([]), [doc])
    assert row == pytest.approx({name: np.log1p(count) for name, count in cells.items()})


def test_a_transactional_citation_has_its_own_column(nlp):
    doc = nlp.make_doc("Late Payment Act")
    doc.spans["kindtext"] = [doc.char_span(0, 4, label="sanction")]
    doc.spans["kindtext"][0]._.assertion = "citation"
    assert list(named(SignalVectorizer().fit([]), [doc])[0]) == ["transactional citation"]


def test_a_signal_that_is_not_counted_leaves_no_trace(docs):
    vectorizer = SignalVectorizer(signals=["sanction"]).fit([])
    assert named(vectorizer, docs[:1]) == [{}]
    assert vectorizer.transform(docs).shape == (len(docs), 5)


def test_the_columns_of_spans_add_up_to_the_row(docs):
    vectorizer = SignalVectorizer().fit([])
    matrix = vectorizer.transform(docs).toarray()
    for doc, row in zip(docs, matrix, strict=True):
        columns = vectorizer.columns_of(doc)
        assert len(columns) == len(doc.spans["kindtext"])
        counts = Counter(column for one in columns for column in one)
        assert np.allclose(row, [np.log1p(counts[j]) for j in range(len(row))])


def test_real_sentences_land_in_the_columns_that_they_should(docs):
    rows = named(SignalVectorizer().fit([]), docs)
    assert {"bidder_support", "bidder_support affirmed"} <= set(rows[0])
    assert "bidder_support negated" in rows[3] and "bidder_support" not in rows[3]
    assert "community_benefit" in rows[6] and "community_benefit affirmed" not in rows[6]  # where possible
    assert rows[4] == rows[11] == {}


@pytest.mark.parametrize("make", [SignalVectorizer, lambda: TermVectorizer(min_count=1)], ids=["signals", "terms"])
def test_texts_and_docs_give_the_same(make, docs):
    vectorizer = make().fit(TEXTS)
    assert (vectorizer.transform(TEXTS) != vectorizer.transform(docs)).nnz == 0
    assert (make().fit(docs).transform(docs) != vectorizer.transform(docs)).nnz == 0


@pytest.mark.parametrize("make", [SignalVectorizer, lambda: TermVectorizer(min_count=1)], ids=["signals", "terms"])
def test_no_passage_gives_no_row(make):
    vectorizer = make().fit(TEXTS)
    matrix = vectorizer.transform([])
    assert matrix.shape == (0, len(vectorizer.get_feature_names_out())) and matrix.nnz == 0


@pytest.mark.parametrize("make", [SignalVectorizer, TermVectorizer])
@pytest.mark.parametrize("method", ["transform", "get_feature_names_out"])
def test_what_was_not_fitted_says_so(make, method):
    with pytest.raises(NotFittedError):
        getattr(make(), method)(["We will listen."])


@pytest.mark.parametrize(
    ("vectorizer", "parameters"),
    [
        (SignalVectorizer(), {"signals": None}),
        (SignalVectorizer(["burden"]), {"signals": ["burden"]}),
        (TermVectorizer(min_count=2, max_share=0.9, pairs=False), {"min_count": 2, "max_share": 0.9, "pairs": False}),
    ],
)
def test_parameters_come_through_a_clone(vectorizer, parameters):
    assert clone(vectorizer).get_params() == parameters
    assert not hasattr(clone(vectorizer.set_params(**parameters)), "signals_")


def test_asking_for_a_frame_of_a_sparse_matrix_is_refused_by_scikit_learn():
    vectorizer = SignalVectorizer().fit([]).set_output(transform="pandas")
    with pytest.raises(ValueError, match="sparse"):
        vectorizer.transform(TEXTS[:1])


# TermVectorizer


@pytest.mark.parametrize("pairs", [True, False])
@pytest.mark.parametrize(("min_count", "max_share"), [(1, 1.0), (2, 1.0), (2, 0.5), (1, 0.2), (3, 0.4)])
def test_terms_are_weighed_as_scikit_learn_weighs_them(docs, pairs, min_count, max_share):
    ours = TermVectorizer(min_count=min_count, max_share=max_share, pairs=pairs).fit(docs)
    theirs = TfidfVectorizer(
        analyzer=with_pairs if pairs else list, min_df=min_count, max_df=max_share, sublinear_tf=True, norm="l2"
    ).fit(word_lists(docs))
    names = list(theirs.get_feature_names_out())
    assert sorted(ours.get_feature_names_out()) == sorted(names)
    order = [list(ours.get_feature_names_out()).index(name) for name in names]
    assert np.allclose(ours.idf_[order], theirs.idf_)
    assert np.allclose(
        ours.transform(docs).toarray()[:, order], theirs.transform(word_lists(docs)).toarray(), atol=1e-12
    )


def test_unseen_texts_are_weighed_as_scikit_learn_weighs_them(docs):
    seen, unseen = docs[:8], docs[8:]
    ours = TermVectorizer(min_count=2, max_share=0.6).fit(seen)
    theirs = TfidfVectorizer(analyzer=with_pairs, min_df=2, max_df=0.6, sublinear_tf=True).fit(word_lists(seen))
    order = [list(ours.get_feature_names_out()).index(name) for name in theirs.get_feature_names_out()]
    expected = theirs.transform(word_lists(unseen)).toarray()
    assert np.allclose(ours.transform(unseen).toarray()[:, order], expected, atol=1e-12) and expected.any()


def test_each_terms_name_is_that_of_the_column_that_it_fills():
    vectorizer = TermVectorizer(min_count=1, max_share=1.0).fit(TEXTS)
    for column, name in enumerate(vectorizer.get_feature_names_out()):
        row = vectorizer.transform([name]).toarray()[0]
        assert row[column] > 0, name
        assert np.count_nonzero(row) == len({name, *name.split()}), name


def test_a_pair_is_another_term_than_its_words_the_other_way_round():
    vectorizer = TermVectorizer(min_count=1, max_share=1.0).fit(["price quality"])
    assert named(vectorizer, ["quality price"])[0].keys() == {"price", "quality"}


def test_a_pair_does_not_cross_from_one_passage_to_the_next():
    names = TermVectorizer(min_count=1, max_share=1.0).fit(["one two", "", "three", "four five"]).terms_
    assert sorted(names) == ["five", "four", "four five", "one", "one two", "three", "two"]


def test_what_is_no_word_is_no_term():
    names = TermVectorizer(min_count=1, max_share=1.0).fit(["Pay £300, in 30 days (net)."]).terms_
    assert sorted(names) == ["day", "day net", "in", "in day", "net", "pay", "pay in"]


def test_inflections_are_one_term():
    vectorizer = TermVectorizer(min_count=2, max_share=1.0, pairs=False).fit(["organised", "Organizing", "organises"])
    assert list(vectorizer.terms_) == ["organize"]


def test_a_passage_without_a_known_word_is_a_row_of_noughts_and_others_have_length_one(docs):
    vectorizer = TermVectorizer(min_count=2).fit(docs)
    matrix = vectorizer.transform(["Zebras graze.", "", "12 %", *TEXTS[:3]]).toarray()
    assert np.allclose(np.linalg.norm(matrix, axis=1), [0, 0, 0, 1, 1, 1])


def test_ids_ascend_and_each_has_a_term_and_a_weight(docs):
    vectorizer = TermVectorizer(min_count=1).fit(docs)
    assert (np.diff(vectorizer.ids_.astype(object)) > 0).all()
    assert len(vectorizer.ids_) == len(vectorizer.terms_) == len(vectorizer.idf_) == len(set(vectorizer.terms_))


@pytest.mark.parametrize("texts", [[], [""], ["12 %", "..."], ["each word", "stands once"]])
def test_fitting_where_no_term_is_common_enough_is_refused(texts):
    with pytest.raises(ValueError, match="no term occurs in 2 passages or more; lower min_count or give more text"):
        TermVectorizer(min_count=2).fit(texts)

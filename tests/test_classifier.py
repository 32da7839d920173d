import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from kindtext.classifier import StanceClassifier
from kindtext.stance import STANCES, probabilities

COLUMNS = 6


def sample(n=600, seed=0, weights=((1.5, 0.5, -1.0, -0.2, 0.0, 0.4), (-1.0, 0.3, 1.2, 0.8, 0.0, -0.5))):
    """Passages whose stance follows a logistic model, so that there is something to learn."""
    rng = np.random.default_rng(seed)
    X = rng.poisson(0.7, size=(n, COLUMNS)).astype(float)
    P = probabilities(X @ np.array(weights).T + np.array([-0.5, -0.3]))
    y = np.array([rng.choice(STANCES, p=p) for p in P])
    return sparse.csr_matrix(X), y


@pytest.fixture(scope="module")
def data():
    return sample()


@pytest.fixture(scope="module")
def bounded(data):
    return StanceClassifier(kind_columns=[0, 1], transactional_columns=[2, 3]).fit(*data)


def test_probabilities_add_to_one_in_the_order_of_the_classes(data, bounded):
    P = bounded.predict_proba(data[0])
    assert P.shape == (600, 3) and (P > 0).all()
    assert np.allclose(P.sum(axis=1), 1)
    assert list(bounded.classes_) == list(STANCES) == ["kind", "neutral", "transactional"]
    assert (bounded.predict(data[0]) == np.array(STANCES)[P.argmax(axis=1)]).all()


def test_no_passage_gives_no_probability(bounded):
    none = sparse.csr_matrix((0, COLUMNS))
    assert bounded.predict_proba(none).shape == (0, 3) and bounded.predict(none).shape == (0,)


@given(st.lists(st.tuples(st.floats(-800, 800), st.floats(-800, 800)), min_size=1, max_size=5))
def test_probabilities_of_extreme_log_odds_are_still_probabilities(log_odds):
    P = probabilities(np.array(log_odds))
    assert np.isfinite(P).all() and np.allclose(P.sum(axis=1), 1)


def test_log_odds_against_neutral_are_what_the_probabilities_say(data, bounded):
    P, z = bounded.predict_proba(data[0]), bounded.log_odds(data[0])
    assert np.allclose(np.log(P[:, [0, 2]] / P[:, [1]]), z)


@pytest.mark.parametrize("C", [0.3, 1.0, 10.0])
def test_without_bounds_it_agrees_with_scikit_learn(data, C):
    X, y = data
    theirs = LogisticRegression(C=C, solver="lbfgs", max_iter=1000).fit(X, y)
    ours = StanceClassifier(C=C).fit(X, y)
    assert list(theirs.classes_) == list(ours.classes_)
    assert np.abs(ours.predict_proba(X) - theirs.predict_proba(X)).max() < 0.02


def test_a_weaker_penalty_gives_larger_coefficients(data):
    small, large = (StanceClassifier(C=C).fit(*data) for C in (0.001, 10.0))
    assert np.abs(small.coef_).sum() < 0.5 * np.abs(large.coef_).sum()


def test_no_coefficient_crosses_its_bound_even_where_the_data_contradict_it(data):
    X, y = data
    wrong = StanceClassifier(C=100.0, kind_columns=[2, 3], transactional_columns=[0, 1]).fit(X, y)
    kind, transactional = wrong.coef_
    assert (kind[[2, 3]] >= 0).all() and (transactional[[2, 3]] <= 0).all()
    assert (kind[[0, 1]] <= 0).all() and (transactional[[0, 1]] >= 0).all()
    free = StanceClassifier(C=100.0).fit(X, y).coef_
    assert free[0, 0] > 0.5 and free[1, 2] > 0.5  # what the data say
    assert kind[0] == 0 and transactional[2] == 0  # and what the bounds leave of it


def test_bounds_that_the_data_agree_with_change_nothing(data):
    free = StanceClassifier().fit(*data)
    bounded = StanceClassifier(kind_columns=[0], transactional_columns=[2]).fit(*data)
    assert np.allclose(free.coef_, bounded.coef_, atol=1e-3)


@given(
    seed=st.integers(0, 20),
    column=st.sampled_from([0, 1, 2, 3]),
    row=st.lists(st.floats(0, 5), min_size=COLUMNS, max_size=COLUMNS),
    more=st.floats(0, 5),
    calibrated=st.booleans(),
)
def test_more_of_a_signal_never_speaks_against_its_pole(seed, column, row, more, calibrated):
    rng = np.random.default_rng(seed)
    X = sparse.csr_matrix(rng.poisson(0.7, size=(60, COLUMNS)).astype(float))
    y = np.array([*STANCES, *rng.choice(STANCES, 57)])  # labels that have nothing to do with the features
    model = StanceClassifier(C=10.0, kind_columns=[0, 1], transactional_columns=[2, 3]).fit(X, y)
    if calibrated:
        model.calibrate(rng.normal(size=(60, 2)), y)
    added = [value + more * (j == column) for j, value in enumerate(row)]
    before, after = model.predict_proba(sparse.csr_matrix([row, added]))
    own, other = (0, 2) if column in (0, 1) else (2, 0)
    assert after[own] >= before[own] - 1e-12
    assert after[other] <= before[other] + 1e-12


@pytest.mark.parametrize(("factor", "shift"), [(4.0, (0.0, 0.0)), (0.2, (0.0, 0.0)), (1.0, (1.5, -1.0)), (3.0, (1, 1))])
def test_calibration_lowers_the_held_out_loss_of_skewed_log_odds(factor, shift):
    (X, y), (X2, y2) = sample(seed=1), sample(seed=2)
    model = StanceClassifier().fit(*sample(seed=3))
    z, z2 = (model.raw_log_odds(part) * factor + shift for part in (X, X2))
    model.calibrate(z, y)
    calibrated = probabilities(z2 / model.temperature_ + model.shift_)
    order = list(STANCES)
    assert log_loss(y2, calibrated, labels=order) < log_loss(y2, probabilities(z2), labels=order) - 0.01
    assert model.temperature_ == pytest.approx(factor, rel=0.35)


def test_calibration_of_honest_log_odds_changes_little(data):
    model = StanceClassifier().fit(*data)
    X, y = sample(seed=4)
    model.calibrate(model.raw_log_odds(X), y)
    assert model.temperature_ == pytest.approx(1, abs=0.25) and np.abs(model.shift_).max() < 0.35


def test_fitting_again_forgets_the_calibration(data):
    model = StanceClassifier().fit(*data)
    model.calibrate(5 * model.raw_log_odds(data[0]), data[1])
    assert model.temperature_ > 2
    model.fit(*data)
    assert model.temperature_ == 1 and (model.shift_ == 0).all()


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["kind", "neutral", "transactional", "nice"], "unknown stance 'nice'; use kind, neutral, transactional."),
        (["kind", "neutral", "transactional", "Kind"], "unknown stance 'Kind'; use kind, neutral, transactional."),
        (["kind", "neutral", "kind", "neutral"], "no passage is labelled transactional; all three stances are needed."),
        (["neutral"] * 4, "no passage is labelled kind; all three stances are needed."),
    ],
)
def test_labels_that_cannot_be_learnt_are_refused(labels, message):
    with pytest.raises(ValueError) as caught:
        StanceClassifier().fit(sparse.eye(4, format="csr"), labels)
    assert str(caught.value) == message


def test_a_weight_of_two_is_a_row_that_stands_twice(data):
    X, y = data[0][:200], data[1][:200]
    twice = np.arange(200) % 3 == 0
    weighted = StanceClassifier(kind_columns=[0]).fit(X, y, sample_weight=1.0 + twice)
    repeated = StanceClassifier(kind_columns=[0]).fit(sparse.vstack([X, X[twice]]), np.concatenate([y, y[twice]]))
    assert np.allclose(weighted.predict_proba(X), repeated.predict_proba(X), atol=1e-3)
    plain = StanceClassifier(kind_columns=[0]).fit(X, y)
    assert not np.allclose(weighted.predict_proba(X), plain.predict_proba(X), atol=1e-3)


def test_a_weight_of_nought_is_a_row_that_is_not_there(data):
    X, y = data[0][:200], data[1][:200]
    kept = np.arange(200) % 4 != 0
    weighted = StanceClassifier().fit(X, y, sample_weight=kept.astype(float))
    assert np.allclose(weighted.coef_, StanceClassifier().fit(X[kept], y[kept]).coef_, atol=1e-3)


def test_the_same_data_give_the_same_model(data):
    one, two = (StanceClassifier(kind_columns=[0], transactional_columns=[2]).fit(*data) for _ in range(2))
    assert (one.coef_ == two.coef_).all() and (one.intercept_ == two.intercept_).all()


def test_a_dense_matrix_gives_the_same_as_a_sparse_one(data):
    X, y = data
    dense = StanceClassifier().fit(X.toarray(), y)
    assert np.allclose(dense.predict_proba(X.toarray()), StanceClassifier().fit(X, y).predict_proba(X))


def test_fitting_leaves_the_data_as_they_were(data):
    X, y = data
    before = X.toarray().copy(), y.copy()
    StanceClassifier(kind_columns=[0]).fit(X, y)
    assert (X.toarray() == before[0]).all() and (y == before[1]).all()


@pytest.mark.parametrize("method", ["predict", "predict_proba", "log_odds", "raw_log_odds"])
def test_what_was_not_fitted_says_so(method):
    with pytest.raises(NotFittedError):
        getattr(StanceClassifier(), method)(sparse.eye(2, format="csr"))


def test_parameters_come_through_a_clone():
    model = StanceClassifier(C=0.5, kind_columns=[1], transactional_columns=[2], max_iter=9)
    expected = {"C": 0.5, "kind_columns": [1], "transactional_columns": [2], "max_iter": 9}
    assert clone(model).get_params() == expected

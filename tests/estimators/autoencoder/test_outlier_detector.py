"""NeuralOutlierDetector: its scores, its threshold and how well it tells outliers."""

import sys

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import load_digits
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from skneural import AutoencoderTransformer, NeuralOutlierDetector
from skneural.estimators.autoencoder.outlier_threshold import lowest_share, outlier_threshold

needs_jit = pytest.mark.needs_jit(reason="fits that last many epochs")


def make_X(n_samples=200, n_outliers=20):
    """Rows along a curve, and some that are not."""
    random = np.random.RandomState(0)
    angle = random.uniform(-1, 1, n_samples)
    X = np.c_[angle, angle**2, np.sin(3 * angle), random.normal(0, 0.02, n_samples)]
    X[:n_outliers] = random.uniform(-3, 3, (n_outliers, 4))
    return X, np.arange(n_samples) < n_outliers


def make(**parameters):
    return NeuralOutlierDetector(random_state=0, **parameters)


def test_predictions_follow_the_scores():
    X, _ = make_X()
    detector = make(contamination=0.15).fit(X)
    scores = detector.score_samples(X)
    assert detector.offset_ == pytest.approx(np.percentile(scores, 15))
    np.testing.assert_array_equal(detector.decision_function(X), scores - detector.offset_)
    np.testing.assert_array_equal(detector.predict(X), np.where(scores < detector.offset_, -1, 1))
    assert np.mean(detector.predict(X) == -1) == 0.15
    np.testing.assert_array_equal(make(contamination=0.15).fit_predict(X), detector.predict(X))


def test_it_tells_outliers():
    X, is_outlier = make_X()
    X = StandardScaler().fit_transform(X)
    assert roc_auc_score(is_outlier, -make().fit(X).score_samples(X)) > 0.95
    variational = make(variational=True, sparsity=None).fit(X)
    assert roc_auc_score(is_outlier, -variational.score_samples(X)) > 0.9


@pytest.mark.parametrize("sparsity", [None, "l1"])
def test_the_score_is_minus_loss_and_charge(sparsity):
    X, _ = make_X()
    settings = {"max_iter": 3, "loss": "squared_error", "sparsity": sparsity, "sparsity_weight": 2}
    detector = make(**settings).fit(X)
    network = AutoencoderTransformer(8, (16,), random_state=0, **settings).fit(X)
    expected = ((network.reconstruct(X) - X) ** 2).sum(axis=1) / 2
    if sparsity:
        expected += 2 * np.abs(network.transform(X)).sum(axis=1)
    np.testing.assert_allclose(detector.score_samples(X), -expected / 4, rtol=1e-9)


def test_the_evidence_bound():
    X, _ = make_X()
    settings = {"max_iter": 3, "loss": "squared_error", "variational": True, "beta": 0.7}
    detector = make(sparsity=None, **settings).fit(X)
    network = AutoencoderTransformer(8, (16,), random_state=0, **settings).fit(X)
    hidden = np.maximum(network.activations(X, "encoder_1"), 0)
    code = network.weights_["code"]
    means, log_variances = np.split(hidden @ code["kernel"] + code["bias"], 2, axis=1)
    divergence = (means**2 + np.exp(log_variances) - 1 - log_variances).sum(axis=1) / 2
    errors = ((network.reconstruct(X) - X) ** 2).sum(axis=1) / 2
    np.testing.assert_allclose(
        detector.score_samples(X), -(errors + 0.7 * divergence) / 4, rtol=1e-9
    )


@pytest.mark.parametrize("n_samples", [37, 100])
@pytest.mark.parametrize("scale", [1.0, 0.25])
def test_even_weights_leave_the_threshold_as_it_is(n_samples, scale):
    X, _ = make_X(n_samples)
    detector, even = make(max_iter=2).fit(X), make(max_iter=2)
    even.fit(X, sample_weight=np.full(n_samples, scale))
    assert lowest_share(detector.score_samples(X), 0.1, np.full(n_samples, scale)) == (
        pytest.approx(detector.offset_, rel=1e-12)
    )
    np.testing.assert_array_equal(even.predict(X), detector.predict(X))


def test_whole_weights_are_repetitions_to_the_threshold():
    random = np.random.RandomState(0)
    scores, weight = random.normal(size=50), random.randint(0, 5, 50)
    for share in (0.01, 0.1, 0.37, 0.5):
        repeated = np.percentile(np.repeat(scores, weight), 100 * share)
        assert lowest_share(scores, share, weight.astype(float)) == pytest.approx(repeated)


def test_weights_move_the_threshold():
    X, is_outlier = make_X()
    detector = make(contamination=0.25).fit(X, sample_weight=np.where(is_outlier, 0.0, 1.0))
    normal = X[~is_outlier]
    assert np.mean(detector.predict(normal) == -1) == pytest.approx(0.25, abs=0.01)
    with pytest.raises(ValueError, match="sample_weight"):
        make().fit(X, sample_weight=np.ones(3))


def test_an_automatic_threshold_is_the_fence_of_the_boxplot():
    X, is_outlier = make_X()
    detector = make(contamination="auto").fit(X)
    scores = detector.score_samples(X)
    low, high = np.percentile(scores, [25, 75])
    assert detector.offset_ == pytest.approx(low - 1.5 * (high - low))
    found = detector.predict(X) == -1
    np.testing.assert_array_equal(found, scores < detector.offset_)
    assert found[is_outlier].mean() > 0.7 and found[~is_outlier].mean() < 0.1
    np.testing.assert_array_equal(scores, make().fit(X).score_samples(X))
    offset = detector.offset_
    assert detector.partial_fit(X[:100]).offset_ != offset


def test_an_automatic_threshold_takes_few_of_usual_samples():
    X = np.random.RandomState(0).standard_normal((500, 5))
    for settings in ({}, {"variational": True, "sparsity": None}, {"sparsity": None}):
        found = make(contamination="auto", **settings).fit_predict(X)
        assert 0 <= np.mean(found == -1) < 0.04


def test_an_automatic_threshold_counts_weights_as_repetitions():
    random = np.random.RandomState(0)
    scores, weight = -random.gamma(2, size=50), random.randint(0, 4, 50)
    weighted = outlier_threshold(scores, "auto", weight.astype(float))
    assert weighted == pytest.approx(outlier_threshold(np.repeat(scores, weight), "auto", None))
    assert outlier_threshold(np.full(9, -2.0), "auto", None) == -2  # none is below


def test_sparse_X():
    X = sparse.random(60, 30, density=0.2, random_state=0, format="csr")
    thin, dense = make(max_iter=3).fit(X), make(max_iter=3).fit(X.toarray())
    np.testing.assert_allclose(thin.score_samples(X), dense.score_samples(X.toarray()), rtol=1e-9)


def test_a_row_far_off_does_not_break_a_variational_fit():
    X = np.random.RandomState(0).standard_normal((400, 5)).astype(np.float32)
    X[3] = 1e4
    detector = make(variational=True, sparsity=None).fit(X)
    assert detector.n_iter_ > 1
    assert detector.score_samples(X).argmin() == 3


def test_partial_fit_moves_on():
    X, _ = make_X()
    detector = make().partial_fit(X)
    first = detector.offset_
    assert detector.partial_fit(X[:100]).offset_ != first
    assert detector.t_ == 300


def test_errors(raises_unchanged):
    X, _ = make_X()
    detector = make(max_iter=2)
    for share in (0.0, 0.6):
        raises_unchanged(make(contamination=share), ["contamination"], "fit", X)
    raises_unchanged(make(contamination="autos"), ["contamination", "'auto'"], "fit", X)
    raises_unchanged(detector.fit(X), ["4 features"], "decision_function", X[:, :2])
    raises_unchanged(detector, ["NaN"], "fit", np.full((9, 2), np.nan))


@needs_jit
def test_an_odd_digit_among_others():
    X, y = load_digits(return_X_y=True)
    rows = np.r_[np.flatnonzero(y == 1), np.flatnonzero(y == 0)[:15]]
    X = X[rows] / 16
    score = make(sparsity_weight=0.3, max_iter=300).fit(X).score_samples(X)
    assert roc_auc_score(y[rows] == 0, -score) > 0.9


@needs_jit
@pytest.mark.slow
@pytest.mark.parametrize("name", ["cardio", "shuttle"])
def test_at_most_a_little_behind_isolation_forests(name, data_folder, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(data_folder), *sys.path])
    import load

    X, y = getattr(load, name)()
    X = StandardScaler().fit_transform(X)
    areas = {}
    for kind in (IsolationForest, NeuralOutlierDetector):
        scores = [kind(random_state=seed).fit(X).score_samples(X) for seed in range(3)]
        areas[kind] = np.mean([roc_auc_score(y, -s) for s in scores])
    assert areas[NeuralOutlierDetector] >= areas[IsolationForest] - 0.02

"""Tolerances of networks that give X back: relative to the variance of X."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning

from skneural import AutoencoderTransformer, MLPRegressor, NeuralOutlierDetector
from skneural.data.numeric_targets import InputTargets
from skneural.data.rows import Rows
from skneural.data.variance import mean_variance
from skneural.losses import Huber, LogLoss, Poisson, Quantile

RETURNS = 0.01  # the standard deviation of daily returns, about


def make_X(deviation=1.0, n_samples=400):
    random = np.random.RandomState(0)
    factors = random.standard_normal((n_samples, 2)) @ random.standard_normal((2, 6))
    X = factors + 0.1 * random.standard_normal((n_samples, 6))
    return deviation * (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0).mean())


def fit(model, *arguments, **keywords):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(*arguments, **keywords)


def share_explained(model, X):
    return 1 - ((X - model.reconstruct(X)) ** 2).sum() / ((X - X.mean(axis=0)) ** 2).sum()


@pytest.mark.needs_jit(reason="fits that last many epochs")
@pytest.mark.parametrize("settings", [{}, {"solver": "lbfgs"}, {"early_stopping": True}], ids=str)
def test_small_numbers_are_learned(settings):
    X = make_X(RETURNS, 1000)
    model = AutoencoderTransformer(2, learning_rate_init=0.005, random_state=0, **settings)
    assert share_explained(fit(model, X), X) > 0.98


@pytest.mark.needs_jit(reason="fits that last many epochs")
@pytest.mark.parametrize("make", [AutoencoderTransformer, NeuralOutlierDetector])
@pytest.mark.parametrize(
    ("loss", "power"), [("squared_error", 2), ("huber", 2), ("absolute_error", 1)]
)
def test_the_tolerance_is_that_of_standardised_numbers(make, loss, power, monkeypatch):
    """The plateau of a fit is where it is for an absolute tolerance of that size."""
    scale = 0.125
    X = make_X() * scale
    settings = {"loss": loss, "random_state": 0, "max_iter": 500, "learning_rate_init": 0.01}
    relative = fit(make(2, tol=1e-3, **settings), X)
    monkeypatch.setattr(InputTargets, "tolerance_unit", lambda self, loss: 1.0)
    absolute = fit(make(2, tol=1e-3 * scale**power, **settings), X)
    coarse = fit(make(2, tol=1e-3, **settings), X)
    assert_allclose(relative.loss_curve_, absolute.loss_curve_)
    assert coarse.n_iter_ < relative.n_iter_ < 500


@pytest.mark.parametrize(
    ("loss", "unit"),
    [
        ("squared_error", 0.25),
        ("absolute_error", 0.5),
        (Quantile(0.3), 0.5),
        ("huber", 0.25),
        (Huber(0.1), 0.05),
        ("log_loss", 1.0),
        (LogLoss(), 1.0),
        (Poisson(), 1.0),
    ],
    ids=str,
)
def test_units_by_loss(loss, unit):
    X = np.tile([[0.0, 1.0], [1.0, 0.0]], (20, 1))
    model = fit(AutoencoderTransformer(1, (), loss=loss, max_iter=1), X)
    targets = model._targets.measured(Rows(X, X, None, X, None), anew=True)
    assert_allclose(targets.tolerance_unit(model._loss), unit)


def test_a_scorer_of_the_users_own_is_judged_by_the_tolerance_itself(monkeypatch):
    """A score may be anything, whatever the variance of X is."""
    seen = []
    monkeypatch.setattr(
        "skneural.training.train.Training",
        lambda owner, network, record, rules, *others, **more: seen.append(rules) or 1 / 0,
    )
    given = {"early_stopping": True, "tol": 0.5}
    for scoring in (None, lambda estimator, X, y: 1.0):
        with pytest.raises(ZeroDivisionError):
            AutoencoderTransformer(2, scoring=scoring, **given).fit(make_X(0.1))
    assert_allclose([rules.improvement for rules in seen], [0.005, 0.5], rtol=0.1)
    with pytest.raises(ZeroDivisionError):
        MLPRegressor(tol=0.5).fit(make_X(0.1), make_X()[:, 0])
    assert seen[-1].improvement == 0.5


def test_weights_count_as_repeated_rows():
    X, weight = make_X(0.1), np.arange(400) % 3
    model = fit(AutoencoderTransformer(2, max_iter=1), X, sample_weight=weight)
    repeated = fit(AutoencoderTransformer(2, max_iter=1), np.repeat(X, weight, axis=0))
    assert_allclose(model._targets.deviation, repeated._targets.deviation)


@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array, np.float32])
def test_the_variance_whatever_holds_the_numbers(container, monkeypatch):
    X = np.random.RandomState(0).standard_normal((50, 7)) * 0.01 + 3
    X[::2] = 0
    monkeypatch.setattr("skneural.data.variance._NUMBERS_AT_A_TIME", 64)
    weight = np.linspace(0, 1, 50)
    mean = np.average(X, axis=0, weights=weight)
    expected = np.average((X - mean) ** 2, axis=0, weights=weight).mean()
    assert_allclose(mean_variance(container(X), None), X.var(axis=0).mean(), rtol=1e-6)
    assert_allclose(mean_variance(container(X), weight), expected, rtol=1e-6)


def test_bytes_have_the_tolerance_of_the_numbers_that_the_network_sees():
    X = np.random.RandomState(0).randint(0, 256, (40, 2, 3)).astype(np.uint8)
    expected = fit(AutoencoderTransformer(2, max_iter=1), X / 255)._targets.deviation
    for same in (X, X.astype(np.float64)):
        model = fit(AutoencoderTransformer(2, max_iter=1), same)
        assert_allclose(model._targets.deviation, expected)
    table = fit(AutoencoderTransformer(2, max_iter=1), X.reshape(40, 6))
    assert_allclose(table._targets.deviation, 255 * expected)


def test_constant_numbers_end_on_a_plateau():
    model = AutoencoderTransformer(2, random_state=0, max_iter=1000)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(np.full((50, 3), 0.25))
    assert model.n_iter_ < 1000


def test_partial_fit_keeps_the_variance_it_began_with():
    model = AutoencoderTransformer(2).partial_fit(make_X(0.1))
    first = model._targets.deviation
    assert model.partial_fit(make_X(5.0))._targets.deviation == first
    assert_allclose(fit(model.set_params(max_iter=1), make_X(5.0))._targets.deviation, 5.0)

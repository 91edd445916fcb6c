"""Properties of any fit: shapes, dtypes, batch sizes and parameters drawn by hypothesis."""

import pickle
import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn import neural_network as reference
from sklearn.exceptions import ConvergenceWarning

import skneural
from skneural import MLPClassifier, MLPRegressor

needs_jit = pytest.mark.needs_jit(reason="dozens of fits")

ACTIVATIONS = [
    "identity",
    "logistic",
    "tanh",
    "relu",
    "softplus",
    "centred_softplus",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "gelu_tanh",
    "silu",
    "mish",
    "hard_sigmoid",
    "hard_swish",
]
SOLVERS = ["sgd", "adam", "adamw", "nadam", "rmsprop", "adagrad", "adadelta", "lion", "lbfgs"]
SCHEDULES = ["constant", "invscaling", "adaptive", "step", "exponential", "cosine", "one_cycle"]
INITIALIZERS = [
    "sklearn",
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
    "orthogonal",
]

quick = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
sizes = st.lists(st.integers(1, 40), max_size=3).map(tuple)


@st.composite
def problems(draw, max_samples=60):
    """X of any small shape and dtype, a number of classes, and a random generator."""
    n_samples = draw(st.integers(6, max_samples))
    n_features = draw(st.integers(1, 35))
    random = np.random.RandomState(draw(st.integers(0, 2**32 - 1)))
    X = random.standard_normal((n_samples, n_features))
    X[random.uniform(size=X.shape) < draw(st.sampled_from([0.0, 0.5, 1.0]))] = 0.0
    return X.astype(draw(st.sampled_from([np.float32, np.float64]))), random


@st.composite
def parameters(draw):
    """Any parameters that do not contradict each other, and a few epochs."""
    hidden = draw(sizes)
    rates = st.sampled_from([0.0, 0.2, 0.9])
    per_layer = st.tuples(*[st.sampled_from(ACTIVATIONS)] * len(hidden))
    activations = st.one_of(st.sampled_from(ACTIVATIONS), per_layer)
    dropouts = st.one_of(rates, st.tuples(*[rates] * len(hidden)))
    solver = draw(st.sampled_from(SOLVERS))
    chosen = {
        "hidden_layer_sizes": hidden,
        "activation": draw(activations if hidden else st.sampled_from(ACTIVATIONS)),
        "dropout": draw(dropouts if hidden else rates),
        "normalization": draw(st.sampled_from([None, "batch", "layer"])),
        "solver": solver,
        "learning_rate": draw(st.sampled_from(SCHEDULES)),
        "learning_rate_init": draw(st.sampled_from([1e-4, 1e-2])),
        "alpha": draw(st.sampled_from([0.0, 1e-4, 1.0])),
        "weight_decay": draw(st.sampled_from([0.0, 0.01])),
        "max_grad_norm": draw(st.sampled_from([None, 0.1])),
        "initializer": draw(st.sampled_from(INITIALIZERS)),
        "shuffle": draw(st.booleans()),
        "batch_size": draw(st.one_of(st.just("auto"), st.integers(1, 70))),
        "n_jobs": draw(st.sampled_from([None, 1, 2])),
        "dtype": draw(st.sampled_from([None, "float32", "float64"])),
        "max_iter": draw(st.integers(1, 3)),
        "random_state": draw(st.integers(0, 1000)),
    }
    if solver == "lbfgs":
        chosen |= {"dropout": 0.0, "weight_decay": 0.0, "max_grad_norm": None}
        chosen["normalization"] = None
    return chosen


def fit(estimator, *arguments, **keywords):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.filterwarnings("ignore", "Got `?batch_size|.*batch normalization", UserWarning)
        return estimator.fit(*arguments, **keywords)


def container_of(random):
    return [np.asarray, np.asfortranarray, sparse.csr_array][random.randint(3)]


def assert_predicts_rows_alone(model, method, X):
    outputs = getattr(model, method)(X)
    assert np.isfinite(outputs).all()
    assert len(outputs) == X.shape[0]
    order = np.arange(X.shape[0])[::-1]
    assert_array_equal(getattr(model, method)(X[order]), outputs[order])
    assert_array_equal(getattr(model, method)(X[2:5]), outputs[2:5])
    return outputs


def assert_fitted(model, X, chosen):
    dtype = np.dtype(chosen["dtype"] or X.dtype)
    units = [X.shape[1], *chosen["hidden_layer_sizes"], model.n_outputs_]
    assert [c.shape for c in model.coefs_] == list(zip(units[:-1], units[1:], strict=True))
    assert [b.shape for b in model.intercepts_] == [(u,) for u in units[1:]]
    assert {array.dtype for array in model.coefs_ + model.intercepts_} == {dtype}
    assert model.n_layers_ == len(units)
    assert np.isfinite(model.loss_)
    if chosen["solver"] != "lbfgs":
        assert 1 <= model.n_iter_ <= chosen["max_iter"]
        assert len(model.loss_curve_) == model.n_iter_
        assert model.loss_curve_[-1] == model.loss_
        assert model.t_ == model.n_iter_ * X.shape[0]


@needs_jit
@quick
@given(problems(), parameters(), st.integers(2, 5), st.booleans())
def test_classifier(problem, chosen, n_classes, weighted):
    X, random = problem
    y = np.arange(len(X)) % n_classes
    random.shuffle(y)
    given_X = container_of(random)(X)
    weights = {"sample_weight": random.uniform(0.5, 2.0, len(X))} if weighted else {}
    model = fit(MLPClassifier(**chosen), given_X, y, **weights)
    assert_fitted(model, X, chosen)
    proba = assert_predicts_rows_alone(model, "predict_proba", given_X)
    tolerance = 1e-5 if proba.dtype == np.float32 else 1e-12
    assert proba.shape == (len(X), n_classes)
    assert_allclose(proba.sum(axis=1), 1.0, rtol=tolerance)
    assert proba.min() >= 0.0
    chosen_class = np.searchsorted(model.classes_, model.predict(given_X))
    assert_array_equal(proba[np.arange(len(X)), chosen_class], proba.max(axis=1))  # or ties
    assert_array_equal(pickle.loads(pickle.dumps(model)).predict_proba(given_X), proba)


@needs_jit
@quick
@given(
    problems(),
    parameters(),
    st.sampled_from(["squared_error", "poisson", "absolute_error", "huber", "quantile"]),
    st.integers(1, 3),
)
def test_regressor(problem, chosen, loss, n_outputs):
    X, random = problem
    y = np.abs(random.standard_normal((len(X), n_outputs)))
    y = y[:, 0] if n_outputs == 1 else y
    given_X = container_of(random)(X)
    model = fit(MLPRegressor(loss, **chosen), given_X, y)
    assert_fitted(model, X, chosen)
    outputs = assert_predicts_rows_alone(model, "predict", given_X)
    assert outputs.shape == y.shape
    if loss == "poisson":
        assert outputs.min() >= 0.0


@needs_jit
@quick
@given(problems(), parameters())
def test_n_jobs_changes_no_bit(problem, chosen):
    X, random = problem
    y = random.randint(0, 2, len(X))
    assume(len(np.unique(y)) == 2)
    X = container_of(random)(X)
    models = [fit(MLPClassifier(**chosen | {"n_jobs": n}), X, y) for n in (1, 3)]
    for ours, theirs in zip(models[0].coefs_, models[1].coefs_, strict=True):
        assert_array_equal(ours, theirs)
    assert models[0].loss_ == models[1].loss_


@needs_jit
@quick
@given(
    problems(),
    st.fixed_dictionaries(
        {
            "hidden_layer_sizes": sizes,
            "activation": st.sampled_from(["identity", "logistic", "tanh", "relu"]),
            "solver": st.sampled_from(["sgd", "adam"]),
            "learning_rate_init": st.sampled_from([1e-3, 1e-2]),
            "momentum": st.sampled_from([0.0, 0.5, 0.9]),
            "nesterovs_momentum": st.booleans(),
            "alpha": st.sampled_from([0.0, 1e-4, 1.0]),
            "batch_size": st.one_of(st.just("auto"), st.integers(1, 60)),
            "shuffle": st.booleans(),
            "max_iter": st.integers(1, 4),
            "random_state": st.integers(0, 1000),
        }
    ),
    st.sampled_from(["binary", "classes", "labels", "regression", "outputs"]),
)
def test_scikit_learns_model(problem, chosen, kind):
    X, random = problem
    X = X.astype(np.float64)
    y = {
        "binary": np.arange(len(X)) % 2,
        "classes": np.arange(len(X)) % 3,
        "labels": random.randint(0, 2, (len(X), 3)),
        "regression": random.standard_normal(len(X)),
        "outputs": random.standard_normal((len(X), 2)),
    }[kind]
    name = "MLPRegressor" if kind in ("regression", "outputs") else "MLPClassifier"
    theirs, ours = (fit(getattr(module, name)(**chosen), X, y) for module in (reference, skneural))
    for expected, got in zip(theirs.coefs_ + theirs.intercepts_, ours.coefs_ + ours.intercepts_):
        assert_allclose(got, expected, rtol=0, atol=1e-8)
    assert_allclose(ours.loss_curve_, theirs.loss_curve_, rtol=1e-8)


@needs_jit
@quick
@given(problems(max_samples=20), st.integers(0, 10**6), st.sampled_from(["adam", "sgd", "lbfgs"]))
def test_whole_weights_repeat_rows(problem, seed, solver):
    """With all rows in one batch, a weight of two is the row twice and of zero is no row."""
    X, random = problem
    X = X.astype(np.float64)
    y = random.standard_normal(len(X))
    counts = random.randint(0, 3, len(X))
    assume(counts.any())
    common = {"hidden_layer_sizes": (5,), "activation": "tanh", "solver": solver, "max_iter": 3}
    weighted = fit(MLPRegressor(**common, random_state=seed), X, y, sample_weight=counts)
    rows = np.repeat(np.arange(len(X)), counts)
    repeated = fit(MLPRegressor(**common, random_state=seed), X[rows], y[rows])
    assert_allclose(weighted.predict(X), repeated.predict(X), rtol=1e-6, atol=1e-8)


@needs_jit
@quick
@given(problems(), parameters(), st.integers(2, 4))
def test_partial_fit_in_pieces(problem, chosen, n_calls):
    """partial_fit counts every row once, and keeps shapes and dtypes."""
    X, random = problem
    assume(chosen["solver"] != "lbfgs")
    y = random.randint(0, 3, len(X))
    model = MLPClassifier(**chosen)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Got `?batch_size|.*batch normalization", UserWarning)
        for rows in np.array_split(np.arange(len(X)), n_calls):
            model.partial_fit(X[rows], y[rows], classes=[0, 1, 2])
    assert model.t_ == len(X)
    assert np.isfinite(model.predict_proba(X)).all()
    assert [c.dtype for c in model.coefs_] == [np.dtype(chosen["dtype"] or X.dtype)] * len(
        model.coefs_
    )

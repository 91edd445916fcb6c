"""The same random_state gives scikit-learn's model: coefficients to 1e-8 after 10 epochs."""

import warnings
from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from scipy.optimize._numdiff import approx_derivative
from sklearn import neural_network as reference
from sklearn.exceptions import ConvergenceWarning

import skneural

TOLERANCE = 1e-8
N_FEATURES = 7
PROBLEMS = ["binary", "multiclass", "multilabel", "regression", "outputs", "poisson"]
SOLVERS = {
    "adam": {"solver": "adam"},
    "adam_settings": {"solver": "adam", "beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-6},
    "sgd": {"solver": "sgd", "momentum": 0.0},
    "momentum": {"solver": "sgd", "momentum": 0.8, "nesterovs_momentum": False},
    "nesterov": {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": True},
    "nesterov_without_momentum": {"solver": "sgd", "momentum": 0.0, "nesterovs_momentum": True},
    "invscaling": {"solver": "sgd", "learning_rate": "invscaling", "power_t": 0.3},
    "adaptive": {"solver": "sgd", "learning_rate": "adaptive", "n_iter_no_change": 1, "tol": 0.5},
    "lbfgs": {"solver": "lbfgs"},
}
STOCHASTIC = [name for name in SOLVERS if name != "lbfgs"]
OPTIONS = {
    "sample_weight": {"sample_weight": True},
    "early_stopping": {"early_stopping": True, "validation_fraction": 0.2},
    "weighted_early_stopping": {"sample_weight": True, "early_stopping": True},
    "in_order": {"shuffle": False},
    "all": {"sample_weight": True, "early_stopping": True, "shuffle": False},
}
FITTED = [
    "loss_",
    "best_loss_",
    "loss_curve_",
    "validation_scores_",
    "best_validation_score_",
    "n_iter_",
    "t_",
    "n_layers_",
    "n_outputs_",
    "out_activation_",
    "classes_",
    "n_features_in_",
]

needs_jit = pytest.mark.needs_jit(reason="a grid of fits, covered by the quick tests")


def make_problem(problem, n_samples=90, seed=0):
    """X, y, positive sample weights, and the estimators' shared name."""
    random = np.random.RandomState(seed)
    X = random.standard_normal((n_samples, N_FEATURES))
    score = X @ random.standard_normal((N_FEATURES, 3)) + 0.3 * random.standard_normal(
        (n_samples, 3)
    )
    y = {
        "binary": (score[:, 0] > 0).astype(int),
        "multiclass": np.argmax(score, axis=1) + 3,
        "multilabel": (score > 0).astype(int),
        "regression": score[:, 0],
        "outputs": score,
        "poisson": random.poisson(np.exp(0.3 * score[:, 0])),
    }[problem]
    name = "MLPClassifier" if problem in PROBLEMS[:3] else "MLPRegressor"
    return X, y, random.uniform(0.1, 3.0, n_samples), name


def make_pair(problem, name, **parameters):
    """Scikit-learn's estimator and ours with the same parameters."""
    settings = {
        "hidden_layer_sizes": (9, 5),
        "batch_size": 32,
        "learning_rate_init": 0.01,
        "max_iter": 10,
        "random_state": 42,
    } | parameters
    if problem == "poisson":
        settings["loss"] = "poisson"
    return getattr(reference, name)(**settings), getattr(skneural, name)(**settings)


def fit_quietly(estimator, *arguments, **keywords):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return estimator.fit(*arguments, **keywords)


def fit_pair(problem, X=None, sample_weight=False, n_samples=90, seed=0, **parameters):
    dense, y, weight, name = make_problem(problem, n_samples, seed)
    X = dense if X is None else X
    pair = make_pair(problem, name, **parameters)
    keywords = {"sample_weight": weight} if sample_weight else {}
    for estimator in pair:
        fit_quietly(estimator, X, y, **keywords)
    return *pair, dense


def assert_same_attribute(name, expected, ours):
    if expected is None or isinstance(expected, str):
        assert ours == expected, name
    elif name in ("n_iter_", "t_", "n_layers_", "n_outputs_", "n_features_in_", "classes_"):
        assert_array_equal(ours, expected, err_msg=name)
    else:
        assert_allclose(ours, expected, rtol=TOLERANCE, atol=TOLERANCE, err_msg=name)


def assert_same_model(expected, ours, X, tolerance=TOLERANCE):
    assert len(ours.coefs_) == len(expected.coefs_)
    for kind in ("coefs_", "intercepts_"):
        for layer, values in enumerate(getattr(expected, kind)):
            got = getattr(ours, kind)[layer]
            assert got.dtype == values.dtype and got.shape == values.shape
            assert_allclose(got, values, rtol=0, atol=tolerance, err_msg=f"{kind}[{layer}]")
    for name in FITTED:
        if hasattr(expected, name) and tolerance == TOLERANCE:
            assert_same_attribute(name, getattr(expected, name), getattr(ours, name))
    if hasattr(expected, "predict_proba"):
        assert_array_equal(ours.predict(X), expected.predict(X))
        proba = expected.predict_proba(X)
        assert_allclose(ours.predict_proba(X), proba, rtol=0, atol=tolerance)
    else:
        values = expected.predict(X)
        assert ours.predict(X).shape == values.shape
        assert_allclose(ours.predict(X), values, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("solver", ["adam", "nesterov"])
def test_quick(problem, solver):
    expected, ours, X = fit_pair(
        problem, n_samples=24, hidden_layer_sizes=(4,), batch_size=10, max_iter=3, **SOLVERS[solver]
    )
    assert_same_model(expected, ours, X)


@pytest.mark.parametrize("problem", ["multiclass", "multilabel", "regression"])
def test_quick_lbfgs(problem):
    expected, ours, X = fit_pair(
        problem, n_samples=24, hidden_layer_sizes=(4,), max_iter=3, solver="lbfgs"
    )
    assert_same_model(expected, ours, X)


# lbfgs with several regression outputs has its own test below, test_lbfgs_several_outputs.
@needs_jit
@pytest.mark.parametrize(
    ("problem", "solver"),
    [pair for pair in product(PROBLEMS, SOLVERS) if pair != ("outputs", "lbfgs")],
)
def test_solvers(problem, solver):
    expected, ours, X = fit_pair(problem, **SOLVERS[solver])
    assert_same_model(expected, ours, X)


@needs_jit
@pytest.mark.parametrize("solver", ["adam", "nesterov", "lbfgs"])
@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("problem", ["binary", "multiclass", "regression"])
def test_activations(problem, activation, solver):
    expected, ours, X = fit_pair(problem, activation=activation, **SOLVERS[solver])
    assert_same_model(expected, ours, X)


@needs_jit
@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("solver", ["adam", "nesterov"])
@pytest.mark.parametrize("problem", PROBLEMS)
def test_options(problem, solver, option):
    expected, ours, X = fit_pair(problem, **SOLVERS[solver], **OPTIONS[option])
    assert_same_model(expected, ours, X)


@needs_jit
@pytest.mark.parametrize("problem", [problem for problem in PROBLEMS if problem != "outputs"])
def test_lbfgs_sample_weight(problem):
    """On data of which no trial step saturates: scikit-learn rounds those steps' log loss."""
    expected, ours, X = fit_pair(problem, solver="lbfgs", sample_weight=True, seed=2)
    assert_same_model(expected, ours, X)


@needs_jit
@pytest.mark.parametrize("container", [sparse.csr_matrix, sparse.csr_array, sparse.csc_matrix])
@pytest.mark.parametrize("solver", ["adam", "nesterov", "lbfgs"])
@pytest.mark.parametrize("problem", ["multiclass", "regression"])
def test_sparse(problem, solver, container):
    X = make_problem(problem)[0]
    X = container(np.where(np.abs(X) > 0.7, X, 0.0))
    expected, ours, _ = fit_pair(problem, X=X, **SOLVERS[solver])
    assert_same_model(expected, ours, X)


@needs_jit
@pytest.mark.parametrize("sizes", [(), (3, 40, 70), (200, 3), (1, 1, 1)])
def test_sparse_hidden_layer_sizes(sizes):
    """Later layers may be larger than the one that reads sparse rows."""
    X = make_problem("multiclass")[0]
    X = sparse.csr_array(np.where(np.abs(X) > 0.7, X, 0.0))
    expected, ours, _ = fit_pair("multiclass", X=X, hidden_layer_sizes=sizes)
    assert_same_model(expected, ours, X)


@needs_jit
@pytest.mark.parametrize("sizes", [(), (5,), 6, [8, 7, 6], np.array([4, 3]), (1, 1), (40, 17)])
def test_hidden_layer_sizes(sizes):
    expected, ours, X = fit_pair("multiclass", hidden_layer_sizes=sizes)
    assert_same_model(expected, ours, X)


@needs_jit
@pytest.mark.parametrize("batch_size", [1, 7, 89, 90, "auto"])
def test_batch_sizes(batch_size):
    expected, ours, X = fit_pair("binary", batch_size=batch_size)
    assert_same_model(expected, ours, X)


@needs_jit
def test_auto_batch_has_two_hundred_rows():
    expected, ours, X = fit_pair("multiclass", batch_size="auto", n_samples=230)
    assert_same_model(expected, ours, X)


@needs_jit
def test_batch_larger_than_the_data_is_clipped_with_a_warning():
    X, y, _, name = make_problem("binary")
    expected, ours = make_pair("binary", name, batch_size=1000)
    for estimator in (expected, ours):
        with pytest.warns(UserWarning, match="batch_size"):
            fit_quietly(estimator, X, y)
    assert_same_model(expected, ours, X)


@needs_jit
@pytest.mark.parametrize("alpha", [0.0, 1.0])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_alpha(solver, alpha):
    expected, ours, X = fit_pair("multiclass", solver=solver, alpha=alpha, sample_weight=True)
    assert_same_model(expected, ours, X)


@needs_jit
@pytest.mark.parametrize("solver", ["adam", "nesterov"])
@pytest.mark.parametrize("problem", ["multiclass", "regression"])
def test_float32(problem, solver):
    X = make_problem(problem)[0].astype(np.float32)
    expected, ours, _ = fit_pair(problem, X=X, **SOLVERS[solver])
    assert ours.coefs_[0].dtype == np.float32
    assert_same_model(expected, ours, X, tolerance=2e-4)


@needs_jit
@pytest.mark.parametrize(
    "parameters",
    [
        {"tol": 0.02, "n_iter_no_change": 2},
        {"tol": 0.02, "n_iter_no_change": 2, "early_stopping": True},
        {"tol": 10.0, "n_iter_no_change": 1, "learning_rate": "adaptive", "solver": "sgd"},
        {"tol": 0.0, "n_iter_no_change": np.inf},
    ],
    ids=["loss", "score", "adaptive_to_the_end", "never"],
)
def test_convergence(parameters):
    settings = {"max_iter": 60, "learning_rate_init": 0.05} | parameters
    expected, ours, X = fit_pair("multiclass", **settings)
    if parameters["tol"]:
        assert expected.n_iter_ < 60
    assert_same_model(expected, ours, X)


@needs_jit
@pytest.mark.parametrize("problem", ["binary", "multiclass", "multilabel"])
def test_saturated_probabilities(problem):
    """Scikit-learn's log loss clips probabilities, which its reported losses show."""
    settings = {"activation": "tanh", "learning_rate_init": 1e4, "solver": "sgd", "max_iter": 4}
    expected, ours, X = fit_pair(problem, momentum=0.0, hidden_layer_sizes=(), **settings)
    assert expected.loss_ > 1.0
    assert_same_model(expected, ours, X)


@needs_jit
@pytest.mark.parametrize("problem", ["binary", "regression"])
def test_lbfgs_converges_alike(problem):
    settings = {"solver": "lbfgs", "alpha": 1.0, "hidden_layer_sizes": (3,), "activation": "tanh"}
    expected, ours, X = fit_pair(problem, max_iter=400, tol=1e-5, **settings)
    assert expected.n_iter_ < 400
    assert_allclose(ours.loss_, expected.loss_, rtol=1e-6)
    assert_allclose(ours.predict(X), expected.predict(X), rtol=1e-3, atol=1e-3)


@needs_jit
def test_lbfgs_stops_at_max_fun():
    expected, ours, X = fit_pair("multiclass", solver="lbfgs", max_iter=100, max_fun=6)
    assert_same_model(expected, ours, X)


@needs_jit
@pytest.mark.parametrize("solver", ["adam", "invscaling", "lbfgs"])
def test_warnings_at_max_iter(solver):
    X, y, _, name = make_problem("binary")
    for estimator in make_pair("binary", name, **SOLVERS[solver]):
        with pytest.warns(ConvergenceWarning, match=r"10|[Ii]teration"):
            estimator.fit(X, y)


@needs_jit
@pytest.mark.parametrize("option", [{}, {"early_stopping": True}, {"shuffle": False}])
@pytest.mark.parametrize("solver", ["adam", "invscaling", "nesterov", "lbfgs"])
def test_warm_start(solver, option):
    X, y, _, name = make_problem("multiclass")
    pair = make_pair("multiclass", name, warm_start=True, max_iter=4, **SOLVERS[solver], **option)
    for _ in range(3):
        for estimator in pair:
            fit_quietly(estimator, X, y)
        assert_same_model(*pair, X)


@needs_jit
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("solver", STOCHASTIC)
@pytest.mark.parametrize("problem", ["binary", "multiclass", "multilabel", "outputs"])
def test_partial_fit(problem, solver, weighted):
    X, y, weight, name = make_problem(problem)
    pair = make_pair(problem, name, batch_size=8, **SOLVERS[solver])
    classes = {"binary": [0, 1], "multiclass": [3, 4, 5], "multilabel": [0, 1, 2]}.get(problem)
    for call, rows in enumerate(np.array_split(np.arange(90), 6)):
        for estimator in pair:
            keywords = {"classes": classes} if classes and call == 0 else {}
            if weighted:
                keywords["sample_weight"] = weight[rows]
            estimator.partial_fit(X[rows], y[rows], **keywords)
        assert_same_model(*pair, X)


@needs_jit
@pytest.mark.parametrize("solver", ["adam", "nesterov", "invscaling"])
def test_fit_then_partial_fit_then_fit(solver):
    X, y, _, name = make_problem("regression")
    pair = make_pair("regression", name, **SOLVERS[solver])
    for step in ("fit", "partial_fit", "partial_fit", "fit"):
        for estimator in pair:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                getattr(estimator, step)(X[:50], y[:50])
        assert_same_model(*pair, X)


@needs_jit
@pytest.mark.parametrize("option", [{}, {"early_stopping": True}, {"solver": "lbfgs"}])
def test_random_state_instance_is_drawn_from_alike(option):
    X, y, _, name = make_problem("multiclass")
    states = [np.random.RandomState(3), np.random.RandomState(3)]
    pair = make_pair("multiclass", name, **option)
    for _ in range(2):
        for estimator, state in zip(pair, states, strict=True):
            fit_quietly(estimator.set_params(random_state=state), X, y)
        assert_same_model(*pair, X)
    assert_array_equal(states[0].get_state()[1], states[1].get_state()[1])
    assert states[0].get_state()[2] == states[1].get_state()[2]


@needs_jit
def test_string_labels():
    X, y, _, name = make_problem("multiclass")
    labels = np.array(["ant", "bee", "cat"])[y - 3]
    pair = make_pair("multiclass", name)
    for estimator in pair:
        fit_quietly(estimator, X, labels)
    assert_same_model(*pair, X)


@needs_jit
@pytest.mark.parametrize("problem", ["binary", "multilabel", "poisson", "outputs"])
def test_score(problem):
    expected, ours, X = fit_pair(problem)
    _, y, weight, _ = make_problem(problem)
    assert_allclose(ours.score(X, y), expected.score(X, y), rtol=1e-9)
    assert_allclose(ours.score(X, y, weight), expected.score(X, y, weight), rtol=1e-9)


@needs_jit
def test_predict_log_proba():
    expected, ours, X = fit_pair("multiclass")
    assert_allclose(ours.predict_log_proba(X), expected.predict_log_proba(X), rtol=1e-7)


def _objective(parameters, X, y, sizes, alpha):
    """Half the squared error, mean over rows and outputs, plus the penalty, in plain NumPy."""
    shapes = list(zip(sizes[:-1], sizes[1:], strict=True))
    bounds = np.cumsum([fan_in * fan_out for fan_in, fan_out in shapes] + list(sizes[1:]))
    pieces = np.split(parameters, bounds[:-1])
    kernels = [piece.reshape(shape) for piece, shape in zip(pieces, shapes, strict=False)]
    output = X
    for layer, (kernel, bias) in enumerate(zip(kernels, pieces[len(shapes) :], strict=True)):
        output = output @ kernel + bias
        output = np.tanh(output) if layer < len(kernels) - 1 else output
    penalty = sum(np.sum(kernel**2) for kernel in kernels)
    return 0.5 * np.mean((y - output) ** 2) + 0.5 * alpha * penalty / len(X)


@needs_jit
def test_lbfgs_several_outputs():
    """Scikit-learn averages its loss over outputs but sums its gradient: ours is consistent."""
    X, y, _, _ = make_problem("outputs")
    ours = skneural.MLPRegressor(
        hidden_layer_sizes=(4,),
        activation="tanh",
        solver="lbfgs",
        alpha=1.0,
        tol=1e-7,
        max_iter=3000,
        random_state=0,
    ).fit(X, y)
    parameters = np.concatenate([v.ravel() for v in ours.coefs_ + ours.intercepts_])
    arguments = (X, y, (N_FEATURES, 4, 3), 1.0)
    assert_allclose(ours.loss_, _objective(parameters, *arguments), rtol=1e-10)
    gradient = approx_derivative(_objective, parameters, method="3-point", args=arguments)
    assert np.abs(gradient).max() < 2e-4  # SciPy also stops on a small decrease of the loss

"""What MLPClassifier and MLPRegressor have beyond scikit-learn: parameters, methods, summary."""

import inspect
import pickle
import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.class_weight import compute_sample_weight

from skneural import MLPClassifier, MLPRegressor
from skneural.activations import Elu
from skneural.initializers import HeNormal
from skneural.losses import Huber, LogLoss, Quantile
from skneural.optimizers import SGD, Adam
from skneural.schedules import Constant, Warmup


def make_data(n_classes=3, n_samples=48):
    random = np.random.RandomState(0)
    X = random.standard_normal((n_samples, 4))
    return X, np.digitize(X[:, 0] + X[:, 1], np.linspace(-1, 1, n_classes - 1))


def fit(estimator, *arguments, **keywords):
    with warnings.catch_warnings(action="ignore"):
        return clone(estimator).fit(*(arguments or make_data()), **keywords)


def assert_same_weights(first, second, **tolerance):
    for one, other in zip(first._weights(), second._weights(), strict=True):
        assert_allclose(one, other, **tolerance or {"rtol": 0, "atol": 0})


CLASSIFIER = MLPClassifier((6, 5), max_iter=4, random_state=0)
REGRESSOR = MLPRegressor(hidden_layer_sizes=(6, 5), max_iter=4, random_state=0)


@pytest.mark.parametrize(
    ("named", "instance"),
    [
        ({"solver": "adam"}, {"solver": Adam()}),
        ({"solver": "sgd", "momentum": 0.5}, {"solver": SGD(momentum=0.5)}),
        ({"activation": "elu"}, {"activation": Elu()}),
        ({"activation": "relu"}, {"activation": ("relu", "relu")}),
        ({"dropout": 0.2}, {"dropout": (0.2, 0.2)}),
        ({"learning_rate": "constant"}, {"learning_rate": Constant()}),
        ({"initializer": "he_normal"}, {"initializer": HeNormal()}),
        ({"loss": "log_loss"}, {"loss": LogLoss()}),
        ({"label_smoothing": 0.1}, {"loss": LogLoss(label_smoothing=0.1)}),
    ],
    ids=lambda settings: str(settings),
)
def test_names_and_instances(named, instance):
    one = fit(clone(CLASSIFIER).set_params(**named))
    other = fit(clone(CLASSIFIER).set_params(**instance))
    assert_same_weights(one, other)


def test_the_users_instances_are_not_changed():
    parameters = {"solver": SGD(momentum=0.3), "learning_rate": Warmup(n_epochs=2)}
    before = pickle.dumps(parameters)
    fit(clone(CLASSIFIER).set_params(**parameters, momentum=0.7, power_t=0.1))
    assert pickle.dumps(parameters) == before


def test_layers_in_order():
    model = clone(CLASSIFIER).set_params(
        activation=("relu", "tanh"), dropout=(0.0, 0.5), normalization="layer"
    )
    rows = [line.split() for line in fit(model).summary().splitlines()]
    kinds = [row[1].partition("(")[0] for row in rows if len(row) > 1]
    hidden = ["Dense", "LayerNorm", "Activation"]
    layers = [kind for kind in kinds if kind in {*hidden, "Dropout"}]
    assert layers == [*hidden, *hidden, "Dropout", "Dense"]


def test_dropout_draws_no_number_unless_it_is_used():
    states = [np.random.RandomState(0) for _ in range(2)]
    for state, dropout in zip(states, (0.0, 0.5), strict=True):
        model = MLPClassifier((6,), max_iter=1, tol=10.0, shuffle=False, dropout=dropout)
        with warnings.catch_warnings(action="ignore"):
            model.set_params(random_state=state).fit(*make_data())
    assert states[0].randint(1000) != states[1].randint(1000)


def test_class_weight_is_a_sample_weight():
    X, y = make_data()
    for class_weight in ("balanced", {0: 3.0, 2: 0.5, 1: 1.0}):
        model = clone(CLASSIFIER).set_params(class_weight=class_weight)
        weight = compute_sample_weight(class_weight, y)
        assert_same_weights(fit(model, X, y), fit(CLASSIFIER, X, y, weight), rtol=1e-10)
        if class_weight == "balanced":  # rows count by their weights there too
            counts = np.bincount(y, weights=1.0 + y)
            weight = (counts.sum() / (3 * counts))[y]
        both = fit(CLASSIFIER, X, y, weight * (1 + y))
        assert_same_weights(fit(model, X, y, 1.0 + y), both, rtol=1e-10)


def test_class_weight_of_multilabel_targets():
    X, y = make_data()
    labels = np.c_[y > 0, y > 1].astype(int)
    model = fit(clone(CLASSIFIER).set_params(class_weight="balanced"), X, labels)
    weight = compute_sample_weight("balanced", labels)
    assert_same_weights(model, fit(CLASSIFIER, X, labels, weight), rtol=1e-10)


def test_balanced_has_no_partial_fit():
    model = clone(CLASSIFIER).set_params(class_weight="balanced")
    with pytest.raises(ValueError, match="MLPClassifier: class_weight='balanced'"):
        model.partial_fit(*make_data(), classes=[0, 1, 2])
    model.set_params(class_weight={0: 2.0}).partial_fit(*make_data(), classes=[0, 1, 2])


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("loss", ["log_loss", "hinge"])
def test_decision_function(loss, n_classes):
    X, y = make_data(n_classes)
    model = fit(clone(CLASSIFIER).set_params(loss=loss), X, y)
    scores = model.decision_function(X)
    columns = (scores > 0).astype(int) if n_classes == 2 else scores.argmax(axis=1)
    assert_array_equal(model.predict(X), columns)
    assert hasattr(model, "predict_proba") == (loss == "log_loss")
    if loss == "hinge":
        assert model.out_activation_ == "identity"
    elif n_classes == 2:
        assert_allclose(model.predict_proba(X)[:, 1], 1 / (1 + np.exp(-scores)), rtol=1e-12)


def test_label_smoothing_needs_log_loss():
    model = clone(CLASSIFIER).set_params(loss="hinge", label_smoothing=0.1)
    with pytest.raises(ValueError, match="MLPClassifier: label_smoothing=0.1 needs"):
        model.fit(*make_data())


def test_a_loss_of_other_targets_is_an_error():
    with pytest.raises(ValueError, match="MLPClassifier: loss=Huber.* is a loss of regression"):
        clone(CLASSIFIER).set_params(loss=Huber()).fit(*make_data())


def test_regression_losses():
    X, _ = make_data()
    y = X[:, 0] ** 2
    models = {
        quantile: fit(
            clone(REGRESSOR).set_params(
                loss=Quantile(quantile), max_iter=300, learning_rate_init=0.01
            ),
            X,
            y,
        )
        for quantile in (0.1, 0.9)
    }
    assert (y > models[0.9].predict(X)).mean() < 0.3 < 0.7 < (y > models[0.1].predict(X)).mean()


@pytest.mark.parametrize("normalization", ["batch", "layer"])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_normalization(normalization, solver):
    X, y = make_data()
    settings = {"normalization": normalization, "solver": solver, "max_iter": 300}
    model = fit(clone(CLASSIFIER).set_params(**settings, learning_rate_init=0.02), X, y)
    assert model.score(X, y) > 0.8
    statistics = {"running_mean", "running_variance"} if normalization == "batch" else set()
    expected = {"scale", "shift"} | statistics
    assert [set(arrays) for arrays in model.normalizations_] == [expected] * 2
    again = pickle.loads(pickle.dumps(model))
    assert_array_equal(again.predict_proba(X), model.predict_proba(X))


def test_lbfgs_statistics_are_those_of_the_data():
    X, y = make_data()
    model = fit(clone(CLASSIFIER).set_params(normalization="batch", solver="lbfgs"), X, y)
    inputs = X @ model.coefs_[0] + model.intercepts_[0]
    assert_allclose(model.normalizations_[0]["running_mean"], inputs.mean(axis=0), rtol=1e-8)


@pytest.mark.parametrize("solver", ["adam", "sgd", "rmsprop"])
def test_partial_fit_after_pickling_goes_on(solver):
    X, y = make_data()
    model = clone(CLASSIFIER).set_params(
        solver=solver, dropout=0.3, normalization="batch", learning_rate="cosine"
    )
    model.partial_fit(X, y, classes=[0, 1, 2]).partial_fit(X, y)
    copied = pickle.loads(pickle.dumps(model))
    assert_same_weights(model.partial_fit(X, y), copied.partial_fit(X, y))
    assert copied.learning_rates_ == model.learning_rates_


def test_another_solver_starts_afresh_in_partial_fit():
    X, y = make_data()
    model = clone(CLASSIFIER).partial_fit(X, y, classes=[0, 1, 2])
    model.set_params(solver="sgd").partial_fit(X, y)
    assert model._solver_state.n_updates == 1


def test_warm_start_cannot_change_the_layers():
    model = fit(clone(CLASSIFIER).set_params(warm_start=True))
    before = model.predict_proba(make_data()[0])
    model.set_params(hidden_layer_sizes=(7,))
    with pytest.raises(ValueError, match="MLPClassifier: .*cannot change"):
        model.fit(*make_data())
    assert_array_equal(model.predict_proba(make_data()[0]), before)


@pytest.mark.parametrize("estimator", [CLASSIFIER, REGRESSOR], ids=["classifier", "regressor"])
def test_summary_is_a_table(estimator):
    with pytest.raises(NotFittedError, match=type(estimator).__name__):
        estimator.summary()
    model = fit(clone(estimator).set_params(normalization="batch", dropout=0.1))
    summary = model.summary()
    assert isinstance(summary, str) and repr(summary) == str(summary)  # as a notebook shows it
    n_parameters = sum(array.size for array in model._weights())
    assert summary.endswith(f"total parameters: {n_parameters}")
    assert "(n, 6)" in summary and "Dropout(0.1)" in summary


def test_html_repr():
    for model in (CLASSIFIER, fit(CLASSIFIER), clone(REGRESSOR).set_params(solver=SGD())):
        assert type(model).__name__ in model._repr_html_()


@pytest.mark.parametrize("cls", [MLPClassifier, MLPRegressor])
def test_every_parameter_is_documented_once_in_order(cls):
    section = inspect.getdoc(cls).split("Attributes\n")[0].split("Parameters\n----------\n")[1]
    lines = [line for line in section.splitlines() if line and not line.startswith(" ")]
    documented = [line.split(" : ")[0] for line in lines if " : " in line]
    assert documented == list(inspect.signature(cls).parameters)


def test_predicting_leaves_the_estimator_as_it_is():
    model = fit(CLASSIFIER)
    before = dict(vars(model))
    for method in ("predict", "predict_proba", "predict_log_proba", "decision_function"):
        getattr(model, method)(make_data()[0])
    assert vars(model).keys() == before.keys()
    assert all(value is before[name] for name, value in vars(model).items())

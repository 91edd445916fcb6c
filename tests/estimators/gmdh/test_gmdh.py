"""GMDHRegressor and GMDHClassifier: what they find, what they refuse, what they say."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split

from skneural import GMDHClassifier, GMDHRegressor

ALGORITHMS = ["multilayer", "iterational", "combinatorial"]
CRITERIA = ["regularity", "unbiasedness", "cross_validation", "aic"]
each_algorithm = pytest.mark.parametrize("algorithm", ALGORITHMS)
each_criterion = pytest.mark.parametrize("criterion", CRITERIA)


def make_data(n_samples=120, n_features=6, seed=0):
    random = np.random.RandomState(seed)
    return random.normal(size=(n_samples, n_features)), random


def evaluated(formula, X):
    return eval(formula, {f"x{j}": column for j, column in enumerate(X.T)}) + np.zeros(len(X))


@each_algorithm
@each_criterion
def test_a_planted_sum_is_found_exactly(algorithm, criterion):
    X, _ = make_data()
    model = GMDHRegressor(algorithm=algorithm, criterion=criterion).fit(X, X[:, 1] + X[:, 4])
    assert model.formula(4) == "x1 + x4"
    assert_array_equal(model.support_, [False, True, False, False, True, False])
    X, _ = make_data(seed=1)
    assert_allclose(model.predict(X), X[:, 1] + X[:, 4], atol=1e-9)


def test_a_planted_polynomial_of_two_features_is_found_exactly():
    X, _ = make_data()
    y = 3 + X[:, 0] * X[:, 3] - 2 * X[:, 3] ** 2
    model = GMDHRegressor().fit(X, y)
    assert model.formula(4) == "3 + x0*x3 - 2*x3**2"
    assert model.n_layers_ == 1
    assert_allclose(model.predict(X), y, atol=1e-9)


@pytest.mark.parametrize("noise", [0.0, 0.01])
def test_a_planted_polynomial_of_three_features_is_found_by_terms(noise):
    X, random = make_data(400)
    y = X[:, 1] * X[:, 2] + 2 * X[:, 3] ** 2
    noisy = y + noise * y.std() * random.normal(size=400)
    model = GMDHRegressor(algorithm="combinatorial", tol=0.05).fit(X, noisy)
    assert_array_equal(model.support_, [False, True, True, True, False, False])
    assert_allclose(model.predict(X), y, atol=1e-9 if noise == 0 else 0.02 * y.std())
    if noise == 0:
        assert model.formula(4) == "x1*x2 + 2*x3**2"


def test_diabetes():
    X, y = load_diabetes(return_X_y=True)
    assert cross_val_score(GMDHRegressor(), X, y, cv=5).mean() > 0.40
    X, X_test, y, y_test = train_test_split(X, y, random_state=2)
    assert GMDHRegressor().fit(X, y).score(X_test, y_test) > 0.34


def test_classes():
    X, y = load_iris(return_X_y=True)
    assert cross_val_score(GMDHClassifier(), X, y, cv=5).mean() > 0.95
    X, y = load_breast_cancer(return_X_y=True)
    assert cross_val_score(GMDHClassifier(), X, y, cv=5).mean() > 0.94


@each_algorithm
@pytest.mark.parametrize("neuron", ["linear", "bilinear", "quadratic"])
def test_the_formula_evaluated_is_the_prediction(algorithm, neuron):
    X, random = make_data()
    y = np.exp(X[:, 0]) * X[:, 1] + X[:, 2] * X[:, 4] + 0.1 * random.normal(size=len(X))
    model = GMDHRegressor(neuron, algorithm=algorithm).fit(X, y)
    predicted = model.predict(X)
    assert_allclose(evaluated(model.formula(), X), predicted, rtol=1e-9, atol=1e-9)
    row = {f"x{j}": value for j, value in enumerate(X[0].tolist())}
    assert eval(model.formula(), row) == pytest.approx(predicted[0], abs=1e-9)


def test_the_formula_multiplied_out():
    X, random = make_data()
    y = X[:, 0] * X[:, 1] + X[:, 2] + 0.1 * random.normal(size=len(X))
    model = GMDHRegressor(max_layers=2).fit(X, y)
    text = model.formula(expanded=True)
    assert "(" not in text
    assert_allclose(evaluated(text, X), model.predict(X), atol=1e-9)
    with pytest.raises(ValueError, match="GMDHRegressor: expanded=True gives more than 1000"):
        GMDHRegressor(tol=0.0, max_layers=8).fit(X, np.exp(y)).formula(expanded=True)


def test_the_formula_of_columns_by_name():
    X, _ = make_data()
    frame = pd.DataFrame(X, columns=["age", "body mass", "class", "zeta", "b", "c"])
    y = frame["age"] * frame["body mass"] - frame["class"] + 0.5 * frame["zeta"] ** 2
    model = GMDHRegressor(algorithm="combinatorial").fit(frame, y)
    text = model.formula(3)
    assert text == "-X['class'] + age*X['body mass'] + 0.5*zeta**2"
    found = eval(text, {"X": frame, "age": frame["age"], "zeta": frame["zeta"]})
    assert_allclose(found, model.predict(frame), atol=1e-9)


def test_the_formula_of_a_column_named_as_the_frame():
    values = np.random.RandomState(0).normal(size=(40, 3))
    X = pd.DataFrame(values, columns=["X", "b", "c d"])
    y = X["X"] + X["c d"] * X["b"]
    model = GMDHRegressor().fit(X, y)
    found = eval(model.formula(None), {"X": X})
    assert np.allclose(found, model.predict(X), rtol=0, atol=1e-9)


def test_the_formula_of_numbers_far_from_zero():
    X, _ = make_data()
    X[:, 0] = 1e7 + X[:, 0]
    y = 1e6 + (X[:, 0] - 1e7) * X[:, 1]
    for algorithm in ALGORITHMS:
        model = GMDHRegressor(algorithm=algorithm, max_layers=3).fit(X, y)
        assert "(x0 - " in model.formula(4)
        assert_allclose(evaluated(model.formula(), X), model.predict(X), rtol=1e-12)
        assert_allclose(model.predict(X), y, rtol=1e-12)


def test_the_scale_of_the_numbers_makes_no_difference():
    X, random = make_data()
    y = X[:, 0] * X[:, 1] + random.normal(size=len(X))
    expected = GMDHRegressor().fit(X, y).predict(X)
    scales = 10.0 ** np.arange(-150, 150, 50)
    assert_allclose(GMDHRegressor().fit(X * scales, y).predict(X * scales), expected, atol=1e-8)
    found = GMDHRegressor().fit(X, 1e100 * y).predict(X)
    assert_allclose(found, 1e100 * expected, rtol=1e-6, atol=1e92)


@each_algorithm
@each_criterion
def test_any_n_jobs_gives_the_same_bits(algorithm, criterion):
    X, random = make_data(200, 12)
    y = X[:, 0] * X[:, 1] + random.normal(size=len(X))
    model = GMDHRegressor("bilinear", algorithm=algorithm, criterion=criterion, n_best=8)
    expected = clone(model).set_params(n_jobs=1).fit(X, y).predict(X).tobytes()
    for n_jobs in (2, 3, None):
        assert clone(model).set_params(n_jobs=n_jobs).fit(X, y).predict(X).tobytes() == expected


def test_equal_numbers_give_equal_results():
    X, random = make_data()
    X = np.round(4 * X)
    y = X[:, 0] * X[:, 1] + random.normal(size=len(X))
    expected = GMDHRegressor().fit(X, y).predict(X)
    kinds = [X.astype(np.float32), X.astype(np.int64), X.tolist(), np.asfortranarray(X)]
    for same in kinds:
        model = GMDHRegressor().fit(same, y)
        assert_array_equal(model.predict(same), expected)
    assert_allclose([model.predict(X[i : i + 1])[0] for i in range(len(X))], expected, rtol=0)


@pytest.mark.parametrize("criterion", CRITERIA)
def test_weights_are_repetitions(criterion):
    X, random = make_data(60, 4)
    y = X[:, 0] * X[:, 1] + random.normal(size=60)
    weight = random.randint(0, 4, 60)
    rows = random.permutation(np.repeat(np.arange(60), weight))
    weighted = GMDHRegressor(criterion=criterion).fit(X, y, weight)
    repeated = GMDHRegressor(criterion=criterion).fit(X[rows], y[rows])
    assert_allclose(weighted.predict(X), repeated.predict(X), atol=1e-8)
    assert_allclose(weighted.feature_importances_, repeated.feature_importances_, atol=1e-8)


def test_importances():
    X, _ = make_data(1000)
    model = GMDHRegressor("linear").fit(X, 3 * X[:, 1] + X[:, 4])
    shares = model.feature_importances_
    expected = np.array([9 * X[:, 1].var(), X[:, 4].var()])
    assert_allclose(shares[[1, 4]], expected / expected.sum(), rtol=1e-9)
    assert shares.sum() == pytest.approx(1)
    assert shares[[0, 2, 3, 5]].tolist() == [0, 0, 0, 0]


def test_one_feature():
    X, _ = make_data(50, 1)
    model = GMDHRegressor().fit(X, 1 + X[:, 0] ** 2)
    assert model.formula(3) == "1 + x0**2"
    assert GMDHRegressor(algorithm="combinatorial").fit(X, X[:, 0]).formula(3) == "x0"
    cubes = GMDHRegressor(keep_inputs=False, n_best=1).fit(X, X[:, 0] ** 3)
    assert cubes.score(X, X[:, 0] ** 3) > 0.5


def test_columns_that_say_nothing():
    X, _ = make_data()
    y = X[:, 0] * X[:, 1]
    more = np.column_stack([X, np.ones(len(X)), 1e300 * np.ones(len(X)), X[:, 0]])
    model = GMDHRegressor().fit(more, y)
    assert_allclose(model.predict(more), y, atol=1e-9)
    assert not model.support_[6:8].any()


@each_algorithm
@pytest.mark.parametrize("value", [0.0, 5.0, -1e10])
def test_constant_y(algorithm, value):
    X, _ = make_data()
    model = GMDHRegressor(algorithm=algorithm).fit(X, np.full(len(X), value))
    assert_array_equal(model.predict(X), np.full(len(X), value))
    assert eval(model.formula()) == value
    assert model.layers_ == []
    assert model.n_layers_ == 0
    assert not model.support_.any()
    assert not model.feature_importances_.any()


def test_one_class():
    X, _ = make_data()
    model = GMDHClassifier().fit(X, ["a"] * len(X))
    assert_array_equal(model.predict(X), ["a"] * len(X))
    assert_array_equal(model.predict_proba(X), np.ones((len(X), 1)))


def test_a_class_of_one_row():
    X, _ = make_data()
    y = np.repeat(["a", "b"], len(X) // 2)
    y[0] = "c"
    model = GMDHClassifier().fit(X, y)
    assert model.predict_proba(X).shape == (len(X), 3)


@pytest.mark.parametrize("n_classes", [2, 3, 4])
def test_probabilities_are_the_nearest(n_classes):
    X, random = make_data(200)
    scores = X[:, :n_classes] + 0.5 * random.normal(size=(200, n_classes))
    model = GMDHClassifier().fit(X, scores.argmax(axis=1))
    found, outputs = model.predict_proba(X), model.decision_function(X)
    assert_allclose(found.sum(axis=1), 1)
    assert found.min() > 0
    assert_array_equal(model.classes_[found.argmax(axis=1)], model.predict(X))
    if n_classes == 2:
        assert_allclose(found[:, 1], np.clip(outputs + 0.5, 0, 1), atol=1e-15)
        return
    others = random.dirichlet(np.ones(n_classes), size=500)
    for p, z in zip(found[:20], outputs[:20], strict=True):
        assert np.sum((p - z) ** 2) <= np.sum((others - z) ** 2, axis=1).min()


def test_formulas_of_classes():
    X, y = load_iris(return_X_y=True, as_frame=True)
    model = GMDHClassifier().fit(X, y)
    formulas = model.formula()
    assert len(formulas) == len(model.layers_) == 3
    for formula, outputs in zip(formulas, model.decision_function(X).T, strict=True):
        assert_allclose(eval(formula, {"X": X}) - 0.5, outputs, atol=1e-9)
    two = GMDHClassifier().fit(X[y < 2], y[y < 2])
    output = eval(two.formula(), {"X": X})
    assert_allclose(output - 0.5, two.decision_function(X), atol=1e-9)


def test_several_outputs():
    X, _ = make_data()
    y = np.column_stack([X[:, 0] + X[:, 1], X[:, 2] * X[:, 3], np.full(len(X), 2.0)])
    model = GMDHRegressor().fit(X, y)
    assert model.formula(3) == ["x0 + x1", "x2*x3", "2"]
    assert_allclose(model.predict(X), y, atol=1e-9)
    assert_allclose(clone(model).set_params(clip_predictions=True).fit(X, y).predict(X), y)
    assert [len(layers) for layers in model.layers_] == [1, 1, 0]
    assert model.support_.tolist() == [True, True, True, True, False, False]


@pytest.mark.parametrize("container", [np.asarray, sparse.csr_matrix])
def test_several_labels(container):
    X, _ = make_data(300)
    y = np.column_stack([X[:, 0] > 0, X[:, 1] * X[:, 2] > 0]).astype(int)
    model = GMDHClassifier().fit(X, container(y))
    predicted = model.predict(X)
    assert sparse.issparse(predicted) == (container is not np.asarray)
    predicted = container(predicted) if container is np.asarray else predicted.toarray()
    assert (predicted == y).mean() > 0.9
    assert_array_equal(predicted, model.decision_function(X) > 0)
    expected = np.clip(model.decision_function(X) + 0.5, 0, 1)
    assert_allclose(model.predict_proba(X), expected, atol=1e-15)


def test_predictions_within_the_range_of_y():
    X, random = make_data()
    y = X[:, 0] ** 2 + random.normal(size=len(X))
    model = GMDHRegressor(clip_predictions=True).fit(X, y)
    assert model.predict(10 * X).max() == y.max()
    assert np.ptp(model.set_params(clip_predictions=False).predict(10 * X)) > 10 * np.ptp(y)


def test_what_ends_the_fit():
    X, random = make_data()
    y = np.exp(X[:, 0] * X[:, 1]) + random.normal(size=len(X))
    assert GMDHRegressor(max_layers=1).fit(X, y).n_iter_ == 1
    assert GMDHRegressor(max_time=1e-9).fit(X, y).n_iter_ == 1
    model = GMDHRegressor().fit(X, y)
    assert model.n_iter_ == len(model.loss_curve_)
    assert model.loss_ == model.loss_curve_[-1] == min(model.loss_curve_)
    assert model.layers_[-1].criteria.tolist() == [model.loss_]


def test_pickle_and_summary():
    X, _ = make_data()
    model = GMDHRegressor().fit(X, X[:, 0] * X[:, 1])
    assert_array_equal(pickle.loads(pickle.dumps(model)).predict(X), model.predict(X))
    assert model.summary() == "GMDHRegressor: 2 of 6 features are used\nx0*x1"


def test_a_grid_of_parameters():
    X, random = make_data()
    y = X[:, 0] * X[:, 1] + 0.1 * random.normal(size=len(X))
    grid = {"neuron": ["linear", "quadratic"], "criterion": CRITERIA}
    assert GridSearchCV(GMDHRegressor(), grid, cv=3).fit(X, y).best_score_ > 0.95


def test_too_few_rows():
    X, random = make_data(10)
    y = random.normal(size=10)
    with pytest.warns(UserWarning, match=r"n_samples=10 .* leaves 5 for 6 coefficients"):
        GMDHRegressor().fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        GMDHRegressor("linear").fit(X, y)
    message = "GMDHRegressor: validation_fraction=0.1 of n_samples=10 .* leaves 9 .* and 1 to judge"
    with pytest.raises(ValueError, match=message):
        GMDHRegressor(validation_fraction=0.1).fit(X, y)


def test_bad_input():
    X, _ = make_data()
    y = X[:, 0]
    with pytest.raises(ValueError, match="GMDHClassifier: Unknown label type"):
        GMDHClassifier().fit(X, y)
    with pytest.raises(ValueError, match=r"contains NaN.\nGMDHRegressor"):
        GMDHRegressor().fit(np.where(X > 2, np.nan, X), y)
    with pytest.raises(ValueError, match="validation_fraction"):
        GMDHRegressor(validation_fraction=1.0).fit(X, y)
    with pytest.raises(ValueError, match="'regularity'"):
        GMDHRegressor(criterion="regularty").fit(X, y)
    model = GMDHRegressor()
    with pytest.raises(NotFittedError):
        model.formula()
    with pytest.raises(NotFittedError):
        model.predict(X)
    model.fit(X, y)
    with pytest.raises(ValueError, match="X has 3 features"):
        model.predict(X[:, :3])
    with pytest.raises(ValueError, match="GMDHRegressor: algorithm='combinatorial' has 1034 terms"):
        GMDHRegressor(algorithm="combinatorial").fit(np.ones((20, 44)), np.arange(20))
    for precision in (0, 2.5, True, "4"):
        with pytest.raises(ValueError, match="GMDHRegressor: precision="):
            model.formula(precision)


@pytest.mark.parametrize("function", [np.abs, lambda x: np.cos(4 * x), lambda x: x**3])
def test_rows_that_mirror_each_other_are_in_both_parts(function):
    """Evenly spaced numbers tie in their distance from the mean with those that mirror them."""
    x = np.linspace(-1, 1, 200)[:, None]
    y = function(x[:, 0])
    assert GMDHRegressor().fit(x, y).score(x, y) > 0.8


def test_repeated_columns_are_in_both_parts():
    x, y = np.repeat([[0.0], [1.0]], 50, axis=0), np.arange(100.0)
    assert_allclose(GMDHRegressor().fit(x, y).predict([[0.0], [1.0]]), [24.5, 74.5], atol=5)

"""What GMDH does beside formulas: outputs of neurons as features, class weights, sparse X."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import LinearRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.pipeline import make_pipeline

from skneural import GMDHClassifier, GMDHRegressor

ALGORITHMS = ["multilayer", "iterational", "combinatorial"]
each_algorithm = pytest.mark.parametrize("algorithm", ALGORITHMS)


def polynomial(c, a, b):
    terms = [np.ones_like(a), a, b, a * b, a * a, b * b]
    return sum(each * term for each, term in zip(c, terms, strict=False))


def test_transform_has_the_neurons_in_the_order_of_the_layers():
    X, y = load_diabetes(return_X_y=True, scaled=False)
    model = GMDHRegressor(criterion="cross_validation", tol=0).fit(X, y)
    outputs, columns = model.transform(X), list(X.T)
    for layer in model.layers_:
        for (left, right), coefs in zip(layer.inputs, layer.coefs, strict=True):
            columns.append(polynomial(coefs, columns[left], columns[right]))
    assert model.n_layers_ > 1
    assert outputs.shape == (len(X), sum(len(layer.coefs) for layer in model.layers_))
    assert_allclose(outputs.T, columns[X.shape[1] :], rtol=1e-9, atol=1e-9)
    assert_array_equal(outputs[:, -1], model.predict(X))
    names = [f"gmdhregressor{n}" for n in range(outputs.shape[1])]
    assert_array_equal(model.get_feature_names_out(), names)


def test_transform_has_the_terms_of_a_combination():
    X = np.random.RandomState(0).normal(size=(100, 4))
    model = GMDHRegressor(algorithm="combinatorial").fit(X, 3 + 2 * X[:, 0] - X[:, 1] * X[:, 3])
    terms = model.transform(X)
    expected = np.column_stack([2 * X[:, 0], -X[:, 1] * X[:, 3]])
    assert_allclose(terms[:, np.argsort(-terms[0])], expected[:, np.argsort(-expected[0])],
                    atol=1e-9)
    assert_allclose(terms.sum(axis=1) + 3, model.predict(X), atol=1e-9)
    constant = GMDHRegressor(algorithm="combinatorial").fit(X, np.full(100, 7.0))
    assert_array_equal(constant.transform(X), np.full((100, 1), 7.0))


@each_algorithm
def test_transform_of_several_outputs_and_classes(algorithm):
    X, y = load_iris(return_X_y=True)
    model = GMDHClassifier(algorithm=algorithm, max_layers=3).fit(X, y)
    widths = [one.n_neurons for one in model._models]
    assert model.transform(X).shape == (150, sum(widths))
    assert len(model.get_feature_names_out()) == sum(widths)
    outputs = GMDHRegressor(algorithm=algorithm, max_layers=3).fit(X, np.eye(3)[y])
    pipeline = make_pipeline(outputs, LinearRegression()).fit(X, np.eye(3)[y])
    assert pipeline.score(X, np.eye(3)[y]) >= outputs.score(X, np.eye(3)[y]) - 1e-9
    assert_array_equal(outputs.fit_transform(X, np.eye(3)[y]), outputs.transform(X))


def unbalanced(n_rare=30, seed=0):
    random = np.random.RandomState(seed)
    X = random.normal(size=(600, 3))
    y = np.arange(600) < n_rare
    X[y] += 1
    return X, y.astype(int)


@each_algorithm
def test_balanced_classes(algorithm):
    X, y = unbalanced()
    settings = {"algorithm": algorithm, "max_layers": 2}
    plain = GMDHClassifier(**settings).fit(X, y)
    model = GMDHClassifier(**settings, class_weight="balanced").fit(X, y)
    weights = {0: 600 / (2 * 570), 1: 600 / (2 * 30)}
    same = GMDHClassifier(**settings, class_weight=weights).fit(X, y)
    assert same.formula() == model.formula()
    before, after = (balanced_accuracy_score(y, each.predict(X)) for each in (plain, model))
    assert after > before + 0.1
    even = GMDHClassifier(**settings, class_weight={0: 3.0, 1: 3.0}).fit(X, y)
    assert_allclose(even.decision_function(X), plain.decision_function(X), atol=1e-9)


def test_class_weights_multiply_squares():
    """One linear neuron of one feature, fitted on both parts: weighted least squares."""
    X, y = unbalanced()
    model = GMDHClassifier(
        "linear", criterion="aic", max_layers=1, class_weight={0: 1.0, 1: 19.0}
    ).fit(X[:, :1], y)
    line = LinearRegression().fit(X[:, :1], y, np.where(y == 1, 19.0, 1.0))
    assert_allclose(model.decision_function(X[:, :1]), line.predict(X[:, :1]) - 0.5, atol=1e-9)
    labels = np.column_stack([y, 1 - y])
    weights = [{0: 1.0, 1: 19.0}, {0: 1.0, 1: 1.0}]
    several = GMDHClassifier(
        "linear", criterion="aic", max_layers=1, class_weight=weights
    ).fit(X[:, :1], labels)
    assert_allclose(several.decision_function(X[:, :1])[:, 0],
                    model.decision_function(X[:, :1]), atol=1e-9)


def test_class_weights_that_are_wrong(raises_unchanged):
    X, y = unbalanced()
    for given, fragments in (
        ({0: 1, 2: 1}, ["GMDHClassifier", "class_weight", "2"]),
        ({0: -1, 1: 1}, ["negative"]), ({0: 0, 1: 0}, ["zero for every row"]),
        ("balance", ["class_weight", "balanced"]),
    ):
        raises_unchanged(GMDHClassifier(class_weight=given), fragments, "fit", X, y)
    only = GMDHClassifier(class_weight={0: 1, 1: 0}).fit(X, y)
    assert (only.predict(X) == 0).all()


@pytest.mark.parametrize("container", [sparse.csr_array, sparse.csc_matrix, sparse.coo_array])
def test_sparse_rows_are_the_same_rows(container, monkeypatch, raises_unchanged):
    X, y = load_diabetes(return_X_y=True)
    X = np.where(X > 0, X, 0)
    dense, thin = GMDHRegressor().fit(X, y), GMDHRegressor().fit(container(X), y)
    assert thin.formula() == dense.formula()
    assert_array_equal(thin.predict(container(X)), dense.predict(X))
    assert_array_equal(thin.transform(container(X)), dense.transform(X))
    monkeypatch.setattr("skneural.data.dense_samples._MOST_NUMBERS", 1000)
    fragments = ["GMDHRegressor", "sparse X of shape (442, 10)", "GB", "select features"]
    raises_unchanged(thin, fragments, "fit", container(X), y)
    raises_unchanged(thin, fragments, "predict", container(X))

"""GMDH beside its definitions in NumPy."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from estimators.gmdh import _twin
from skneural import GMDHRegressor
from skneural.estimators.gmdh import columns as columns_module
from skneural.estimators.gmdh import search as search_module
from skneural.estimators.gmdh.columns import Columns, standard
from skneural.estimators.gmdh.halves import Part, parts
from skneural.estimators.gmdh.search import LayerSearch, _fit_pairs
from skneural.estimators.gmdh.settings import CRITERIA, Settings
from skneural.estimators.gmdh.subsets import SubsetSearch

each_criterion = pytest.mark.parametrize("criterion", CRITERIA)
each_neuron = pytest.mark.parametrize("neuron", list(_twin.N_TERMS))


def make_data(n_samples=60, n_features=4, seed=0):
    random = np.random.RandomState(seed)
    X = random.normal(size=(n_samples, n_features))
    y = X[:, 0] * X[:, 1] + np.sin(X[:, 2]) + 0.3 * random.normal(size=n_samples)
    return X, y


def settings(neuron="quadratic", criterion="regularity", **changed):
    given = {
        "algorithm": "multilayer", "n_best": 4, "keep_inputs": True, "alpha": 0.0, "tol": 0.01,
        "n_jobs": 1, "max_layers": None, "validation_fraction": 0.5, "owner": "GMDHRegressor",
    }
    return Settings(neuron, criterion=criterion, **{**given, **changed})


def standardised(X, y):
    found, of_y = standard(X, np.ones(len(X))), standard(y[:, None], np.ones(len(X)))
    return (X - found.mean) / found.scale, (y - of_y.mean) / of_y.scale


def weights_of(halves, n_rows):
    weights = np.zeros((2, n_rows))
    for weight, part in zip(weights, halves, strict=True):
        weight[part.rows] = part.weight
    return weights


@each_criterion
@each_neuron
@pytest.mark.parametrize("alpha", [0.0, 0.1])
def test_all_pairs_beside_least_squares(criterion, neuron, alpha):
    X, y = standardised(*make_data())
    weight = np.random.RandomState(1).uniform(0.5, 2, len(X))
    halves = Part(np.arange(0, 60, 2), weight[::2]), Part(np.arange(1, 60, 2), weight[1::2])
    columns = Columns.of(X, y, *halves)
    left, right = np.triu_indices(4, 1)
    n_coefficients = np.arange(6.0)
    how = settings(neuron, criterion, alpha=alpha)
    best = _fit_pairs(columns, left, right, n_coefficients, 6, how)
    for value, a, b, coefs in zip(best.values, *best.others, strict=True):
        n = np.flatnonzero((left == a) & (right == b))[0]
        T = _twin.terms(X[:, a], X[:, b], neuron)
        weights = weights_of(halves, len(X))
        expected, c = _twin.judged(T, y, weights, criterion, n, alpha=alpha)
        assert_allclose(value, expected, rtol=1e-9)
        assert_allclose(coefs, c, rtol=1e-9, atol=1e-12)
    assert (np.diff(best.values) >= 0).all()


def test_blocks_of_columns_and_chunks_of_rows_give_the_same(monkeypatch):
    X, y = standardised(*make_data(60, 13))
    columns = Columns.of(X, y, *parts(X, y, None, 0.5, False))
    left, right = (each.astype(np.int64) for each in np.triu_indices(13, 1))
    given = columns, left, right, np.arange(78.0), 78, settings(criterion="aic")
    expected = _fit_pairs(*given)
    monkeypatch.setattr(search_module, "_COLUMNS", 4)
    monkeypatch.setattr(search_module, "_AT_ONCE", 10)
    monkeypatch.setattr(columns_module, "ROWS_AT_ONCE", 7)
    found = _fit_pairs(*given)
    assert_allclose(found.values, expected.values, rtol=1e-9)
    for some, others in zip(found.others, expected.others, strict=True):
        assert_allclose(some, others, rtol=1e-9, atol=1e-12)


@each_criterion
@pytest.mark.parametrize("keep_inputs", [True, False])
def test_a_whole_fit_beside_the_definitions(criterion, keep_inputs):
    X, y = make_data()
    model = GMDHRegressor(criterion=criterion, keep_inputs=keep_inputs, max_layers=10).fit(X, y)
    Z, target = standardised(X, y)
    weights = weights_of(parts(X, y, None, 0.5, False), len(X))
    outputs, curve = _twin.search(
        Z, target, weights, "quadratic", criterion, 4, keep_inputs=keep_inputs
    )
    assert_allclose(model.loss_curve_, curve, rtol=1e-7)
    assert_allclose(model.predict(X), y.mean() + y.std() * outputs, atol=1e-7)


def test_iterational_pairs_are_of_a_neuron_and_an_input():
    X, y = make_data()
    model = GMDHRegressor(algorithm="iterational", tol=0.0, max_layers=3).fit(X, y)
    for layer in model.layers_[1:]:
        assert (layer.inputs.min(axis=1) < 4).all()
        assert (layer.inputs.max(axis=1) >= 4).all()


def test_layers_without_inputs_read_the_layer_before():
    X, y = make_data(n_features=6)
    model = GMDHRegressor(keep_inputs=False, criterion="aic", tol=0.0).fit(X, y)
    assert model.n_layers_ == len(model.layers_) > 1
    first, end = 0, 6
    for layer in model.layers_:
        assert first <= layer.inputs.min() <= layer.inputs.max() < end
        first, end = end, end + len(layer.inputs)


@each_criterion
def test_subsets_beside_all_of_them(criterion):
    X, y = standardised(*make_data(n_features=3))
    halves = parts(X, y, None, 0.5, False)
    how = settings("bilinear", criterion, n_best=None, algorithm="combinatorial")
    found = SubsetSearch(Columns.of(X, y, *halves), how)
    Z = np.column_stack([X, X[:, 0] * X[:, 1], X[:, 0] * X[:, 2], X[:, 1] * X[:, 2]])
    weights, best = weights_of(halves, len(X)), np.inf
    while not found.ended:
        found.grow()
        size = found._kept.shape[1]
        values = []
        for members in found._kept:
            T = np.column_stack([np.ones(len(X)), Z[:, members[1:] - 1]])
            values.append(_twin.judged(T, y, weights, criterion, size, least=1e-9)[0])
        assert (np.diff(values) > -1e-9).all()
        if values[0] < 0.99 * best:
            best = values[0]
        assert_allclose(found.value, best, rtol=1e-9)


def test_the_search_keeps_what_it_found_when_a_layer_is_no_better():
    X, y = standardised(*make_data())
    search = LayerSearch(Columns.of(X, y, *parts(X, y, None, 0.5, False)), settings())
    values = []
    while not search.ended:
        search.grow()
        values.append(search.value)
    assert (np.diff(values) <= 0).all()
    assert values[-1] == values[-2]


@pytest.mark.parametrize("fraction", [0.2, 0.5, 0.7])
def test_parts_are_disjoint_and_of_the_fraction(fraction):
    X, y = make_data(101)
    fitted, judged = parts(X, y, None, fraction, False)
    assert sorted([*fitted.rows, *judged.rows]) == list(range(101))
    assert abs(len(judged.rows) - 101 * fraction) < 1


def test_parts_alternate_by_the_distance_from_the_mean():
    X = np.array([[0.0], [5.0], [-1.0], [-7.0], [3.0], [0.5]])
    y = X[:, 0].copy()
    order = np.argsort(np.abs(y - y.mean()))
    fitted, judged = parts(X, y, None, 0.5, False)
    assert set(fitted.rows) == set(order[::2])
    assert set(judged.rows) == set(order[1::2])


def test_parts_of_repeated_rows_are_those_of_weighted_ones():
    X, y = make_data(40)
    random = np.random.RandomState(0)
    weight = random.randint(0, 4, 40).astype(float)
    weighted = weights_of(parts(X, y, weight, 0.5, False), 40)
    rows = random.permutation(np.repeat(np.arange(40), weight.astype(int)))
    repeated = np.zeros((2, 40))
    for counts, part in zip(repeated, parts(X[rows], y[rows], None, 0.5, False), strict=True):
        np.add.at(counts, rows[part.rows], part.weight)
    assert_allclose(repeated, weighted)
    assert_allclose(weighted.sum(axis=0), weight)


def test_parts_of_fractional_weights_share_no_row():
    X, y = make_data(40)
    weight = np.random.RandomState(0).uniform(0.1, 2, 40)
    fitted, judged = parts(X, y, weight, 0.5, False)
    assert not set(fitted.rows) & set(judged.rows)
    assert_allclose(fitted.weight, weight[fitted.rows])


def test_parts_divide_each_class():
    X, _ = make_data(30)
    y = np.repeat([0.0, 1.0, 2.0], [20, 6, 4])
    for part in parts(X, y, None, 0.5, True):
        assert np.bincount(y[part.rows].astype(int)).tolist() == [10, 3, 2]

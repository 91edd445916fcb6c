"""The network kept beside a fitted estimator follows its weights, in every thread."""

import copy
import gc
import warnings
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.testing import assert_array_equal

from skneural import MLPClassifier
from skneural.estimators import _predictor


def fitted(**parameters):
    random = np.random.RandomState(0)
    X = random.standard_normal((50, 4))
    with warnings.catch_warnings(action="ignore"):
        model = MLPClassifier((5,), max_iter=2, random_state=0, **parameters)
        return model.fit(X, random.randint(0, 3, 50)), X


def test_the_trained_network_predicts():
    model, _ = fitted()
    network = _predictor.predictor(model)
    assert _predictor.predictor(model) is network
    assert network.variables[0]["kernel"] is model.coefs_[0]


def test_weights_edited_in_place():
    model, X = fitted()
    before = model.predict_proba(X)
    model.coefs_[0] *= 2
    network = _predictor.predictor(model)
    assert not np.array_equal(model.predict_proba(X), before)
    assert _predictor.predictor(model) is network


def test_weights_replaced():
    model, X = fitted()
    before = model.predict_proba(X)
    model.coefs_[0] = model.coefs_[0].copy()
    model.intercepts_ = [bias.tolist() and bias + 1 for bias in model.intercepts_]
    after = model.predict_proba(X)
    assert not np.array_equal(after, before)
    network = _predictor.predictor(model)
    model.coefs_ = [kernel.copy() for kernel in model.coefs_]
    assert _predictor.predictor(model) is network
    model.coefs_[1][...] = 0
    assert _predictor.predictor(model) is not network
    assert_array_equal(model.predict_proba(X), np.broadcast_to(model.predict_proba(X)[0], (50, 3)))


def test_a_copy_has_a_network_of_its_own():
    model, X = fitted()
    expected = model.predict_proba(X)
    for copied in (copy.deepcopy(model), copy.copy(model)):
        assert_array_equal(copied.predict_proba(X), expected)
    deep = copy.deepcopy(model)
    model.coefs_[0][...] = 0
    assert_array_equal(deep.predict_proba(X), expected)


def test_the_network_goes_with_the_estimator():
    model, _ = fitted()
    network = weakref.ref(_predictor.predictor(model))
    del model
    gc.collect()
    assert network() is None


def test_threads_predict_while_weights_are_replaced():
    model, X = fitted()
    weights = [model.coefs_, [kernel * 2 for kernel in model.coefs_]]
    allowed = []
    for coefs in weights:
        model.coefs_ = coefs
        allowed.append(model.predict_proba(X).tobytes())

    def predict(number):
        if number % 5 == 0:
            model.coefs_ = weights[number % 2]
        return model.predict_proba(X).tobytes()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(predict, range(200))) <= set(allowed)


def test_old_attributes_survive_a_refit():
    """A later fit writes into arrays of its own."""
    model, X = fitted(warm_start=True)
    kept = model.coefs_[0]
    values = kept.copy()
    with warnings.catch_warnings(action="ignore"):
        model.fit(X, np.arange(50) % 3)
    assert_array_equal(kept, values)
    assert not np.array_equal(model.coefs_[0], values)

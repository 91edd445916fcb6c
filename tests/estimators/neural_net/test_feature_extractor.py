"""Features of a network as a transformer."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skneural import FeatureExtractor, NeuralNetClassifier, NeuralNetRegressor
from skneural.layers import Dense, Flatten, Reshape

pytestmark = pytest.mark.usefixtures("quiet")


def make_data(shape=(12,)):
    random = np.random.RandomState(0)
    return random.standard_normal((60, *shape)), np.arange(60) % 3


def network(*layers):
    return NeuralNetClassifier(layers, max_iter=2, random_state=0)


def test_features_are_the_activations():
    X, y = make_data((4, 3))
    net = network(Flatten(), Dense(6, "relu"), ("code", Dense(5, "tanh")))
    extractor = FeatureExtractor(net, "code").fit(X, y)
    assert not hasattr(net, "weights_")
    expected = clone(net).fit(X, y).activations(X, "code")
    assert_array_equal(extractor.transform(X), expected)
    assert_array_equal(clone(extractor).fit_transform(X, y), expected)
    assert_array_equal(FeatureExtractor(net).fit(X, y).transform(X), expected)
    names = extractor.get_feature_names_out()
    assert names[0] == "featureextractor0"
    assert len(names) == 5


def test_features_are_flat():
    X, y = make_data()
    extractor = FeatureExtractor(network(Reshape((4, 3))), 0).fit(X, y)
    assert_array_equal(extractor.transform(X), X)


def test_a_frozen_network_is_used_as_it_is():
    X, y = make_data()
    net = network(Dense(6, "relu")).fit(X, y)
    extractor = FeatureExtractor(FrozenEstimator(net), random_state=3).fit(X[:5])
    assert extractor.estimator_ is net
    pipeline = make_pipeline(extractor, LogisticRegression()).fit(X, y)
    assert_array_equal(clone(pipeline).fit(X, y).predict(X), pipeline.predict(X))


def test_nested_parameters_reach_the_layers():
    X, y = make_data()
    pipeline = make_pipeline(
        FeatureExtractor(network(("code", Dense(6, "relu"))), "code"), LogisticRegression()
    )
    grid = {"featureextractor__estimator__code__units": [2, 4]}
    search = GridSearchCV(pipeline, grid, cv=2).fit(X, y)
    assert search.best_estimator_[0].transform(X).shape[1] in (2, 4)


@pytest.mark.needs_jit(reason="hundreds of epochs")
def test_default_network_follows_the_targets():
    X, y = make_data()
    with warnings.catch_warnings(action="ignore"):
        assert isinstance(FeatureExtractor().fit(X, y).estimator_, NeuralNetClassifier)
        extractor = FeatureExtractor().fit(X, X[:, 0])
    assert isinstance(extractor.estimator_, NeuralNetRegressor)
    assert extractor.transform(X).shape == (60, 100)


def test_sample_weights_reach_the_network():
    X, y = make_data()
    weight = np.arange(60.0)
    net = network(Dense(6, "relu"))
    expected = clone(net).fit(X, y, weight).activations(X, -2)
    assert_array_equal(FeatureExtractor(net).fit(X, y, sample_weight=weight).transform(X), expected)


def test_errors(raises_unchanged):
    X, y = make_data()
    raises_unchanged(
        FeatureExtractor(network(Dense(6)), "cod"),
        ["FeatureExtractor: ", "no layer='cod'", "dense"], "fit", X, y,
    )
    raises_unchanged(FeatureExtractor(network()), ["layer=-2", "output"], "fit", X, y)
    raises_unchanged(
        FeatureExtractor(LogisticRegression()),
        ["FeatureExtractor", "LogisticRegression", "activations"],
        "fit",
        X,
        y,
        error=TypeError,
    )
    unfitted = FrozenEstimator(network(Dense(6)))
    raises_unchanged(FeatureExtractor(unfitted), [], "fit", X, y, error=NotFittedError)
    raises_unchanged(FeatureExtractor(), ["not fitted"], "transform", X, error=NotFittedError)

"""Data and estimators that the tests of blocks share."""

import numpy as np

from skneural import MLPClassifier, MLPRegressor

SMALL = 16_000  # bytes of a window: the data below fill about ten


def numbers(n_samples=2000, n_features=10, seed=0):
    """Rows, classes that depend on them, and weights."""
    random = np.random.RandomState(seed)
    X = random.normal(size=(n_samples, n_features))
    return X, (X[:, 0] * X[:, 1] > 0).astype(int), random.uniform(0.5, 1.5, n_samples)


def classifier(**parameters):
    return MLPClassifier(
        **{"hidden_layer_sizes": (8,), "max_iter": 2, "random_state": 0, **parameters}
    )


def regressor(**parameters):
    return MLPRegressor(
        **{"hidden_layer_sizes": (8,), "max_iter": 2, "random_state": 0, **parameters}
    )


def weights(estimator):
    """All weights in one vector."""
    return np.concatenate([np.ravel(each) for each in estimator._weights()])

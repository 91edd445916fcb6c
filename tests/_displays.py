"""Small fitted estimators of every family, for the tests of displays."""

import functools
import warnings

import numpy as np
from sklearn.datasets import load_digits

import skneural
from skneural.layers import BatchNorm, Dense

_RECURRENT = {"hidden_layer_sizes": (4,), "pooling": "attention", "max_iter": 2}
_MACHINE = {"n_components": 9, "n_iter": 1}
_BELIEF = {"hidden_layer_sizes": (9, 4), "pretraining_max_iter": 1, "max_iter": 2}

# by class: parameters, and what they are fitted to
FAMILIES = {
    "MLPClassifier": ({"hidden_layer_sizes": (9,), "max_iter": 3}, "rows"),
    "MLPRegressor": ({"hidden_layer_sizes": (9,), "max_iter": 3}, "rows"),
    "NeuralNetClassifier": (
        {"layers": [Dense(9), BatchNorm(), Dense(4, "relu")], "max_iter": 2}, "rows"
    ),
    "NeuralNetRegressor": ({"layers": [Dense(9, "relu")], "max_iter": 2}, "rows"),
    "ConvNetClassifier": ({"filters": (3,), "max_iter": 2}, "images"),
    "ConvNetRegressor": ({"filters": (3,), "max_iter": 2}, "images"),
    "AutoencoderTransformer": ({"n_components": 3, "max_iter": 2}, "rows"),
    "NeuralOutlierDetector": ({"max_iter": 2}, "rows"),
    "RecurrentClassifier": (_RECURRENT, "series"),
    "RecurrentRegressor": (_RECURRENT, "series"),
    "SeriesNetClassifier": ({"architecture": "fcn", "max_iter": 1}, "series"),
    "SeriesNetRegressor": ({"architecture": "fcn", "max_iter": 1}, "series"),
    "TabularClassifier": ({"max_iter": 1}, "table"),
    "TabularRegressor": ({"max_iter": 1}, "table"),
    "GMDHClassifier": ({"max_layers": 2}, "table"),
    "GMDHRegressor": ({"max_layers": 2}, "table"),
    "SelfOrganizingMap": ({"shape": (3, 4), "max_iter": 2}, "rows"),
    "BernoulliRBM": (_MACHINE, "rows"),
    "GaussianRBM": (_MACHINE, "rows"),
    "DBNClassifier": (_BELIEF, "rows"),
    "DBNRegressor": (_BELIEF, "rows"),
    "DeepBoltzmannMachine": (_BELIEF, "rows"),
    "GenerativeAdversarialNetwork": ({"max_iter": 1}, "table"),
    "HopfieldNetwork": ({}, "signs"),
    "SequenceGenerator": ({"hidden_layer_sizes": (4,), "max_iter": 1}, "texts"),
}
EVERY = frozenset(FAMILIES)
LAYERED = frozenset(
    name for name in FAMILIES
    if name.startswith(("MLP", "Neural", "ConvNet", "Auto", "Recurrent", "Series", "Tab", "DBN"))
)


@functools.cache
def data(kind):
    """X of a kind, and classes."""
    digits = load_digits()
    X, y = digits.data[:80] / 16, digits.target[:80] % 3
    random = np.random.default_rng(0)
    kinds = {
        "rows": lambda: X,
        "images": lambda: X.reshape(-1, 8, 8),
        "series": lambda: random.normal(size=(80, 7, 2)),
        "table": lambda: X[:, 18:22],
        "signs": lambda: np.unique(np.where(X[:4] > 0.5, 1, -1), axis=0),
        "texts": lambda: ["to be or not to be", "that is the question"] * 5,
    }
    found = kinds[kind]()
    return found, y[: len(found)]


def unfitted(name):
    """An estimator of a family, not fitted."""
    parameters, _ = FAMILIES[name]
    estimator = getattr(skneural, name)(**parameters)
    if "random_state" in estimator.get_params():
        estimator.set_params(random_state=0)
    return estimator


@functools.cache
def fitted(name):
    """A fitted estimator of a family, with the X and y it was fitted to."""
    X, y = data(FAMILIES[name][1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return unfitted(name).fit(X, y), X, y

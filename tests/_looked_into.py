"""Networks that tests of attributions and pictures look into."""

import functools
import warnings

import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning

from skneural import ConvNetClassifier, NeuralNetClassifier
from skneural.layers import AvgPool, Conv2D, Dense, Flatten, GlobalAvgPool

SIDE, PATTERN = 12, 4


def trained(estimator, X, y):
    """A fitted estimator, without the warning that it could train longer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return estimator.fit(X, y)


@functools.cache
def digits():
    """Images of 8 x 8 pixels from 0 to 16, and their labels."""
    data = load_digits()
    return data.images.astype(np.float32), data.target


@functools.cache
def digits_network():
    """A small convolutional network of the digits; not to be changed."""
    X, y = digits()
    network = ConvNetClassifier(
        filters=(8, 16), hidden_layer_sizes=(32,), max_iter=40, random_state=0
    )
    return trained(network, X[:1200], y[:1200])


@functools.cache
def color_network():
    """A network of layers that read images of any size up to ``mean``; not to be changed."""
    random = np.random.default_rng(0)
    X = random.integers(0, 256, (200, 16, 16, 3)).astype(np.uint8)
    y = np.arange(200) % 2
    X[y == 1, ::2] //= 4
    layers = [
        ("conv1", Conv2D(8, 3, "relu", padding="same")), ("pool1", AvgPool(2)),
        ("conv2", Conv2D(8, 3, "relu", padding="same")), ("mean", GlobalAvgPool()),
    ]
    network = ConvNetClassifier(architecture=layers, max_iter=5, batch_size=20, random_state=0)
    return trained(network, X, y)


def planted(n_images, seed):
    """Noise with one of three patterns at one place; its class; which pixels it has."""
    patterns = np.random.default_rng(1).choice([-1.0, 1.0], (3, PATTERN, PATTERN))
    random = np.random.default_rng(seed)
    y, where = random.integers(3, size=n_images), np.zeros((SIDE, SIDE), bool)
    where[2 : 2 + PATTERN, 6 : 6 + PATTERN] = True
    X = random.normal(0, 0.5, (n_images, SIDE, SIDE))
    X[:, 2 : 2 + PATTERN, 6 : 6 + PATTERN] += patterns[y]
    return X, y, where


@functools.cache
def planted_network():
    """A network that tells the patterns; not to be changed."""
    X, y, _ = planted(1500, seed=0)
    network = NeuralNetClassifier(
        [Flatten(), Dense(32, "relu")], alpha=0.01, max_iter=15, batch_size=32, random_state=0
    )
    return trained(network, X, y)

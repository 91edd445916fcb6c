"""Small data sets of scikit-learn, drawn or split by a seed."""

from __future__ import annotations

import numpy as np
from sklearn import datasets
from sklearn.preprocessing import StandardScaler


def digits(seed, n_rows=1000):
    """Pixels from 0 to 1 and labels of some digits."""
    X, y = datasets.load_digits(return_X_y=True)
    rows = np.random.RandomState(seed).permutation(len(X))[:n_rows]
    return X[rows] / 16, y[rows]


def images(seed, n_rows=600):
    """The digits as images of one channel."""
    X, y = digits(seed, n_rows)
    return X.reshape(-1, 8, 8, 1), y


def scaled(load):
    """Standardised features and the targets of a data set that `load` gives."""
    X, y = load(return_X_y=True)
    return StandardScaler().fit_transform(X), y


def numbers(seed, n_rows=500, noise=0.5):
    """Standardised data of Friedman's first function."""
    X, y = datasets.make_friedman1(n_rows, noise=noise, random_state=seed)
    return StandardScaler().fit_transform(X), (y - y.mean()) / y.std()


def waves(seed, n_rows=300, length=20):
    """Series of one feature, of which the label says the frequency; the phase is random."""
    random = np.random.RandomState(seed)
    y = random.randint(0, 2, n_rows)
    steps = np.arange(length) / length
    phases = random.uniform(0, 1, (n_rows, 1))
    X = np.sin(2 * np.pi * ((1 + 2 * y[:, None]) * steps + phases))
    return (X + 0.1 * random.normal(size=X.shape))[..., None], y


def flipped(y, share, seed):
    """Labels of which a share is replaced by another one, and which those are."""
    random, classes = np.random.RandomState(seed), np.unique(y)
    chosen = random.permutation(len(y))[: int(share * len(y))]
    codes = np.searchsorted(classes, y)
    codes[chosen] = (codes[chosen] + random.randint(1, len(classes), len(chosen))) % len(classes)
    return classes[codes], chosen

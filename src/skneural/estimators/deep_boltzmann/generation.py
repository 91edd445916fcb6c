"""Rows that a deep belief net with label units draws."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import expit, softmax
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from ..._whole_numbers import check_count
from ...data.known_classes import codes_of


def sampled(
    estimator: Any, n_samples: int, y: Any, random_state: Any, n_gibbs_steps: int
) -> np.ndarray:
    """Return rows drawn by a fitted classifier; see `DBNClassifier.sample`."""
    owner = type(estimator).__name__
    check_is_fitted(estimator)
    if not hasattr(estimator, "generative_coefs_"):
        raise ValueError(
            f"{owner}: sample needs generative weights and label units, which only"
            " fine_tuning='up_down' has"
        )
    for name, value in (("n_samples", n_samples), ("n_gibbs_steps", n_gibbs_steps)):
        check_count(owner, name, value)
    random = check_random_state(random_state)
    labels = None if y is None else label_units(estimator, y, n_samples, owner)
    states = _sample_top(estimator, n_samples, labels, n_gibbs_steps, random)
    kernels = estimator.generative_coefs_
    is_binary = estimator.visible == "bernoulli"
    for place in reversed(range(len(kernels))):
        fields = states @ kernels[place] + estimator.generative_intercepts_[place]
        means = expit(fields) if is_binary or place > 0 else fields
        states = means if place == 0 else _drawn(means, random)
    return states.astype(kernels[0].dtype if kernels else estimator.coefs_[0].dtype, copy=False)


def label_units(estimator: Any, y: Any, n_samples: int, owner: str) -> np.ndarray:
    """Return the states of label units for a label, or one for each row."""
    classes = estimator.classes_
    places = codes_of(y, n_samples, classes, owner)
    if len(estimator.intercepts_[-1]) == 1:
        return places.astype(np.float64)[:, None]
    return np.eye(len(classes))[places]


def _sample_top(
    estimator: Any, n_samples: int, labels: np.ndarray | None, n_steps: int,
    random: np.random.RandomState,
) -> np.ndarray:
    """Return states of the units below the top machine, or means of visible ones, by sampling."""
    kernel, label_kernel = estimator.coefs_[-2:]
    bias, label_bias = estimator.intercepts_[-2:]
    below_bias, clamped = estimator.generative_intercepts_[-1], labels is not None
    is_visible = len(estimator.coefs_) == 2
    is_real = is_visible and estimator.visible == "gaussian"
    if labels is None:
        labels = _label_means(np.tile(label_bias, (n_samples, 1)))
    means = np.tile(below_bias if is_real else expit(below_bias), (n_samples, 1))
    for _ in range(n_steps):
        below = means if is_real else _drawn(means, random)
        top = _drawn(expit(below @ kernel + labels @ label_kernel.T + bias), random)
        fields = top @ kernel.T + below_bias
        means = fields if is_real else expit(fields)
        if not clamped:
            labels = _drawn_labels(_label_means(top @ label_kernel + label_bias), random)
    return means if is_visible else _drawn(means, random)


def _label_means(fields: np.ndarray) -> np.ndarray:
    return expit(fields) if fields.shape[1] == 1 else softmax(fields, axis=1)


def _drawn_labels(means: np.ndarray, random: np.random.RandomState) -> np.ndarray:
    if means.shape[1] == 1:
        return _drawn(means, random)
    chosen = (means.cumsum(axis=1) < random.uniform(size=(len(means), 1))).sum(axis=1)
    return np.eye(means.shape[1])[np.minimum(chosen, means.shape[1] - 1)]


def _drawn(means: np.ndarray, random: np.random.RandomState) -> np.ndarray:
    states: np.ndarray = random.uniform(size=means.shape) < means
    return states.astype(np.float64)

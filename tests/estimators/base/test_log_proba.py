"""Logarithms of probabilities come from the raw outputs: right however large those are."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skneural import ConvNetClassifier, MLPClassifier, NeuralNetClassifier
from skneural.layers import Dense
from skneural.losses import CustomLoss

RANDOM = np.random.default_rng(0)
X, CLASSES = RANDOM.normal(size=(40, 9)), np.arange(40) % 3
TARGETS = {
    "binary": CLASSES > 0,
    "multiclass": CLASSES,
    "multilabel": np.c_[CLASSES > 0, CLASSES > 1].astype(int),
}
KINDS = {
    "mlp": MLPClassifier((5,)),
    "neural_net": NeuralNetClassifier([Dense(5, "relu")]),
    "convnet": ConvNetClassifier(filters=2, hidden_layer_sizes=(3,)),
}


def naive(scores, task):
    """Logarithms of the softmax, or of the logistic function, in long double."""
    z = scores.astype(np.longdouble)
    if task == "multiclass":
        z = z - z.max(axis=1, keepdims=True)
        return z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    z = np.c_[-z, z] if task == "binary" else z
    return -np.log1p(np.exp(-np.abs(z))) + np.minimum(z, 0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("scale", [1, 1000])
@pytest.mark.parametrize("task", TARGETS)
@pytest.mark.parametrize("kind", KINDS)
def test_log_probabilities(kind, task, scale, dtype):
    model = KINDS[kind].set_params(dtype=dtype, max_iter=3, random_state=0)
    model.fit(X, TARGETS[task])
    output = model.coefs_[-1:] if kind == "mlp" else [model.weights_["output"]["kernel"]]
    output[0] *= scale
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        actual = model.predict_log_proba(X)
        scores = model.decision_function(X)
        probabilities = model.predict_proba(X)
    assert actual.dtype == dtype
    assert actual.shape == probabilities.shape
    assert np.isfinite(actual).all()
    eps = np.finfo(dtype).eps
    assert_allclose(actual, naive(scores, task).astype(float), rtol=4 * eps, atol=4 * eps)
    tolerance = 1e-5 if dtype == "float32" else 1e-12
    assert_allclose(np.exp(actual), probabilities, rtol=tolerance, atol=tolerance)
    if scale == 1000:
        assert actual.min() < -20  # where single precision has no probability but 0 and 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_single_class(kind):
    model = KINDS[kind].set_params(dtype=None, max_iter=1).fit(X, np.ones(40, int))
    np.testing.assert_array_equal(model.predict_log_proba(X), np.zeros((40, 1)))


def test_two_outputs_for_two_classes():
    layers = [Dense(5, "relu"), Dense(2, "softmax")]
    model = NeuralNetClassifier(layers, max_iter=1, random_state=0).fit(X, CLASSES > 0)
    assert_allclose(model.predict_log_proba(X), np.log(model.predict_proba(X)), rtol=1e-9)


def squared(target, output, gradient):
    total = 0.0
    for j in range(len(output)):
        gradient[j] = output[j]
        total += 0.5 * output[j] ** 2
    return total


def test_a_loss_of_the_users_own():
    loss = CustomLoss(squared, link="softmax")
    model = MLPClassifier((5,), loss=loss, max_iter=1, random_state=0).fit(X, CLASSES)
    assert_allclose(np.exp(model.predict_log_proba(X)), model.predict_proba(X), rtol=1e-12)

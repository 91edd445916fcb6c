"""Each initializer's draws against its definition."""

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier

from skneural.initializers import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LeCunNormal,
    LeCunUniform,
    Orthogonal,
    ScikitLearn,
)

FAN_IN, FAN_OUT = 300, 200


def draw(initializer, fan_in=FAN_IN, fan_out=FAN_OUT, activation="relu", seed=0):
    return initializer(fan_in, fan_out, np.random.RandomState(seed), activation)


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_sklearn_draws_what_mlp_classifier_draws(activation, n_classes):
    X, y = np.zeros((n_classes, 4)), np.arange(n_classes)
    peer = MLPClassifier((5, 3), activation, random_state=7, learning_rate_init=1e-300)
    peer.partial_fit(X, y, classes=y)
    random_state = np.random.RandomState(7)
    for coefs, intercepts in zip(peer.coefs_, peer.intercepts_, strict=True):
        kernel, bias = ScikitLearn()(*coefs.shape, random_state, activation)
        np.testing.assert_array_equal(kernel, coefs)
        np.testing.assert_array_equal(bias, intercepts)


@pytest.mark.parametrize(
    ("uniform", "normal", "variance"),
    [
        (GlorotUniform(), GlorotNormal(), 2 / (FAN_IN + FAN_OUT)),
        (HeUniform(), HeNormal(), 2 / FAN_IN),
        (LeCunUniform(), LeCunNormal(), 1 / FAN_IN),
    ],
)
def test_variances(uniform, normal, variance):
    for initializer, kurtosis in ((uniform, 1.8), (normal, 3.0)):
        kernel, bias = draw(initializer)
        assert kernel.var() == pytest.approx(variance, rel=0.02)
        assert abs(kernel.mean()) < 5 * np.sqrt(variance / kernel.size)
        assert (kernel**4).mean() / kernel.var() ** 2 == pytest.approx(kurtosis, rel=0.05)
        assert not bias.any()


def test_uniform_bounds_are_the_papers():
    bounds = {
        GlorotUniform: np.sqrt(6 / (FAN_IN + FAN_OUT)),
        HeUniform: np.sqrt(6 / FAN_IN),
        LeCunUniform: np.sqrt(3 / FAN_IN),
    }
    for initializer, bound in bounds.items():
        assert 0.999 * bound < np.abs(draw(initializer())[0]).max() <= bound


@pytest.mark.parametrize(("fan_in", "fan_out"), [(6, 6), (9, 4), (4, 9), (1, 5), (5, 1)])
@pytest.mark.parametrize("gain", [1.0, 2.0])
def test_orthogonal_keeps_lengths_and_angles(fan_in, fan_out, gain):
    kernel, bias = draw(Orthogonal(gain), fan_in, fan_out)
    gram = kernel.T @ kernel if fan_in >= fan_out else kernel @ kernel.T
    np.testing.assert_allclose(gram, gain**2 * np.eye(min(fan_in, fan_out)), atol=1e-12)
    assert not bias.any()


def test_orthogonal_is_not_biased_by_the_decomposition():
    signs = [draw(Orthogonal(), 3, 3, seed=seed)[0] > 0 for seed in range(400)]
    np.testing.assert_allclose(np.mean(signs, axis=0), 0.5, atol=0.1)

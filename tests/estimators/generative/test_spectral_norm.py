"""Spectral normalization: singular values, and the gradient by central differences."""

import numpy as np
import pytest

from _helpers import central_differences, close
from skneural.estimators.generative.spectral import SpectralNorm
from skneural.layers import Conv2D, Dense, Flatten
from skneural.losses import SquaredError
from skneural.network.network import Network

LAYERS = {
    "dense": (lambda: SpectralNorm(Dense(4, use_bias=False), "tanh"), (6,)),
    "conv": (lambda: SpectralNorm(Conv2D(3, 2, use_bias=False, strides=2), "tanh"), (4, 5, 2)),
}


def make_network(kind, seed=0):
    """A network of the layer and an output, with data."""
    make, shape = LAYERS[kind]
    random = np.random.RandomState(seed)
    behind = [] if len(shape) == 1 else [Flatten()]
    layers = [make(), *behind, SpectralNorm(Dense(1, use_bias=False))]
    network = Network(layers, shape, SquaredError(), 1, np.float64)
    network.initialize(random)
    for values in network.variables:
        if "bias" in values:
            values["bias"][...] = random.normal(size=values["bias"].shape)
    X = random.normal(size=(9, int(np.prod(shape))))
    return network, X, random.normal(size=(9, 1))


def norms_of(network):
    """The largest singular value of each kernel."""
    kernels = [v["kernel"] for v in network.variables if "kernel" in v]
    return [np.linalg.norm(k.reshape(-1, k.shape[-1]), 2) for k in kernels]


@pytest.mark.parametrize("kind", LAYERS)
def test_kernels_are_divided_by_their_largest_singular_value(kind):
    network, X, y = make_network(kind)
    session = network.training_session(X, y, batch_size=9)
    for _ in range(300):
        session.loss_and_gradient()
    session.close()
    found = [values["sigma"][0] for values in network.variables if "sigma" in values]
    np.testing.assert_allclose(found, norms_of(network), rtol=1e-9)
    plain = Dense(4, "tanh") if kind == "dense" else Conv2D(3, 2, "tanh", strides=2)
    other = Network([plain], network.input_shape, SquaredError(), 1, np.float64)
    other.variables[0]["kernel"][...] = network.variables[0]["kernel"] / found[0]
    other.variables[0]["bias"][...] = network.variables[0]["bias"]
    close(network.predict(X, raw=True, n_layers=1), other.predict(X, raw=True, n_layers=1), 1e-12)


@pytest.mark.parametrize("kind", LAYERS)
def test_the_gradient_is_that_of_the_normalized_kernel(kind):
    network, X, y = make_network(kind, seed=3)
    session = network.training_session(X, y, batch_size=9)
    for _ in range(300):  # the singular vectors are then those of the kernels
        _, gradient = session.loss_and_gradient()
    session.close()

    def loss():
        for values, norm in zip(
            [v for v in network.variables if "sigma" in v], norms_of(network), strict=True
        ):
            values["sigma"][0] = norm
        return float(((network.predict(X, raw=True) - y) ** 2).mean() / 2)

    expected = central_differences(loss, network.parameters[: network.n_trained])
    close(gradient, expected, 1e-7)


def test_rows_are_trained_with_the_vectors_of_the_step():
    """Before convergence, the singular vectors count as constants."""
    network, X, y = make_network("dense", seed=5)
    values = network.variables[0]
    before = values["right"].copy()
    session = network.training_session(X, y, batch_size=9)
    session.loss_and_gradient()
    session.close()
    left = values["kernel"] @ before
    left /= np.linalg.norm(left)
    right = left @ values["kernel"]
    np.testing.assert_allclose(values["left"], left)
    np.testing.assert_allclose(values["sigma"][0], np.linalg.norm(right))
    np.testing.assert_allclose(values["right"], right / np.linalg.norm(right))

"""Dense layers on series: each step by the same weights."""

import numpy as np
import pytest

from _helpers import LayerBench, close
from skneural import NeuralNetClassifier, NeuralNetRegressor, SeriesNetClassifier
from skneural.layers import (
    ContractiveDense,
    Conv1D,
    Dense,
    Flatten,
    GlobalAvgPool,
    TransposedDense,
)

SHAPE = (6, 5)
RANDOM = np.random.default_rng(0)


def rows(*shape):
    return RANDOM.normal(size=(6, int(np.prod(shape))))


@pytest.mark.parametrize("use_bias", [True, False])
def test_forward_and_backward_are_those_of_numpy(use_bias):
    layer = Dense(4, "tanh", use_bias=use_bias)
    x, dy = rows(*SHAPE), rows(6, 4)
    bench = LayerBench(layer, SHAPE, backward=True)
    dx, gradients = bench.backward(x, dy)
    values = bench.variables
    assert values["kernel"].shape == (5, 4)
    steps = x.reshape(-1, 5)
    outputs = np.tanh(steps @ values["kernel"] + values.get("bias", 0))
    close(LayerBench(layer, SHAPE).forward(x).reshape(-1, 4), outputs, 1e-12)
    dz = dy.reshape(-1, 4) * (1 - outputs**2)
    close(dx.reshape(-1, 5), dz @ values["kernel"].T, 1e-12)
    close(gradients["kernel"], steps.T @ dz, 1e-12)
    if use_bias:
        close(gradients["bias"], dz.sum(axis=0), 1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_same_bits_as_a_convolution_of_one_step(dtype):
    x = rows(*SHAPE).astype(dtype)
    dense, convolution = (LayerBench(layer, SHAPE, dtype) for layer in (Dense(4), Conv1D(4, 1)))
    for name, values in convolution.variables.items():
        values[...] = dense.variables[name].reshape(values.shape)
    np.testing.assert_array_equal(dense.forward(x), convolution.forward(x))


def test_rows_of_the_data_are_predicted_batch_by_batch():
    """A first dense layer reads flat rows where they lie, but not series."""
    X = RANDOM.normal(size=(300, *SHAPE))
    net = NeuralNetRegressor([Dense(3), GlobalAvgPool()], max_iter=1, random_state=0)
    predicted = net.fit(X, X.mean(axis=(1, 2))).predict(X)
    np.testing.assert_array_equal(predicted, [net.predict(x[None])[0] for x in X])


def test_series_of_unequal_lengths():
    X = [RANDOM.normal(size=(length, 3)) for length in (4, 9, 7, 5)]
    layers = [Dense(4, "relu"), GlobalAvgPool(), Dense(2, "softmax")]
    net = SeriesNetClassifier(layers, max_iter=2, random_state=0)
    probabilities = net.fit(X, [0, 1, 0, 1]).predict_proba(X)
    np.testing.assert_array_equal(probabilities, [net.predict_proba([x])[0] for x in X])
    assert net.predict_proba([np.concatenate(X)]).shape == (1, 2)


def test_what_it_refuses():
    with pytest.raises(ValueError, match=r"Dense: .*\(4, 4, 1\); put Flatten"):
        Dense(3).output_shape((4, 4, 1))
    for kind in (TransposedDense, ContractiveDense):
        with pytest.raises(ValueError, match=f"{kind.__name__}: needs flat input, .* Flatten"):
            kind(3).output_shape((4, 3))
    X, y = RANDOM.normal(size=(6, 4, 3)), [0, 1] * 3
    with pytest.raises(ValueError, match=r"Flatten\(\) or GlobalAvgPool\(\) before it"):
        NeuralNetClassifier([Dense(2, "softmax")], max_iter=1).fit(X, y)
    NeuralNetClassifier([Flatten(), Dense(2, "softmax")], max_iter=1).fit(X, y)


def test_equal_to_torch():
    torch = pytest.importorskip("torch")
    x = rows(*SHAPE)
    bench = LayerBench(Dense(4), SHAPE)
    theirs = torch.nn.functional.linear(
        torch.tensor(x.reshape(-1, *SHAPE)), torch.tensor(bench.variables["kernel"].T.copy()),
        torch.tensor(bench.variables["bias"]),
    )
    close(bench.forward(x).reshape(-1, 6, 4), theirs.numpy(), 1e-13)

"""Attention over the steps of a series, compared with NumPy."""

import numpy as np
import pytest

from _helpers import LayerBench, close, randomize
from skneural.data.sources import Sequences
from skneural.layers import Attention
from skneural.layers.attention.attention import AttentionWeights
from skneural.losses import SquaredError
from skneural.network.network import Network

SHAPE = (7, 5)
RANDOM = np.random.default_rng(0)


def attend(h, values):
    """The mean of the steps (time, features) and their weights."""
    scores = np.tanh(h @ values["kernel"] + values["bias"]) @ values["score"]
    weights = np.exp(scores - scores.max())
    weights /= weights.sum()
    return weights @ h, weights


def attend_backward(h, values, dy):
    """Gradients of the steps and of the variables."""
    hidden = np.tanh(h @ values["kernel"] + values["bias"])
    _, weights = attend(h, values)
    slopes = h @ dy
    of_scores = weights * (slopes - weights @ slopes)
    of_hidden = np.outer(of_scores, values["score"]) * (1 - hidden**2)
    return np.outer(weights, dy) + of_hidden @ values["kernel"].T, {
        "kernel": h.T @ of_hidden, "bias": of_hidden.sum(axis=0), "score": hidden.T @ of_scores
    }


def test_forward_and_backward_are_those_of_numpy():
    x, dy = RANDOM.normal(size=(6, 35)), RANDOM.normal(size=(6, 5))
    bench = LayerBench(Attention(4), SHAPE, backward=True)
    dx, gradients = bench.backward(x, dy)
    values, series = bench.variables, x.reshape(-1, *SHAPE)
    assert {name: array.shape for name, array in values.items()} == {
        "kernel": (5, 4), "bias": (4,), "score": (4,)
    }
    expected = [attend(h, values)[0] for h in series]
    close(LayerBench(Attention(4), SHAPE).forward(x), expected, 1e-12)
    found = [attend_backward(h, values, each) for h, each in zip(series, dy, strict=True)]
    close(dx.reshape(-1, *SHAPE), [of_steps for of_steps, _ in found], 1e-12)
    for name, gradient in gradients.items():
        close(gradient, sum(of_variables[name] for _, of_variables in found), 1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_weights_of_unequal_lengths(dtype):
    """They sum to one over a series' own steps, and are zero behind it."""
    rows = [RANDOM.normal(size=(length, 5)).astype(dtype) for length in (3, 7, 1, 5)]
    model = Network([Attention(4)], SHAPE, SquaredError(), 5, dtype)
    randomize(model, seed=1)
    layers = [AttentionWeights.of(Attention(4)), Attention(1)]
    weighing = Network(layers, SHAPE, SquaredError(), 1, dtype)
    for name, values in model.variables[0].items():
        weighing.variables[0][name][...] = values
    weights = weighing.predict(Sequences(rows), raw=True, n_layers=1)
    for row, series, output in zip(weights, rows, model.predict(Sequences(rows)), strict=True):
        expected, own = attend(series, model.variables[0])
        tolerance = 1e-5 if dtype == np.float32 else 1e-12
        close(row[: len(series)], own, tolerance)
        close(output, expected, tolerance)
        np.testing.assert_array_equal(row[len(series) :], 0)


def test_large_scores_do_not_overflow():
    bench = LayerBench(Attention(2), SHAPE, np.float32, training=False)
    bench.variables["score"][...] = 1e4
    x = RANDOM.normal(size=(6, 35)).astype(np.float32)
    assert np.isfinite(bench.forward(x)).all()


def test_flat_samples_are_refused():
    with pytest.raises(ValueError, match=r"Attention: needs series .* \(5,\)"):
        Attention().output_shape((5,))

"""Embeddings of a table's numbers against NumPy."""

import numpy as np
import pytest

from _helpers import BATCH, DTYPES, LayerBench, close, name_of
from skneural import NeuralNetRegressor
from skneural.layers import Dense, PeriodicEmbedding, PiecewiseLinear
from skneural.losses import SquaredError
from skneural.network.network import Network

EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
TOLERANCE = {"float32": 1e-4, "float64": 1e-11}
N_ROWS, COLUMNS = 40, 5
EDGES = [[-1.0, -0.3, 0.4, 1.5], [0.1, 0.7], [-2.0, 0.0, 2.0]]


def normal(n_rows, n_columns, dtype=float, seed=1):
    return np.random.default_rng(seed).normal(0, 1.5, (n_rows, n_columns)).astype(dtype)


def both_passes(layer, dtype, columns=COLUMNS):
    """Inputs and output gradient with what the layer makes of them, and its variables."""
    x = normal(N_ROWS, columns, dtype)
    dy = normal(N_ROWS, *layer.output_shape((columns,)), dtype, seed=2)
    forward = LayerBench(layer, columns, dtype, n_rows=N_ROWS)
    y = forward.forward(x)
    bench = LayerBench(layer, columns, dtype, n_rows=N_ROWS, backward=True)
    return x, dy, y, *bench.backward(x, dy), forward.variables


def initialized(layer, columns=COLUMNS):
    n_outputs = layer.output_shape((columns,))[0]
    network = Network([layer], columns, SquaredError(), n_outputs, np.float64)
    network.initialize(np.random.RandomState(0))
    return network


@pytest.mark.parametrize("n_features", [None, 2])
@pytest.mark.parametrize(("n_frequencies", "units"), [(16, 4), (3, 2), (33, 20)])
@EACH_DTYPE
def test_periodic_embedding(n_frequencies, units, n_features, dtype):
    layer = PeriodicEmbedding(n_frequencies, units, n_features=n_features)
    x, dy, y, dx, gradients, known = both_passes(layer, dtype)
    n, tolerance = n_features or COLUMNS, TOLERANCE[dtype.name]
    first, rest = x[:, :n, None], x[:, n:]
    angles = 2 * np.pi * first * known["frequencies"] + known["phases"]
    mixed = np.einsum("ijk,juk->iju", np.cos(angles), known["kernel"]) + known["bias"]
    expected = np.concatenate([first, mixed], axis=2).reshape(N_ROWS, -1)
    close(y, np.concatenate([expected, rest], axis=1), tolerance)
    slopes = dy[:, : n * units].reshape(N_ROWS, n, units)
    of_mixed = slopes[:, :, 1:]
    of_angles = -np.sin(angles) * np.einsum("iju,juk->ijk", of_mixed, known["kernel"])
    close(gradients["kernel"], np.einsum("iju,ijk->juk", of_mixed, np.cos(angles)), tolerance)
    close(gradients["bias"], of_mixed.sum(axis=0), tolerance)
    close(gradients["phases"], of_angles.sum(axis=0), tolerance)
    close(gradients["frequencies"], 2 * np.pi * (of_angles * first).sum(axis=0), 10 * tolerance)
    of_first = slopes[:, :, 0] + 2 * np.pi * (of_angles * known["frequencies"]).sum(axis=2)
    close(dx, np.concatenate([of_first, dy[:, n * units :]], axis=1), 10 * tolerance)


def test_first_values_of_a_periodic_embedding():
    network = initialized(PeriodicEmbedding(64, 5, scale=0.3), columns=50)
    known = network.variables[0]
    assert known["frequencies"].std() == pytest.approx(0.3, rel=0.05)
    assert abs(known["phases"]).max() == pytest.approx(np.pi, rel=0.01)
    assert abs(known["kernel"]).max() == pytest.approx(1 / 8, rel=0.01)
    assert abs(known["bias"]).max() == pytest.approx(1 / 8, rel=0.02)
    assert network.n_weights == 64 * 4 * 50  # frequencies, phases and bias do not decay


def test_a_periodic_embedding_of_no_column_is_nothing():
    x = normal(BATCH, 3)
    np.testing.assert_array_equal(initialized(PeriodicEmbedding(n_features=0), 3).predict(x), x)


def encoded(x, edges):
    """The encoding of a column, bin by bin, as in section 3.2 of Gorishniy et al. 2022."""
    bins = []
    for t in range(len(edges) - 1):
        share = (x - edges[t]) / (edges[t + 1] - edges[t])
        share = np.where((x < edges[t]) & (t > 0), 0, share)
        bins.append(np.where((x >= edges[t + 1]) & (t < len(edges) - 2), 1, share))
    return np.stack(bins, axis=1)


@EACH_DTYPE
def test_piecewise_linear(dtype):
    layer = PiecewiseLinear(EDGES)
    x, dy, y, dx, gradients, _ = both_passes(layer, dtype)
    parts = [encoded(x[:, j].astype(float), each) for j, each in enumerate(EDGES)]
    close(y, np.concatenate([*parts, x[:, 3:]], axis=1), TOLERANCE[dtype.name])
    expected, at = [], 0
    for j, edges in enumerate(EDGES):
        bin_of_x = np.clip(np.searchsorted(edges, x[:, j], "right") - 1, 0, len(edges) - 2)
        slope = dy[np.arange(N_ROWS), at + bin_of_x]
        expected.append(slope / np.diff(edges)[bin_of_x])
        at += len(edges) - 1
    close(dx, np.column_stack([*expected, dy[:, at:]]), TOLERANCE[dtype.name])
    assert gradients == {}


@pytest.mark.parametrize("units", [1, 3, 16, 21])
@EACH_DTYPE
def test_piecewise_linear_with_maps(units, dtype):
    x, dy, y, dx, gradients, known = both_passes(PiecewiseLinear(EDGES, units), dtype)
    starts, tolerance = [0, 3, 4, 6], TOLERANCE[dtype.name]
    outputs, kernels = [], []
    slopes = dy[:, : 3 * units].reshape(N_ROWS, 3, units)
    for j, edges in enumerate(EDGES):
        codes = encoded(x[:, j].astype(float), edges)
        kernel = known["kernel"][starts[j] : starts[j + 1]]
        outputs.append(codes @ kernel + known["bias"][j])
        kernels.append(codes.T @ slopes[:, j])
    close(y, np.concatenate([*outputs, x[:, 3:]], axis=1), tolerance)
    close(gradients["kernel"], np.concatenate(kernels), tolerance)
    close(gradients["bias"], slopes.sum(axis=0), tolerance)
    of_codes = [s @ known["kernel"][a:b].T for s, a, b in
                zip(slopes.transpose(1, 0, 2), starts[:-1], starts[1:], strict=True)]
    bare = LayerBench(PiecewiseLinear(EDGES), COLUMNS, dtype, n_rows=N_ROWS, backward=True)
    expected, _ = bare.backward(x, np.concatenate([*of_codes, dy[:, 3 * units :]], axis=1))
    close(dx, expected, tolerance)


def test_an_encoding_is_continuous_and_covers_every_number():
    x = np.linspace(-5, 5, 2001)[:, None]
    network = initialized(PiecewiseLinear(EDGES[:1]), 1)
    y = network.predict(x)
    assert np.abs(np.diff(y, axis=0)).max() < 0.03  # no step
    assert (np.diff(y.sum(axis=1)) > 0).all()  # and no level


def test_edges_may_be_of_any_kind():
    array = np.array([[0.0, 1.0, 2.0], [3.0, 4.0, 9.0]])
    x = normal(BATCH, 2)
    expected = initialized(PiecewiseLinear(array), 2).predict(x)
    for edges in (array.tolist(), tuple(array), array.astype(np.float32)):
        np.testing.assert_array_equal(initialized(PiecewiseLinear(edges), 2).predict(x), expected)
    np.testing.assert_array_equal(initialized(PiecewiseLinear([]), 2).predict(x), x)


@pytest.mark.parametrize(
    "edges", [[0.0, 1.0, 1.0], [1.0, 0.0], [0.0], [0.0, np.nan], [0.0, np.inf], [[0.0, 1.0]]]
)
def test_edges_that_are_none(edges):
    with pytest.raises(ValueError, match=r"edges of feature 1 are not two or more ascending"):
        PiecewiseLinear([[0.0, 1.0], edges]).output_shape((3,))


@pytest.mark.parametrize("layer", [PeriodicEmbedding(n_features=4), PiecewiseLinear([[0, 1]] * 4)])
def test_samples_that_do_not_fit(layer):
    with pytest.raises(ValueError, match="for the first 4 columns, but samples have 3"):
        layer.output_shape((3,))
    with pytest.raises(ValueError, match=r"needs flat input, .*\(5, 4\).* Flatten"):
        layer.output_shape((5, 4))


@pytest.mark.slow
@pytest.mark.needs_jit
def test_embeddings_follow_a_wave_that_a_dense_network_does_not():
    x = np.random.default_rng(0).uniform(-1, 1, (1000, 1))
    y = np.sin(12 * x[:, 0])
    scores = []
    edges = np.quantile(x, np.linspace(0, 1, 33), axis=0).T
    for first in ([], [PeriodicEmbedding(scale=1.0)], [PiecewiseLinear(edges, 4)]):
        net = NeuralNetRegressor([*first, Dense(32, "relu")], max_iter=60, random_state=0)
        scores.append(net.fit(x, y).score(x, y))
    assert min(scores[1:]) > 0.9 > scores[0] + 0.2

"""Layers that draw random numbers in training, against what their numbers must be."""

import numpy as np
import pytest
from scipy import stats

from _helpers import BATCH, DTYPES, LayerBench, close, name_of
from skneural.engine.plan import Plan
from skneural.layers import GaussianNoise, RReLU, SpatialDropout, VLReLU

EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
N_ROWS, SHAPE = 40, (5, 6, 8)
SIZE = 240


def normal(dtype=np.float64, seed=1, n_rows=N_ROWS):
    return np.random.default_rng(seed).normal(0, 1.5, (n_rows, SIZE)).astype(dtype)


@EACH_DTYPE
def test_spatial_dropout_drops_whole_channels(dtype):
    x, dy = normal(dtype), normal(dtype, seed=2)
    layer = SpatialDropout(0.25)
    y = LayerBench(layer, SHAPE, dtype, n_rows=N_ROWS).forward(x)
    scale = (y / x).reshape(N_ROWS, 30, 8)
    close(scale, np.broadcast_to(scale[:, :1], scale.shape), 1e-6)
    kept = scale[:, 0] > 0
    close(scale[:, 0][kept], np.full(kept.sum(), 1 / 0.75), 1e-6)
    assert abs(kept.mean() - 0.75) < 5 * np.sqrt(0.25 * 0.75 / kept.size)
    assert len(np.unique(kept, axis=0)) > N_ROWS // 2
    dx, _ = LayerBench(layer, SHAPE, dtype, n_rows=N_ROWS, backward=True).backward(x, dy)
    close(dx.reshape(scale.shape), dy.reshape(scale.shape) * scale, 1e-5)


@EACH_DTYPE
@pytest.mark.parametrize("shape", [SHAPE, (SIZE,), (SIZE - 1,)])
def test_gaussian_noise_is_normal(shape, dtype):
    x = normal(dtype)[:, : np.prod(shape)]
    noise = LayerBench(GaussianNoise(0.5), shape, dtype, n_rows=N_ROWS).forward(x) - x
    assert stats.kstest(noise.ravel() / 0.5, "norm").pvalue > 1e-6
    columns = np.corrcoef(noise)
    assert np.abs(columns[np.triu_indices(N_ROWS, 1)]).max() < 6 / np.sqrt(noise.shape[1])
    dy = normal(dtype, seed=2)[:, : np.prod(shape)]
    bench = LayerBench(GaussianNoise(0.5), shape, dtype, n_rows=N_ROWS, backward=True)
    np.testing.assert_array_equal(bench.backward(x, dy)[0], dy)


@EACH_DTYPE
def test_vlrelu(dtype):
    x, dy = normal(dtype), normal(dtype, seed=2)
    slope = np.where(x > 0, 1, dtype.type(0.25))
    close(LayerBench(VLReLU(0.25), SHAPE, dtype, n_rows=N_ROWS).forward(x), x * slope, 1e-6)
    bench = LayerBench(VLReLU(0.25), SHAPE, dtype, n_rows=N_ROWS, backward=True)
    close(bench.backward(x, dy)[0], dy * slope, 1e-6)


@EACH_DTYPE
def test_rrelu(dtype):
    x, dy = normal(dtype), normal(dtype, seed=2)
    layer = RReLU(0.2, 0.6)
    y = LayerBench(layer, SHAPE, dtype, n_rows=N_ROWS).forward(x)
    slope = y / x
    np.testing.assert_array_equal(y[x > 0], x[x > 0])
    assert stats.kstest((slope[x < 0] - 0.2) / 0.4, "uniform").pvalue > 1e-6
    dx, _ = LayerBench(layer, SHAPE, dtype, n_rows=N_ROWS, backward=True).backward(x, dy)
    close(dx, dy * slope, 1e-5)
    predicted = LayerBench(layer, SHAPE, dtype, n_rows=N_ROWS, training=False).forward(x)
    close(predicted, np.where(x > 0, x, 0.4 * x), 1e-6)


def test_rrelu_with_limits_the_wrong_way_round():
    with pytest.raises(ValueError, match=r"RReLU: lower=0.5 is greater than upper=0.25"):
        RReLU(0.5, 0.25).output_shape((3,))


@pytest.mark.parametrize("layer", [SpatialDropout(0.5), GaussianNoise(), SpatialDropout(0.0)])
def test_without_effect_in_prediction(layer):
    plan = Plan(np.dtype(np.float64), BATCH)
    inputs = plan.buffer((3, 2))
    outputs, _ = layer.build(plan, inputs, {}, 0)
    assert outputs is inputs and plan.steps == [] and not plan.uses_seed

"""The layers of autoencoders beside naive NumPy ones."""

import numpy as np
import pytest
from scipy import stats

from _helpers import DTYPES, LayerBench, central_differences, close, name_of
from skneural.engine.plan import Plan
from skneural.layers import (
    ContractiveDense,
    GaussianSampling,
    KLSparsity,
    L1Sparsity,
    MaskingNoise,
    SaltAndPepperNoise,
    TransposedDense,
)

EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
N_ROWS = 40
WEIGHTS = np.random.default_rng(5).uniform(0, 2, N_ROWS)
weighted = pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["even", "weighted"])


def normal(n_columns, dtype=np.float64, seed=1):
    return np.random.default_rng(seed).normal(0, 1.5, (N_ROWS, n_columns)).astype(dtype)


def run(layer, x, dy, weights=None):
    """Outputs, charge, and gradients, by the layer's variables, of a bench."""
    how = {"n_rows": N_ROWS, "weights": weights}
    bench = LayerBench(layer, x.shape[1], x.dtype, **how)
    outputs = bench.forward(x)
    back = LayerBench(layer, x.shape[1], x.dtype, backward=True, **how)
    return outputs, bench.penalty(), *back.backward(x, dy), bench.variables


@EACH_DTYPE
def test_masking_noise(dtype):
    x, dy = normal(240, dtype), normal(240, dtype, 2)
    y, _, dx, *_ = run(MaskingNoise(0.3), x, dy)
    masked = y == 0
    assert abs(masked.mean() - 0.3) < 5 * np.sqrt(0.21 / masked.size)
    np.testing.assert_array_equal(y[~masked], x[~masked])
    np.testing.assert_array_equal(dx, np.where(masked, 0, dy))


@EACH_DTYPE
def test_salt_and_pepper_noise(dtype):
    x, dy = normal(240, dtype), normal(240, dtype, 2)
    y, _, dx, *_ = run(SaltAndPepperNoise(0.4, -9.0, 11.0), x, dy)
    low, high = y == -9, y == 11
    for share in (low.mean(), high.mean()):
        assert abs(share - 0.2) < 5 * np.sqrt(0.16 / low.size)
    np.testing.assert_array_equal(y[~low & ~high], x[~low & ~high])
    np.testing.assert_array_equal(dx, np.where(low | high, 0, dy))


@weighted
@EACH_DTYPE
def test_l1_sparsity(dtype, weights):
    x, dy = normal(7, dtype), normal(7, dtype, 2)
    x[0, 0] = 0
    y, charge, dx, *_ = run(L1Sparsity(0.5), x, dy, weights)
    w = np.ones(N_ROWS) if weights is None else weights
    np.testing.assert_array_equal(y, x)
    close(charge, 0.5 * w @ np.abs(x.astype(float)).sum(axis=1), 1e-5)
    close(dx, dy + 0.5 * w[:, None] * np.sign(x), 1e-5)


@weighted
@EACH_DTYPE
def test_kl_sparsity(dtype, weights):
    x = np.random.default_rng(1).uniform(0.01, 0.99, (N_ROWS, 70)).astype(dtype)
    dy = normal(70, dtype, 2)
    y, charge, dx, *_ = run(KLSparsity(0.1, 2.0), x, dy, weights)
    w = np.ones(N_ROWS) if weights is None else weights
    mean = np.average(x.astype(float), axis=0, weights=w)
    divergence = 0.1 * np.log(0.1 / mean) + 0.9 * np.log(0.9 / (1 - mean))
    np.testing.assert_array_equal(y, x)
    close(charge, 2 * w.sum() * divergence.sum(), 1e-5)
    close(dx, dy + 2 * w[:, None] * (0.9 / (1 - mean) - 0.1 / mean), 1e-4)


def test_kl_sparsity_of_dead_units_is_finite():
    x = np.zeros((N_ROWS, 3))
    _, charge, dx, *_ = run(KLSparsity(0.1, 2.0), x, normal(3, seed=2))
    assert np.isfinite(charge) and np.isfinite(dx).all() and (dx < -1e3).all()


@weighted
@EACH_DTYPE
def test_gaussian_sampling(dtype, weights):
    x, dy = normal(60, dtype), normal(30, dtype, 2)
    z, charge, dx, *_ = run(GaussianSampling(0.7), x, dy, weights)
    w = np.ones(N_ROWS) if weights is None else weights
    mean, log_variance = np.split(x.astype(float), 2, axis=1)
    noise = (z - mean) / np.exp(log_variance / 2)
    assert stats.kstest(noise.ravel(), "norm").pvalue > 1e-6
    divergence = (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(axis=1) / 2
    close(charge, 0.7 * w @ divergence, 1e-5)
    beta = 0.7 * w[:, None]
    of_variance = dy * (z - mean) / 2 + beta * (np.exp(log_variance) - 1) / 2
    close(dx, np.c_[dy + beta * mean, of_variance], 1e-4)
    predicted = LayerBench(GaussianSampling(), 60, dtype, training=False, n_rows=N_ROWS)
    np.testing.assert_array_equal(predicted.forward(x), x[:, :30])


def test_gaussian_sampling_of_a_row_far_off():
    """Finite, and with a gradient that is that of the values."""
    x, dy = normal(4), normal(2, seed=2)
    x[3, 2:] = 12.0, 300.0
    _, charge, dx, *_ = run(GaussianSampling(), x, dy)
    assert np.isfinite(charge) and np.isfinite(dx).all()
    bench = LayerBench(GaussianSampling(), 4, n_rows=N_ROWS)

    def total():
        return float(np.sum(dy * bench.forward(x))) + bench.penalty()

    np.testing.assert_allclose(dx, central_differences(total, x), rtol=1e-5, atol=1e-3)


def test_gaussian_sampling_needs_pairs():
    with pytest.raises(ValueError, match=r"GaussianSampling: needs flat samples .* \(5,\)"):
        GaussianSampling().output_shape((5,))


@EACH_DTYPE
@pytest.mark.parametrize("units", [3, 300])
def test_transposed_dense(units, dtype):
    x, dy = normal(17, dtype), normal(units, dtype, 2)
    y, _, dx, gradients, variables = run(TransposedDense(units), x, dy)
    tolerance = 1e-4 if dtype == np.float32 else 1e-11
    assert variables["kernel"].shape == (units, 17)
    close(y, x @ variables["kernel"].T + variables["bias"], tolerance)
    close(dx, dy @ variables["kernel"], tolerance)
    close(gradients["kernel"], dy.T @ x, tolerance)
    close(gradients["bias"], dy.sum(axis=0), tolerance)


@weighted
@EACH_DTYPE
@pytest.mark.parametrize("activation", ["identity", "relu", "logistic", "tanh"])
def test_contractive_dense_is_charged_its_jacobian(activation, dtype, weights):
    x, dy = normal(6, dtype) / 2, normal(5, dtype, 2)
    layer = ContractiveDense(5, activation, 0.3)
    y, charge, dx, gradients, variables = run(layer, x, dy, weights)
    w = np.ones(N_ROWS) if weights is None else weights
    kernel, bias = (variables[name].astype(float) for name in ("kernel", "bias"))
    z = x @ kernel + bias
    h = {"identity": z, "relu": z * (z > 0), "logistic": 1 / (1 + np.exp(-z)), "tanh": np.tanh(z)}
    h = h[activation]
    slope, curvature = {
        "identity": (np.ones_like(z), 0 * z),
        "relu": (1.0 * (z > 0), 0 * z),
        "logistic": (h * (1 - h), h * (1 - h) * (1 - 2 * h)),
        "tanh": (1 - h**2, -2 * h * (1 - h**2)),
    }[activation]
    jacobians = slope[:, None, :] * kernel  # (rows, inputs, outputs)
    close(charge, 0.3 * w @ (jacobians**2).sum(axis=(1, 2)), 1e-5)
    squares, row = (kernel**2).sum(axis=0), w[:, None]
    dz = dy * slope + 0.6 * row * slope * curvature * squares
    close(y, h, 1e-5)
    close(dx, dz @ kernel.T, 1e-4)
    close(gradients["kernel"], x.T @ dz + 0.6 * kernel * (row * slope**2).sum(axis=0), 1e-4)


def test_contractive_dense_knows_few_activations():
    with pytest.raises(ValueError, match="ContractiveDense: activation='gelu' is none of"):
        ContractiveDense(3, "gelu").output_shape((4,))


@pytest.mark.parametrize(
    "layer", [MaskingNoise(0.5), SaltAndPepperNoise(0.5), L1Sparsity(), KLSparsity()]
)
def test_without_effect_in_prediction(layer):
    plan = Plan(np.dtype(np.float64), 6)
    inputs = plan.buffer((3,))
    outputs, _ = layer.build(plan, inputs, {}, 0)
    assert outputs is inputs and plan.steps == [] and not plan.uses_seed

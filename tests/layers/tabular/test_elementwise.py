"""Layers on each number of a table's columns against NumPy."""

import numpy as np
import pytest
from sklearn.utils._param_validation import InvalidParameterError

from _helpers import BATCH, DTYPES, LayerBench, close, name_of
from skneural import NeuralNetClassifier, activations
from skneural.layers import (
    Dense,
    FeatureScale,
    ParametricActivation,
    RobustScale,
    SmoothClip,
    robust_statistics,
)
from skneural.losses import SquaredError
from skneural.network.network import Network

EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
EACH_SHAPE = pytest.mark.parametrize("shape", [(5,), (3, 20), (300,)])
TOLERANCE = {"float32": 1e-4, "float64": 1e-12}


def normal(n_rows, n_columns, dtype=float, seed=1):
    return np.random.default_rng(seed).normal(0, 1.5, (n_rows, n_columns)).astype(dtype)


def both_passes(layer, shape, dtype, n_rows=40):
    """Inputs and output gradient with what the layer makes of them, and its variables."""
    x = normal(n_rows, np.prod(shape), dtype)
    dy = normal(n_rows, np.prod(layer.output_shape(shape)), dtype, seed=2)
    forward = LayerBench(layer, shape, dtype, n_rows=n_rows)
    y = forward.forward(x)
    predicted = LayerBench(layer, shape, dtype, n_rows=n_rows, training=False).forward(x)
    close(predicted, y, TOLERANCE[dtype.name])
    bench = LayerBench(layer, shape, dtype, n_rows=n_rows, backward=True)
    arrays = (x, dy, y, *bench.backward(x, dy), forward.variables)
    return [a.reshape(-1, shape[-1]) if isinstance(a, np.ndarray) else a for a in arrays]


def initialized(layer, shape):
    network = Network([layer], shape, SquaredError(), int(np.prod(shape)), np.float64)
    network.initialize(np.random.RandomState(0))
    return network


@EACH_SHAPE
@EACH_DTYPE
def test_feature_scale(shape, dtype):
    x, dy, y, dx, gradients, variables = both_passes(FeatureScale(), shape, dtype)
    scale, tolerance = variables["scale"], TOLERANCE[dtype.name]
    close(y, scale * x, tolerance)
    close(dx, scale * dy, tolerance)
    close(gradients["scale"], (dy * x).sum(axis=0), tolerance)


@pytest.mark.parametrize("rule", ["selu", "mish", "relu"])
@EACH_SHAPE
@EACH_DTYPE
def test_parametric_activation(shape, dtype, rule):
    layer, function = ParametricActivation(rule), activations.get_activation(rule)
    z, dy, y, dz, gradients, variables = both_passes(layer, shape, dtype)
    share, tolerance = variables["share"], TOLERANCE[dtype.name]
    bend = function(z) - z
    close(y, z + share * bend, tolerance)
    close(dz, dy * (1 + share * (function.derivative(z) - 1)), tolerance)
    close(gradients["share"], (dy * bend).sum(axis=0), tolerance)


def test_first_values_and_decay():
    x = normal(BATCH, 60)
    network = initialized(FeatureScale(), (3, 20))
    np.testing.assert_array_equal(network.predict(x), x)
    network = initialized(ParametricActivation("relu"), (3, 20))
    np.testing.assert_array_equal(network.predict(x), np.maximum(x, 0))
    assert network.n_weights == 0 and network.n_trained > 0  # shares do not decay
    assert ParametricActivation("mish").activation_names == ["mish"]


@pytest.mark.needs_jit(reason="too many numbers")
@pytest.mark.parametrize("layer", [FeatureScale(), ParametricActivation()], ids=name_of)
def test_more_columns_than_have_a_sum_for_each_span(layer):
    _, dy, y, _, gradients, variables = both_passes(layer, (270_000,), np.dtype("f4"), n_rows=17)
    name, gradient = gradients.popitem()
    differences = (y - LayerBench(layer, (270_000,), np.float32, n_rows=17).forward(0 * y)) * dy
    assert gradient.shape == variables[name].shape == differences.shape[1:]
    if isinstance(layer, FeatureScale):
        close(gradient, differences.sum(axis=0) / variables[name], 1e-3)


@pytest.mark.parametrize("limit", [3.0, 0.5])
@EACH_DTYPE
def test_smooth_clip(limit, dtype):
    x, dy, y, dx, gradients, _ = both_passes(SmoothClip(limit), (7,), dtype)
    x, root = x.astype(float), np.sqrt(1 + (x.astype(float) / limit) ** 2)
    close(y, x / root, TOLERANCE[dtype.name])
    close(dx, dy / root**3, TOLERANCE[dtype.name])
    assert gradients == {}


@EACH_DTYPE
def test_smooth_clip_reaches_its_limit(dtype):
    far = np.array([[1e10, -1e10, 1e30, -1e30, np.inf, -np.inf, 0.0, np.nan]], dtype)
    bench = LayerBench(SmoothClip(3.0), 8, dtype, n_rows=1)
    expected = [[3, -3, 3, -3, 3, -3, 0, np.nan]]
    np.testing.assert_allclose(bench.forward(far), expected, rtol=1e-6)
    bench = LayerBench(SmoothClip(3.0), 8, dtype, n_rows=1, backward=True)
    slopes, _ = bench.backward(far, np.ones((1, 8), dtype))
    np.testing.assert_allclose(slopes, [[0, 0, 0, 0, 0, 0, 1, np.nan]], atol=1e-20)


@pytest.mark.parametrize("clip", [3.0, None])
@pytest.mark.parametrize("n_scaled", [0, 2, 5])
@EACH_DTYPE
def test_robust_scale(n_scaled, clip, dtype):
    random = np.random.default_rng(3)
    center, factor = random.normal(size=n_scaled), random.uniform(0, 2, n_scaled)
    layer = RobustScale(center, factor, clip=clip)
    x, dy, y, dx, gradients, known = both_passes(layer, (5,), dtype)
    z = x.copy()
    z[:, :n_scaled] = (z[:, :n_scaled] - known["center"]) * known["factor"]
    root = np.ones(z.shape)
    if clip is not None:
        root[:, :n_scaled] = np.sqrt(1 + (z[:, :n_scaled] / clip) ** 2)
    close(y, z / root, TOLERANCE[dtype.name])
    slopes = np.concatenate([known["factor"], np.ones(5 - n_scaled)]) / root**3
    close(dx, dy * slopes, TOLERANCE[dtype.name])
    assert gradients == {}


def test_robust_scale_begins_with_what_it_is_given():
    x = normal(BATCH, 3)
    network = initialized(RobustScale([1.0, 2.0], [2.0, 0.0], clip=None), (3,))
    expected = np.stack([2 * (x[:, 0] - 1), 0 * x[:, 1], x[:, 2]], axis=1)
    close(network.predict(x), expected, 1e-12)
    assert network.n_trained == 0
    np.testing.assert_array_equal(initialized(RobustScale(clip=None), (3,)).predict(x), x)


def test_robust_statistics():
    X = np.array([
        [0, 5, 1, np.nan, 0, 1e300], [1, 5, 1, np.nan, 0, 1], [2, 5, 1, np.nan, 0, 2],
        [3, 5, 1, np.nan, 0, 3], [8, 5, 9, np.nan, np.nan, np.nan],
    ])  # fmt: skip
    center, factor = robust_statistics(X)
    np.testing.assert_array_equal(center[:5], [2, 5, 1, 0, 0])
    np.testing.assert_allclose(factor[:5], [1 / 2, 0, 1 / 4, 0, 0])
    assert np.isfinite(factor).all()
    assert center.dtype == factor.dtype == np.float64
    for name, found in zip(("center", "factor"), robust_statistics(X.tolist()), strict=True):
        np.testing.assert_array_equal(found, {"center": center, "factor": factor}[name])


def test_robust_statistics_scale_and_shift_with_a_column():
    x = np.random.default_rng(0).gamma(1.0, size=(101, 1))
    (center, factor), (center_2, factor_2) = map(robust_statistics, (x, 1e6 * x + 1e6))
    np.testing.assert_allclose((x - center) * factor, (1e6 * x + 1e6 - center_2) * factor_2)


@pytest.mark.parametrize(
    ("X", "words"),
    [(np.ones(3), "1 dimensions; needs 2"), ([[1.0, np.inf]], "column 1 of X has infinite")],
)
def test_robust_statistics_of_what_has_none(X, words):
    with pytest.raises(ValueError, match=words):
        robust_statistics(X)


@pytest.mark.parametrize(
    ("layer", "shape", "words"),
    [
        (RobustScale(), (3, 4), r"needs flat input, .*\(3, 4\).* Flatten"),
        (RobustScale(np.zeros(4)), (3,), r"center of shape \(4,\) does not fit samples of 3"),
        (RobustScale(factor=np.zeros((1, 2))), (3,), r"factor of shape \(1, 2\)"),
        (RobustScale([1.0], [1.0, 2.0]), (3,), "center has 1 numbers and factor 2"),
    ],
)
def test_statistics_that_do_not_fit(layer, shape, words):
    with pytest.raises(ValueError, match=words):
        layer.output_shape(shape)


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (SmoothClip(0), "'limit' parameter of SmoothClip"),
        (RobustScale(clip=-1.0), "'clip' parameter of RobustScale"),
        (ParametricActivation(3), "'activation' parameter of ParametricActivation"),
    ],
)
def test_parameters_out_of_range(layer, words):
    with pytest.raises(InvalidParameterError, match=words):
        layer._validate_params()


@pytest.mark.needs_jit
def test_a_stack_is_unmoved_by_units_of_measurement():
    """Within rounding: columns in other units, with another zero, are the same to the network."""
    random = np.random.default_rng(0)
    X = random.gamma(1.0, size=(300, 3))
    y = X[:, 0] > X[:, 1]
    probabilities = []
    for each in (X, X * [1e6, 1.0, 1e-3] + [1e6, 0, 7]):
        layers = [
            RobustScale(*robust_statistics(each)), FeatureScale(), Dense(16),
            ParametricActivation("mish"),
        ]  # fmt: skip
        net = NeuralNetClassifier(
            layers, max_iter=10, learning_rate_init=0.02, random_state=0
        ).fit(each, y)
        probabilities.append(net.predict_proba(each))
    close(*probabilities, 1e-6)
    assert net.score(each, y) > 0.8

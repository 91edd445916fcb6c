"""Upsampling against NumPy, and against PyTorch."""

import numpy as np
import pytest

from _helpers import BATCH, DTYPES, LayerBench, close, name_of
from skneural.layers import UpSampling1D, UpSampling2D

EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)


def normal(shape, dtype=np.float64, seed=1):
    return np.random.default_rng(seed).normal(size=(BATCH, *shape)).astype(dtype)


def matrix(length, factor, interpolation):
    """Upsampling along an axis as a matrix, shape (length * factor, length)."""
    result = np.zeros((length * factor, length))
    for new in range(length * factor):
        if interpolation == "nearest":
            result[new, new // factor] = 1
            continue
        place = min(max((new + 0.5) / factor - 0.5, 0), length - 1)
        old = int(place)
        result[new, old] += 1 - (place - old)
        result[new, min(old + 1, length - 1)] += place - old
    return result


@EACH_DTYPE
@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
@pytest.mark.parametrize(("shape", "size"), [((3, 4, 2), 2), ((1, 5, 19), (3, 2)), ((2, 2, 1), 1)])
def test_upsampling_is_a_matrix_along_each_axis(shape, size, interpolation, dtype):
    layer = UpSampling2D(size, interpolation)
    factors = size if isinstance(size, tuple) else (size, size)
    rows, columns = (matrix(n, k, interpolation) for n, k in zip(shape, factors))
    x, dy = normal(shape, dtype), normal(layer.output_shape(shape), dtype, seed=2)
    tolerance = 2e-6 if dtype == np.float32 else 1e-14
    y = np.einsum("pi,qj,nijc->npqc", rows, columns, x).reshape(BATCH, -1)
    dx = np.einsum("pi,qj,npqc->nijc", rows, columns, dy).reshape(BATCH, -1)
    close(LayerBench(layer, shape, dtype).forward(x.reshape(BATCH, -1)), y, tolerance)
    bench = LayerBench(layer, shape, dtype, backward=True)
    close(bench.backward(x.reshape(BATCH, -1), dy.reshape(BATCH, -1))[0], dx, tolerance)


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
@pytest.mark.parametrize("size", [2, 3, (1, 4)])
def test_upsampling_is_that_of_torch(size, interpolation):
    torch = pytest.importorskip("torch")
    shape, layer = (4, 3, 2), UpSampling2D(size, interpolation)
    x, dy = normal(shape), normal(layer.output_shape(shape), seed=2)
    z = torch.tensor(x.transpose(0, 3, 1, 2), requires_grad=True)
    y = torch.nn.functional.interpolate(z, scale_factor=size, mode=interpolation)
    y.backward(torch.tensor(dy.transpose(0, 3, 1, 2)))
    expected = y.detach().numpy().transpose(0, 2, 3, 1).reshape(BATCH, -1)
    close(LayerBench(layer, shape).forward(x.reshape(BATCH, -1)), expected, 1e-13)
    bench = LayerBench(layer, shape, backward=True)
    dx, _ = bench.backward(x.reshape(BATCH, -1), dy.reshape(BATCH, -1))
    close(dx, z.grad.numpy().transpose(0, 2, 3, 1).reshape(BATCH, -1), 1e-13)


@EACH_DTYPE
@pytest.mark.parametrize(("shape", "size"), [((3, 2), 2), ((5, 19), 3), ((1, 1), 1)])
def test_upsampling_of_series_repeats_steps(shape, size, dtype):
    layer, steps = UpSampling1D(size), matrix(shape[0], size, "nearest")
    x, dy = normal(shape, dtype), normal(layer.output_shape(shape), dtype, seed=2)
    tolerance = 2e-6 if dtype == np.float32 else 1e-14
    y = np.repeat(x, size, axis=1).reshape(BATCH, -1)
    np.testing.assert_array_equal(LayerBench(layer, shape, dtype).forward(x.reshape(BATCH, -1)), y)
    bench = LayerBench(layer, shape, dtype, backward=True)
    dx, _ = bench.backward(x.reshape(BATCH, -1), dy.reshape(BATCH, -1))
    close(dx, np.einsum("pi,npc->nic", steps, dy).reshape(BATCH, -1), tolerance)


def test_what_cannot_be_upsampled_is_said():
    with pytest.raises(ValueError, match=r"UpSampling1D: needs samples of shape .* got \(8,\)"):
        UpSampling1D().output_shape((8,))
    with pytest.raises(ValueError, match=r"UpSampling2D: needs samples of shape .* got \(8, 3\)"):
        UpSampling2D().output_shape((8, 3))
    with pytest.raises(ValueError, match=r"UpSampling2D: size=\(2, 2, 2\) has 3 numbers"):
        UpSampling2D((2, 2, 2)).output_shape((8, 8, 3))

"""Pooling against naive NumPy, windows cut out one by one, and against PyTorch."""

import itertools

import numpy as np
import pytest

from _helpers import BATCH, DTYPES, LayerBench, close, name_of
from skneural.layers import AvgPool, GlobalAvgPool, GlobalMaxPool, MaxPool

EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
CASES = [
    (MaxPool, (6, 8, 3), {}),
    (AvgPool, (6, 8, 3), {}),
    (MaxPool, (5, 7, 35), {"pool_size": 2}),
    (AvgPool, (5, 7, 35), {"pool_size": 2}),
    (MaxPool, (7, 6, 2), {"pool_size": 3, "strides": 2, "padding": "same"}),
    (AvgPool, (7, 6, 2), {"pool_size": 3, "strides": 2, "padding": "same"}),
    (MaxPool, (9, 8, 17), {"pool_size": (2, 3), "strides": (4, 3), "padding": (1, 2)}),
    (AvgPool, (9, 8, 17), {"pool_size": (2, 3), "strides": (4, 3), "padding": (1, 2)}),
    (MaxPool, (5, 5, 4), {"pool_size": 3, "strides": 1, "padding": 1}),
    (AvgPool, (5, 5, 4), {"pool_size": 3, "strides": 1, "padding": 1}),
    (MaxPool, (9, 5), {"pool_size": 3}),
    (AvgPool, (9, 5), {"pool_size": 4, "strides": 3, "padding": "same"}),
    (GlobalMaxPool, (3, 4, 18), {}),
    (GlobalAvgPool, (3, 4, 18), {}),
    (GlobalMaxPool, (7, 2), {}),
    (GlobalAvgPool, (7, 2), {}),
]
EACH_CASE = pytest.mark.parametrize(
    ("kind", "shape", "settings"), CASES, ids=lambda value: getattr(value, "__name__", str(value))
)


def normal(shape, dtype=np.float64, seed=1):
    return np.random.default_rng(seed).normal(size=(BATCH, *shape)).astype(dtype)


def axis_windows(length, size, stride, padding):
    """The positions of each window along an axis."""
    if padding == "same":
        count = -(-length // stride)
        before = max(0, (count - 1) * stride + size - length) // 2
    else:
        before = 0 if padding == "valid" else padding
        count = (length + 2 * before - size) // stride + 1
    starts = [number * stride - before for number in range(count)]
    return [[p for p in range(start, start + size) if 0 <= p < length] for start in starts]


def each_axis(value, n_axes):
    return value if isinstance(value, tuple) else (value,) * n_axes


def windows_of(shape, settings, is_global):
    axes = shape[:-1]
    if is_global:
        return [[list(range(length))] for length in axes]
    size = each_axis(settings.get("pool_size", 2), len(axes))
    strides = each_axis(settings.get("strides") or size, len(axes))
    padding = each_axis(settings.get("padding", "valid"), len(axes))
    return [axis_windows(*parts) for parts in zip(axes, size, strides, padding)]


def naive(kind, settings, x, dy):
    """Outputs and the inputs' gradient, one window and channel at a time."""
    shape = x.shape[1:]
    each = windows_of(shape, settings, kind in (GlobalMaxPool, GlobalAvgPool))
    y = np.empty((len(x), *map(len, each), shape[-1]), x.dtype)
    dy, dx = dy.reshape(y.shape), np.zeros_like(x)
    for place in np.ndindex(y.shape):
        row, *cell, channel = place
        window = list(itertools.product(*(axis[p] for axis, p in zip(each, cell))))
        values = np.array([x[(row, *at, channel)] for at in window])
        if kind in (MaxPool, GlobalMaxPool):
            y[place] = values.max()
            dx[(row, *window[values.argmax()], channel)] += dy[place]
        else:
            y[place] = values.mean()
            for at in window:
                dx[(row, *at, channel)] += dy[place] / len(window)
    return y.reshape(len(x), -1), dx.reshape(len(x), -1)


@EACH_DTYPE
@EACH_CASE
def test_pooling_is_that_of_windows_cut_out(kind, shape, settings, dtype):
    layer = kind(**settings)
    x = np.round(normal(shape, dtype) * 2)  # with equal numbers in a window
    dy = normal(layer.output_shape(shape), dtype, seed=2)
    y, dx = naive(kind, settings, x, dy)
    flat, tolerance = x.reshape(BATCH, -1), 2e-6 if dtype == np.float32 else 1e-14
    close(LayerBench(layer, shape, dtype).forward(flat), y, tolerance)
    result, _ = LayerBench(layer, shape, dtype, backward=True).backward(
        flat, dy.reshape(BATCH, -1)
    )
    close(result, dx, tolerance)


@pytest.mark.parametrize("kind", [MaxPool, AvgPool])
@pytest.mark.parametrize(
    ("size", "strides", "padding"), [(2, 2, 0), (3, 2, 1), (3, 3, 0), (2, 3, 1)]
)
def test_pooling_is_that_of_torch(kind, size, strides, padding):
    functional = pytest.importorskip("torch").nn.functional
    import torch

    shape = (7, 9, 3)
    x = normal(shape)
    layer = kind(size, strides=strides, padding=padding)
    z = torch.tensor(x.transpose(0, 3, 1, 2), requires_grad=True)
    if kind is MaxPool:
        y = functional.max_pool2d(z, size, strides, padding)
    else:
        y = functional.avg_pool2d(z, size, strides, padding, count_include_pad=False)
    dy = normal(layer.output_shape(shape), seed=2)
    y.backward(torch.tensor(dy.transpose(0, 3, 1, 2)))
    expected = y.detach().numpy().transpose(0, 2, 3, 1).reshape(BATCH, -1)
    close(LayerBench(layer, shape).forward(x.reshape(BATCH, -1)), expected, 1e-14)
    dx, _ = LayerBench(layer, shape, backward=True).backward(
        x.reshape(BATCH, -1), dy.reshape(BATCH, -1)
    )
    close(dx, z.grad.numpy().transpose(0, 2, 3, 1).reshape(BATCH, -1), 1e-14)


@EACH_DTYPE
@pytest.mark.parametrize("place", range(4))
def test_the_largest_of_nan_is_nan(place, dtype):
    x = np.array([[1.0, 3.0, 2.0, np.inf]], dtype)
    x[0, place] = np.nan
    for layer in (MaxPool(), MaxPool((2, 3), padding="same"), GlobalMaxPool()):
        assert np.isnan(LayerBench(layer, (2, 2, 1), dtype, n_rows=1).forward(x)).all()


@EACH_DTYPE
def test_the_largest_of_infinities(dtype):
    x = np.full((1, 4), -np.inf, dtype)
    y = LayerBench(MaxPool(), (2, 2, 1), dtype, n_rows=1).forward(x)
    np.testing.assert_array_equal(y, -np.inf)


def test_two_by_two_pooling_halves_each_side():
    assert MaxPool(2).output_shape((28, 28, 6)) == (14, 14, 6)
    assert MaxPool(2).output_shape((5, 5, 1)) == (2, 2, 1)
    assert MaxPool(2, padding="same").output_shape((5, 5, 1)) == (3, 3, 1)
    assert GlobalAvgPool().output_shape((5, 5, 7)) == (7,)


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (MaxPool(), (5,), r"MaxPool: needs samples of shape .* got \(5,\)"),
        (GlobalAvgPool(), (5,), r"GlobalAvgPool: needs samples of shape"),
        (AvgPool(3), (2, 2, 1), r"AvgPool: pool_size=3 is larger than the input \(2, 2, 1\)"),
        (MaxPool((2, 2)), (8, 3), r"MaxPool: pool_size=\(2, 2\) has 2 numbers for 1 axes"),
        (MaxPool(2, padding=2), (8, 3), r"MaxPool: padding=2 must be smaller than pool_size=2"),
        (MaxPool((2, 0)), (8, 8, 3), r"MaxPool: pool_size=\(2, 0\) must be at least 1"),
    ],
)
def test_what_cannot_be_pooled_is_said(layer, shape, message):
    with pytest.raises(ValueError, match=message):
        layer.output_shape(shape)

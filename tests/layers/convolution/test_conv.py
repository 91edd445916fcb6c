"""Convolutions against naive loops over windows, and the example that introduces them."""

import itertools
import math

import numpy as np
import pytest

from _helpers import DTYPES, LayerBench, close, name_of
from skneural.engine.processor import lanes
from skneural.layers import Conv1D, Conv1DTranspose, Conv2D, Conv2DTranspose, _partial_sums
from skneural.layers.convolution.winograd import steps as _winograd

EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
TOLERANCE = {"float32": 2e-5, "float64": 1e-13}
LOSS_OF_TILES = 5  # times as much is lost to rounding, see `winograd/transforms.py`
ROWS = 18  # more than the spans of a batch

CASES = [
    ({"filters": 3}, (5, 6, 2)),
    ({"filters": 20, "kernel_size": (3, 2), "strides": (2, 1), "padding": "same"}, (7, 6, 3)),
    ({"filters": 4, "kernel_size": 3, "padding": 1, "strides": 2}, (6, 6, 2)),
    ({"filters": 4, "kernel_size": 2, "dilation_rate": (2, 3), "padding": (1, 2)}, (5, 7, 2)),
    ({"filters": 6, "kernel_size": 3, "groups": 3, "padding": "same"}, (4, 5, 3)),
    ({"filters": 4, "kernel_size": 3, "groups": 2, "dilation_rate": 2}, (6, 6, 4)),
    ({"filters": 5, "kernel_size": 1, "use_bias": False}, (3, 3, 7)),
    ({"filters": 2, "kernel_size": 3, "padding": 2}, (4, 4, 1)),
    ({"filters": 2, "kernel_size": 1, "strides": 3}, (7, 5, 2)),
    ({"filters": 32, "kernel_size": 3, "padding": "same"}, (8, 10, 16)),
    ({"filters": 16, "kernel_size": 3, "use_bias": False}, (13, 9, 32)),
    ({"filters": 16, "kernel_size": 3, "padding": 2}, (5, 5, 16)),
    ({"filters": 80, "kernel_size": 3, "padding": "same"}, (3, 4, 96)),
    ({"filters": 130, "kernel_size": 3, "padding": "same"}, (2, 2, 66)),
    ({"filters": 90, "kernel_size": (3, 4), "strides": 2, "padding": (2, 3)}, (4, 5, 70)),
    ({"filters": 180, "kernel_size": (2, 3), "padding": 1, "dilation_rate": (2, 1)}, (3, 3, 64)),
    ({"filters": 260, "kernel_size": 2, "dilation_rate": (3, 1), "padding": (2, 0)}, (1, 3, 64)),
    ({"filters": 19, "kernel_size": 3, "groups": 19, "padding": "same"}, (5, 7, 19)),
    ({"filters": 34, "kernel_size": (2, 4), "groups": 34, "strides": 2, "padding": 1,
      "use_bias": False}, (6, 9, 34)),
    ({"filters": 16, "kernel_size": 3, "groups": 16, "dilation_rate": 2}, (8, 9, 16)),
]


def images(shape, dtype=np.float64, seed=1, n_rows=ROWS):
    return np.random.default_rng(seed).normal(0, 1, (n_rows, *shape)).astype(dtype)


def padding_of(layer, shape):
    """Zeros before and after, in each direction."""
    amounts = []
    for axis in range(2):
        kernel, stride, apart = (
            value if isinstance(value, int) else value[axis]
            for value in (layer.kernel_size, layer.strides, layer.dilation_rate)
        )
        before = after = 0
        if layer.padding == "same":
            span = (kernel - 1) * apart + 1
            total = max(0, (math.ceil(shape[axis] / stride) - 1) * stride + span - shape[axis])
            before, after = total // 2, total - total // 2
        elif layer.padding != "valid":
            before = after = (
                layer.padding if isinstance(layer.padding, int) else layer.padding[axis]
            )
        amounts.append((before, after))
    return amounts


def naive(layer, x, kernel, bias):
    """Slide every filter over every image."""
    pads = padding_of(layer, x.shape[1:])
    padded = np.pad(np.asarray(x, float), [(0, 0), *pads, (0, 0)])
    stride, apart = (
        np.broadcast_to(value, 2) for value in (layer.strides, layer.dilation_rate)
    )
    rows, columns, channels, filters = kernel.shape
    spans = (np.array([rows, columns]) - 1) * apart + 1
    out = (np.array(padded.shape[1:3]) - spans) // stride + 1
    y = np.zeros((len(x), *out, filters)) + bias
    for f, u, v in itertools.product(range(filters), range(out[0]), range(out[1])):
        group = f // (filters // layer.groups)
        window = padded[
            :,
            u * stride[0] : u * stride[0] + spans[0] : apart[0],
            v * stride[1] : v * stride[1] + spans[1] : apart[1],
            group * channels : (group + 1) * channels,
        ]
        y[:, u, v, f] += np.sum(window * kernel[..., f], axis=(1, 2, 3))
    return y


def flat(array):
    return array.reshape(len(array), -1)


@pytest.mark.parametrize(("settings", "shape"), CASES, ids=map(str, range(len(CASES))))
@EACH_DTYPE
def test_a_convolution_slides_its_filters(settings, shape, dtype):
    layer = Conv2D(**settings)
    x = images(shape, dtype)
    bench = LayerBench(layer, shape, dtype, n_rows=ROWS)
    kernel = bench.variables["kernel"].astype(float)
    expected = naive(layer, x, kernel, bench.variables.get("bias", 0))
    assert expected.shape[1:] == layer.output_shape(shape)
    by_tiles = _winograd.suits(layer._correlation(shape), dtype)
    tolerance = TOLERANCE[dtype.name] * (LOSS_OF_TILES if by_tiles else 1)
    close(bench.forward(flat(x)), flat(expected), tolerance)


@pytest.mark.parametrize(("settings", "shape"), CASES, ids=map(str, range(len(CASES))))
def test_the_gradients_are_those_of_the_sliding(settings, shape):
    """The output is linear in the inputs and in the filters: so are tested on unit arrays."""
    layer = Conv2D(**settings)
    x, dy = images(shape), images(layer.output_shape(shape), seed=2)
    bench = LayerBench(layer, shape, n_rows=ROWS, backward=True)
    kernel = bench.variables["kernel"]
    dx, gradients = bench.backward(flat(x), flat(dy))
    random = np.random.default_rng(3)
    for _ in range(5):
        direction = random.normal(0, 1, x.shape)
        moved = naive(layer, direction, kernel, 0)
        np.testing.assert_allclose(np.sum(dx * flat(direction)), np.sum(dy * moved), rtol=1e-9)
        direction = random.normal(0, 1, kernel.shape)
        moved = naive(layer, x, direction, 0)
        np.testing.assert_allclose(
            np.sum(gradients["kernel"] * direction), np.sum(dy * moved), rtol=1e-9
        )
    if layer.use_bias:
        close(gradients["bias"], dy.sum(axis=(0, 1, 2)), 1e-12)


TILED = (Conv2D(32, padding="same"), (9, 13, 16))


@pytest.mark.needs_jit(reason="plain Python takes minutes")
@pytest.mark.parametrize("block_bytes", [1, 150_000])
def test_blocks_of_tiles_leave_every_bit(block_bytes, monkeypatch):
    layer, shape = TILED
    x, dy = flat(images(shape)), flat(images(layer.output_shape(shape), seed=2))

    def results():
        bench = LayerBench(layer, shape, n_rows=ROWS, backward=True)
        dx, gradients = bench.backward(x, dy)
        return LayerBench(layer, shape, n_rows=ROWS).forward(x), dx, gradients["kernel"]

    expected = results()
    monkeypatch.setattr(_winograd, "BLOCK_BYTES", block_bytes)
    for values, whole in zip(results(), expected, strict=True):
        np.testing.assert_array_equal(values, whole)


@pytest.mark.needs_jit(reason="plain Python takes minutes")
def test_tiles_round_about_as_well_as_the_sliding():
    """Relative to the largest number, single precision has an epsilon of 1.2e-7."""
    layer, shape = TILED
    x, dy = flat(images(shape)), flat(images(layer.output_shape(shape), seed=2))
    results = {}
    for dtype in DTYPES:
        there, back = (
            LayerBench(layer, shape, dtype, n_rows=ROWS, backward=goes_back)
            for goes_back in (False, True)
        )
        for bench in (there, back):
            bench.variables["kernel"][...] = images((3, 3, 16, 32), np.float32, n_rows=1)[0]
        dx, gradients = back.backward(x.astype(dtype), dy.astype(dtype))
        results[dtype.name] = there.forward(x.astype(dtype)), dx, gradients["kernel"]
    for single, double in zip(results["float32"], results["float64"], strict=True):
        assert np.abs(single - double).max() < 1e-5 * np.abs(double).max()


@pytest.mark.parametrize("settings", [
    {"strides": 2}, {"dilation_rate": 2}, {"groups": 2}, {"kernel_size": 5}, {"filters": 20},
], ids=str)
def test_only_plain_filters_of_whole_vectors_are_done_by_tiles(settings):
    dtype = np.dtype(np.float32)

    def suits(**settings):
        return _winograd.suits(Conv2D(**settings)._correlation((12, 12, 32)), dtype)

    assert suits(filters=64)
    if settings.get("filters") == 20 and lanes(dtype) == 4:
        pytest.skip("20 filters are whole vectors here")
    assert not suits(**{"filters": 64, **settings})


def test_the_example_of_the_lectures():
    image = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
    layer = Conv2D(1, 3)
    bench = LayerBench(layer, (5, 5, 1), n_rows=1)
    bench.variables["kernel"][..., 0, 0] = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
    bench.variables["bias"][:] = 0
    result = bench.forward(np.array(image, float).reshape(1, 25)).reshape(3, 3)
    np.testing.assert_array_equal(result, [[4, 3, 4], [2, 4, 3], [2, 3, 4]])
    assert sum(variable.size for variable in layer.variables((5, 5, 1))) == 10


@EACH_DTYPE
def test_a_series_is_an_image_of_one_row(dtype):
    along = Conv1D(4, 3, strides=2, padding=1, dilation_rate=2)
    across = Conv2D(4, (1, 3), strides=(1, 2), padding=(0, 1), dilation_rate=(1, 2))
    series, image = (
        LayerBench(layer, shape, dtype, n_rows=ROWS)
        for layer, shape in ((along, (9, 3)), (across, (1, 9, 3)))
    )
    image.variables["kernel"][0] = series.variables["kernel"]
    image.variables["bias"][:] = series.variables["bias"]
    x = flat(images((9, 3), dtype))
    np.testing.assert_array_equal(series.forward(x), image.forward(x))


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("kernel_size", "strides"), [(3, 2), (2, 3), ((4, 1), (2, 1)), (3, 1)])
def test_a_transposed_convolution_spreads_its_filters(kernel_size, strides, padding):
    shape, (n_rows, n_columns) = (3, 4, 2), np.broadcast_to(kernel_size, 2)
    layer = Conv2DTranspose(3, kernel_size, strides=strides, padding=padding)
    bench = LayerBench(layer, shape, n_rows=ROWS)
    x, stride = images(shape), np.broadcast_to(strides, 2)
    kernel = bench.variables["kernel"]
    size = np.array(shape[:2]) * stride + np.maximum(0, (n_rows, n_columns) - stride)
    spread = np.zeros((ROWS, *size, 3))
    for u, v in itertools.product(range(3), range(4)):
        spread[:, u * stride[0] : u * stride[0] + n_rows, v * stride[1] : v * stride[1] + n_columns
               ] += np.einsum("nc,ijfc->nijf", x[:, u, v], kernel)
    if padding == "same":
        first = np.maximum(0, (n_rows, n_columns) - stride) // 2
        ends = first + np.array(shape[:2]) * stride
        spread = spread[:, first[0] : ends[0], first[1] : ends[1]]
    assert layer.output_shape(shape) == spread.shape[1:]
    close(bench.forward(flat(x)), flat(spread + bench.variables["bias"]), 1e-13)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("kernel_size", "strides"), [(3, 2), (2, 3), (5, 1), (20, 2)])
def test_a_transposed_convolution_of_series_spreads_its_filters(kernel_size, strides, padding):
    layer = Conv1DTranspose(3, kernel_size, strides=strides, padding=padding)
    bench, x = LayerBench(layer, (4, 2), n_rows=ROWS), images((4, 2))
    kernel = bench.variables["kernel"]
    assert kernel.shape == (kernel_size, 3, 2)
    more = max(0, kernel_size - strides)
    spread = np.zeros((ROWS, 4 * strides + more, 3))
    for t in range(4):
        spread[:, t * strides : t * strides + kernel_size] += np.einsum(
            "nc,ifc->nif", x[:, t], kernel
        )
    if padding == "same":
        spread = spread[:, more // 2 : more // 2 + 4 * strides]
    assert layer.output_shape((4, 2)) == spread.shape[1:]
    close(bench.forward(flat(x)), flat(spread + bench.variables["bias"]), 1e-13)


def test_a_transposed_convolution_of_series_is_that_of_torch():
    torch = pytest.importorskip("torch")
    bench, x = LayerBench(Conv1DTranspose(3, 5, strides=2), (6, 4), n_rows=ROWS), images((6, 4))
    y = torch.nn.functional.conv_transpose1d(
        torch.tensor(x.transpose(0, 2, 1).copy()),
        torch.tensor(bench.variables["kernel"].transpose(2, 1, 0).copy()),
        torch.tensor(bench.variables["bias"]), stride=2,
    )
    close(bench.forward(flat(x)), flat(y.numpy().transpose(0, 2, 1)), 1e-12)


def test_convolutions_are_those_of_torch():
    torch = pytest.importorskip("torch")
    layer = Conv2D(6, (3, 2), strides=2, padding=(2, 1), groups=2, dilation_rate=(2, 1))
    x = images((9, 8, 4))
    bench = LayerBench(layer, (9, 8, 4), n_rows=ROWS)
    kernel = torch.tensor(bench.variables["kernel"].transpose(3, 2, 0, 1).copy())
    y = torch.nn.functional.conv2d(
        torch.tensor(x.transpose(0, 3, 1, 2).copy()), kernel,
        torch.tensor(bench.variables["bias"]), stride=2, padding=(2, 1), dilation=(2, 1), groups=2,
    )
    close(bench.forward(flat(x)), flat(y.numpy().transpose(0, 2, 3, 1)), 1e-12)


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (Conv2D(4, groups=3), (5, 5, 4), "groups=3 must divide the 4 channels"),
        (Conv2D(4, 7), (5, 5, 4), "kernel_size=.7, 7. does not fit into samples"),
        (Conv2D(4, 3, padding=3), (5, 5, 4), "padding=.3, 3. is not smaller than the kernel"),
        (Conv2D(4), (25,), "needs samples of shape .height, width, channels."),
        (Conv1D(4), (5, 5, 1), "needs samples of shape .length, channels."),
        (Conv2DTranspose(4), (5,), "needs samples of shape"),
        (Conv1DTranspose(4), (5, 5, 1), "needs samples of shape .length, channels."),
        (Conv2D(4, strides=(1, 2, 3)), (5, 5, 4), "strides=.1, 2, 3. has 3 numbers for 2 axes"),
        (Conv2D(4, (3, 2.5)), (5, 5, 4), "kernel_size=.3, 2.5. must be .* whole numbers"),
        (Conv2D(4, dilation_rate=(1, 0)), (5, 5, 4), "dilation_rate=.1, 0. must be at least 1"),
        (Conv2D(4, padding=(1, -1)), (5, 5, 4), "padding=.1, -1. must be at least 0"),
        (Conv1D(4, (3, 3)), (5, 4), "kernel_size=.3, 3. has 2 numbers for 1 axes"),
        (Conv2DTranspose(4, strides=(0, 1)), (5, 5, 4), "strides=.0, 1. must be at least 1"),
    ],
)
def test_what_does_not_fit_is_said(layer, shape, message):
    with pytest.raises(ValueError, match=f"{type(layer).__name__}: .*{message}"):
        layer.output_shape(shape)


def test_large_filters_share_their_sums(monkeypatch):
    """Fewer sums, another order of the additions, the same bits for any number of threads."""
    layer, shape = Conv2D(3), (5, 6, 2)
    x, dy = flat(images(shape)), flat(images(layer.output_shape(shape), seed=2))

    def gradients(n_jobs):
        bench = LayerBench(layer, shape, n_rows=ROWS, backward=True, n_jobs=n_jobs)
        return bench.backward(x, dy)[1]

    many = gradients(1)
    monkeypatch.setattr(_partial_sums, "_LARGE", 0)
    few = gradients(1)
    close(few["kernel"], many["kernel"], 1e-13)
    for n_jobs in (2, 3, 4):
        np.testing.assert_array_equal(gradients(n_jobs)["kernel"], few["kernel"])


def test_causal_steps_do_not_depend_on_later_ones():
    layer = Conv1D(4, 3, padding="causal", dilation_rate=2)
    x = np.random.default_rng(0).normal(size=(5, 9 * 2))
    bench = LayerBench(layer, (9, 2), n_rows=5)
    found = bench.forward(x).reshape(5, 9, 4)
    behind = np.concatenate([np.zeros((5, 4 * 2)), x], axis=1)
    valid = LayerBench(Conv1D(4, 3, dilation_rate=2), (13, 2), n_rows=5).forward(behind)
    np.testing.assert_allclose(found, valid.reshape(5, 9, 4), atol=1e-13)
    x[:, 5 * 2 :] = 7
    np.testing.assert_array_equal(bench.forward(x).reshape(5, 9, 4)[:, :5], found[:, :5])

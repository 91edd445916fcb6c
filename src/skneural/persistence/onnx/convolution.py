"""Convolutions, pooling and upsampling as nodes.

Those of ONNX have channels before positions, so that axes are exchanged around each.
"""

from __future__ import annotations

from typing import Any

from ...layers import (
    AvgPool,
    Conv1D,
    Conv1DTranspose,
    Conv2D,
    Conv2DTranspose,
    GlobalAvgPool,
    GlobalMaxPool,
    MaxPool,
    UpSampling1D,
    UpSampling2D,
)
from .conversion import Shape, Values, add_activation, of_layers
from .graph import Graph


def _channels_first(graph: Graph, x: str, n_axes: int) -> str:
    return graph.transpose(x, (0, n_axes + 1, *range(1, n_axes + 1)))


def _channels_last(graph: Graph, x: str, n_axes: int) -> str:
    return graph.transpose(x, (0, *range(2, n_axes + 2), 1))


def _filters(kernel: Any) -> Any:
    """Return filters (..., channels, filters) as (filters, channels, ...)."""
    n_axes = kernel.ndim - 2
    return kernel.transpose(n_axes + 1, n_axes, *range(n_axes))


def _padding(
    graph: Graph, layer: Any, size: tuple[int, ...], strides: tuple[int, ...],
    pads: tuple[int, ...],
) -> dict[str, Any]:
    """Return the attributes that say so much padding.

    That of "same" depends on the length of a series if there are strides, and is left to the
    runtime then.
    """
    if layer.padding != "same" or set(strides) == {1}:
        return {"pads": list(pads)}
    dilation = getattr(layer, "dilation_rate", 1)
    if dilation == 1 or set(layer._along("dilation_rate", len(size))) == {1}:
        return {"auto_pad": "SAME_UPPER"}
    graph.needs_size()
    return {"pads": list(pads)}


@of_layers(Conv1D, Conv2D)
def _convolution(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    n_axes, sizes = len(shape) - 1, layer._correlation(shape)
    before = (sizes.top, sizes.left)[-n_axes:]
    after = (
        sizes.padded_height - sizes.height - sizes.top,
        sizes.padded_width - sizes.width - sizes.left,
    )[-n_axes:]
    kernel_size = layer._along("kernel_size", n_axes)
    strides = layer._along("strides", n_axes)
    outputs = graph.in_single(
        "Conv", _channels_first(graph, x, n_axes), _filters(values["kernel"]),
        *([values["bias"]] if layer.use_bias else []),
        kernel_shape=list(kernel_size), strides=list(strides), group=layer.groups,
        dilations=list(layer._along("dilation_rate", n_axes)),
        **_padding(graph, layer, kernel_size, strides, (*before, *after)),
    )
    return add_activation(graph, layer.activation, _channels_last(graph, outputs, n_axes))


@of_layers(Conv1DTranspose, Conv2DTranspose)
def _transposed_convolution(
    graph: Graph, layer: Any, x: str, shape: Shape, values: Values
) -> str:
    n_axes = len(shape) - 1
    kernel_size, strides = layer._along("kernel_size", n_axes), layer._along("strides", n_axes)
    more = [size - step for size, step in zip(kernel_size, strides, strict=True)]
    cut = [max(0, n) if layer.padding == "same" else 0 for n in more]
    outputs = graph.in_single(
        "ConvTranspose", _channels_first(graph, x, n_axes), _filters(values["kernel"]),
        *([values["bias"]] if layer.use_bias else []),
        kernel_shape=list(kernel_size), strides=list(strides),
        pads=[n // 2 for n in cut] + [n - n // 2 for n in cut],
        output_padding=[max(0, -n) for n in more],
    )
    return add_activation(graph, layer.activation, _channels_last(graph, outputs, n_axes))


@of_layers(MaxPool, AvgPool)
def _local_pool(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    n_axes, windows = len(shape) - 1, layer._windows(shape)
    size, strides = windows.size[-n_axes:], windows.strides[-n_axes:]
    before = windows.before[-n_axes:]
    after = before
    if layer.padding == "same":
        after = tuple(n - 1 - b for n, b in zip(size, before, strict=True))
    attributes = {
        "kernel_shape": list(size), "strides": list(strides),
        **_padding(graph, layer, size, strides, (*before, *after)),
    }
    images = _channels_first(graph, x, n_axes)
    if isinstance(layer, MaxPool):
        outputs = graph.add("MaxPool", images, **attributes)
    else:
        outputs = graph.in_single("AveragePool", images, count_include_pad=0, **attributes)
    return _channels_last(graph, outputs, n_axes)


@of_layers(GlobalMaxPool, GlobalAvgPool)
def _global_pool(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    kind = "ReduceMax" if isinstance(layer, GlobalMaxPool) else "ReduceMean"
    return graph.reduce(kind, x, range(1, len(shape)), keep=False)


@of_layers(UpSampling1D)
def _up_sampling_1d(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    repeated = graph.add("Tile", graph.unsqueeze(x, 2), graph.integers([1, 1, layer.size, 1]))
    sizes = graph.add("Mul", graph.add("Shape", x), graph.integers([1, layer.size, 1]))
    return graph.add("Reshape", repeated, sizes)  # for any number of rows, also none


@of_layers(UpSampling2D)
def _up_sampling_2d(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    factors = graph.array([1, 1, *layer._factors()], "float32")
    images = _channels_first(graph, x, 2)
    if graph.dtype != "float32":
        images = graph.cast(images, "float32")
    how: dict[str, Any] = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
    if layer.interpolation == "nearest":
        how = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric",
               "nearest_mode": "floor"}
    outputs = graph.add("Resize", images, None, factors, **how)
    if graph.dtype != "float32":
        outputs = graph.cast(outputs, graph.dtype)
    return _channels_last(graph, outputs, 2)

"""What layers of filters share: sizes, and the steps of correlations and their gradients."""

from __future__ import annotations

import numpy as np

from ...engine.compile.jit import helper, kernel
from ...engine.gemm import gemm
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ITEMSIZE, ROWS, RUN_FIELDS, integers, real, reals
from ...engine.shares import share_begin, share_end
from ...engine.steps import Step
from ...engine.tiles import FROM_C, FROM_ZERO
from .._base import Shape, Slot
from .._partial_sums import (
    PartialSums,
    add_copied_gradient,
    begins_sum,
    copy_gradient,
    partial_sum,
    sum_spans,
)
from .._product import kernel_blocks
from . import depthwise as _depthwise
from . import places as _places
from .correlation import Correlation, correlate, correlation_gradient
from .depthwise import channels_gradient, correlate_channels
from .places import correlate_places, places_gradient
from .winograd.gradient import sliced_gradient, transform_gradients_of_rows, transform_windows
from .winograd.kernels import (
    correlate_tiles,
    correlation_gradient_of_tiles,
    sum_planes,
    transform_filters,
)
from .winograd.steps import add_correlation_by_tiles, add_gradients_by_tiles, suits


def correlation(
    owner: str,
    image_shape: Shape,
    filters: int,
    kernel_size: tuple[int, ...],
    strides: tuple[int, ...],
    padding: str | tuple[int, ...],
    dilation: tuple[int, ...],
    groups: int,
) -> Correlation:
    """Return the sizes of a correlation of images, or say why there is none."""
    height, width, channels = image_shape
    if channels % groups or filters % groups:
        raise ValueError(
            f"{owner}: groups={groups} must divide the {channels} channels of the input and"
            f" filters={filters}"
        )
    spans = [(k - 1) * d + 1 for k, d in zip(kernel_size, dilation, strict=True)]
    before: list[int] = []
    padded: list[int] = []
    out: list[int] = []
    for axis in range(2):
        size, span, stride = image_shape[axis], spans[axis], strides[axis]
        if padding == "same":
            total = max(0, (-(-size // stride) - 1) * stride + span - size)
            first = total // 2
        else:
            first = padding[axis] if isinstance(padding, tuple) else 0
            total = 2 * first
        if first >= span and first:
            raise ValueError(
                f"{owner}: padding={padding!r} is not smaller than the kernel, {tuple(spans)}"
            )
        if size + total < span:
            raise ValueError(
                f"{owner}: kernel_size={kernel_size} does not fit into samples of shape"
                f" {image_shape} with padding={padding!r}"
            )
        before.append(first)
        padded.append(size + total)
        out.append((size + total - span) // stride + 1)
    (rows, columns), (down, right), (apart_y, apart_x) = kernel_size, strides, dilation
    return Correlation(
        height, width, channels, 1, 1, before[0], before[1], padded[0], padded[1], rows, columns,
        down, right, apart_y, apart_x, groups, out[0], out[1], filters,
    )


def sizes_address(plan: Plan, sizes: Correlation, room: int = 0) -> int:
    """Return the address of the sizes, with room in the scratch for the padded image and more."""
    numbers = sizes.numbers()
    array = plan.memory(len(numbers), np.int64)
    array[:] = numbers
    n_bytes = (sizes.padded_size + room + 128) * plan.dtype.itemsize
    plan.scratch_bytes = max(plan.scratch_bytes, n_bytes)
    return array.ctypes.data


def add_correlation(
    plan: Plan, sizes: Correlation, inputs: Buffer, weights: int, bias: int, outputs: Buffer,
    turned: bool = False,
) -> None:
    """Add the correlation of a batch with filters, or with filters turned around.

    Those of training are turned around before a batch begins, those of prediction later on.
    """
    plan.needed_kernels += [
        correlate, correlate_tiles, transform_filters, correlate_places, correlate_channels
    ]
    if suits(sizes, plan.dtype) and (plan.training or not turned):
        add_correlation_by_tiles(plan, sizes, inputs, weights, bias, outputs)
        return
    plan.flops += sizes.flops * plan.batch_size
    places = (inputs.address, inputs.stride, weights, bias, outputs.address, outputs.stride)
    if _depthwise.suits(sizes):
        plan.by_rows(correlate_channels, sizes_address(plan, sizes), *places,
                     _depthwise.taps_address(plan, sizes))
    elif _places.suits(sizes, plan.dtype):
        plan.by_rows(correlate_places, gemm, sizes_address(plan, sizes), *places, whole=True)
    else:
        plan.by_rows(correlate, gemm, sizes_address(plan, sizes), *places, int(turned))


def add_gradients(
    plan: Plan, sizes: Correlation, images: Buffer, outputs: Buffer, filters: Slot
) -> None:
    """Add the gradient of filters."""
    plan.needed_kernels += [
        correlation_gradient, correlation_gradient_of_tiles, sum_spans, sum_planes, copy_gradient,
        transform_windows, transform_gradients_of_rows, sliced_gradient, places_gradient,
        channels_gradient,
    ]
    if suits(sizes, plan.dtype):
        found = add_gradients_by_tiles(plan, sizes, images, outputs)
        add_copied_gradient(plan, filters, found, sizes.filters)
        return
    plan.flops += sizes.flops * plan.batch_size
    numbers = sizes_address(plan, sizes)
    places = (images.address, images.stride, outputs.address, outputs.stride)
    if _places.suits(sizes, plan.dtype):
        _add_gradients_by_places(plan, sizes, (gemm, numbers, *places), filters)
        return
    sums = PartialSums.of(plan, filters, sizes.filters)
    if _depthwise.suits(sizes):
        plan.by_rows(channels_gradient, numbers, *places, *sums.fields)
    else:
        plan.by_rows(correlation_gradient, gemm, numbers, *places, *sums.fields)


def _add_gradients_by_places(plan, sizes, fields, filters):
    """Add the gradient of filters tap by tap, in blocks of channels."""
    rows, columns, channels, n_filters = sizes.kernel_shape
    size = channels * n_filters

    def step(begin, end, adds):
        first, last = begin % size // n_filters, ((end - 1) % size + 1) // n_filters
        return Step(places_gradient, (
            *fields, filters.gradient_at(begin), begin // size, first, last,
            FROM_C if adds else FROM_ZERO,
        ))

    blocks = [
        (tap * size + begin, tap * size + end)
        for tap in range(rows * columns) for begin, end in kernel_blocks(channels, n_filters)
    ]
    plan.gradient(filters.offset, blocks, step, divisible=False)  # a block has one tap


def add_bias_gradient(plan: Plan, gradient: Buffer, bias: Slot) -> None:
    """Add the gradient of one bias a channel."""
    sums = PartialSums.of(plan, bias)
    channels = gradient.shape[-1]
    plan.by_rows(channel_sums, gradient.address, gradient.stride, gradient.columns // channels,
                 channels, *sums.fields)


@kernel
def channel_sums(row, run):
    """G (channels) = sums of dY (rows, places, channels) by span."""
    field = integers(row, 9)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    places, channels = field[4], field[5]
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        total = reals(partial_sum(field[6], field[7], field[8], i, n_rows), channels)
        if begins_sum(field[8], i, n_rows):
            for c in range(channels):
                total[c] = real(0.0)
        _add_places(field[2] + i * field[3] * ITEMSIZE, places, channels, total)


@helper
def _add_places(address, places, channels, total):
    """Add the numbers of each place of an image, channel by channel."""
    gradient = reals(address, places * channels)
    for place in range(places):
        for c in range(channels):
            total[c] += gradient[place * channels + c]

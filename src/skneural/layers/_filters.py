"""What layers of filters share: sizes, and the steps of correlations and their gradients."""

from __future__ import annotations

import numpy as np

from ..engine.jit import helper, kernel
from ..engine.plan import Buffer, Plan, Step
from ..engine.primitives import ITEMSIZE, ROWS, RUN_FIELDS, integers, real, reals
from ..engine.shares import share_begin, share_end
from ._base import Shape, Slot
from ._correlation import Correlation, correlate, correlation_gradient
from ._partial_sums import PartialSums, begins_sum, partial_sum


def pair(value: int | tuple[int, ...]) -> tuple[int, ...]:
    """Return a size in each direction."""
    return tuple(value) if isinstance(value, tuple | list) else (value, value)


def correlation(
    owner: str,
    image_shape: Shape,
    filters: int,
    kernel_size: tuple[int, int],
    strides: tuple[int, int],
    padding: str | tuple[int, int],
    dilation: tuple[int, int],
    groups: int,
) -> Correlation:
    """Return the sizes of a correlation of images, or say why there is none."""
    channels = image_shape[2]
    if channels % groups or filters % groups:
        raise ValueError(
            f"{owner}: groups={groups} must divide the {channels} channels of the input and"
            f" filters={filters}"
        )
    spans = [(k - 1) * d + 1 for k, d in zip(kernel_size, dilation, strict=True)]
    before, padded, out = [], [], []
    for axis in range(2):
        size, span, stride = image_shape[axis], spans[axis], strides[axis]
        if padding == "same":
            total = max(0, (-(-size // stride) - 1) * stride + span - size)
            first = total // 2
        else:
            first = 0 if padding == "valid" else padding[axis]
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
    return Correlation(
        *image_shape, 1, 1, *before, *padded, *kernel_size, *strides, *dilation, groups, *out,
        filters,
    )


def _sizes(plan: Plan, sizes: Correlation) -> int:
    """Return the address of the sizes, with room in the scratch for the padded image."""
    numbers = sizes.numbers()
    array = plan.memory(len(numbers), np.int64)
    array[:] = numbers
    room = (sizes.padded_size + 64) * plan.dtype.itemsize
    plan.scratch_bytes = max(plan.scratch_bytes, room)
    return array.ctypes.data


def add_correlation(
    plan: Plan, sizes: Correlation, inputs: Buffer, weights: int, bias: int, outputs: Buffer,
    turned: bool = False,
) -> None:
    """Add the correlation of a batch with filters, or with filters turned around."""
    plan.flops += sizes.flops * plan.batch_size
    plan.by_rows(correlate, plan.gemm_address, _sizes(plan, sizes), inputs.address, inputs.stride,
                 weights, bias, outputs.address, outputs.stride, int(turned))


def add_gradients(
    plan: Plan, sizes: Correlation, images: Buffer, outputs: Buffer, filters: Slot,
    turned: int,
) -> None:
    """Add the gradient of filters; they are turned around again when they have been updated."""
    rows, columns, channels, n_filters = sizes.kernel_shape
    unit = channels * n_filters

    def turn_again(begin: int, end: int) -> list[Step]:
        if not turned:
            return []
        return [turning(sizes, filters.address, turned, begin // unit, end // unit)]

    sums = PartialSums.of(plan, filters, unit, turn_again)
    plan.flops += sizes.flops * plan.batch_size
    plan.by_rows(correlation_gradient, plan.gemm_address, _sizes(plan, sizes), images.address,
                 images.stride, outputs.address, outputs.stride, *sums.fields)


def add_bias_gradient(plan: Plan, gradient: Buffer, bias: Slot) -> None:
    """Add the gradient of one bias a channel."""
    sums = PartialSums.of(plan, bias)
    channels = gradient.shape[-1]
    plan.by_rows(channel_sums, gradient.address, gradient.stride, gradient.columns // channels,
                 channels, *sums.fields)


def turning(
    sizes: Correlation, weights: int, turned: int, first: int = 0, last: int | None = None
) -> Step:
    """Return the step that turns some taps of the filters around."""
    rows, columns, channels, filters = sizes.kernel_shape
    last = rows * columns if last is None else last
    return Step(turn_around, (weights, turned, rows * columns, channels, filters, first, last))


def turned_memory(plan: Plan, sizes: Correlation) -> int:
    """Return memory for filters turned around."""
    return plan.memory(int(np.prod(sizes.kernel_shape)) + 64).ctypes.data


@kernel
def turn_around(row, run):
    """T (taps, filters, channels) = W (taps, channels, filters), the last tap first."""
    field = integers(row, 9)
    taps, channels, filters = field[4], field[5], field[6]
    size = channels * filters
    for tap in range(field[7], field[8]):
        w = reals(field[2] + tap * size * ITEMSIZE, size)
        t = reals(field[3] + (taps - 1 - tap) * size * ITEMSIZE, size)
        for i in range(channels):
            for j in range(filters):
                t[j * channels + i] = w[i * filters + j]


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

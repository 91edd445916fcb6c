"""When a correlation is done by tiles, and the steps that do it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ....engine.gemm import gemm
from ....engine.plan import Buffer, Plan
from ....engine.processor import lanes
from ....engine.shares import SPANS
from ....engine.steps import Step
from ..._partial_sums import PartialSums
from ..correlation import Correlation
from .gradient import add_sliced_gradients, slice_bytes
from .kernels import (
    LINE,
    PLANES,
    correlate_tiles,
    correlation_gradient_of_tiles,
    sum_planes,
    transform_filters,
)
from .transforms import OUTPUTS, TAPS

LEAST_DEPTH = 8  # channels times filters over their sum: less does not repay the transforms
MOST_WASTE = 2.0  # outputs of all tiles over outputs of the image
BLOCK_BYTES = 393216  # of the planes worked on at a time
MOST_OF_CHUNK = 64  # tiles of a block that chunks of the batch have too
CHANNELS_OF_STEP = 16  # whose filters are transformed, or their gradients found, in one step
FEWEST_SUMS = 4  # over spans of the batch
_LARGE = 65536  # numbers of a sum: of so many, spans share one to save memory


def suits(sizes: Correlation, dtype: np.dtype) -> bool:
    """Whether a correlation is done by tiles; it follows from sizes alone."""
    channels, filters = sizes.channels, sizes.filters
    must_be_one = (
        sizes.input_dilation_y, sizes.input_dilation_x, sizes.stride_y, sizes.stride_x,
        sizes.dilation_y, sizes.dilation_x, sizes.n_groups,
    )
    if {*must_be_one} != {1} or (sizes.kernel_height, sizes.kernel_width) != (TAPS, TAPS):
        return False
    if channels % lanes(dtype) or filters % lanes(dtype):
        return False
    rows, columns = _tiles(sizes)
    n_outputs = sizes.out_height * sizes.out_width
    wasteful = rows * columns * OUTPUTS * OUTPUTS > MOST_WASTE * n_outputs
    return not wasteful and channels * filters >= LEAST_DEPTH * (channels + filters)


def _tiles(sizes):
    return -(-sizes.out_height // OUTPUTS), -(-sizes.out_width // OUTPUTS)


class _Memory:
    """Sizes with whole tiles, and how many rows of tiles go into a block of the scratch."""

    def __init__(self, plan: Plan, sizes: Correlation):
        rows, columns = _tiles(sizes)
        self.sizes = replace(
            sizes, padded_height=rows * OUTPUTS + TAPS - 1,
            padded_width=columns * OUTPUTS + TAPS - 1,
        )
        of_row = PLANES * columns * (sizes.channels + sizes.filters) * plan.dtype.itemsize
        # The filters' planes pass through the caches once a block, those of its tiles twice, so
        # that a block has at least as many tiles as let the first be no more.
        least = sizes.channels * sizes.filters // (2 * (sizes.channels + sizes.filters))
        self.block = max(1, BLOCK_BYTES // of_row, -(-least // columns))
        self.block = min(self.block, rows * plan.batch_size)
        self.whole = least > MOST_OF_CHUNK
        self.tiles = rows * columns
        room = (self.sizes.padded_size + 64 + 3 * PLANES * LINE) * plan.dtype.itemsize
        plan.scratch_bytes = max(plan.scratch_bytes, room + self.block * of_row)


def add_correlation_by_tiles(
    plan: Plan, sizes: Correlation, inputs: Buffer, weights: int, bias: int, outputs: Buffer
) -> None:
    """Add the correlation of a batch with filters."""
    memory, size = _Memory(plan, sizes), sizes.channels * sizes.filters
    planes = plan.memory(PLANES * (size + LINE))
    plan.at_start(
        Step.of(transform_filters, weights=weights, planes=planes, channels=sizes.channels,
                filters=sizes.filters, first=first, last=last)
        for first, last in _shares(sizes.channels)
    )
    plan.flops += sizes.flops * plan.batch_size
    plan.by_rows(correlate_tiles, gemm=gemm, sizes=memory.sizes, x=inputs, planes=planes, bias=bias,
                 y=outputs, block=memory.block, whole=memory.whole)


def add_gradients_by_tiles(
    plan: Plan, sizes: Correlation, images: Buffer, outputs: Buffer
) -> int:
    """Add the gradient of filters; return the address of the memory it will be in."""
    memory, size = _Memory(plan, sizes), sizes.channels * sizes.filters
    plan.flops += sizes.flops * plan.batch_size
    gradient = plan.memory(TAPS * TAPS * size)
    if plan.batch_size * memory.tiles * (sizes.channels + sizes.filters) <= FEWEST_SUMS * size:
        plan.scratch_bytes = max(plan.scratch_bytes, slice_bytes(plan.dtype.itemsize))
        add_sliced_gradients(plan, memory.sizes, memory.tiles, images, outputs, gradient)
        return gradient.ctypes.data
    together = SPANS // FEWEST_SUMS
    if PLANES * size < 4 * _LARGE:
        together = 1 if PLANES * size < _LARGE else 2
    stride = PLANES * (size + LINE)
    sums = PartialSums(plan.sums_of_spans(stride, together), stride, together)
    plan.by_rows(correlation_gradient_of_tiles, gemm=gemm, sizes=memory.sizes, x=images,
                 gradient=outputs, sums=sums, block=memory.block)
    plan.before_all_blocks(
        Step.of(sum_planes, sums=sums, channels=sizes.channels, filters=sizes.filters,
                result=gradient, first=first, last=last)
        for first, last in _shares(sizes.channels)
    )
    return gradient.ctypes.data


def _shares(channels):
    """Return the first and last channels of steps that threads share out."""
    firsts = range(0, channels, CHANNELS_OF_STEP)
    return [(first, min(channels, first + CHANNELS_OF_STEP)) for first in firsts]

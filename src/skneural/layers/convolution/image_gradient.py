"""The way back of a correlation: from its outputs to its images.

There are two. The outputs, padded, are correlated with the filters turned around; or each output
times the filters is spread over its window of the image, which wastes nothing where the image has
few channels or the windows lie apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...engine.compile.jit import helper, kernel
from ...engine.gemm import GEMM_FIELDS, GROUPS, A, B, C, M, N, gemm
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ITEMSIZE, ROWS, RUN_FIELDS, SCRATCH, call, integers, real, reals
from ...engine.scratch import block_gradient
from ...engine.shares import share_begin, share_end
from ...engine.steps import Step
from ...engine.tiles import BIAS, FROM_ZERO, K1, K2, LDC, RSA, SA1, SA2, SB1, SB2, START
from .._product import transpose, transpose_matrix
from .correlation import (
    CHANNELS,
    DILATION_Y,
    FILTERS,
    HEIGHT,
    KERNEL_HEIGHT,
    KERNEL_WIDTH,
    LEFT,
    OUT_HEIGHT,
    OUT_WIDTH,
    PADDED_HEIGHT,
    PADDED_WIDTH,
    SIZES,
    STRIDE_X,
    STRIDE_Y,
    TOP,
    WIDTH,
    Correlation,
)
from .filters import add_correlation, sizes_address

_LANES = 16  # of the vectors that decide which way is shorter


@dataclass(frozen=True)
class TurnedFilters:
    """Filters as the way back needs them.

    Parameters
    ----------
    sizes : Correlation
        Of the way there.
    weights : int
        Address of the filters.
    address : int
        Of the memory that has them turned around, or transposed.
    spreads : bool
        Whether they are transposed, and outputs spread.
    """

    sizes: Correlation
    weights: int
    address: int
    stride: int
    spreads: bool

    @classmethod
    def of(cls, plan: Plan, sizes: Correlation, weights: int) -> TurnedFilters:
        """Take the memory, which `step` fills."""
        rows, columns, channels, filters = sizes.kernel_shape
        plan.needed_kernels += [spread, transpose, turn_around]
        stride = plan.stride(rows * columns * channels)
        address = plan.memory(filters * stride + 64).ctypes.data
        return cls(sizes, weights, address, stride, _spreads(sizes))

    def step(self, plan: Plan, begin: int = 0, end: int | None = None) -> Step:
        """Return the step that brings rows of the filters up to date, a channel of a tap each."""
        rows, columns, channels, filters = self.sizes.kernel_shape
        end = rows * columns * channels if end is None else end
        if not self.spreads:
            return Step(turn_around, (self.weights, self.address, rows * columns, channels,
                                      filters, begin, end))
        size = plan.dtype.itemsize
        return Step(transpose, (self.weights + begin * filters * size, end - begin, filters,
                                self.address + begin * size, self.stride))

    def add(self, plan: Plan, outputs: Buffer, bias: int, images: Buffer) -> None:
        """Add the steps from outputs to images."""
        if not self.spreads:
            add_correlation(plan, self.sizes.turned(), outputs, self.address, bias, images, True)
            return
        rows, columns, channels, _ = self.sizes.kernel_shape
        room = self.sizes.out_width * rows * columns * channels
        plan.flops += self.sizes.flops * plan.batch_size
        plan.by_rows(spread, gemm, sizes_address(plan, self.sizes, room),
                     outputs.address, outputs.stride, self.address, self.stride, bias,
                     images.address, images.stride)


def _spreads(sizes: Correlation) -> bool:
    """Whether spreading takes fewer vector operations than correlating with zeros between."""
    rows, columns, channels, filters = sizes.kernel_shape
    if sizes.n_groups > 1 or sizes.dilation_x > 1:
        return False
    taps, outputs = rows * columns, sizes.out_height * sizes.out_width
    turning = sizes.height * sizes.width * taps * filters * -(-channels // _LANES)
    adding = 3 * rows * -(-columns * channels // _LANES)
    return outputs * (filters * -(-taps * channels // _LANES) + adding) < 0.8 * turning


@kernel
def turn_around(row, run):
    """T (taps, filters, channels) = W (taps, channels, filters), the last tap first, some rows."""
    field = integers(row, 9)
    taps, channels, filters = field[4], field[5], field[6]
    size = channels * filters * ITEMSIZE
    first = field[7]
    while first < field[8]:
        tap = first // channels
        last = min(field[8], (tap + 1) * channels)
        target = field[3] + (taps - 1 - tap) * size + (first - tap * channels) * ITEMSIZE
        transpose_matrix(target, channels, field[2] + first * filters * ITEMSIZE, filters,
                         last - first, filters)
        first = last


@helper
def _is_cropped(s):
    return s[PADDED_HEIGHT] != s[HEIGHT] or s[PADDED_WIDTH] != s[WIDTH]


@helper
def _begin_image(image, places, channels, bias):
    """Fill an image with its bias."""
    x = reals(image, places * channels)
    if bias == 0:
        for i in range(places * channels):
            x[i] = real(0.0)
        return
    b = reals(bias, channels)
    for place in range(places):
        for c in range(channels):
            x[place * channels + c] = b[c]


@helper
def _spread_row(s, image, columns, y):
    """Add what a row of outputs gives to the windows that it looked at."""
    wide = s[KERNEL_WIDTH] * s[CHANNELS]
    size = s[PADDED_WIDTH] * s[CHANNELS]
    for k in range(s[KERNEL_HEIGHT]):
        line = reals(image + (y * s[STRIDE_Y] + k * s[DILATION_Y]) * size * ITEMSIZE, size)
        for x in range(s[OUT_WIDTH]):
            part = reals(columns + (x * s[KERNEL_HEIGHT] + k) * wide * ITEMSIZE, wide)
            first = x * s[STRIDE_X] * s[CHANNELS]
            for i in range(wide):
                line[first + i] += part[i]


@helper
def _crop(s, padded, image):
    """Copy the image from amid its padding."""
    size = s[WIDTH] * s[CHANNELS]
    for y in range(s[HEIGHT]):
        first = ((s[TOP] + y) * s[PADDED_WIDTH] + s[LEFT]) * s[CHANNELS]
        source = reals(padded + first * ITEMSIZE, size)
        target = reals(image + y * size * ITEMSIZE, size)
        for i in range(size):
            target[i] = source[i]


@kernel
def spread(row, run):
    """X (rows, height, width, channels) = sums of the filters times dY over its windows + bias."""
    field = integers(row, 11)
    s = integers(field[3], SIZES)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    description, padded = integers(run, RUN_FIELDS)[SCRATCH], block_gradient(0, run)
    places = s[PADDED_HEIGHT] * s[PADDED_WIDTH]
    columns = padded + (places * s[CHANNELS] + 63) // 64 * 64 * ITEMSIZE
    g = integers(description, GEMM_FIELDS)
    g[M], g[N] = s[OUT_WIDTH], s[KERNEL_HEIGHT] * s[KERNEL_WIDTH] * s[CHANNELS]
    g[GROUPS], g[START], g[BIAS], g[RSA] = 1, FROM_ZERO, 0, s[FILTERS]
    g[K1], g[SA1], g[SB1], g[K2], g[SA2] = 1, 0, 0, s[FILTERS], 1
    g[B], g[SB2], g[C], g[LDC] = field[6], field[7], columns, g[N]
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        target = field[9] + i * field[10] * ITEMSIZE
        image = padded if _is_cropped(s) else target
        _begin_image(image, places, s[CHANNELS], field[8])
        for y in range(s[OUT_HEIGHT]):
            place = i * field[5] + y * s[OUT_WIDTH] * s[FILTERS]
            g[A] = field[4] + place * ITEMSIZE
            call(field[2], description, run)
            _spread_row(s, image, columns, y)
        if _is_cropped(s):
            _crop(s, padded, target)

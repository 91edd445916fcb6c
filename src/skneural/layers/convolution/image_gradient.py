"""The gradient of a correlation with respect to its images.

There are two. The outputs, padded, are correlated with the flipped filters; or each output
times the filters is added to its window of the image, which wastes nothing where the image has
few channels or the windows do not overlap.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...engine.compile.jit import helper
from ...engine.fields import Address, Callee, Count, OptionalAddress, RowAddress
from ...engine.gemm import GEMM_FIELDS, GROUPS, A, B, C, M, N, gemm
from ...engine.kernels import kernel, row_kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ITEMSIZE, call, integers, real, reals
from ...engine.scratch import block_gradient
from ...engine.steps import Step
from ...engine.tiles import BIAS, FROM_ZERO, K1, K2, LDC, RSA, SA1, SA2, SB1, SB2, START
from .._product import transpose, transpose_matrix
from .correlation import Correlation
from .filters import add_correlation, reserve_image

_LANES = 16  # of the vectors that decide which of the two is shorter


@dataclass(frozen=True)
class FlippedFilters:
    """Filters as the backward pass needs them.

    Parameters
    ----------
    sizes : Correlation
        Of the forward pass.
    weights : int
        Address of the filters.
    address : int
        Of the memory that has them flipped, or transposed.
    spreads : bool
        Whether they are transposed, and outputs spread.
    """

    sizes: Correlation
    weights: int
    address: int
    stride: int
    spreads: bool

    @classmethod
    def of(cls, plan: Plan, sizes: Correlation, weights: int) -> FlippedFilters:
        """Take the memory, which `step` fills."""
        rows, columns, channels, filters = sizes.kernel_shape
        plan.needed_kernels += [spread, transpose, flip_filters]
        stride = plan.stride(rows * columns * channels)
        address = plan.memory(filters * stride + 64).ctypes.data
        return cls(sizes, weights, address, stride, _spreads(sizes))

    def step(self, plan: Plan, begin: int = 0, end: int | None = None) -> Step:
        """Return the step that brings rows of the filters up to date, a channel of a tap each."""
        rows, columns, channels, filters = self.sizes.kernel_shape
        end = rows * columns * channels if end is None else end
        if not self.spreads:
            return Step.of(flip_filters, weights=self.weights, target=self.address,
                           taps=rows * columns, channels=channels, filters=filters,
                           first_row=begin, last_row=end)
        size = plan.dtype.itemsize
        return Step.of(transpose, w=self.weights + begin * filters * size, rows=end - begin,
                       columns=filters, transposed=self.address + begin * size,
                       stride=self.stride)

    def add(self, plan: Plan, outputs: Buffer, bias: int, images: Buffer) -> None:
        """Add the steps from outputs to images."""
        if not self.spreads:
            add_correlation(plan, self.sizes.flipped(), outputs, self.address, bias, images, True)
            return
        rows, columns, channels, _ = self.sizes.kernel_shape
        room = self.sizes.out_width * rows * columns * channels
        plan.flops += self.sizes.flops * plan.batch_size
        reserve_image(plan, self.sizes, room)
        plan.by_rows(spread, gemm=gemm, sizes=self.sizes, output=outputs, weights=self.address,
                     stride=self.stride, bias=bias, image=images)


def _spreads(sizes: Correlation) -> bool:
    """Whether spreading takes fewer vector operations than correlating with zeros between."""
    rows, columns, channels, filters = sizes.kernel_shape
    if sizes.n_groups > 1 or sizes.dilation_x > 1:
        return False
    taps, outputs = rows * columns, sizes.out_height * sizes.out_width
    places = sizes.height * sizes.width
    if sizes.height == 1:  # as for a long series, lest a padding decides
        outputs, places = 1, sizes.stride_x
    turning = places * taps * filters * -(-channels // _LANES)
    adding = 3 * rows * -(-columns * channels // _LANES)
    return outputs * (filters * -(-taps * channels // _LANES) + adding) < 0.8 * turning


@kernel
def flip_filters(
    weights: Address, target: Address, taps: Count, channels: Count, filters: Count,
    first_row: Count, last_row: Count,
) -> None:
    """T (taps, filters, channels) = W (taps, channels, filters), the last tap first, some rows."""
    size = channels * filters * ITEMSIZE
    first = first_row
    while first < last_row:
        tap = first // channels
        last = min(last_row, (tap + 1) * channels)
        to = target + (taps - 1 - tap) * size + (first - tap * channels) * ITEMSIZE
        transpose_matrix(to, channels, weights + first * filters * ITEMSIZE, filters,
                         last - first, filters)
        first = last


@helper
def _is_cropped(s):
    return s.padded_height != s.height or s.padded_width != s.width


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
    wide = s.kernel_width * s.channels
    size = s.padded_width * s.channels
    for k in range(s.kernel_height):
        line = reals(image + (y * s.stride_y + k * s.dilation_y) * size * ITEMSIZE, size)
        for x in range(s.out_width):
            part = reals(columns + (x * s.kernel_height + k) * wide * ITEMSIZE, wide)
            first = x * s.stride_x * s.channels
            for i in range(wide):
                line[first + i] += part[i]


@helper
def _crop(s, padded, image):
    """Copy the image from amid its padding."""
    size = s.width * s.channels
    for y in range(s.height):
        first = ((s.top + y) * s.padded_width + s.left) * s.channels
        source = reals(padded + first * ITEMSIZE, size)
        target = reals(image + y * size * ITEMSIZE, size)
        for i in range(size):
            target[i] = source[i]


@row_kernel
def spread(
    gemm: Callee, sizes: Correlation, output: RowAddress, weights: Address, stride: Count,
    bias: OptionalAddress, image: RowAddress, scratch: int, run: int,
) -> None:
    """X (height, width, channels) = sums of the filters times dY over its windows + bias."""
    places, padded = sizes.padded_height * sizes.padded_width, block_gradient(0, run)
    columns = padded + (places * sizes.channels + 63) // 64 * 64 * ITEMSIZE
    target = padded if _is_cropped(sizes) else image
    g = integers(scratch, GEMM_FIELDS)
    g[M], g[N] = sizes.out_width, sizes.kernel_height * sizes.kernel_width * sizes.channels
    g[GROUPS], g[START], g[BIAS], g[RSA] = 1, FROM_ZERO, 0, sizes.filters
    g[K1], g[SA1], g[SB1], g[K2], g[SA2] = 1, 0, 0, sizes.filters, 1
    g[B], g[SB2], g[C], g[LDC] = weights, stride, columns, g[N]
    _begin_image(target, places, sizes.channels, bias)
    for y in range(sizes.out_height):
        g[A] = output + y * sizes.out_width * sizes.filters * ITEMSIZE
        call(gemm, scratch, run)
        _spread_row(sizes, target, columns, y)
    if _is_cropped(sizes):
        _crop(sizes, padded, image)

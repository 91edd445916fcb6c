"""Correlation of images with filters, and its two gradients, as contractions of their rows.

Images are channels-last, so that a row of the image, read from any position on, holds the numbers
under a row of the filter: no patches are copied. One sample at a time is padded in the thread's
scratch. The gradient of the inputs is a correlation too, of the padded output gradient with the
flipped filters.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...engine import gemm as contraction
from ...engine.compile.jit import helper
from ...engine.fields import Address, Callee, Flag, OptionalAddress, RowAddress
from ...engine.kernels import row_kernel
from ...engine.primitives import ITEMSIZE, call, integers, real, reals
from ...engine.scratch import block_gradient
from ...engine.tiles import (
    BIAS,
    FROM_BIAS,
    FROM_C,
    FROM_ZERO,
    K1,
    K2,
    LDC,
    RSA,
    SA1,
    SA2,
    SB1,
    SB2,
    START,
)
from .._partial_sums import PartialSums, begins_sum, sum_of_row

M, N, A, B, C = (getattr(contraction, name) for name in "MNABC")
GROUPS, GSA, GSC, GEMM_FIELDS = (
    contraction.GROUPS, contraction.GSA, contraction.GSC, contraction.GEMM_FIELDS
)


@dataclass(frozen=True)
class Correlation:
    """Sizes of the correlation of an image with filters, which kernels read by these names.

    Parameters
    ----------
    height, width, channels : int
        Of the image before padding.
    input_dilation_y, input_dilation_x : int
        Places from one pixel to the next in the padded image: 1, or more with zeros between.
    top, left : int
        Where the first pixel lies in the padded image.
    padded_height, padded_width : int
    kernel_height, kernel_width : int
    stride_y, stride_x : int
    dilation_y, dilation_x : int
    n_groups : int
    out_height, out_width, filters : int
    """

    height: int
    width: int
    channels: int
    input_dilation_y: int
    input_dilation_x: int
    top: int
    left: int
    padded_height: int
    padded_width: int
    kernel_height: int
    kernel_width: int
    stride_y: int
    stride_x: int
    dilation_y: int
    dilation_x: int
    n_groups: int
    out_height: int
    out_width: int
    filters: int

    def flipped(self) -> Correlation:
        """Return the correlation that gives the gradient of the image from that of the output."""
        span_y = (self.kernel_height - 1) * self.dilation_y
        span_x = (self.kernel_width - 1) * self.dilation_x
        return Correlation(
            self.out_height, self.out_width, self.filters, self.stride_y, self.stride_x,
            span_y - self.top, span_x - self.left, self.height + span_y, self.width + span_x,
            self.kernel_height, self.kernel_width, 1, 1, self.dilation_y, self.dilation_x,
            self.n_groups, self.height, self.width, self.channels,
        )

    @property
    def kernel_shape(self) -> tuple[int, int, int, int]:
        """Shape of the filters: rows, columns, channels of a group, filters."""
        channels = self.channels // self.n_groups
        return self.kernel_height, self.kernel_width, channels, self.filters

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Shape of the image."""
        return self.height, self.width, self.channels

    @property
    def output_shape(self) -> tuple[int, int, int]:
        """Shape of the output."""
        return self.out_height, self.out_width, self.filters

    @property
    def padded_size(self) -> int:
        """Numbers of the padded image."""
        return self.padded_height * self.padded_width * self.channels

    @property
    def flops(self) -> int:
        """Additions and multiplications for a sample."""
        rows, columns, channels, filters = self.kernel_shape
        return 2 * self.out_height * self.out_width * rows * columns * channels * filters



@helper
def _is_padded(s):
    """Whether the padded image is another than the image itself."""
    grows = s.padded_height != s.height or s.padded_width != s.width
    return grows or s.input_dilation_y * s.input_dilation_x != 1


@helper
def pad(s, image, run, begins):
    """Copy an image into the thread's scratch amid zeros; return where the padded image is."""
    if not _is_padded(s):
        return image
    padded = block_gradient(0, run)
    height, width, channels = s.height, s.width, s.channels
    row, size = s.padded_width * channels, s.padded_height * s.padded_width * channels
    if begins:
        all_of_it = reals(padded, size)
        for i in range(size):
            all_of_it[i] = real(0.0)
    rows = min(height, (s.padded_height - s.top + s.input_dilation_y - 1) // s.input_dilation_y)
    columns = min(width, (s.padded_width - s.left + s.input_dilation_x - 1) // s.input_dilation_x)
    for y in range(rows):
        first = (s.top + y * s.input_dilation_y) * row + s.left * channels
        source = reals(image + y * width * channels * ITEMSIZE, width * channels)
        target = reals(padded + first * ITEMSIZE, size - first)
        if s.input_dilation_x == 1:
            for i in range(columns * channels):
                target[i] = source[i]
        else:
            for x in range(columns):
                for c in range(channels):
                    target[x * s.input_dilation_x * channels + c] = source[x * channels + c]
    return padded


@helper
def _describe(s, g, image):
    """Describe what the contractions of a correlation with dense rows have in common."""
    row = s.padded_width * s.channels
    g[M], g[RSA], g[SA2] = s.out_width, s.stride_x * s.channels, 1
    g[GROUPS], g[GSA], g[GSC] = s.out_height, s.stride_y * row, s.out_width * s.filters
    g[LDC], g[A] = s.filters, image
    g[K1], g[SA1] = s.kernel_height, s.dilation_y * row
    g[K2] = s.kernel_width * s.channels
    g[SB1], g[SB2], g[N] = g[K2] * s.filters, s.filters, s.filters


@helper
def _by_taps(s, g, run, gemm, description, image, weights, bias, output, flipped):
    """Correlate dilated filters or channels in groups: row by row."""
    channels, filters = s.channels // s.n_groups, s.filters // s.n_groups
    # filters lie side by side for every channel; flipped, in the rows of every tap
    width = filters if flipped else s.filters
    tap = s.channels * filters if flipped else channels * s.filters
    of_group = channels * filters if flipped else filters
    g[K1], g[SA1], g[SB1] = s.kernel_width, s.dilation_x * s.channels, tap
    g[K2], g[SB2], g[N] = channels, width, filters
    for group in range(s.n_groups):
        g[C] = output + group * filters * ITEMSIZE
        g[BIAS] = bias + group * filters * ITEMSIZE
        g[START] = FROM_ZERO if bias == 0 else FROM_BIAS
        for y in range(s.kernel_height):
            row = y * s.dilation_y * s.padded_width * s.channels
            g[A] = image + (row + group * channels) * ITEMSIZE
            first = y * s.kernel_width * tap + group * of_group
            g[B] = weights + first * ITEMSIZE
            call(gemm, description, run)
            g[START] = FROM_C


@row_kernel
def correlate(
    gemm: Callee, sizes: Correlation, image: RowAddress, weights: Address, bias: OptionalAddress,
    output: RowAddress, flipped: Flag, i: int, begin: int, scratch: int, run: int,
) -> None:
    """Y (out height, out width, filters) = X (height, width, channels) * W + bias."""
    g = integers(scratch, GEMM_FIELDS)
    padded = pad(sizes, image, run, i == begin)
    _describe(sizes, g, padded)
    if sizes.n_groups == 1 and sizes.dilation_x == 1:
        g[B], g[C], g[BIAS] = weights, output, bias
        g[START] = FROM_ZERO if bias == 0 else FROM_BIAS
        call(gemm, scratch, run)
    else:
        _by_taps(sizes, g, run, gemm, scratch, padded, weights, bias, output, flipped)


@helper
def _gradient_by_taps(s, g, run, gemm, description, image, gradient, target):
    """Add one sample's part of each tap's gradient, group by group."""
    channels, filters = s.channels // s.n_groups, s.filters // s.n_groups
    g[M], g[N], g[GROUPS] = channels, filters, 1
    for tap in range(s.kernel_height * s.kernel_width):
        y, x = tap // s.kernel_width, tap % s.kernel_width
        place = y * s.dilation_y * s.padded_width + x * s.dilation_x
        for group in range(s.n_groups):
            g[A] = image + (place * s.channels + group * channels) * ITEMSIZE
            g[B] = gradient + group * filters * ITEMSIZE
            g[C] = target + (tap * channels * s.filters + group * filters) * ITEMSIZE
            call(gemm, description, run)


@row_kernel
def correlation_gradient(
    gemm: Callee, sizes: Correlation, image: RowAddress, gradient: RowAddress, sums: PartialSums,
    i: int, begin: int, n_rows: int, scratch: int, run: int,
) -> None:
    """G (kernel height, kernel width, channels, filters) += X times dY, summed by span."""
    g = integers(scratch, GEMM_FIELDS)
    padded, target = pad(sizes, image, run, i == begin), sum_of_row(sums, i, n_rows)
    line = sizes.padded_width * sizes.channels
    g[START], g[BIAS] = FROM_ZERO if begins_sum(sums.together, i, n_rows) else FROM_C, 0
    g[RSA], g[LDC], g[SB2] = 1, sizes.filters, sizes.filters
    g[K1], g[SA1], g[SB1] = sizes.out_height, sizes.stride_y * line, sizes.out_width * sizes.filters
    g[K2], g[SA2] = sizes.out_width, sizes.stride_x * sizes.channels
    if sizes.n_groups == 1 and sizes.dilation_x == 1:
        g[A], g[B], g[C] = padded, gradient, target
        g[M], g[N] = sizes.kernel_width * sizes.channels, sizes.filters
        g[GROUPS], g[GSA] = sizes.kernel_height, sizes.dilation_y * line
        g[GSC] = g[M] * sizes.filters
        call(gemm, scratch, run)
    else:
        _gradient_by_taps(sizes, g, run, gemm, scratch, padded, gradient, target)

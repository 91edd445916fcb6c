"""Correlation of images with filters, and its two gradients, as contractions of their rows.

Images are channels-last, so that a row of the image, read from any position on, holds the numbers
under a row of the filter: no patches are copied. One sample at a time is padded in the thread's
scratch. The gradient of the inputs is a correlation too, of the padded output gradient with the
filters turned around.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

from ...engine import gemm as contraction
from ...engine.compile.jit import helper, kernel
from ...engine.primitives import ITEMSIZE, ROWS, RUN_FIELDS, SCRATCH, call, integers, real, reals
from ...engine.scratch import block_gradient
from ...engine.shares import share_begin, share_end
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
from .._partial_sums import begins_sum, partial_sum

M, N, A, B, C = (getattr(contraction, name) for name in "MNABC")
GROUPS, GSA, GSC, GEMM_FIELDS = (
    contraction.GROUPS, contraction.GSA, contraction.GSC, contraction.GEMM_FIELDS
)


@dataclass(frozen=True)
class Correlation:
    """Sizes of the correlation of an image with filters, in the order kernels read them.

    Parameters
    ----------
    height, width, channels : int
        Of the image before padding.
    apart_y, apart_x : int
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
    apart_y: int
    apart_x: int
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

    def turned(self) -> Correlation:
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

    def numbers(self) -> tuple[int, ...]:
        """Return the sizes as kernels read them."""
        return astuple(self)


(
    HEIGHT, WIDTH, CHANNELS, APART_Y, APART_X, TOP, LEFT, PADDED_HEIGHT, PADDED_WIDTH,
    KERNEL_HEIGHT, KERNEL_WIDTH, STRIDE_Y, STRIDE_X, DILATION_Y, DILATION_X, N_GROUPS,
    OUT_HEIGHT, OUT_WIDTH, FILTERS,
) = range(19)
SIZES = 19


@helper
def _is_padded(s):
    """Whether the padded image is another than the image itself."""
    grows = s[PADDED_HEIGHT] != s[HEIGHT] or s[PADDED_WIDTH] != s[WIDTH]
    return grows or s[APART_Y] * s[APART_X] != 1


@helper
def pad(s, image, run, begins):
    """Copy an image into the thread's scratch amid zeros; return where the padded image is."""
    if not _is_padded(s):
        return image
    padded = block_gradient(0, run)
    height, width, channels = s[HEIGHT], s[WIDTH], s[CHANNELS]
    row, size = s[PADDED_WIDTH] * channels, s[PADDED_HEIGHT] * s[PADDED_WIDTH] * channels
    if begins:
        all_of_it = reals(padded, size)
        for i in range(size):
            all_of_it[i] = real(0.0)
    rows = min(height, (s[PADDED_HEIGHT] - s[TOP] + s[APART_Y] - 1) // s[APART_Y])
    columns = min(width, (s[PADDED_WIDTH] - s[LEFT] + s[APART_X] - 1) // s[APART_X])
    for y in range(rows):
        first = (s[TOP] + y * s[APART_Y]) * row + s[LEFT] * channels
        source = reals(image + y * width * channels * ITEMSIZE, width * channels)
        target = reals(padded + first * ITEMSIZE, size - first)
        if s[APART_X] == 1:
            for i in range(columns * channels):
                target[i] = source[i]
        else:
            for x in range(columns):
                for c in range(channels):
                    target[x * s[APART_X] * channels + c] = source[x * channels + c]
    return padded


@helper
def _describe(s, g, image):
    """Describe what the contractions of a correlation with dense rows have in common."""
    row = s[PADDED_WIDTH] * s[CHANNELS]
    g[M], g[RSA], g[SA2] = s[OUT_WIDTH], s[STRIDE_X] * s[CHANNELS], 1
    g[GROUPS], g[GSA], g[GSC] = s[OUT_HEIGHT], s[STRIDE_Y] * row, s[OUT_WIDTH] * s[FILTERS]
    g[LDC], g[A] = s[FILTERS], image
    g[K1], g[SA1] = s[KERNEL_HEIGHT], s[DILATION_Y] * row
    g[K2] = s[KERNEL_WIDTH] * s[CHANNELS]
    g[SB1], g[SB2], g[N] = g[K2] * s[FILTERS], s[FILTERS], s[FILTERS]


@helper
def _by_taps(s, g, run, gemm, image, weights, bias, output, turned):
    """Correlate where the filters' rows are apart or the channels in groups: row by row."""
    description = integers(run, RUN_FIELDS)[SCRATCH]
    channels, filters = s[CHANNELS] // s[N_GROUPS], s[FILTERS] // s[N_GROUPS]
    # filters lie side by side for every channel; turned around, in the rows of every tap
    width = filters if turned else s[FILTERS]
    tap = s[CHANNELS] * filters if turned else channels * s[FILTERS]
    of_group = channels * filters if turned else filters
    g[K1], g[SA1], g[SB1] = s[KERNEL_WIDTH], s[DILATION_X] * s[CHANNELS], tap
    g[K2], g[SB2], g[N] = channels, width, filters
    for group in range(s[N_GROUPS]):
        g[C] = output + group * filters * ITEMSIZE
        g[BIAS] = bias + group * filters * ITEMSIZE
        g[START] = FROM_ZERO if bias == 0 else FROM_BIAS
        for y in range(s[KERNEL_HEIGHT]):
            row = y * s[DILATION_Y] * s[PADDED_WIDTH] * s[CHANNELS]
            g[A] = image + (row + group * channels) * ITEMSIZE
            first = y * s[KERNEL_WIDTH] * tap + group * of_group
            g[B] = weights + first * ITEMSIZE
            call(gemm, description, run)
            g[START] = FROM_C


@kernel
def correlate(row, run):
    """Y (rows, out height, out width, filters) = X (rows, height, width, channels) * W + bias."""
    field = integers(row, 11)
    s = integers(field[3], SIZES)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    description = integers(run, RUN_FIELDS)[SCRATCH]
    g = integers(description, GEMM_FIELDS)
    begin, end = share_begin(n_rows, run), share_end(n_rows, run)
    for i in range(begin, end):
        image = pad(s, field[4] + i * field[5] * ITEMSIZE, run, i == begin)
        output = field[8] + i * field[9] * ITEMSIZE
        _describe(s, g, image)
        if s[N_GROUPS] == 1 and s[DILATION_X] == 1:
            g[B], g[C], g[BIAS] = field[6], output, field[7]
            g[START] = FROM_ZERO if field[7] == 0 else FROM_BIAS
            call(field[2], description, run)
        else:
            _by_taps(s, g, run, field[2], image, field[6], field[7], output, field[10] == 1)


@helper
def _gradient_by_taps(s, g, run, gemm, image, gradient, target):
    """Add one sample's part of each tap's gradient, group by group."""
    description = integers(run, RUN_FIELDS)[SCRATCH]
    channels, filters = s[CHANNELS] // s[N_GROUPS], s[FILTERS] // s[N_GROUPS]
    g[M], g[N], g[GROUPS] = channels, filters, 1
    for tap in range(s[KERNEL_HEIGHT] * s[KERNEL_WIDTH]):
        y, x = tap // s[KERNEL_WIDTH], tap % s[KERNEL_WIDTH]
        place = y * s[DILATION_Y] * s[PADDED_WIDTH] + x * s[DILATION_X]
        for group in range(s[N_GROUPS]):
            g[A] = image + (place * s[CHANNELS] + group * channels) * ITEMSIZE
            g[B] = gradient + group * filters * ITEMSIZE
            g[C] = target + (tap * channels * s[FILTERS] + group * filters) * ITEMSIZE
            call(gemm, description, run)


@kernel
def correlation_gradient(row, run):
    """G (kernel height, kernel width, channels, filters) = sums of X times dY by span."""
    field = integers(row, 11)
    s = integers(field[3], SIZES)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    description = integers(run, RUN_FIELDS)[SCRATCH]
    g = integers(description, GEMM_FIELDS)
    begin, end = share_begin(n_rows, run), share_end(n_rows, run)
    line = s[PADDED_WIDTH] * s[CHANNELS]
    for i in range(begin, end):
        image = pad(s, field[4] + i * field[5] * ITEMSIZE, run, i == begin)
        gradient = field[6] + i * field[7] * ITEMSIZE
        target = partial_sum(field[8], field[9], field[10], i, n_rows)
        g[START], g[BIAS] = FROM_ZERO if begins_sum(field[10], i, n_rows) else FROM_C, 0
        g[RSA], g[LDC], g[SB2] = 1, s[FILTERS], s[FILTERS]
        g[K1], g[SA1], g[SB1] = s[OUT_HEIGHT], s[STRIDE_Y] * line, s[OUT_WIDTH] * s[FILTERS]
        g[K2], g[SA2] = s[OUT_WIDTH], s[STRIDE_X] * s[CHANNELS]
        if s[N_GROUPS] == 1 and s[DILATION_X] == 1:
            g[A], g[B], g[C] = image, gradient, target
            g[M], g[N] = s[KERNEL_WIDTH] * s[CHANNELS], s[FILTERS]
            g[GROUPS], g[GSA] = s[KERNEL_HEIGHT], s[DILATION_Y] * line
            g[GSC] = g[M] * s[FILTERS]
            call(field[2], description, run)
        else:
            _gradient_by_taps(s, g, run, field[2], image, gradient, target)

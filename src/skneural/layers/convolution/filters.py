"""What layers of filters share: sizes, and the steps of correlations and their gradients."""

from __future__ import annotations

from ...engine.fields import Count, Row
from ...engine.gemm import gemm
from ...engine.kernels import row_kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import real, reals
from ...engine.steps import Step
from ...engine.tiles import FROM_C, FROM_ZERO
from .._base import Shape, Slot
from .._partial_sums import (
    PartialSums,
    add_copied_gradient,
    begins_sum,
    copy_gradient,
    sum_of_row,
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
        elif padding == "causal":
            first = total = span - 1
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
    (rows, columns), (down, right), (dilation_y, dilation_x) = kernel_size, strides, dilation
    return Correlation(
        height, width, channels, 1, 1, before[0], before[1], padded[0], padded[1], rows, columns,
        down, right, dilation_y, dilation_x, groups, out[0], out[1], filters,
    )


def reserve_image(plan: Plan, sizes: Correlation, room: int = 0) -> None:
    """Have room in the scratch for the padded image, and for so many numbers more."""
    n_bytes = (sizes.padded_size + room + 128) * plan.dtype.itemsize
    plan.scratch_bytes = max(plan.scratch_bytes, n_bytes)


def add_correlation(
    plan: Plan, sizes: Correlation, inputs: Buffer, weights: int, bias: int, outputs: Buffer,
    flipped: bool = False,
) -> None:
    """Add the correlation of a batch with filters, or with flipped filters.

    Those of training are flipped before a batch begins, those of prediction later on.
    """
    plan.needed_kernels += [
        correlate, correlate_tiles, transform_filters, correlate_places, correlate_channels
    ]
    if suits(sizes, plan.dtype) and (plan.training or not flipped):
        add_correlation_by_tiles(plan, sizes, inputs, weights, bias, outputs)
        return
    plan.flops += sizes.flops * plan.batch_size
    reserve_image(plan, sizes)
    given = {"sizes": sizes, "weights": weights, "bias": bias}
    if _depthwise.suits(sizes):
        plan.by_rows(correlate_channels, image=inputs, output=outputs,
                     taps=_depthwise.taps(plan, sizes), **given)
    elif _places.suits(sizes, plan.dtype):
        plan.by_rows(correlate_places, gemm=gemm, images=inputs, outputs=outputs, **given,
                     whole=True)
    else:
        plan.by_rows(correlate, gemm=gemm, image=inputs, output=outputs, flipped=flipped, **given)


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
    reserve_image(plan, sizes)
    if _places.suits(sizes, plan.dtype):
        _add_gradients_by_places(plan, sizes, images, outputs, filters)
        return
    given = {
        "sizes": sizes, "image": images, "gradient": outputs,
        "sums": PartialSums.of(plan, filters, sizes.filters),
    }
    if _depthwise.suits(sizes):
        plan.by_rows(channels_gradient, **given)
    else:
        plan.by_rows(correlation_gradient, gemm=gemm, **given)


def _add_gradients_by_places(plan, sizes, images, outputs, filters):
    """Add the gradient of filters tap by tap, in blocks of channels."""
    rows, columns, channels, n_filters = sizes.kernel_shape
    size = channels * n_filters

    def step(begin, end, adds):
        first, last = begin % size // n_filters, ((end - 1) % size + 1) // n_filters
        return Step.of(
            places_gradient, gemm=gemm, sizes=sizes, images=images, gradients=outputs,
            tap=begin // size, first_channel=first, last_channel=last,
            start=FROM_C if adds else FROM_ZERO, total=filters.gradient_at(begin),
        )

    blocks = [
        (tap * size + begin, tap * size + end)
        for tap in range(rows * columns) for begin, end in kernel_blocks(channels, n_filters)
    ]
    plan.gradient(filters.offset, blocks, step, divisible=False)  # a block has one tap


def add_bias_gradient(plan: Plan, gradient: Buffer, bias: Slot) -> None:
    """Add the gradient of one bias a channel."""
    sums = PartialSums.of(plan, bias)
    channels = gradient.shape[-1]
    plan.by_rows(channel_sums, gradient=gradient, places=gradient.columns // channels,
                 channels=channels, sums=sums)


@row_kernel
def channel_sums(
    gradient: Row, places: Count, channels: Count, sums: PartialSums, i: int, n_rows: int
) -> None:
    """G (channels) += dY (places, channels), summed by span."""
    total = reals(sum_of_row(sums, i, n_rows), channels)
    if begins_sum(sums.together, i, n_rows):
        for c in range(channels):
            total[c] = real(0.0)
    for place in range(places):
        for c in range(channels):
            total[c] += gradient[place * channels + c]

"""What branches share: copies where one would overwrite another's memory, sums, slices."""

from __future__ import annotations

from collections.abc import Sequence

from ...engine.compile.jit import Kernel, helper, kernel
from ...engine.lanes import load, store
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ITEMSIZE, ROWS, RUN_FIELDS, doubles, integers, real, vector
from ...engine.shares import share_begin, share_end
from ...engine.tiles import LANES


def share_out(plan: Plan, buffer: Buffer, keeps: Sequence[bool]) -> list[Buffer]:
    """Return for each user of a buffer the buffer or, where it would be overwritten, a copy.

    The last user may overwrite it if nobody needs it kept.
    """
    last = None if any(keeps) else len(keeps) - 1
    return [
        buffer if kept or place == last else copy_of(plan, buffer)
        for place, kept in enumerate(keeps)
    ]


def copy_of(plan: Plan, buffer: Buffer) -> Buffer:
    """Add the copying of a buffer."""
    copy = plan.buffer(buffer.shape)
    copy_channels(plan, buffer, 0, copy, 0, buffer.shape[-1])
    return copy


def copy_channels(
    plan: Plan, source: Buffer, begin: int, target: Buffer, place: int, n_channels: int
) -> None:
    """Add the copying of some channels, from ``begin`` on, to those from ``place`` on."""
    channels, target_channels = source.shape[-1], target.shape[-1]
    n_positions = source.columns // channels
    if channels == target_channels == n_channels:  # one long row
        channels = target_channels = n_channels = source.columns
        n_positions = 1
    size = plan.dtype.itemsize
    plan.by_rows(copy, source.address + begin * size, source.stride, channels,
                 target.address + place * size, target.stride, target_channels, n_channels,
                 n_positions)


def add_up(plan: Plan, buffers: Sequence[Buffer], common: Buffer, scale: float = 1.0) -> Buffer:
    """Add the sum of buffers, times a number.

    It goes to one of them, but not to the ``common`` one, which others may need.
    """
    rest = list(buffers)
    own = [place for place, b in enumerate(rest) if b.address != common.address]
    total = rest.pop(own[0] if own else 0)
    result = total if own or not rest else plan.buffer(common.shape)
    for place, buffer in enumerate(rest):
        combine(plan, add, total, buffer, result, scale if place == len(rest) - 1 else 1.0)
        total = result
    return total


def combine(plan: Plan, kernel: Kernel, a: Buffer, b: Buffer, result: Buffer, scale: float) -> None:
    """Add a step that makes one buffer of two, number by number."""
    number = plan.memory(1, float)
    number[0] = scale
    plan.by_rows(kernel, a.address, a.stride, b.address, b.stride, result.address, result.stride,
                 result.columns, number.ctypes.data)


def product(plan: Plan, buffers: Sequence[Buffer]) -> Buffer:
    """Add the product of two or more buffers, and leave them as they are."""
    result = plan.buffer(buffers[0].shape)
    total = buffers[0]
    for buffer in buffers[1:]:
        combine(plan, multiply, total, buffer, result, 1.0)
        total = result
    return result


def scale_in_place(plan: Plan, buffer: Buffer, scale: float) -> None:
    """Add a step that multiplies a buffer by a number."""
    combine(plan, scale_first, buffer, buffer, buffer, scale)


@helper
def sum_of(a, b, scale):
    """(a + b) * scale."""
    return (a + b) * scale


@helper
def product_of(a, b, scale):
    """A * b."""
    return a * b


@helper
def scaled(a, b, scale):
    """A * scale."""
    return a * scale


rule = sum_of


@kernel
def add(row, run):
    """Z (rows, n) = (X + Y) * scale, both (rows, n); Z may be one of them."""
    field = integers(row, 10)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    x_stride, y_stride, z_stride, columns = field[3], field[5], field[7], field[8]
    scale = real(doubles(field[9], 1)[0])
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        x = vector(field[2], i * x_stride, columns)
        y = vector(field[4], i * y_stride, columns)
        z = vector(field[6], i * z_stride, columns)
        for j in range(columns):
            z[j] = rule(x[j], y[j], scale)


multiply = add.using(rule=product_of)
scale_first = add.using(rule=scaled)


@kernel
def copy(row, run):
    """Z (rows, positions, m) = X (rows, positions, k), some channels of each."""
    field = integers(row, 10)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    n_channels, n_positions = field[8], field[9]
    whole = n_channels // LANES * LANES
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        x, z = field[2] + i * field[3] * ITEMSIZE, field[5] + i * field[6] * ITEMSIZE
        for _ in range(n_positions):
            for c in range(0, whole * ITEMSIZE, LANES * ITEMSIZE):
                store(z + c, load(x + c, LANES), LANES)
            if whole < n_channels:
                c = whole * ITEMSIZE
                store(z + c, load(x + c, n_channels - whole), n_channels - whole)
            x += field[4] * ITEMSIZE
            z += field[7] * ITEMSIZE

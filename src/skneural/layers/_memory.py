"""Who may overwrite which memory: the rules for all layers, and what keeps them.

A layer gets the buffer of its inputs when it is built, and that of its outputs' gradient when its
backward steps are added.

1. *Read, don't write.* A layer may read both for as long as the plan runs, its blocks of
   parameters included. To overwrite one it calls `own`, before its first step that touches the
   buffer, and from then on uses only what that returns: the buffer itself or, where others need
   it, a copy.
2. *What is returned is gone.* Outputs belong to the next layer, or to the loss, which puts its
   gradient there; the gradient of the inputs belongs to the layer before. Either may be overwritten
   at once. What a layer's backward steps need is in memory of its own: buffers it made and does not
   return, its inputs, what it owns.
3. *Passing on.* A layer may return the buffer that it got, also as another shape, and then has no
   further need of it. The two layers' claims are one: nothing is owned or copied for it.
4. *Several users.* Who gives a buffer to more than one layer, as `Parallel` and `Residual` do,
   calls `lend` first. Each that owns it then gets a copy, but for the last if no other needs it.
5. *X is the user's.* Rows that are read where they lie, and sparse ones, go only to a first layer
   with ``reads_samples`` or ``reads_sparse``, and none can own them.
"""

from __future__ import annotations

from ..engine.fields import Count, RowAddress
from ..engine.kernels import row_kernel
from ..engine.lanes import load, store
from ..engine.plan import Buffer, Plan
from ..engine.primitives import ITEMSIZE
from ..engine.tiles import LANES


def lend(plan: Plan, buffer: Buffer, n_users: int) -> None:
    """Let several layers in the place of one have a buffer."""
    plan.users[buffer.address] = plan.users.get(buffer.address, 1) + n_users - 1


def may_overwrite(plan: Plan, buffer: Buffer) -> bool:
    """Whether one layer alone has a buffer."""
    return plan.users.get(buffer.address, 1) == 1


def own(plan: Plan, buffer: Buffer) -> Buffer:
    """Return a buffer that may be overwritten: the given one, or a copy where others need it.

    Raises
    ------
    TypeError
        For memory that is not the plan's.
    """
    if buffer.address not in plan.row_bytes:
        raise TypeError(
            f"own: {type(buffer).__name__} of shape {buffer.shape} is not the plan's memory; copy"
            " its rows to a buffer of the plan's first"
        )
    if may_overwrite(plan, buffer):
        return buffer
    plan.users[buffer.address] -= 1
    copied = plan.buffer(buffer.shape)
    copy_channels(plan, buffer, 0, copied, 0, buffer.shape[-1])
    return copied


def copy_channels(
    plan: Plan, source: Buffer, begin: int, target: Buffer, place: int, n_channels: int
) -> None:
    """Add the copying of some channels, from ``begin`` on, to those from ``place`` on."""
    channels, target_channels = source.shape[-1], target.shape[-1]
    n_positions = source.columns // channels
    if channels == target_channels == n_channels:  # one long row
        channels = target_channels = n_channels = source.columns
        n_positions = 1
    plan.by_rows(copy, x=source, begin=begin, channels=channels, z=target, place=place,
                 z_channels=target_channels, n_channels=n_channels, n_positions=n_positions)


@row_kernel
def copy(
    x: RowAddress, begin: Count, channels: Count, z: RowAddress, place: Count,
    z_channels: Count, n_channels: Count, n_positions: Count,
) -> None:
    """Z (positions, m) from place on = X (positions, k) from begin on, some channels of each."""
    whole = n_channels // LANES * LANES
    x += begin * ITEMSIZE
    z += place * ITEMSIZE
    for _ in range(n_positions):
        for c in range(0, whole * ITEMSIZE, LANES * ITEMSIZE):
            store(z + c, load(x + c, LANES), LANES)
        if whole < n_channels:
            c = whole * ITEMSIZE
            store(z + c, load(x + c, n_channels - whole), n_channels - whole)
        x += channels * ITEMSIZE
        z += z_channels * ITEMSIZE

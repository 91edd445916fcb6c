"""Gradients summed over each span of the batch, then over the spans, on any number of threads."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine.compile.jit import helper
from ..engine.fields import Address, BlockGradient, Count, Flag
from ..engine.kernels import kernel
from ..engine.plan import Plan
from ..engine.primitives import ITEMSIZE, real, reals
from ..engine.shares import SPANS, span_begin, span_of
from ..engine.steps import Step
from ._base import Slot

_BLOCK = 32768  # most numbers summed and updated at a time
_LARGE = 262144  # numbers of a variable


@dataclass(frozen=True)
class PartialSums:
    """Memory for a variable's gradient over each span of a batch.

    The shares of threads end where spans end, so a span's sum has one writer, and the order of
    all additions follows from the shapes alone.

    Parameters
    ----------
    address : int
    stride : int
        Numbers from one sum to the next.
    together : int
        Spans that have a sum in common: more than one for large variables, to save memory.
    """

    address: int
    stride: int
    together: int

    @classmethod
    def of(cls, plan: Plan, variable: Slot, unit: int = 1) -> PartialSums:
        """Take the memory, and add a part of the variable's gradient that sums it up.

        Blocks have whole ``unit``s of numbers.
        """
        size = variable.values.size
        stride = plan.stride(size)
        together = 1 if size < _LARGE else 4
        sums = cls(plan.sums_of_spans(stride, together), stride, together)

        def step(begin, end, adds):
            return Step.of(sum_spans, sums=sums, begin=begin, end=end, adds=adds,
                           block=variable.gradient_at(begin))

        plan.gradient(variable.offset, unit_blocks(size, unit), step)
        return sums


NO_SUMS = PartialSums(0, 0, 1)  # where a variable is not trained


def unit_blocks(size: int, unit: int) -> list[tuple[int, int]]:
    """Cut so many numbers into blocks of whole units."""
    step = max(1, _BLOCK // unit) * unit
    return [(begin, min(size, begin + step)) for begin in range(0, size, step)]


def add_copied_gradient(plan: Plan, variable: Slot, source: int, unit: int) -> None:
    """Add a part of a variable's gradient that was found before, at an address."""

    def step(begin, end, adds):
        return Step.of(copy_gradient, source=source, begin=begin, end=end, adds=adds,
                       block=variable.gradient_at(begin))

    plan.gradient(variable.offset, unit_blocks(variable.values.size, unit), step)


@helper
def sum_of_row(sums, row, total):
    """Return where the gradient that a row of the batch adds to is summed, given `PartialSums`."""
    return sums.address + span_of(row, total) // sums.together * sums.stride * ITEMSIZE


@helper
def begins_sum(together, row, total):
    """Whether a row of the batch is the first that its sum is of."""
    return span_begin(span_of(row, total) // together * together, total) == row


@kernel
def sum_spans(
    sums: PartialSums, begin: Count, end: Count, adds: Flag, block: BlockGradient, n_rows: int
) -> None:
    """g (n) (+)= sum over the spans of the batch that have rows of G (spans, n), begin to end."""
    size = end - begin
    total = reals(block, size)
    for i in range(0 if adds else size):
        total[i] = real(0.0)
    for span in range(0, SPANS, sums.together):
        if span_begin(span, n_rows) < span_begin(span + sums.together, n_rows):
            place = span // sums.together * sums.stride + begin
            part = reals(sums.address + place * ITEMSIZE, size)
            for i in range(size):
                total[i] += part[i]


@kernel
def copy_gradient(
    source: Address, begin: Count, end: Count, adds: Flag, block: BlockGradient
) -> None:
    """g (n) (+)= what was found before, begin to end."""
    size = end - begin
    found, target = reals(source + begin * ITEMSIZE, size), reals(block, size)
    for j in range(size):
        target[j] = target[j] + found[j] if adds else found[j]

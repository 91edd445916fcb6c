"""Gradients summed over each span of the batch apart, then together, whoever has the rows."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine.compile.jit import helper, kernel
from ..engine.plan import Plan
from ..engine.primitives import ITEMSIZE, ROWS, RUN_FIELDS, integers, real, reals
from ..engine.scratch import block_gradient
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

    @property
    def fields(self) -> tuple[int, int, int]:
        """What kernels need to know of the sums."""
        return self.address, self.stride, self.together

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
            address = sums.address + begin * plan.dtype.itemsize
            fields = (address, stride, together, end - begin, variable.gradient_at(begin), adds)
            return Step(sum_spans, fields)

        plan.gradient(variable.offset, unit_blocks(size, unit), step)
        return sums


def unit_blocks(size: int, unit: int) -> list[tuple[int, int]]:
    """Cut so many numbers into blocks of whole units."""
    step = max(1, _BLOCK // unit) * unit
    return [(begin, min(size, begin + step)) for begin in range(0, size, step)]


def add_copied_gradient(plan: Plan, variable: Slot, source: int, unit: int) -> None:
    """Add a part of a variable's gradient that was found before, at an address."""

    def step(begin, end, adds):
        address = source + begin * plan.dtype.itemsize
        return Step(copy_gradient, (address, end - begin, variable.gradient_at(begin), adds))

    plan.gradient(variable.offset, unit_blocks(variable.values.size, unit), step)


@helper
def partial_sum(address, stride, together, row, total):
    """Return where the gradient that a row of the batch adds to is summed."""
    return address + span_of(row, total) // together * stride * ITEMSIZE


@helper
def begins_sum(together, row, total):
    """Whether a row of the batch is the first that its sum is of."""
    return span_begin(span_of(row, total) // together * together, total) == row


@kernel
def sum_spans(row, run):
    """g (n) (+)= sum over the spans of the batch that have rows of G (spans, n)."""
    field = integers(row, 8)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    stride, together, size = field[3], field[4], field[5]
    total = reals(block_gradient(field[6], run), size)
    for i in range(size if field[7] == 0 else 0):
        total[i] = real(0.0)
    for span in range(0, SPANS, together):
        if span_begin(span, n_rows) < span_begin(span + together, n_rows):
            part = reals(field[2] + span // together * stride * ITEMSIZE, size)
            for i in range(size):
                total[i] += part[i]


@kernel
def copy_gradient(row, run):
    """g (n) (+)= what was found before."""
    field = integers(row, 6)
    columns = field[3]
    source, target = reals(field[2], columns), reals(block_gradient(field[4], run), columns)
    for j in range(columns):
        target[j] = source[j] if field[5] == 0 else target[j] + source[j]

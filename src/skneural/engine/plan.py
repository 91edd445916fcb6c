"""Plans: rows of integers that say which kernel runs on which memory, gathered layer by layer.

A layer adds rows to a `Plan` while it is built. Rows of the forward and backward pass are shared
out among threads by rows of the batch; blocks of parameters, each with its gradient, its update
and what follows from it, by their number. Barriers go where one kind meets another.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .buffers import Buffer as Buffer
from .buffers import address_of
from .buffers import aligned as aligned
from .chunks import chunk_by_chunk
from .compile.jit import Kernel
from .gradients import Block, Blocks, Follow, Part, blocks_of
from .kernels import NamedKernel
from .phases import Phase, steps_of
from .shares import SPANS
from .steps import BARRIER, Step, fields_of

UPDATE_FLOPS = 10  # that pass while the update of a parameter waits for memory


@dataclass
class Plan:
    """What layers add their steps to.

    Parameters
    ----------
    dtype : numpy.dtype
        float32 or float64.
    batch_size : int
        Most rows a batch has.
    training : bool
        Whether backward steps are wanted, and layers behave as in training.
    n_trained : int or None
        Numbers of the flat vector that are trained; None for all.
    penalized : bool
        Whether the penalties of layers are computed; in learning they always are.
    only_gradients : bool
        Whether, of a plan that is ``training``, only the gradient of the inputs is wanted. Layers
        then behave as in prediction, and parts of gradients of variables are left out.
    """

    dtype: np.dtype
    batch_size: int
    training: bool = False
    n_trained: int | None = None
    penalized: bool = False
    only_gradients: bool = False
    steps: list = field(default_factory=list)
    prepare: list = field(default_factory=list)
    starts: list = field(default_factory=list)
    before_blocks: list = field(default_factory=list)
    gradients: dict[int, list[Part]] = field(default_factory=dict)  # by offsets of variables
    followers: dict[int, list[Follow]] = field(default_factory=dict)
    only: frozenset[int] | None = None  # offsets of the variables that are trained; None for all
    phases: list[Phase] = field(default_factory=list)
    penalties: list = field(default_factory=list)
    keep: list = field(default_factory=list)
    flops: int = 0
    scratch_bytes: int = 0
    row_bytes: dict = field(default_factory=dict)  # of the buffers, by their addresses
    users: dict = field(default_factory=dict)  # of lent buffers, how many, by their addresses
    sums: dict = field(default_factory=dict)  # spans that share a sum, by the sums' addresses
    uses_seed: bool = False
    needed_kernels: list = field(default_factory=list)  # by other shapes than those at hand
    bytes_a_row: int = 0  # of the memory that grows with the batch
    lasting: dict[int, np.ndarray] = field(default_factory=dict)
    carried: list[np.ndarray] | None = None  # in a plan of single steps, the states of layers
    row_weights: int = 0  # address of the batch's sample weights, 0 if there are none
    scheduled: list[tuple] = field(default_factory=list)  # what gives numbers, where they stand
    targets: Buffer | None = None  # of the batch's rows, where a layer reads them

    @property
    def learning(self) -> bool:
        """Whether layers behave as in training: noise, penalties, statistics of the batch."""
        return self.training and not self.only_gradients

    def stride(self, columns: int) -> int:
        """Return how far apart to put rows: whole cache lines that spread over the cache."""
        line = 64 // self.dtype.itemsize
        lines = -(-columns // line)
        return line * (lines + (lines % 2 == 0 and lines >= 8))

    def buffer(self, shape: tuple[int, ...]) -> Buffer:
        """Return memory for a batch of samples of a shape."""
        stride = self.stride(math.prod(shape))
        buffer = Buffer(self.memory_of_rows(stride), shape, stride)
        self.row_bytes[buffer.address] = stride * self.dtype.itemsize
        return buffer

    def memory(self, n_numbers: int, dtype=None) -> np.ndarray:
        """Return memory that lives as long as the plan."""
        array = aligned(n_numbers, dtype or self.dtype)
        self.keep.append(array)
        return array

    def memory_of_rows(self, n_numbers: int, dtype=None, beside: int = 0) -> np.ndarray:
        """Return memory of so many numbers for each row of a batch, and so many ``beside``."""
        array = self.memory(self.batch_size * n_numbers + beside, dtype)
        self.bytes_a_row += n_numbers * array.itemsize
        return array

    def numbers_of_rows(self, n_numbers: int, dtype=None) -> Buffer:
        """Return memory of so many numbers for each row of a batch, one row next to the other."""
        return Buffer(self.memory_of_rows(n_numbers, dtype), (n_numbers,), n_numbers)

    def numbers_of_updates(
        self, numbers: Callable[[Any], np.ndarray], first: float
    ) -> np.ndarray:
        """Return a place where, in an epoch, the address of a number for each update stands.

        ``numbers(progress)`` gives these, float64; see `update_number` (``engine/schedule.py``).
        Until then, it is that of a ``first`` one.
        """
        place, known = self.memory(1, np.int64), self.memory(1, np.float64)
        known[0], place[0] = first, address_of(known)
        self.scheduled.append((numbers, place))
        return place

    def lasting_memory(self, n_numbers: int, of: int) -> np.ndarray:
        """Return memory, float64, whose numbers a later session may go on with.

        There is one for each address ``of`` what the numbers describe, such as a variable that
        several layers share.
        """
        if of not in self.lasting:
            self.lasting[of] = self.memory(n_numbers, np.float64)
        return self.lasting[of]

    def sums_of_spans(self, stride: int, together: int = 1, dtype=None) -> int:
        """Return the address of sums over spans of the batch, ``stride`` numbers each.

        So many spans ``together`` share a sum. Steps that have the address among their fields may
        write them: the rows of a sum are always one thread's, and come in their order.
        """
        address = self.memory(SPANS // together * stride, dtype).ctypes.data
        self.sums[address] = together
        return address

    @property
    def by_spans(self) -> int:
        """Spans of the batch that a thread has together, 0 where its share may be any rows."""
        return max(self.sums.values(), default=0)

    def by_rows(
        self, kernel: Kernel, /, *numbers: int, whole: Any = False, **fields: Any
    ) -> None:
        """Add a step for all rows of the batch, shared out among the threads.

        Steps that follow one another go through the rows in chunks that stay in the cache, but
        for those that gain from having a ``whole`` share at once.
        """
        numbers = fields_of(kernel, numbers, fields, self.dtype)
        self.steps.append(Step(kernel, numbers, chunked=not whole))

    def by_all(self, kernel: Kernel, /, *numbers: int, **fields: Any) -> None:
        """Add a step in which threads need all rows of the batch, between barriers."""
        step = Step(kernel, fields_of(kernel, numbers, fields, self.dtype))
        self.steps += [BARRIER, step, BARRIER]

    def at_start(self, steps: Iterable[Step]) -> None:
        """Add steps that bring up to date, before a batch, what follows from the parameters."""
        _share_out(steps, self.starts)

    def before_all_blocks(self, steps: Iterable[Step]) -> None:
        """Add steps that follow those of the rows, and which blocks of parameters build on."""
        _share_out(steps, self.before_blocks)

    def by_columns(
        self, kernel: Kernel, n_columns: int, /, *numbers: int, width: int = 32, **fields: Any
    ) -> None:
        """Add steps over blocks of columns of the whole batch, between barriers.

        A kernel whose fields have names finds its columns in ``begin`` and ``end``.
        """
        self.steps.append(BARRIER)
        for number, begin in enumerate(range(0, n_columns, width)):
            columns = {"begin": begin, "end": min(n_columns, begin + width)}
            if isinstance(kernel, NamedKernel):
                of_block = fields_of(kernel, numbers, {**columns, **fields}, self.dtype)
            else:
                of_block = *columns.values(), *fields_of(kernel, numbers, fields, self.dtype)
            self.steps.append(Step(kernel, of_block, number))
        self.steps.append(BARRIER)

    def gradient(
        self,
        offset: int,
        blocks: Blocks,
        step: Callable[[int, int, bool], Step],
        divisible: bool = True,
    ) -> None:
        """Add a part of the gradient of a variable; parts of one variable add up.

        A variable that is not trained has no gradient and is left out.

        Parameters
        ----------
        offset : int
            Of the variable in the flat vector.
        blocks, step, divisible
            As in `Part`. The step and the update find a block's gradient at the address that the
            step's row gives, 0 standing for the thread's scratch memory.
        """
        if self.only_gradients:
            return
        if self.n_trained is not None and offset >= self.n_trained:
            return
        if self.only is not None and offset not in self.only:
            return
        parts = self.gradients.pop(offset, [])
        if not parts:
            self.flops += UPDATE_FLOPS * max(end for _, end in blocks)
        self.gradients[offset] = [*parts, Part(blocks, step, divisible)]
        most = max(end - begin for begin, end in blocks)
        self.scratch_bytes = max(self.scratch_bytes, most * self.dtype.itemsize)

    def follow(self, offset: int, steps: Follow) -> None:
        """Bring up to date, after each update, what follows from a variable.

        ``steps(begin, end)`` gives the steps for some of its numbers, whole rows of it.
        """
        self.followers.setdefault(offset, []).append(steps)

    def blocks(self) -> list[Block]:
        """Return the blocks of all variables that have a gradient in the present phase."""
        return [
            block for offset, parts in self.gradients.items() for block in blocks_of(offset, parts)
        ]

    def penalty(self) -> np.ndarray:
        """Return memory that a layer's step fills with its penalty for each row of a batch.

        It counts as the row's loss does, times the row's weight; its gradient is the layer's to
        add in the backward pass.
        """
        penalties = self.memory_of_rows(1, np.float64)
        self.penalties.append(penalties)
        return penalties

    def weights_of_rows(self) -> int:
        """Return the address of the batch's sample weights, gathered, 0 if there are none."""
        if self.row_weights and BARRIER not in self.steps:
            self.steps.append(BARRIER)  # one thread gathers them
        return self.row_weights

    def end_phase(
        self,
        blocks: Iterable[tuple[Block, tuple[Step, ...]]] | None = None,
        within: Iterable[Step] = (),
        after: Iterable[Step] = (),
        updates: bool = True,
    ) -> None:
        """Let what is added from now on begin when all that was added before is done.

        Parameters
        ----------
        blocks, within, after, updates
            As in `Phase`; ``blocks`` are by default those of the gradients added, with the steps
            that find these.
        """
        if blocks is None:
            blocks = [(block, block.gradient) for block in self.blocks()]
        self.phases.append(Phase(
            self.starts, self.steps, self.before_blocks, list(blocks), updates, list(within),
            list(after),
        ))
        self.starts, self.steps, self.before_blocks, self.gradients = [], [], [], {}

    def all_steps(self, within: Iterable[Step] = (), after: Iterable[Step] = ()) -> list[Step]:
        """Return the steps of a batch, phase by phase; the last one is ended, if it is not.

        No thread begins a batch before all have done the last: its rows may be others. The plan
        is finished then.
        """
        if self.steps or self.gradients or not self.phases:
            self.end_phase(None, within, after)
        followers, self.followers = self.followers, {}  # which hold the plan

        def chunked(steps):
            return chunk_by_chunk(steps, self.row_bytes, self.sums, self.batch_size)

        return steps_of(self.phases, chunked, followers, self.training)


def _share_out(steps, among):
    """Add steps to others, to be run by one thread after the other."""
    for number, step in enumerate(steps, len(among)):
        among.append(Step(step.kernel, step.fields, number))

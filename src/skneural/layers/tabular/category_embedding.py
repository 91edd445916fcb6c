"""Categories of a table as numbers: one-hot columns of few, learned vectors of many."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ...engine.plan import Buffer, Plan
from ...engine.steps import Step
from .._base import Backward, Layer, Shape, Slot, Variable
from .._columns import CodesBuffer, ColumnsInput
from .._memory import copy_channels
from .._product import kernel_blocks
from .._rates import RATE_FACTOR, RateFactor
from .category_kernels import (
    CodeColumns,
    look_up,
    numbers_backward,
    one_hot_columns,
    read_codes,
    vectors_gradient,
)


class CategoryEmbedding(Layer, name="category_embedding"):
    """Numbers of a table as they are, then its categories as numbers.

    A sample has numbers first, then codes of categories, of which 0 is a value that is missing or
    was unknown in training. The outputs are flat, in this order:

    1. the numbers,
    2. for each column of at most ``max_one_hot`` codes, one-hot columns: one for each code, all
       zero where it is missing; and a single column of 1 and -1 if there are but two beside 0, with
       0 where it is missing,
    3. for each other column a learned vector of each code, initially standard normal, and zero for
       the code 0, which stays neutral where training has none. Vectors do not decay.

    As the first layer it reads the codes of a table's source as they are. In any other place, or
    with an array as X, the last columns of the input are the codes, as whole numbers; what is
    negative, NaN or too large counts as 0.

    Parameters
    ----------
    n_categories : sequence of int
        Of each column of codes, those from 0 to before it: the number of categories and one.
    embedding_size : int, default=8
        Length of a vector.
    max_one_hot : int, default=9
        Most codes, 0 included, of a column that becomes one-hot columns.
    trainable : bool, default=True
        False freezes the vectors.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"vectors": 0.1}``.

    References
    ----------
    .. [1] Guo, C. and Berkhahn, F. (2016). Entity embeddings of categorical variables.
       :arxiv:`1604.06737`
    .. [2] Holzmüller, D., Grinsztajn, L. and Steinwart, I. (2024). Better by default: strong
       pre-tuned MLPs and boosted trees on tabular data. NeurIPS. :arxiv:`2407.04491`. Sizes and
       limits are theirs.

    Examples
    --------
    Two numbers, a column of two categories, one of three, one of a hundred:

    >>> from skneural.layers import CategoryEmbedding
    >>> CategoryEmbedding([3, 4, 101]).output_shape((5,))
    (14,)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "n_categories": ["array-like"],
        "embedding_size": [Interval(Integral, 1, None, closed="left")],
        "max_one_hot": [Interval(Integral, 0, None, closed="left")],
        "trainable": ["boolean"],
        "learning_rate_factor": RATE_FACTOR,
    }
    reads_columns = True

    def __init__(
        self, n_categories: Sequence[int], embedding_size: int = 8, max_one_hot: int = 9, *,
        trainable: bool = True,
        learning_rate_factor: RateFactor = 1.0,
    ):  # fmt: skip
        self.n_categories = n_categories
        self.embedding_size = embedding_size
        self.max_one_hot = max_one_hot
        self.trainable = trainable
        self.learning_rate_factor = learning_rate_factor

    def output_shape(self, input_shape: Shape) -> Shape:
        counts = [int(n) for n in self.n_categories]
        if any(n < 1 for n in counts):
            raise ValueError(
                f"CategoryEmbedding: n_categories has {min(counts)}; 1 is least, as there is"
                " always the code 0 of missing values"
            )
        if len(input_shape) != 1 or len(counts) > input_shape[0]:
            raise ValueError(
                f"CategoryEmbedding: needs flat input, the last {len(counts)} columns of which"
                f" are codes, got samples of shape {input_shape}"
            )
        n_numbers = input_shape[0] - len(counts)
        return (n_numbers + self.n_one_hot + len(self._embedded) * self.embedding_size,)

    @property
    def _one_hot(self) -> list[int]:
        return [c for c, n in enumerate(self.n_categories) if n <= self.max_one_hot]

    @property
    def _embedded(self) -> list[int]:
        return [c for c, n in enumerate(self.n_categories) if n > self.max_one_hot]

    @property
    def n_one_hot(self) -> int:
        """How many one-hot columns there are, behind the numbers."""
        return sum(_width(self.n_categories[c]) for c in self._one_hot)

    @property
    def _starts(self) -> list[int]:
        """Place of each embedded column's first vector, that of the code 0."""
        sizes = [int(self.n_categories[c]) for c in self._embedded]
        return np.cumsum([0, *sizes])[:-1].tolist()

    @property
    def _n_vectors(self) -> int:
        return sum(int(self.n_categories[c]) for c in self._embedded)

    def variables(self, input_shape: Shape) -> list[Variable]:
        if not self._embedded:
            return []
        return [Variable("vectors", (self._n_vectors, self.embedding_size))]

    def initialize(self, values, random_state, activation):
        if "vectors" in values:
            values["vectors"][...] = random_state.normal(size=values["vectors"].shape)
            values["vectors"][self._starts] = 0

    def build(
        self, plan: Plan, inputs: Any, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        counts, size = [int(n) for n in self.n_categories], self.embedding_size
        numbers, codes = self._split(plan, inputs, counts)
        n_numbers = inputs.shape[0] - len(counts)
        outputs = plan.buffer(self.output_shape(inputs.shape))
        if n_numbers:
            copy_channels(plan, numbers, 0, outputs, 0, n_numbers)
        one_hot, embedded = (
            CodeColumns(codes.address, len(counts), _table(plan, part).ctypes.data, len(part))
            for part in (self._one_hot, self._embedded)
        )
        if self._one_hot:
            widths = _table(plan, [_width(counts[c]) for c in self._one_hot])
            plan.by_rows(one_hot_columns, codes=one_hot, widths=widths, y=outputs,
                         place=n_numbers)
        begin = n_numbers + self.n_one_hot
        fields = {
            "codes": embedded, "starts": _table(plan, self._starts), "size": size, "place": begin
        }
        if self._embedded:
            plan.by_rows(look_up, vectors=slots["vectors"], y=outputs, **fields)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if self._embedded and slots["vectors"].trained:
                self._add_gradient(plan, slots["vectors"], gradient, fields)
            if not wanted:
                return None
            result = plan.buffer(numbers.shape)  # codes of their own have none
            plan.by_rows(numbers_backward, gradient=gradient, result=result, n_numbers=n_numbers,
                         columns=result.columns)
            return result

        return outputs, backward

    def _split(self, plan, inputs, counts):
        """Return what has the numbers, and the codes."""
        if not isinstance(inputs, ColumnsInput):
            n_codes = len(counts)
            codes = CodesBuffer(plan.memory_of_rows(n_codes, np.int32), n_codes)
            plan.by_rows(read_codes, x=inputs, begin=inputs.columns - n_codes, n_codes=n_codes,
                         n_categories=_table(plan, counts), codes=codes.address)
            return inputs, codes
        if list(inputs.n_categories) != counts:
            raise ValueError(
                f"CategoryEmbedding: n_categories is {counts}, but the columns of the table have"
                f" {list(inputs.n_categories)}"
            )
        return inputs.numbers, inputs.codes

    def _add_gradient(self, plan, vectors, gradient, fields):
        size = self.embedding_size

        def step(first: int, last: int, adds: bool) -> Step:
            return Step.of(
                vectors_gradient, gradient=gradient, begin=first // size, end=last // size,
                adds=adds, block=vectors.gradient_at(first), **fields,
            )

        plan.gradient(vectors.offset, kernel_blocks(self._n_vectors, size, 1024), step)

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls([3, 2, 4], 3, 3), (5,)), (cls([3, 5, 1], 2), (3,)),
            (cls([4, 3], 17, 0, trainable=False), (4,)), (cls([]), (2,)),
        ]  # fmt: skip


def _width(n_codes: int) -> int:
    """Return how many one-hot columns there are for so many codes."""
    return 1 if n_codes == 3 else n_codes - 1


def _table(plan, values):
    """Return integers as memory of a plan."""
    table = plan.memory(len(values), np.int64)
    table[:] = values
    return table

"""The columns of a table: numbers, and codes of categories, side by side."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from ...engine import batch
from ...engine.buffers import address_of
from ...engine.gathering import gather_codes
from ...engine.plan import Buffer, Plan
from ...layers import Layer
from ...layers._columns import CodesBuffer, ColumnsInput
from .base import Shape, Source
from .dense import DenseRows


class Columns(Source):
    """Numbers of the network's dtype, and codes of categories.

    Only a first layer with ``reads_columns`` can read them.

    Parameters
    ----------
    numbers : ndarray of shape (n_samples, n_numbers), C order
    codes : ndarray of shape (n_samples, n_codes), integers
    n_categories : sequence of int
        Of each column of codes: these are from 0 to before it.

    Raises
    ------
    ValueError
        If codes are out of range, or have another number of rows.
    """

    varies = True
    readers = {batch.gather: {2: 0}, batch.gather_times: {2: 0}, gather_codes: {2: 1}}

    def __init__(self, numbers: np.ndarray, codes: np.ndarray, n_categories: Sequence[int]):
        self.n_categories = tuple(int(n) for n in n_categories)
        if codes.shape != (len(numbers), len(self.n_categories)):
            raise ValueError(
                f"codes of shape {codes.shape} stand beside numbers of shape {numbers.shape} and"
                f" {len(self.n_categories)} counts of categories"
            )
        within = (codes >= 0) & (codes < np.array(self.n_categories, np.int64))
        if not within.all():
            column = int(np.flatnonzero(~within.all(axis=0))[0])
            raise ValueError(
                f"column {column} of the codes has codes from {codes[:, column].min()} to"
                f" {codes[:, column].max()}, for {self.n_categories[column]} categories"
            )
        self._numbers = DenseRows(numbers)
        self._codes = np.ascontiguousarray(codes, np.int32)
        self.n_samples = len(numbers)

    @property
    def columns(self) -> int:  # type: ignore[override]
        """Numbers and codes of a sample."""
        return self._numbers.columns + len(self.n_categories)

    @property
    def numbers(self) -> np.ndarray:
        """Shape (n_samples, n_numbers)."""
        return self._numbers.X

    @property
    def codes(self) -> np.ndarray:
        """Shape (n_samples, n_codes), dtype int32."""
        return self._codes

    def needs(self, n_rows: int) -> Hashable:
        return Columns, self.n_categories

    def addresses(self, dtype: np.dtype, scale: float) -> tuple[int, ...]:
        return (*self._numbers.addresses(dtype, scale), address_of(self._codes))

    def add_input(
        self, plan: Plan, shape: Shape, layers: Sequence[Layer], scale: float = 1.0
    ) -> Any:
        if not (layers and layers[0].reads_columns):
            first = type(layers[0]).__name__ if layers else "no layer"
            raise TypeError(f"{first} cannot read codes of categories as the first layer")
        numbers = plan.buffer((self._numbers.columns,))
        self.add_gathering(plan, numbers, scale)
        n_codes = len(self.n_categories)
        codes = CodesBuffer(plan.memory_of_rows(n_codes, np.int32), n_codes)
        plan.by_rows(gather_codes, address_of(self._codes), n_codes, codes.address)
        return ColumnsInput(numbers, codes, self.n_categories)

    def add_gathering(self, plan: Plan, buffer: Buffer, scale: float = 1.0) -> None:
        """Add the step that writes a batch's numbers, without codes, to a buffer."""
        self._numbers.add_gathering(plan, buffer, scale)

    def first_row(self, dtype: np.dtype) -> np.ndarray:
        return np.concatenate([self._numbers.first_row(dtype), self._codes[0].astype(dtype)])

    def take(self, indices: np.ndarray) -> Source:
        return Columns(self._numbers.X[indices], self._codes[indices], self.n_categories)

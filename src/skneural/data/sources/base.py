"""The base of sources: rows of X, and the steps that gather those of a batch in a plan."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from ...engine.compile.jit import Kernel
from ...engine.plan import Buffer, Plan
from ...layers import Layer

Shape = tuple[int, ...]


class Source(ABC):
    """Rows of X.

    A source is added to a plan once. A plan that predicts is then bound to the `addresses` of one
    source after another, all of equal shape and equal `needs`.

    Attributes
    ----------
    n_samples : int
    columns : int
        Numbers of a sample.
    shape : tuple of int or None
        Shape of a sample; None for flat rows, which match any shape of their size.
    shortest : tuple of int or None
        Shape of the smallest sample, if they differ; ``shape`` is then that of the largest.
    varies : bool
        Whether other rows may have other needs.
    in_memory : bool
        Whether plans can read the rows; see `FarRows`.
    readers : mapping of Kernel to dict of int to int
        Kernels that read a source's rows, and which of their fields is which of its `addresses`.
    """

    readers: ClassVar[Mapping[Kernel, Mapping[int, int]]]
    n_samples: int
    columns: int
    shape: Shape | None = None
    shortest: Shape | None = None
    varies: ClassVar[bool] = False
    in_memory: ClassVar[bool] = True

    def needs(self, n_rows: int) -> Hashable:
        """Return what a plan for batches of ``n_rows`` depends on, beside the shape of a sample."""
        return type(self)

    @abstractmethod
    def addresses(self, dtype: np.dtype, scale: float) -> tuple[int, ...]:
        """Return what kernels read, for numbers of a dtype times a factor.

        It lives as long as the source.
        """

    def add_input(
        self, plan: Plan, shape: Shape, layers: Sequence[Layer], scale: float = 1.0
    ) -> Any:
        """Add the gathering of a batch's rows; return what the first of some layers reads.

        Parameters
        ----------
        plan : Plan
        shape : tuple of int
            Of a sample, as the layers take it.
        layers : sequence of Layer
        scale : float, default=1.0
            Factor of the rows.

        Returns
        -------
        Buffer
            Of the plan's dtype; or another input that the first layer can read, such as sparse
            rows.
        """
        buffer = plan.buffer(shape)
        self.add_gathering(plan, buffer, scale)
        return buffer

    @abstractmethod
    def add_gathering(self, plan: Plan, buffer: Buffer, scale: float = 1.0) -> None:
        """Add the step that writes a batch's rows, times a factor, to a buffer of numbers."""

    def address_of_numbers(self, dtype: np.dtype, scale: float) -> int | None:
        """Return the memory of all rows as numbers of a dtype, times a factor; else None."""
        return None

    @abstractmethod
    def first_row(self, dtype: np.dtype) -> np.ndarray:
        """Return the numbers of the first sample, shape (columns,)."""

    @abstractmethod
    def take(self, indices: np.ndarray) -> Source:
        """Return a source of a copy of some rows."""

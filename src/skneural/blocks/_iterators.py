"""Blocks that a program makes, one after another."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from inspect import GEN_CREATED, getgeneratorstate
from typing import Any

from ._base import BUFFER, Blocks, Opened
from ._collected import Collected


class IteratorBlocks(Blocks):
    """Rows that come in blocks from an iterator, such as a generator that reads text.

    The blocks are asked for once in each fit or prediction. If they fit in the buffer, they are
    kept in memory; otherwise they go to a temporary file of binary numbers, which is read in place
    of the iterator from then on: so that rows mix across all data, later epochs are fast, and a
    generator, which gives its blocks only once, is as good as a function.

    Parameters
    ----------
    blocks : callable or iterable
        ``blocks()`` returns an iterable of blocks, as does iterating over an object. A block is an
        array X, or a tuple ``(X, y)`` or ``(X, y, sample_weight)``; X is an array of shape
        (n_rows, n_features) or (n_rows, ...), or a data frame of numbers. All blocks have the same
        columns and dtypes. They are copied, so the same array may be filled again for the next.
    folder : str, path-like or None, default=None
        Where the temporary file is; it needs as much space as X. None for the folder that
        `tempfile` chooses. The file ends with the object, or with the process.
    buffer : int, default=2**27
        Bytes of a window of rows, see `Blocks`.

    Raises
    ------
    ValueError
        In ``fit`` or ``predict``, if a block differs from the first in its columns or dtypes, or
        for a generator that was gone through in part.
    OSError
        If the file has no space, or its folder does not exist.

    Examples
    --------
    >>> import numpy as np
    >>> from skneural import MLPRegressor
    >>> from skneural.blocks import IteratorBlocks
    >>> def blocks():
    ...     for seed in range(5):
    ...         X = np.random.RandomState(seed).uniform(size=(200, 4))
    ...         yield X, X.sum(axis=1)
    >>> regressor = MLPRegressor(hidden_layer_sizes=(8,), solver="lbfgs", random_state=0)
    >>> regressor = regressor.fit(IteratorBlocks(blocks))
    >>> regressor.score(IteratorBlocks(blocks)) > 0.99
    True
    """

    def __init__(
        self, blocks: Callable[[], Iterable[Any]] | Iterable[Any], *, folder: Any = None,
        buffer: int = BUFFER,
    ):  # fmt: skip
        super().__init__(buffer=buffer)
        if not (callable(blocks) or hasattr(blocks, "__iter__")):
            raise ValueError(
                f"IteratorBlocks: blocks is {type(blocks).__name__}, where an iterable of"
                " (X, y), or a function that returns one, is needed"
            )
        self.blocks, self.folder = blocks, folder
        self._kept: Opened | None = None

    def _open(self, with_y: bool = True) -> Opened:
        if self._kept is not None:
            return self._kept
        found = self.blocks() if callable(self.blocks) else self.blocks
        if not hasattr(found, "__iter__"):
            raise ValueError(
                f"IteratorBlocks: blocks() returned {type(found).__name__}, where an iterable of"
                " (X, y) is needed"
            )
        if isinstance(found, Generator) and getgeneratorstate(found) != GEN_CREATED:
            raise ValueError(
                "IteratorBlocks: blocks is a generator that was gone through already, in part or"
                " as a whole, so that blocks are missing; pass a new one, or the function that"
                " makes it"
            )
        collected = Collected(self.folder, self.buffer)
        try:
            for block in _noting(found, collected):
                collected.add(block)
        except BaseException:
            collected.close()
            raise
        opened = collected.opened()
        if iter(found) is found and not callable(self.blocks):
            self._kept = opened  # it gives its blocks only once
        return opened

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_kept": None}


def _noting(blocks: Iterable[Any], collected: Collected) -> Iterator[Any]:
    """Yield blocks; an error that is raised where one is made gets a note that says which."""
    try:
        yield from blocks
    except Exception as error:
        error.add_note(
            f"raised where IteratorBlocks asked for block {collected.n_blocks}, which begins with"
            f" row {collected.n_rows}"
        )
        raise

"""Rows held back for validation, in each partition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Split:
    """Rows of a partition that are held back.

    Parameters
    ----------
    n_rows, n_held : int
    seed : int
        Which rows these are follows from it.
    """

    n_rows: int
    n_held: int
    seed: int

    @cached_property
    def _shuffled(self) -> np.ndarray:
        return np.random.RandomState(self.seed).permutation(self.n_rows)

    @property
    def held(self) -> np.ndarray:
        """Places of the rows held back, ascending."""
        return np.sort(self._shuffled[: self.n_held])

    @property
    def kept(self) -> np.ndarray:
        """Places of the rows to train on, ascending."""
        return np.sort(self._shuffled[self.n_held :])


def split_each(
    lengths: Sequence[int], fraction: float, random_state: np.random.RandomState, owner: str
) -> list[Split]:
    """Return splits whose held-back rows are a fraction of all.

    Each partition keeps a row at least.

    Raises
    ------
    ValueError
        If fewer than two rows are held back.
    """
    ends = np.floor(fraction * np.cumsum(lengths)).astype(int)
    shares = np.minimum(np.diff(ends, prepend=0), np.asarray(lengths) - 1)
    if shares.sum() < 2:
        raise ValueError(
            f"{owner}: The validation set is too small. Increase 'validation_fraction'"
            f"={fraction} or the size of your dataset, {sum(lengths)} rows."
        )
    seeds = random_state.randint(np.iinfo(np.int32).max, size=len(lengths))
    each = zip(lengths, shares, seeds, strict=True)
    return [Split(int(n_rows), int(n_held), int(seed)) for n_rows, n_held, seed in each]


def rows_kept(n_rows: int, split: Split | None) -> np.ndarray | None:
    """Return the places of the rows to train on; None for all."""
    return None if split is None else split.kept

"""Checks of token ids."""

from __future__ import annotations

from typing import Any

import numpy as np


def check_tokens(X: Any, n_tokens: int | None, owner: str) -> None:
    """Raise a ValueError for numbers that are no token ids.

    Parameters
    ----------
    X : ndarray or list of ndarray
        Series of ids, one of them a row.
    n_tokens : int or None
        How many tokens there are; None where numbers are no ids.
    owner : str
        The estimator's name, for errors.
    """
    if n_tokens is None or (isinstance(X, np.ndarray) and not _wrong(X, n_tokens).any()):
        return
    for place, each in enumerate(X):
        wrong = _wrong(each, n_tokens)
        if wrong.any():
            at = tuple(int(i) for i in np.argwhere(wrong)[0])
            raise ValueError(
                f"{owner}: X[{place}, {at[0]}] is {each[at]:g}, where a token id from 0 to"
                f" {n_tokens - 1} is needed; n_tokens={n_tokens}"
            )


def _wrong(ids: np.ndarray, n_tokens: int) -> np.ndarray:
    return (ids != np.floor(ids)) | (ids < 0) | (ids >= n_tokens)
